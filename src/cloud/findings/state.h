/* SPDX-License-Identifier: MIT */
/* What is known of an image's findings. */
#ifndef CLOUD_FINDINGS_STATE_H
#define CLOUD_FINDINGS_STATE_H

#include <scanreq/findings.h>

#include "cloud/findings/gate.h"
#include "cloud/findings/records.h"

struct scanreq_findings {
	char *task_id, *uuid;  /* as given; or NULL */
	char hex[65];          /* of the digest */
	int64_t sent_ms;
	bool list;
	char *texts[SCANREQ_FINDINGS_COUNT_];  /* masked; NULL: absent */
	char *why[SCANREQ_CATEGORY_COUNT_];    /* why a count is unknown; NULL: it is known */
	int64_t task_start_ms;
	struct observed observed; /* its words are not set */
	struct records records;
	struct scanreq_error error; /* of the first category that was not read */
};

#endif
