/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/run.h"
#include "cli/secrets.h"

/* What the images of a run share. */
struct run {
	const struct settings *settings;
	struct scanreq_client *client;
	char *token;
	bool submits;
};

static void run_free(struct run *run)
{
	scanreq_client_free(run->client);
	str_wipe(&run->token);
}

/* --- beginning --------------------------------------------------------------------- */

static int read_password(const struct settings *settings)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char *password CLEANUP_SECRET = NULL;
	int failed = secret_read("-", "the password", &password);

	if (failed)
		return failed;
	if (scanreq_options_set(settings->client, SCANREQ_OPT_PASSWORD, password, &err))
		return usage_error("%s", err.message);
	return 0;
}

static void set_log(const struct settings *settings)
{
	static const enum scanreq_level levels[] = { SCANREQ_LOG_WARNING, SCANREQ_LOG_INFO,
						     SCANREQ_LOG_DEBUG };
	int verbosity = settings->verbosity < 2 ? settings->verbosity : 2;

	if (!settings->quiet || verbosity > 0)
		scanreq_options_log(settings->client, levels[verbosity], diagnostic_log, NULL);
}

static int begin(struct run *run)
{
	const struct settings *s = run->settings;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed = s->password_stdin ? read_password(s) : 0;

	if (!failed)
		failed = secret_token(run->submits ? s->token_file : NULL, &run->token);
	if (failed)
		return failed;
	set_log(s);
	if (scanreq_client_new(s->client, &run->client, &err)) {
		diagnostic("%s", err.message);
		return exit_status_of(err.klass);
	}
	return 0;
}

/* --- one image --------------------------------------------------------------------- */

/* The overrides, and the token where the command sends it. */
static int make_request(const struct run *run, struct result *r)
{
	r->request = scanreq_request_new();
	if (!r->request)
		return r->error.klass = SCANREQ_E_NOMEM;
	for (int p = 0; p < SCANREQ_PARAM_COUNT; p++) {
		const char *value = run->settings->parameters[p];
		int failed;

		if (p == SCANREQ_PARAM_TOKEN)
			value = run->token;
		failed = value ? scanreq_request_set(r->request, (enum scanreq_param)p, value,
						     &r->error)
			       : 0;
		if (failed)
			return failed;
	}
	return 0;
}

/* Parameters that only a reference tells: without one they must be given. */
static bool names_are_given(const struct scanreq_request *request)
{
	return scanreq_request_how(request, SCANREQ_PARAM_REPO_NAME) == SCANREQ_HOW_GIVEN &&
	       scanreq_request_how(request, SCANREQ_PARAM_TAG) == SCANREQ_HOW_GIVEN;
}

/* Filing a task for one of several names would be a guess. */
static int check_names(struct result *r)
{
	size_t names = r->image ? scanreq_image_count(r->image, SCANREQ_LIST_NAMES) : 0;

	if (names < 2 || scanreq_image_fact(r->image, SCANREQ_FACT_REFERENCE) ||
	    names_are_given(r->request))
		return 0;
	r->error.klass = SCANREQ_E_USAGE;
	snprintf(r->error.message, sizeof(r->error.message),
		 "the image has %zu names, %s and others: choose one with --select or --name",
		 names, scanreq_image_item(r->image, SCANREQ_LIST_NAMES, 0));
	return r->error.klass;
}

static int send_request(const struct run *run, struct result *r)
{
	int failed = check_names(r);

	if (failed)
		return failed;
	return run->settings->dry_run
		       ? scanreq_submit_preview(run->client, r->request, &r->submission, &r->error)
		       : scanreq_submit(run->client, r->request, &r->submission, &r->error);
}

static int process(const struct run *run, struct result *r)
{
	int failed = make_request(run, r);

	/* A missing region must not wait for the end of a long pipe to be found out. */
	if (!failed && run->submits)
		failed = scanreq_submit_check(run->client, run->settings->dry_run, &r->error);
	if (!failed && r->input)
		failed = scanreq_image_open(run->client, r->input, run->settings->selection,
					    &r->image, &r->error);
	if (!failed)
		failed = scanreq_request_fill(r->request, r->image, &r->error);
	if (!failed && run->submits)
		failed = send_request(run, r);
	return failed;
}

/* --- saying what happened ---------------------------------------------------------- */

static void warn(const struct run *run, const char *prefix, const char *text)
{
	if (!run->settings->quiet)
		diagnostic("warning: %s%s%s", prefix ? prefix : "", prefix ? ": " : "", text);
}

/* A failure is one line: what is odd beside it stays in the JSON document. */
static void tell(const struct run *run, const struct result *r, const char *prefix)
{
	const char *text;

	if (r->error.klass) {
		diagnostic("%s%s%s", prefix ? prefix : "", prefix ? ": " : "", r->error.message);
		return;
	}
	for (size_t i = 0;
	     r->image && (text = scanreq_image_item(r->image, SCANREQ_LIST_WARNINGS, i)); i++)
		warn(run, prefix, text);
	/* A missing token only matters where it would be sent. */
	for (size_t i = 0; run->submits && (text = scanreq_request_warning(r->request, i)); i++)
		warn(run, prefix, text);
}

/* --- the run ----------------------------------------------------------------------- */

static int make_report(const struct settings *settings, bool submits, struct report *report)
{
	memset(report, 0, sizeof(*report));
	report->submits = submits;
	report->count = settings->image_count > 0 ? settings->image_count : 1;
	report->results = calloc((size_t)report->count, sizeof(*report->results));
	if (!report->results)
		return memory_error();
	for (int i = 0; i < settings->image_count; i++)
		report->results[i].input = settings->images[i];
	return 0;
}

int run_images(const struct settings *settings, bool submits, struct report *report)
{
	struct run run CLEANUP(run_free) = { .settings = settings, .submits = submits };
	int failed = make_report(settings, submits, report);

	if (!failed)
		failed = begin(&run);
	for (int i = 0; i < report->count && !failed; i++) {
		struct result *r = &report->results[i];
		int status;

		r->attempted = true;
		status = exit_status_of(process(&run, r));
		tell(&run, r, report->count > 1 ? r->input : NULL);
		report->exit_status = report->count == 1
					      ? status
					      : exit_status_join(report->exit_status, status);
		if (status != EXIT_DONE && !settings->keep_going)
			break;
	}
	return failed;
}

void report_free(struct report *report)
{
	for (int i = 0; report->results && i < report->count; i++) {
		scanreq_image_free(report->results[i].image);
		scanreq_request_free(report->results[i].request);
		scanreq_submission_free(report->results[i].submission);
	}
	free(report->results);
	memset(report, 0, sizeof(*report));
}
