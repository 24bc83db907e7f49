/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/exit-status.h"
#include "cli/result.h"

void result_free(struct result *result)
{
	scanreq_image_free(result->image);
	scanreq_request_free(result->request);
	scanreq_submission_free(result->submission);
	memset(result, 0, sizeof(*result));
}

enum scanreq_status result_status(const struct result *result)
{
	return result->submission ? scanreq_submission_status(result->submission)
				  : SCANREQ_STATUS_NOT_ATTEMPTED;
}

static size_t *counter(struct tally *t, const struct result *r)
{
	enum scanreq_status status = result_status(r);

	if (status == SCANREQ_STATUS_UNKNOWN)
		return &t->unknown;
	if (r->error.klass)
		return &t->failed;
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
	if (!result->attempted)
		return;
	tally->last = exit_status_of(result->error.klass);
	tally->joined = exit_status_join(tally->joined, tally->last);
}

int tally_exit_status(const struct tally *tally)
{
	return tally->total == 1 ? tally->last : tally->joined;
}
