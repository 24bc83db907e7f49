/* SPDX-License-Identifier: MIT */
/* One signed call that changes nothing at the service, so it may be repeated. */
#ifndef CLOUD_SCAN_QUERY_H
#define CLOUD_SCAN_QUERY_H

#include <stdint.h>

#include "base/log.h"
#include "cloud/rpc/call.h"
#include "cloud/keys/chain.h"
#include "cloud/rpc/clock.h"
#include "net/http.h"

/* Borrowed. */
struct query_context {
	struct http_transport *transport;
	struct log *log; /* or NULL */
	struct credential_chain *chain;
	struct service_clock *clock; /* NULL: this machine's */
};

/* What to ask; borrowed. */
struct query {
	const char *action;
	const char *version;
	const char *method; /* NULL: POST */
	const char *path;   /* NULL: "/" */
	const struct url *url;
	const struct acs3_pair *params; /* in the URL's query */
	size_t count;
	const char *grant; /* the RAM action that it needs: "yundun-sas:..." */
	bool secret;	   /* the answer is secret: wiped, and never quoted */
};

/*
 * Asks once, and once more with the service's time if the date was refused. Succeeds with a
 * 2xx that declares no failure. *asked_ms is the wait that a failure asks for, or -1.
 * Errors: SCANREQ_E_DENIED (no keys, or no permission), SCANREQ_E_UNAVAILABLE (temporary),
 * SCANREQ_E_REFUSED, SCANREQ_E_USAGE, SCANREQ_E_UNREADABLE, SCANREQ_E_CANCELLED,
 * SCANREQ_E_NOMEM.
 */
int query_send(const struct query_context *context, const struct query *query,
	       struct http_response *response, int64_t *asked_ms, struct scanreq_error *err);

/*
 * The same, and repeats after temporary failures as often as the transport's `retries` says.
 * The last answer stays in *response even if it is a failure; its status is 0 without one.
 */
int query_send_patiently(const struct query_context *context, const struct query *query,
			 struct http_response *response, struct scanreq_error *err);

#endif
