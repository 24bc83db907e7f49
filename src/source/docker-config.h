/* SPDX-License-Identifier: MIT */
/* Registry credentials in docker's config.json and podman's auth.json. */
#ifndef SOURCE_DOCKER_CONFIG_H
#define SOURCE_DOCKER_CONFIG_H

#include <stdbool.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "oci/reference.h"

/*
 * A login; owned, wiped when freed. A registry token goes before an identity token, and
 * that before user and password. `username` and `password` are both there or both NULL.
 */
struct credential {
	char *username;
	char *password;
	char *identity_token; /* a refresh token for the token server's POST (spec/auth/oauth.md) */
	char *registry_token; /* a Bearer token for the registry itself, sent as it is */
	char *from;           /* file and key, helper, or option: shown; NULL: there is no login */
};

/* Whether there is a login. */
static inline bool credential_found(const struct credential *credential)
{
	return credential->from;
}

void credential_free(struct credential *credential);
#define CLEANUP_CREDENTIAL CLEANUP(credential_free)

/*
 * Looks in one file for the credentials of a repository: keys "host/ns/repo", "host/ns",
 * "host", longest first, then URL-form keys; docker.io is also found as
 * "https://index.docker.io/v1/", "index.docker.io" and "registry-1.docker.io".
 * *credential stays empty when the file has no entry.
 * Errors: SCANREQ_E_NOT_FOUND (no such file), SCANREQ_E_USAGE (unreadable or malformed:
 * the message names the file and never its content), SCANREQ_E_NOMEM.
 */
int docker_config_find(const char *path, const struct reference *reference,
		       struct credential *credential, struct scanreq_error *err);

#endif
