/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/diagnostics.h"
#include "cli/findings.h"
#include "cli/ledger.h"
#include "cli/one-image.h"
#include "cli/option-set.h"
#include "cli/progress.h"
#include "cli/waiting.h"

void job_free(struct job **job)
{
	if (!*job)
		return;
	image_entry_free(&(*job)->entry);
	image_options_free(&(*job)->own);
	for (size_t i = 0; i <= (*job)->other_count; i++)
		result_free(job_result(*job, i));
	free((*job)->others);
	free(*job);
	*job = NULL;
}

static bool is_stopped(const struct run *run)
{
	return run->signals && signals_stopped(run->signals);
}

/* Applies the options of the line in the list. */
static int one_image_read_entry(struct job *job)
{
	const struct image_entry *entry = &job->entry;
	struct scanreq_error *err = &job->result.error;
	int failed = 0;

	if (entry->error.klass) {
		*err = entry->error;
		return err->klass;
	}
	for (size_t i = 0; i < entry->names.count && !failed; i++)
		failed = image_options_set_name(&job->own, entry->names.items[i],
						entry->values.items[i], err);
	return failed;
}

static const char *one_image_parameter(const struct run *run, const struct job *job, int p)
{
	if (p == SCANREQ_PARAM_TOKEN)
		return run->token;
	return job->own.parameters[p] ? job->own.parameters[p]
				      : run->settings->image.parameters[p];
}

/* The overrides, and the token where the command sends it. */
static int make_request(const struct run *run, const struct job *job, struct result *r)
{
	r->request = scanreq_request_new();
	if (!r->request)
		return error_nomem(&r->error);
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++) {
		const char *value = one_image_parameter(run, job, p);
		int failed;

		if (p == SCANREQ_PARAM_IMAGE_UPDATE && str_equal(value, "now")) {
			r->updated_now = true;
			/* The clock of this run is the one that signs it. */
			value = run->settings->fixed_time ? run->settings->fixed_time : value;
		}
		failed = value ? scanreq_request_set(r->request, (enum scanreq_param)p, value,
						     &r->error)
			       : 0;
		if (failed)
			return failed;
	}
	return 0;
}

/* Whether the parameters that come from a reference are all given. */
static bool names_are_given(const struct scanreq_request *request)
{
	return scanreq_request_how(request, SCANREQ_PARAM_REPO_NAME) == SCANREQ_HOW_GIVEN &&
	       scanreq_request_how(request, SCANREQ_PARAM_TAG) == SCANREQ_HOW_GIVEN;
}

/* Filing a task for one of several names would be a guess. */
static int check_names(struct result *r)
{
	if (!r->image || names_are_given(r->request))
		return 0;
	return scanreq_image_check_name(r->image, &r->error);
}

static int show_request(const struct run *run, struct result *r)
{
	int failed = ledger_show(run->journal, run->settings, r);

	return failed ? failed
		      : scanreq_submit_preview(run->client, r->request, &r->submission,
					       &r->error);
}

static int file_request(const struct run *run, struct result *r)
{
	bool send;
	int failed = ledger_begin(run->journal, run->settings, r, &send);

	if (failed || !send)
		return failed;
	r->sent_ms = time_now();
	r->error.klass = scanreq_submit(run->client, r->request, &r->submission, &r->error);
	return ledger_end(run->journal, r);
}

/* Skips the request if a signal arrived before it was sent; otherwise finishes it. */
static int file_unless_stopped(const struct run *run, struct result *r)
{
	int failed = 0;

	if (!run->signals)
		return file_request(run, r);
	if (signals_sending(run->signals))
		failed = file_request(run, r);
	else
		r->attempted = false;
	signals_sent(run->signals);
	return failed;
}

/*
 * Whatever fails after the service has accepted the request does not undo that: the error
 * names the task, and its class says that the request must not be repeated.
 */
static int keep_accepted(struct result *r)
{
	const char *task_id = result_answer(r, SCANREQ_SUBMISSION_TASK_ID);
	int klass = r->error.klass;

	if (klass == SCANREQ_E_UNKNOWN || klass == SCANREQ_E_TASK_FAILED ||
	    klass == SCANREQ_E_FINDINGS || klass == SCANREQ_E_NO_VERDICT)
		return klass;
	if (klass != SCANREQ_E_UNSEEN)
		error_recast(&r->error, SCANREQ_CODE_ACCEPTED_UNWRITTEN);
	if (strstr(r->error.message, task_id))
		return SCANREQ_E_UNSEEN;
	return error_prefix(&r->error, SCANREQ_E_UNSEEN,
			    "task %s was opened, do not file the request again", task_id);
}

static int send_request(const struct run *run, struct result *r)
{
	int failed = check_names(r);

	if (!failed && run->settings->wait)
		failed = waiting_check(r);
	if (failed)
		return failed;
	if (run->settings->dry_run)
		return show_request(run, r);
	failed = file_unless_stopped(run, r);
	if (!failed && run->settings->wait)
		failed = waiting_end(run->client, is_stopped(run), r);
	if (run->settings->findings && result_answer(r, SCANREQ_SUBMISSION_TASK_ID) &&
	    !is_stopped(run))
		failed = findings_after(run->client, run->settings, failed, r);
	return failed && result_is_filed(r) ? keep_accepted(r) : failed;
}

