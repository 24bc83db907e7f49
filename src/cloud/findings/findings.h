/* SPDX-License-Identifier: MIT */
/* One reading of an image's findings after another. */
#ifndef CLOUD_FINDINGS_FINDINGS_H
#define CLOUD_FINDINGS_FINDINGS_H

#include <scanreq/findings.h>

#include "cloud/findings/state.h"
#include "cloud/scan/context.h"

void findings_free(struct scanreq_findings **findings);

/* scanreq_findings_read(). */
int findings_read(const struct submit_context *context, const struct scanreq_scan *scan,
		  struct scanreq_findings **findings, struct scanreq_error *err);

/* What the gate decides by; borrows from the findings. */
struct observed findings_observed(const struct scanreq_findings *findings);

/* scanreq_findings_confirm(), whose interval is `poll_ms`. */
int findings_confirm(const struct submit_context *context, struct scanreq_findings *findings,
		     unsigned int fail_on, int64_t poll_ms, struct scanreq_error *err);

/* scanreq_findings_gate(). */
int findings_gate(const struct scanreq_findings *findings, unsigned int fail_on,
		  struct scanreq_error *err);

#endif
