/* SPDX-License-Identifier: MIT */
/* Sends a scan request and reads the answer. */
#ifndef CLOUD_SCAN_SUBMIT_H
#define CLOUD_SCAN_SUBMIT_H

#include "cloud/scan/context.h"
#include "cloud/scan/request.h"
#include "cloud/scan/submission.h"

/*
 * scanreq_submit() and scanreq_submit_preview(). *submission is set unless memory ran out.
 *
 * A request that certainly had no effect is sent again, as often as the transport's
 * `retries` says: no connection, Throttling, 429, and a 503 that has a Code and a RequestId.
 * After InvalidTimeStamp.Expired it is sent once more with the service's time. A wait that
 * the service asks for is refused above RETRY_WAIT_MAX_MS. Each attempt has a new date, nonce
 * and signature.
 *
 * A request whose outcome is unknown gives SCANREQ_E_UNKNOWN and is not sent again unless
 * `retry_ambiguous` is set: part of the body was sent and no complete answer came; a 5xx that
 * is not a declared refusal; a 2xx with neither TaskId nor failure; SignatureNonceUsed, since
 * each nonce is new.
 */
int submit_send(const struct submit_context *context, const struct scanreq_request *request,
		struct scanreq_submission **submission, struct scanreq_error *err);
int submit_preview(const struct submit_context *context, const struct scanreq_request *request,
		   struct scanreq_submission **submission, struct scanreq_error *err);

/*
 * Finds the endpoint. Without region and endpoint, the aliyun profile's region is used.
 * Errors: as endpoint_find().
 */
int submit_endpoint(const struct submit_context *context, struct url *url,
		    struct scanreq_error *err);

/* scanreq_submit_check(). */
int submit_check(const struct submit_context *context, bool preview, struct scanreq_error *err);

#endif
