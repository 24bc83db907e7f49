/* SPDX-License-Identifier: MIT */
/* A signed call, redacted for showing. */
#ifndef CLOUD_SCAN_PREVIEW_H
#define CLOUD_SCAN_PREVIEW_H

#include "cloud/rpc/call.h"
#include "cloud/scan/submission.h"

/*
 * Writes the request's texts and headers into a submission. The scan token, the security
 * token and, unless `show_signature`, the signature become "***"; the key id is masked.
 * Errors: SCANREQ_E_NOMEM.
 */
int preview_fill(struct scanreq_submission *submission, const struct signed_call *call,
		 const struct credentials *credentials, bool show_signature,
		 struct scanreq_error *err);

#endif
