/* SPDX-License-Identifier: MIT */
/* One signed call that changes nothing at the service, so that it may be sent again. */
#ifndef CLOUD_SCAN_QUERY_H
#define CLOUD_SCAN_QUERY_H

#include <stdint.h>

#include "base/log.h"
#include "cloud/rpc/call.h"
#include "cloud/keys/chain.h"
#include "cloud/rpc/clock.h"
#include "net/http.h"

/* What queries work with; all borrowed. */
struct query_context {
	struct http_transport *transport;
	struct log *log; /* or NULL */
	struct credential_chain *chain;
	struct service_clock *clock; /* to sign with; NULL: this machine's */
};

/* What to ask. Nothing is owned. */
struct query {
	const char *action;
	const char *version;
	const char *method; /* NULL: POST */
	const char *path;   /* NULL: "/" */
	const struct url *url;
	const struct acs3_pair *params; /* in the URL's query */
	size_t count;
	const char *grant; /* the RAM action to grant when it is refused: "yundun-sas:..." */
	bool secret;	   /* the answer is one: wiped, and never quoted */
};

/*
 * Asks once; a second time, by the service's clock, when it refuses ours. The answer is
 * one of 2xx that does not say that it failed. *asked_ms is the wait that a failure asks
 * for, or -1. Errors: SCANREQ_E_DENIED (no keys, or they may not), SCANREQ_E_UNAVAILABLE
 * (another time may be better), SCANREQ_E_REFUSED, SCANREQ_E_USAGE, SCANREQ_E_UNREADABLE,
 * SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM.
 */
int query_send(const struct query_context *context, const struct query *query,
	       struct http_response *response, int64_t *asked_ms, struct scanreq_error *err);

/*
 * The same, and again as often as the transport's `retries` says, where the service has too
 * much to do or the connection broke or was not had. The last answer stays in *response,
 * whatever it says; its status is 0 where there is none.
 */
int query_send_patiently(const struct query_context *context, const struct query *query,
			 struct http_response *response, struct scanreq_error *err);

#endif
