/* SPDX-License-Identifier: MIT */
/*
 * What one whole answer of the service says. Two generations are read: `Data` beside
 * `RequestId`, and the older one with `Code`, `Message`, `Success` and `HttpStatusCode`
 * around it, which says that it failed inside an HTTP 200.
 */
#ifndef CLOUD_RPC_ANSWER_H
#define CLOUD_RPC_ANSWER_H

#include <stdbool.h>
#include <stdint.h>
#include <scanreq/submit.h>

#include "base/log.h"
#include "net/http.h"
#include "net/retry.h"

struct answer {
	int status;    /* of HTTP, or HttpStatusCode where a failure came with a 2xx */
	bool readable; /* the body is a JSON object, or an <Error> of XML */
	bool failure;  /* it says that it failed: a Code of no success, or Success false */
	/* As the service wrote them, NULL: absent. */
	char *texts[SCANREQ_SUBMISSION_REQUEST_ID + 1];
	char *code;    /* NULL: absent, or a success */
	char *message;
};

/* Reads an answer, whatever its status. Errors: SCANREQ_E_NOMEM. */
int answer_read(const struct http_response *response, struct answer *answer,
		struct scanreq_error *err);

void answer_free(struct answer *answer);
#define CLEANUP_ANSWER CLEANUP(answer_free)

/* Where the answer is from, for errors. Borrowed. */
struct answer_from {
	const struct http_response *response;
	const struct url *url;
	const char *host;   /* host[:port] */
	struct log *log;    /* knows the secrets that the service may echo */
};

/*
 * The wait that an answer asks for, in milliseconds: x-acs-retry-after, the gateway's own,
 * else Retry-After. -1: none.
 */
int64_t answer_retry_after(const struct http_response *response);

/* What an answer that is a failure says of another attempt. */
struct retry_hint answer_hint(const struct answer *answer, const struct http_response *response);

/*
 * By the rule of doubt, what became of a request that got this answer: 0 when it was
 * accepted, else the error that it is, with what to do next. `err` may not be NULL.
 */
int answer_judge(const struct answer *answer, const struct answer_from *from,
		 struct scanreq_error *err);

#endif
