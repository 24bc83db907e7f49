/* SPDX-License-Identifier: MIT */
/* The error of a registry's answer other than 200, by its status and its error code. */
#ifndef SOURCE_REGISTRY_ERROR_H
#define SOURCE_REGISTRY_ERROR_H

#include <stdbool.h>

#include "base/log.h"
#include "net/http.h"

/* The request; borrowed. */
struct registry_asked {
	const char *host; /* host[:port] that answered */
	const char *what; /* "ns/app:1", "the config of ns/app, sha256:..." */
	const char *login; /* "NAME from FILE"; NULL: anonymous */
	bool id;           /* by the user's digest, which may be an image's id */
	struct log *log;  /* knows secrets that the answer may repeat; or NULL */
};

/*
 * Sets the error of an answer: its code by the status or, if that is vague, by the body's
 * error code; host, status, service code, one line of the body (error-body.h) and, if the
 * answer has it, when to try again (rate-limit.h).
 */
int registry_error(const struct registry_asked *asked, const struct http_response *response,
		   struct scanreq_error *err);

/*
 * Completes the error `failed` of a 401 that could not be answered: adds host and status,
 * and to SCANREQ_E_DENIED also the service code and the line. Leaves an error about another
 * server's answer as it is. Returns `failed`.
 */
int registry_error_refused(const struct registry_asked *asked,
			   const struct http_response *response, int failed,
			   struct scanreq_error *err);

#endif
