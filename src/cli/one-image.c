/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/one-image.h"

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

int image_process(const struct run *run, struct result *r)
{
	int failed = make_request(run, r);

	/* A missing region must not wait for the end of a long pipe to be found out. */
	if (!failed && r->submits)
		failed = scanreq_submit_check(run->client, run->settings->dry_run, &r->error);
	if (!failed && r->input)
		failed = scanreq_image_open(run->client, r->input, run->settings->selection,
					    &r->image, &r->error);
	if (!failed)
		failed = scanreq_request_fill(r->request, r->image, &r->error);
	if (!failed && r->submits)
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
void image_tell(const struct run *run, const struct result *r, const char *prefix)
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
	for (size_t i = 0; r->submits && (text = scanreq_request_warning(r->request, i)); i++)
		warn(run, prefix, text);
}
