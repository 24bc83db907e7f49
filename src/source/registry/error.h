/* SPDX-License-Identifier: MIT */
/* What a registry's answer other than 200 means, by its status first and its code second. */
#ifndef SOURCE_REGISTRY_ERROR_H
#define SOURCE_REGISTRY_ERROR_H

#include <stdbool.h>

#include "base/log.h"
#include "net/http.h"

/* What was asked for; borrowed. */
struct registry_asked {
	const char *host; /* host[:port] that answered */
	const char *what; /* "ns/app:1", "the config of ns/app, sha256:..." */
	const char *login; /* "NAME from FILE": what was sent along; NULL: nothing */
	bool id;           /* by a digest of the user's, which may be an image's id */
	struct log *log;  /* knows secrets that the answer may repeat; or NULL */
};

/*
 * Sets the error of an answer: class by status, and by the code where the status says
 * little; host, status, code and one clean line of what the body says (error-body.h); and
 * when to come back where the answer says it (rate-limit.h).
 */
int registry_error(const struct registry_asked *asked, const struct http_response *response,
		   struct scanreq_error *err);

/*
 * Completes the error `failed` of a 401 that could not be answered, unless it is about
 * another server's answer: host and status, and of one that is SCANREQ_E_DENIED also the
 * code and the line, as above. Returns `failed`.
 */
int registry_error_refused(const struct registry_asked *asked,
			   const struct http_response *response, int failed,
			   struct scanreq_error *err);

#endif
