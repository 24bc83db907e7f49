/* SPDX-License-Identifier: MIT */
/* A signed call as it may be shown. */
#ifndef CLOUD_SCAN_PREVIEW_H
#define CLOUD_SCAN_PREVIEW_H

#include "cloud/rpc/call.h"
#include "cloud/scan/submission.h"

/*
 * Writes the request's texts and headers into a submission: the scan token, the security
 * token and, unless `show_signature`, the signature as "***", the key id masked.
 * Errors: SCANREQ_E_NOMEM.
 */
int preview_fill(struct scanreq_submission *submission, const struct signed_call *call,
		 const struct credentials *credentials, bool show_signature,
		 struct scanreq_error *err);

#endif
