/* SPDX-License-Identifier: MIT */
/*
 * Authentication at registries: credentials from providers, Basic, and Bearer tokens
 * (distribution's spec/auth/token.md), remembered for the run.
 */
#ifndef SOURCE_AUTH_AUTH_H
#define SOURCE_AUTH_AUTH_H

#include <stdbool.h>

#include "base/log.h"
#include "net/http.h"
#include "oci/reference.h"
#include "source/auth/docker-config.h"

/*
 * Finds credentials for a repository; leaves *credential empty when it has none.
 * Errors end the search.
 */
typedef int (*credential_fn)(void *arg, const struct reference *reference,
			     struct credential *credential, struct scanreq_error *err);

/* Tells a provider that its credentials for a repository were refused: look again. */
typedef void (*refused_fn)(void *arg, const struct reference *reference);

struct registry_auth;

/* `transport` and `log` must outlive it. Errors: SCANREQ_E_NOMEM. */
int registry_auth_new(struct http_transport *transport, struct log *log,
		      struct registry_auth **auth, struct scanreq_error *err);

void registry_auth_free(struct registry_auth **auth);

/*
 * Allows realms that realm.h would refuse. `realms` is borrowed and must outlive `auth`.
 */
void registry_auth_allow(struct registry_auth *auth, const struct strv *realms);

/* Adds a provider; the first that has credentials wins. 0 or SCANREQ_E_NOMEM. */
int registry_auth_provider(struct registry_auth *auth, credential_fn find, void *arg);

/* Calls `refused` when the credentials of the provider with `arg` were refused. */
void registry_auth_on_refusal(struct registry_auth *auth, refused_fn refused, void *arg);

/*
 * The Authorization value known for a repository at `origin` ("Bearer ..." or
 * "Basic ..."), the caller's (CLEANUP_SECRET); *value NULL when there is none yet.
 */
int registry_auth_known(struct registry_auth *auth, const struct url *origin,
			const struct reference *reference, char **value,
			struct scanreq_error *err);

/*
 * The login that `value` was granted for, "AWS from auth.json (...)", the caller's; NULL
 * when it was anonymous, or another value is known for the repository now.
 */
char *registry_auth_login(struct registry_auth *auth, const struct url *origin,
			  const struct reference *reference, const char *value);

/* A 401 to answer. Nothing is owned. */
struct refusal {
	const struct url *origin; /* of the registry */
	const struct reference *reference;
	const struct http_response *response;
	const char *sent; /* the Authorization value that was refused; NULL: none was sent */
	bool fresh;       /* `sent` was issued for this request, so it has not expired */
};

/*
 * Answers a 401: reads its challenges, looks for credentials, fetches a token if the
 * registry wants one, and sets *value to the Authorization value to try next, the caller's
 * (CLEANUP_SECRET). When several threads ask for one repository, one of them fetches and
 * the others get its value or its error.
 * Errors: SCANREQ_E_DENIED (no usable challenge, none or refused credentials: says whose
 * and from where), SCANREQ_E_UNAVAILABLE (the token server), SCANREQ_E_USAGE,
 * SCANREQ_E_NOMEM, and those of providers and transport.
 */
int registry_auth_answer(struct registry_auth *auth, const struct refusal *refusal,
			 char **value, struct scanreq_error *err);

/*
 * Forgets `value`, which has expired, unless another is known for the repository by now,
 * and tells the providers of the refusal.
 */
void registry_auth_forget(struct registry_auth *auth, const struct url *origin,
			  const struct reference *reference, const char *value);

#endif
