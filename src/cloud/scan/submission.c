/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "cloud/scan/submission.h"

void submission_clear(struct scanreq_submission *submission)
{
	for (size_t i = 0; i < SCANREQ_SUBMISSION_COUNT_; i++) {
		free(submission->texts[i]);
		submission->texts[i] = NULL;
	}
	strv_free(&submission->header_names);
	strv_free(&submission->header_values);
}

void submission_free(struct scanreq_submission **submission)
{
	if (!*submission)
		return;
	submission_clear(*submission);
	free(*submission);
	*submission = NULL;
}
