/* SPDX-License-Identifier: MIT */
/* Reads documents that contain keys, and fetches them. */
#ifndef CLOUD_KEYS_SESSION_H
#define CLOUD_KEYS_SESSION_H

#include <json-c/json.h>

#include "cloud/keys/provider.h"

/* Names of the members. */
struct session_names {
	struct key_names keys;
	const char *expiration; /* an RFC 3339 time */
};

/* "AccessKeyId", ..., "Expiration": STS, the metadata service and credentials URIs. */
extern const struct session_names session_names;

/*
 * Reads keys from an object; `from` names their provider. Errors: SCANREQ_E_UNREADABLE (a
 * member is missing or malformed), SCANREQ_E_DENIED (the keys have expired), SCANREQ_E_NOMEM.
 */
int session_read(struct json_object *object, const struct session_names *names,
		 const char *from, struct credentials *credentials, struct scanreq_error *err);

/*
 * The same for an answer's text. A Code other than "Success" is refused; with `need_code` it
 * must be there, as in answers of the metadata service.
 */
int session_read_text(const struct buf *text, bool need_code, const char *from,
		      struct credentials *credentials, struct scanreq_error *err);

/*
 * Sends a request without a body; the answer has at most LIMIT_SESSION bytes. `failure` may be
 * NULL. Any status is a success. Errors: as http_send().
 */
int session_fetch(const struct provider_context *context, struct http_request *request,
		  struct http_response *response, struct http_failure *failure,
		  struct scanreq_error *err);

/* The same for a GET, repeated as retry_get() does. */
int session_get(const struct provider_context *context, struct http_request *request,
		struct http_response *response, struct scanreq_error *err);

/* The code for a status: PROVIDER_FAILED for 429 and 5xx, else PROVIDER_REFUSED. */
int session_status_code(int status);

/*
 * Refuses providers that need the network or other programs with SCANREQ_E_USAGE if only
 * static keys are allowed.
 */
int session_allowed(const struct provider_context *context, struct scanreq_error *err);

#endif
