/* SPDX-License-Identifier: MIT */
/*
 * Reads one whole answer of the service. There are two forms: `Data` beside `RequestId`, and
 * an older one that adds `Code`, `Message`, `Success` and `HttpStatusCode`, and that may
 * declare a failure in an HTTP 200.
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
	int status;    /* of HTTP; HttpStatusCode if a 2xx declares a failure */
	bool readable; /* the body is a JSON object, or an <Error> of XML */
	bool failure;  /* declared by a Code other than success, or by Success false */
	/* Not masked or escaped; NULL: absent. */
	char *texts[SCANREQ_SUBMISSION_REQUEST_ID + 1];
	char *code;    /* NULL: absent, or it means success */
	char *message;
};

/* Reads an answer, whatever its status. Errors: SCANREQ_E_NOMEM. */
int answer_read(const struct http_response *response, struct answer *answer,
		struct scanreq_error *err);

void answer_free(struct answer *answer);
#define CLEANUP_ANSWER CLEANUP(answer_free)

/* The origin of an answer, for errors. Borrowed. */
struct answer_from {
	const struct http_response *response;
	const struct url *url;
	const char *host;   /* host[:port] */
	struct log *log;    /* masks secrets that the service may echo */
};

/* Whether the answer has a Code that begins like this, in any case. */
bool answer_code_begins(const struct answer *answer, const char *beginning);

/*
 * Milliseconds to wait, by the gateway's x-acs-retry-after, else by Retry-After. -1: none.
 */
int64_t answer_retry_after(const struct http_response *response);

/* What an answer that is a failure says of another attempt. */
struct retry_hint answer_hint(const struct answer *answer, const struct http_response *response);

/*
 * Tells from an answer whether the request was accepted (0), refused, or of unknown outcome;
 * the error says what to do next. `err` may not be NULL.
 */
int answer_judge(const struct answer *answer, const struct answer_from *from,
		 struct scanreq_error *err);

#endif
