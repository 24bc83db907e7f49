/* SPDX-License-Identifier: MIT */
/* A request's status, the answer's texts, and the request as it may be shown. */
#ifndef CLOUD_SCAN_SUBMISSION_H
#define CLOUD_SCAN_SUBMISSION_H

#include <scanreq/submit.h>

#include "base/str.h"

struct scanreq_submission {
	enum scanreq_status status;
	int attempts;
	char *texts[SCANREQ_SUBMISSION_COUNT_]; /* NULL: absent */
	struct strv header_names;		/* of the request, redacted */
	struct strv header_values;
};

/* Frees texts and headers before another attempt; keeps status and attempts. */
void submission_clear(struct scanreq_submission *submission);

void submission_free(struct scanreq_submission **submission);

#endif
