/* SPDX-License-Identifier: MIT */
/* One attempt to send a scan request, and what it says of a next one. */
#ifndef CLOUD_SCAN_ATTEMPT_H
#define CLOUD_SCAN_ATTEMPT_H

#include "cloud/rpc/call.h"
#include "cloud/scan/context.h"
#include "cloud/scan/request.h"
#include "cloud/scan/submission.h"
#include "net/retry.h"

enum attempt_verdict {
	ATTEMPT_SETTLED,  /* accepted, refused, or a failure that time does not mend */
	ATTEMPT_LATER,	  /* nothing was done, and another time may be better */
	ATTEMPT_SKEWED,	  /* nothing was done: the date was wrong, and is put right */
	ATTEMPT_DOUBTFUL, /* a task may exist */
};

/* What the attempts at one submission share, and what the last of them said. */
struct attempt {
	const struct submit_context *context;
	const struct scanreq_request *request;
	struct scanreq_submission *submission;
	struct url url; /* owned, as the next two */
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
 * Builds, signs and sends once, and reads the answer by the rule of doubt. The request,
 * the answer and the status go into the submission; it counts an attempt unless it is
 * certain that nothing of the body left. The verdict and asked_ms are set. `err` may not
 * be NULL. 0 when accepted; errors as submit_send().
 */
int attempt_send(struct attempt *attempt, struct scanreq_error *err);

#endif
