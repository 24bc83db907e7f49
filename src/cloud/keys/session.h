/* SPDX-License-Identifier: MIT */
/* Answers and documents that hold keys, and the one request that fetches them. */
#ifndef CLOUD_KEYS_SESSION_H
#define CLOUD_KEYS_SESSION_H

#include <json-c/json.h>

#include "cloud/keys/provider.h"

/* What the members are called. */
struct session_names {
	struct key_names keys;
	const char *expiration; /* an RFC 3339 time */
};

/* "AccessKeyId", ..., "Expiration": STS, the metadata service and credentials URIs. */
extern const struct session_names session_names;

/*
 * Takes keys out of an object; `from` names their provider. An end that has passed, or
 * that is no time, is refused. Errors: SCANREQ_E_UNREADABLE (members missing, or no keys
 * in them), SCANREQ_E_DENIED (expired), SCANREQ_E_NOMEM.
 */
int session_read(struct json_object *object, const struct session_names *names,
		 const char *from, struct credentials *credentials, struct scanreq_error *err);

/*
 * The same from an answer's text. With `need_code` its member Code must be "Success", as
 * the metadata service writes it; without, only another Code is refused.
 */
int session_read_text(const struct buf *text, bool need_code, const char *from,
		      struct credentials *credentials, struct scanreq_error *err);

/*
 * GET (or another method without a body), answered within LIMIT_SESSION bytes. *failure
 * may be NULL. Any status is a success. Errors: as http_send().
 */
int session_fetch(const struct provider_context *context, struct http_request *request,
		  struct http_response *response, struct http_failure *failure,
		  struct scanreq_error *err);

/* The same for a GET that is sent again as retry_get() does. */
int session_get(const struct provider_context *context, struct http_request *request,
		struct http_response *response, struct scanreq_error *err);

/* SCANREQ_E_UNAVAILABLE for 429 and 5xx, else SCANREQ_E_DENIED. */
int session_status_code(int status);

/*
 * For providers that need the network or other programs: 0, or SCANREQ_E_USAGE when
 * only static keys may serve.
 */
int session_allowed(const struct provider_context *context, struct scanreq_error *err);

#endif
