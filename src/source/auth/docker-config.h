/* SPDX-License-Identifier: MIT */
/* Registry credentials in docker's config.json and podman's auth.json. */
#ifndef SOURCE_AUTH_DOCKER_CONFIG_H
#define SOURCE_AUTH_DOCKER_CONFIG_H

#include <stdbool.h>
#include <scanreq/error.h>

#include "base/buf.h"
#include "base/json.h"
#include "oci/reference.h"

/*
 * A login; owned, wiped when freed. A registry token goes before an identity token, and
 * that before user and password. `username` and `password` are both set or both NULL.
 */
struct credential {
	char *username;
	char *password;
	char *identity_token; /* a refresh token for the token server's POST (spec/auth/oauth.md) */
	char *registry_token; /* a Bearer token for the registry itself, sent as it is */
	char *from;           /* file and key, helper, or setting, for messages; NULL: no login */
	const char *realm_below; /* static: send it only to https registries, and to https realms
				    below this domain; NULL: no such limit */
	bool remembered;      /* from an earlier look-up of this run: it may have expired */
};

/* Whether there is a login. */
static inline bool credential_found(const struct credential *credential)
{
	return credential->from;
}

/* The user of the login, for errors: static or borrowed. */
static inline const char *credential_owner(const struct credential *credential)
{
	return credential->username ? credential->username : "a stored token";
}

/* Leaves an empty one. */
void credential_free(struct credential *credential);

/* Copies into an empty one. 0 or SCANREQ_E_NOMEM. */
int credential_copy(struct credential *to, const struct credential *from);
#define CLEANUP_CREDENTIAL CLEANUP(credential_free)

enum docker_config_form {
	DOCKER_CONFIG_FILE, /* docker's config.json, podman's auth.json */
	DOCKER_CONFIG_FLAT, /* the older ~/.dockercfg: the object of "auths" alone */
};

/* A parsed file of logins. All-zero: empty. */
struct docker_config {
	char *name; /* for messages */
	struct json_object *root;
	struct json_object *auths;   /* borrowed from `root`, as the next; NULL: none */
	struct json_object *helpers;
	const char *store;
};

void docker_config_free(struct docker_config *config);
#define CLEANUP_DOCKER_CONFIG CLEANUP(docker_config_free)

/*
 * Parses a text, which messages call `name`. Errors: SCANREQ_E_USAGE (malformed: the message
 * has the name and never the content), SCANREQ_E_NOMEM.
 */
int docker_config_parse(const char *name, const struct buf *text, enum docker_config_form form,
			struct docker_config *config, struct scanreq_error *err);

/* The same from a file; also SCANREQ_E_NOT_FOUND, and SCANREQ_E_USAGE when unreadable. */
int docker_config_read(const char *path, enum docker_config_form form,
		       struct docker_config *config, struct scanreq_error *err);

/* Which credential helper to ask, and for which server. Borrowed. */
struct docker_helper {
	const char *name; /* NULL or "": none */
	const char *server;
};

/*
 * The credential helper that the file names for a repository's host: the one in
 * "credHelpers", else "credsStore". `server` is the host; for Docker Hub the key in
 * "credHelpers", else docker's own, "https://index.docker.io/v1/".
 * Errors: SCANREQ_E_USAGE.
 */
int docker_config_helper(const struct docker_config *config, const struct reference *reference,
			 struct docker_helper *helper, struct scanreq_error *err);

/*
 * Looks among the entries for the credentials of a repository: keys "host/ns/repo",
 * "host/ns", "host", longest first, then URL-form keys of the host with any path; docker.io
 * is also found as "https://index.docker.io/v1/", "index.docker.io" and
 * "registry-1.docker.io", in this order and after its own name. The order of the members in
 * the file does not matter.
 * *credential stays empty when there is no entry. Errors: SCANREQ_E_USAGE (the entry is
 * malformed: file and key are named, others' entries do not matter), SCANREQ_E_NOMEM.
 */
int docker_config_find(const struct docker_config *config, const struct reference *reference,
		       struct credential *credential, struct scanreq_error *err);

#endif
