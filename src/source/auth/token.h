/* SPDX-License-Identifier: MIT */
/*
 * Registry tokens: one GET to the realm of a Bearer challenge (distribution's
 * spec/auth/token.md), with Basic when there is a user. An identity token is posted
 * (spec/auth/oauth.md). If the server answers 400, 401, 404 or 405 to that, the GET follows
 * with the identity token as the password.
 */
#ifndef SOURCE_AUTH_TOKEN_H
#define SOURCE_AUTH_TOKEN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/log.h"
#include "net/http.h"
#include "source/auth/challenge.h"
#include "source/auth/docker-config.h"

/* Nothing is owned. */
struct token_request {
	struct http_transport *transport;
	struct log *log;                     /* or NULL */
	const struct url *origin;            /* of the registry */
	const char *registry;                /* its host[:port], for errors */
	const struct challenge *challenge;   /* with a realm */
	const struct strv *allowed;          /* realms that the user trusts, or NULL */
	const char *scope;                   /* one or several, with spaces between */
	const struct credential *credential; /* none found: anonymous */
};

/*
 * Fetches a token and adds "Bearer TOKEN" to `authorization`, a secret buffer.
 * *expires_ms is when to stop using it, on this machine's clock. Errors:
 * SCANREQ_E_DENIED (refused, or a realm that must not be asked), SCANREQ_E_UNAVAILABLE (also
 * for an answer that has no token), SCANREQ_E_USAGE, SCANREQ_E_NOMEM.
 */
int token_fetch(const struct token_request *request, struct buf *authorization,
		int64_t *expires_ms, struct scanreq_error *err);

/*
 * Adds "Basic ..." of RFC 7617 and registers both the password and the pair with `log`.
 * Errors: SCANREQ_E_USAGE (a user name with a colon), SCANREQ_E_NOMEM.
 */
int basic_authorization(const struct credential *credential, struct log *log,
			struct buf *authorization, struct scanreq_error *err);

/* Adds "Bearer " and the registry token, likewise. Errors: SCANREQ_E_USAGE, SCANREQ_E_NOMEM. */
int bearer_authorization(const struct credential *credential, struct log *log,
			 struct buf *authorization, struct scanreq_error *err);

#endif
