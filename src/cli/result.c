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

	return tally->ended && status != EXIT_UNKNOWN ? tally->ended : status;
}