/* --- its images -------------------------------------------------------------------- */

struct result *job_result(struct job *job, size_t i)
{
	return i == 0 ? &job->result : &job->others[i - 1];
}

static void set_free(struct scanreq_image_set **set)
{
	scanreq_image_set_free(*set);
}

/* Gives each image of the set a result of its own. */
static int take_images(struct job *job, struct scanreq_image_set *set)
{
	size_t count = scanreq_image_set_count(set);

	job->others = calloc(count, sizeof(*job->others));
	if (!job->others)
		return error_nomem(&job->result.error);
	job->other_count = count - 1;
	for (size_t i = 0; i < count; i++) {
		struct result *r = job_result(job, i);

		r->input = job->result.input;
		r->submits = job->result.submits;
		r->platform_asked = job->result.platform_asked;
		r->attempted = true;
		r->error.klass = scanreq_image_set_take(set, i, &r->image, &r->error);
	}
	return 0;
}

static int open_images(const struct run *run, struct job *job)
{
	struct scanreq_selection *selection CLEANUP_SELECTION = NULL;
	struct scanreq_image_set *set CLEANUP(set_free) = NULL;
	struct scanreq_error *err = &job->result.error;
	int failed = image_options_selection(&run->settings->image, &job->own, &selection, err);

	job->result.platform_asked = job->own.selection[SCANREQ_SELECT_PLATFORM] ||
				     run->settings->image.selection[SCANREQ_SELECT_PLATFORM];
	if (!failed)
		failed = scanreq_image_open_all(run->client, job->result.input, selection, &set,
						err);
	progress_end();
	return failed ? failed : take_images(job, set);
}

/* Once a request of the index's images has failed, the others are not filed. */
static void finish_images(const struct run *run, struct job *job)
{
	bool stop = false;

	for (size_t i = 0; i <= job->other_count; i++) {
		struct result *r = job_result(job, i);

		if (!r->error.klass && !r->request)
			make_request(run, job, r);
		if (!r->error.klass)
			r->error.klass = scanreq_request_fill(r->request, r->image, &r->error);
		if (!r->error.klass && r->submits && (stop || is_stopped(run)))
			r->attempted = false;
		else if (!r->error.klass && r->submits)
			send_request(run, r);
		else if (!r->error.klass && run->settings->findings)
			findings_look(run->client, run->settings, r);
		else if (!r->error.klass && run->settings->task_id)
			waiting_status(run->client, run->settings->task_id, run->settings->wait,
				       r);
		stop = stop || (r->error.klass && !run->settings->keep_going);
	}
}

static void process(const struct run *run, struct job *job)
{
	struct result *r = &job->result;
	int failed = one_image_read_entry(job);

	if (!failed)
		failed = make_request(run, job, r);

	/* A missing region must not wait for the end of a long pipe to be found out. */
	if (!failed && r->submits)
		failed = scanreq_submit_check(run->client, run->settings->dry_run, &r->error);
	if (!failed && (run->settings->task_id || (run->settings->findings && !r->submits)) &&
	    waiting_is_digest(r->input))
		failed = scanreq_request_set(r->request, SCANREQ_PARAM_DIGEST, r->input,
					     &r->error);
	else if (!failed && r->input)
		failed = open_images(run, job);
	if (!failed)
		finish_images(run, job);
}

/* Counts an image that a signal cancelled as not attempted, not as failed. */
static void forgive(struct result *r)
{
	if (r->error.klass != SCANREQ_E_CANCELLED)
		return;
	r->attempted = false;
	r->error = (struct scanreq_error)SCANREQ_ERROR_INIT;
	/* Drops the result of the failed attempt. */
	scanreq_submission_free(r->submission);
	r->submission = NULL;
}

void image_process(const struct run *run, struct job *job)
{
	process(run, job);
	for (size_t i = 0; i <= job->other_count && is_stopped(run); i++)
		forgive(job_result(job, i));
}

/* --- saying what happened ---------------------------------------------------------- */

static void warn(const struct run *run, const char *prefix, const char *text)
{
	if (!run->settings->quiet)
		diagnostic("warning: %s%s%s", prefix ? prefix : "", prefix ? ": " : "", text);
}

/* A failure is one line: its warnings are in the JSON document alone. */
void image_tell(const struct run *run, const struct result *r, const char *prefix)
{
	const char *text;

	if (r->error.klass) {
		diagnostic_error(prefix, &r->error);
		return;
	}
	for (size_t i = 0;
	     r->image && (text = scanreq_image_item(r->image, SCANREQ_LIST_WARNINGS, i)); i++)
		warn(run, prefix, text);
	text = result_warning(r);
	if (text)
		warn(run, prefix, text);
	if (r->gate.klass)
		warn(run, prefix, r->gate.message);
	/* A missing token only matters where it would be sent. */
	for (size_t i = 0; r->submits && (text = scanreq_request_warning(r->request, i)); i++)
		warn(run, prefix, text);
}
