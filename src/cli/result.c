/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "cli/exit-status.h"
#include "cli/result.h"

void result_free(struct result *result)
{
	scanreq_image_free(result->image);
	scanreq_request_free(result->request);
	scanreq_submission_free(result->submission);
	scanreq_task_free(result->task);
	scanreq_findings_free(result->findings);
	free(result->task_before);
	memset(result, 0, sizeof(*result));
}

static enum scanreq_status sent_status(const struct result *r)
{
	if (r->unknown_before)
		return SCANREQ_STATUS_UNKNOWN;
	return r->submission ? scanreq_submission_status(r->submission)
			     : SCANREQ_STATUS_NOT_ATTEMPTED;
}

bool result_is_filed(const struct result *result)
{
	return sent_status(result) == SCANREQ_STATUS_ACCEPTED;
}

const char *result_status(const struct result *result)
{
	return result->accepted_before ? "already_accepted"
				       : scanreq_status_name(sent_status(result));
}

const char *result_warning(const struct result *result)
{
	return result->repeats ? "it is listed twice: an image before it makes the same request,"
				 " which is filed once"
			       : NULL;
}

const char *result_answer(const struct result *result, enum scanreq_submission_text text)
{
	if (result->submission)
		return scanreq_submission_text(result->submission, text);
	if (text != SCANREQ_SUBMISSION_TASK_ID)
		return NULL;
	return result->task ? scanreq_task_text(result->task, SCANREQ_TASK_TEXT_ID)
			    : result->task_before;
}

static size_t *counter(struct tally *t, const struct result *r)
{
	enum scanreq_status status = sent_status(r);

	if (status == SCANREQ_STATUS_UNKNOWN)
		return &t->unknown;
	if (r->error.klass)
		return &t->failed;
	if (r->accepted_before)
		return &t->already_accepted;
	if (status == SCANREQ_STATUS_ACCEPTED)
		return &t->accepted;
	return r->submits || !r->attempted ? &t->not_attempted : NULL;
}

void tally_add(struct tally *tally, const struct result *result)
{
	size_t *count = counter(tally, result);

	tally->total++;
	if (count)
		++*count;
	tally->filed += result_is_filed(result);
	tally->shown += result->attempted && !result->error.klass &&
			(!result->submits || sent_status(result) == SCANREQ_STATUS_DRY_RUN);
	if (!result->attempted) {
		tally->left++;
		return;
	}
	tally->last = exit_status_of(result->error.klass);
	tally->joined = exit_status_join(tally->joined, tally->last);
}

int tally_exit_status(const struct tally *tally)
{
	int status = tally->total == 1 ? tally->last : tally->joined;

	if (status == EXIT_UNKNOWN)
		return EXIT_UNKNOWN;
	if ((tally->unwritten || tally->ended == EXIT_INTERNAL) && tally->filed > 0)
		return EXIT_UNSEEN;
	if (tally->ended)
		return tally->ended;
	return status == EXIT_DONE ? tally->unwritten : status;
}

const char *tally_status(const struct tally *t)
{
	size_t opened = t->filed + t->already_accepted;

	if (t->unknown > 0)
		return "unknown";
	if (opened > 0 && opened < t->total)
		return "partly_accepted";
	if (opened > 0)
		return t->filed > 0 ? "accepted" : "already_accepted";
	if (t->failed > 0)
		return "failed";
	return t->shown > 0 ? "dry_run" : "not_attempted";
}
