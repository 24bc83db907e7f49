/* SPDX-License-Identifier: MIT */
/* Sends a scan request and reads the answer, by the rule of doubt. */
#ifndef CLOUD_SCAN_SUBMIT_H
#define CLOUD_SCAN_SUBMIT_H

#include "cloud/scan/context.h"
#include "cloud/scan/request.h"
#include "cloud/scan/submission.h"

/*
 * scanreq_submit() and scanreq_submit_preview(). *submission is set whenever there is
 * memory.
 *
 * Sent again, as often as the transport's `retries` says, is what nothing came of: a
 * connection that was not had, Throttling, 429, and a 503 that names Code and RequestId;
 * and once more, by the service's clock, what InvalidTimeStamp.Expired refuses. A wait
 * longer than RETRY_WAIT_MAX_MS is not waited for. Each attempt has a new date, nonce and
 * signature.
 *
 * A request whose outcome is not known is SCANREQ_E_UNKNOWN and is not sent again unless
 * `retry_ambiguous`: the body or part of it was sent and no complete answer came; a 5xx
 * that does not say that it is a refusal; 2xx without a TaskId and without an explicit
 * failure; SignatureNonceUsed, since the nonce was ours.
 */
int submit_send(const struct submit_context *context, const struct scanreq_request *request,
		struct scanreq_submission **submission, struct scanreq_error *err);
int submit_preview(const struct submit_context *context, const struct scanreq_request *request,
		   struct scanreq_submission **submission, struct scanreq_error *err);

/*
 * Where requests go. Without a region and an endpoint, the profile's region serves.
 * Errors: as endpoint_find().
 */
int submit_endpoint(const struct submit_context *context, struct url *url,
		    struct scanreq_error *err);

/* scanreq_submit_check(). */
int submit_check(const struct submit_context *context, bool preview, struct scanreq_error *err);

#endif
