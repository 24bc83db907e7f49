/* SPDX-License-Identifier: MIT */
/* One attempt to send a scan request, and whether another may follow. */
#ifndef CLOUD_SCAN_ATTEMPT_H
#define CLOUD_SCAN_ATTEMPT_H

#include "cloud/rpc/call.h"
#include "cloud/scan/context.h"
#include "cloud/scan/request.h"
#include "cloud/scan/submission.h"
#include "net/retry.h"

enum attempt_verdict {
	ATTEMPT_SETTLED,  /* accepted, refused, or a permanent failure */
	ATTEMPT_LATER,	  /* a temporary failure without effect */
	ATTEMPT_SKEWED,	  /* refused for its date; the clock is corrected */
	ATTEMPT_DOUBTFUL, /* a task may exist */
};

/* State of all attempts at one submission, and the last one's result. */
struct attempt {
	const struct submit_context *context;
	const struct scanreq_request *request;
	struct scanreq_submission *submission;
	struct url url; /* owned, like the next two */
	char *host;	/* host[:port] */
	struct credentials credentials;
	enum attempt_verdict verdict;
	struct retry_hint hint; /* what the answer says of another attempt */
};

/* Frees what is owned. */
void attempt_free(struct attempt *attempt);
#define CLEANUP_ATTEMPT CLEANUP(attempt_free)

/*
 * Builds and signs the request with the service's time and a new nonce, or with the
 * context's fixed ones. Errors: as call_sign(), SCANREQ_E_INTERNAL (no random numbers).
 */
int attempt_build(const struct attempt *attempt, struct signed_call *call,
		  struct scanreq_error *err);

/*
 * Builds, signs and sends once, and judges the answer. Request, answer and status go into
 * the submission, whose attempts grow unless nothing of the body was sent. Sets verdict and
 * asked_ms. `err` may not be NULL. 0 when accepted; errors: as submit_send().
 */
int attempt_send(struct attempt *attempt, struct scanreq_error *err);

#endif
