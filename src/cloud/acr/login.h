/* SPDX-License-Identifier: MIT */
/*
 * Temporary logins of Alibaba Cloud's Container Registry, by GetAuthorizationToken: of an
 * Enterprise instance, "cr" version 2018-12-01, which wants the instance's id (looked up
 * by its name with ListInstance when it is not given); of the personal edition, the older
 * version 2016-06-07, GET /tokens.
 */
#ifndef CLOUD_ACR_LOGIN_H
#define CLOUD_ACR_LOGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "cloud/acr/host.h"
#include "cloud/keys/chain.h"
#include "cloud/rpc/clock.h"
#include "net/http.h"
#include "source/auth/docker-config.h"

/* What asking takes. Nothing is owned. */
struct acr_context {
	struct http_transport *transport;
	struct log *log;                /* or NULL */
	struct credential_chain *chain; /* of the keys to sign with */
	struct service_clock *clock;    /* to sign with; NULL: this machine's */
	const char *instance_id;        /* of the Enterprise edition; NULL: looked up */
	bool vpc;                       /* ask the host inside the region's VPCs */
};

/*
 * Fetches a login, the caller's, registered with the log; *expires_ms is its end, 0 when
 * the answer does not say one. To ask again does no harm, so that it is done as often as the
 * transport's `retries` says, each time signed anew; and once more when a clock was wrong.
 * Errors: SCANREQ_E_DENIED (no keys, a refusal: names the RAM action to grant, or no such
 * instance), SCANREQ_E_UNAVAILABLE, SCANREQ_E_UNREADABLE (an answer without a login),
 * SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM, and those of the chain. `err` may not be NULL.
 */
int acr_login_fetch(const struct acr_context *context, const struct acr_host *host,
		    struct credential *credential, int64_t *expires_ms,
		    struct scanreq_error *err);

#endif
