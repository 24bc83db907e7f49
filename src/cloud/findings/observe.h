/* SPDX-License-Identifier: MIT */
/* What else a gate needs beside counts: the task by its id, and the asset by its digest. */
#ifndef CLOUD_FINDINGS_OBSERVE_H
#define CLOUD_FINDINGS_OBSERVE_H

#include "cloud/findings/state.h"
#include "cloud/scan/query.h"

#define LEAF_ACTION "DescribeOnceTaskLeafRecordPage"
#define ASSET_ACTION "DescribeImageInstances"

/*
 * Finds the task by its id, else among the latest ones of the digest, and writes what was
 * seen into the findings. A refusal is a reason, not an error. Errors: SCANREQ_E_CANCELLED,
 * SCANREQ_E_NOMEM.
 */
int observe_task(const struct query_context *context, const struct url *url,
		 struct scanreq_findings *findings, struct scanreq_error *err);

/* The same for the asset: the one with the Uuid, or the only one of the digest. */
int observe_asset(const struct query_context *context, const struct url *url,
		  struct scanreq_findings *findings, struct scanreq_error *err);

/* Whether an error ends the reading: everything else is only a reason. */
bool observe_is_fatal(int failed);

#endif
