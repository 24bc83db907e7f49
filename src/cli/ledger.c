/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/str.h"
#include "cli/ledger.h"

static void ledger_add(struct hasher *hasher, const char *name, const char *value)
{
	hasher_add(hasher, name, strlen(name) + 1);
	if (value)
		hasher_add(hasher, value, strlen(value));
	/* Absent differs from empty, and a NUL ends each part: parts cannot run together. */
	hasher_add(hasher, value ? "\0=" : "\0-", 2);
}

static void add_input(struct hasher *hasher, const struct result *r)
{
	struct scanreq_reference *reference = NULL;
	const char *source = r->image ? scanreq_image_fact(r->image, SCANREQ_FACT_SOURCE) : NULL;
	const char *input = r->input;

	/* "web" and "docker.io/library/web:latest" are the same image. */
	if (input && str_equal(source, "registry")) {
		str_prefix(input, "docker://", &input);
		if (scanreq_reference_parse(input, &reference, NULL) == 0)
			input = scanreq_reference_part(reference, SCANREQ_REFERENCE_WHOLE);
	}
	ledger_add(hasher, "input", input);
	scanreq_reference_free(reference);
}

/*
 * All that makes a request what it is: the input, where it goes, and the parameters that
 * are sent, read from the image a moment ago. Not the token, which changes and says nothing
 * of the image.
 */
static const char *ledger_value_of(const struct result *r, enum scanreq_param p)
{
	/* "now" differs in each run, but the request is the same. */
	if (p == SCANREQ_PARAM_IMAGE_UPDATE && r->updated_now)
		return "now";
	return scanreq_request_value(r->request, p);
}

static int make_key(const struct settings *settings, struct result *r)
{
	struct hasher *hasher CLEANUP(hasher_free) = hasher_new(DIGEST_SHA256);

	if (!hasher)
		return error_nomem(&r->error);
	add_input(hasher, r);
	ledger_add(hasher, "region", settings->region);
	ledger_add(hasher, "endpoint", settings->endpoint);
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		if (p != SCANREQ_PARAM_TOKEN)
			ledger_add(hasher, scanreq_param_name((enum scanreq_param)p),
				   ledger_value_of(r, (enum scanreq_param)p));
	return hasher_finish(hasher, &r->key) ? 0 : error_nomem(&r->error);
}

/* A request that may have opened a task is not sent again. */
static int say_unknown(struct result *r)
{
	if (r->repeats)
		return error_set(&r->error, SCANREQ_CODE_OUTCOME_UNKNOWN,
				 "this request was sent for an image before it in this run, and no"
				 " answer was seen: a task may exist; look for it in the console"
				 " before you file it again");
	return error_set(&r->error, SCANREQ_CODE_OUTCOME_UNKNOWN,
			 "this request was sent before and no answer was seen: a task may"
			 " exist; look for it in the console before you file it again"
			 " without this journal");
}

int ledger_begin(struct journal *journal, const struct settings *settings, struct result *r,
		 bool *send)
{
	struct journal_past past = { .state = JOURNAL_NONE };
	int failed = make_key(settings, r);

	*send = false;
	if (!failed)
		failed = journal_begin(journal, &r->key, r->input ? r->input : "", &past,
				       &r->error);
	r->task_before = past.task_id;
	if (failed)
		return failed;
	*send = past.state == JOURNAL_NONE;
	r->accepted_before = past.state == JOURNAL_ACCEPTED;
	r->unknown_before = past.state == JOURNAL_SENDING;
	r->repeats = past.own;
	return r->unknown_before ? say_unknown(r) : 0;
}

int ledger_show(struct journal *journal, const struct settings *settings, struct result *r)
{
	static const struct journal_end shown = { .state = JOURNAL_ACCEPTED };
	struct journal_past past = { .state = JOURNAL_NONE };
	int failed = make_key(settings, r);

	if (!failed)
		failed = journal_begin(journal, &r->key, "", &past, &r->error);
	r->repeats = !failed && past.own;
	if (failed || past.own)
		return failed;
	return journal_end(journal, &r->key, &shown, &r->error);
}

/* The task exists although the journal could not be written: do not repeat the request. */
static int say_unnoted(struct result *r, const char *task_id)
{
	if (!task_id)
		return r->error.klass;
	error_recast(&r->error, SCANREQ_CODE_ACCEPTED_UNWRITTEN);
	return error_prefix(&r->error, SCANREQ_E_UNSEEN,
			    "task %s was opened, do not file this image again; it is not in the"
			    " journal", task_id);
}

int ledger_end(struct journal *journal, struct result *r)
{
	const struct scanreq_submission *s = r->submission;
	struct journal_end end = { .state = JOURNAL_NONE };
	struct scanreq_error own = SCANREQ_ERROR_INIT;
	int failed;

	if (!s || scanreq_submission_status(s) == SCANREQ_STATUS_UNKNOWN)
		end.state = JOURNAL_SENDING;
	else if (scanreq_submission_status(s) == SCANREQ_STATUS_ACCEPTED)
		end = (struct journal_end){
			.state = JOURNAL_ACCEPTED,
			.task_id = scanreq_submission_text(s, SCANREQ_SUBMISSION_TASK_ID),
		};
	failed = journal_end(journal, &r->key, &end, &own);
	if (!failed || r->error.klass)
		return r->error.klass;
	r->error = own;
	return say_unnoted(r, end.task_id);
}
