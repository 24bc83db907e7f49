/* SPDX-License-Identifier: MIT */
/*
 * Temporary logins for Alibaba Cloud's Container Registry, by GetAuthorizationToken. An
 * Enterprise instance uses version 2018-12-01 of "cr", which takes the instance's id
 * (ListInstance finds it by the name); the personal edition uses version 2016-06-07,
 * GET /tokens.
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

/* Borrowed. */
struct acr_context {
	struct http_transport *transport;
	struct log *log;                /* or NULL */
	struct credential_chain *chain; /* keys to sign with */
	struct service_clock *clock;    /* NULL: this machine's */
	const char *instance_id;        /* of the Enterprise edition; NULL: look it up */
	bool vpc;                       /* ask the host inside the region's VPCs */
};

/*
 * Fetches a login and registers it with the log; the caller owns it. *expires_ms is its end,
 * or 0 if the answer has none. A failed request is repeated as often as the transport's
 * `retries` says, signed anew, and once more if the date was refused.
 * Errors: SCANREQ_E_DENIED (no keys, no such instance, or a refusal, which names the RAM
 * action to grant), SCANREQ_E_UNAVAILABLE, SCANREQ_E_UNREADABLE (an answer without a login),
 * SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM, and those of the chain. `err` may not be NULL.
 */
int acr_login_fetch(const struct acr_context *context, const struct acr_host *host,
		    struct credential *credential, int64_t *expires_ms,
		    struct scanreq_error *err);

#endif
