/* SPDX-License-Identifier: MIT */
/*
 * The places of stored registry logins, and their order.
 *
 * If `authfile` is set, only that file is read. Otherwise: DOCKER_AUTH_CONFIG (docker/cli);
 * then REGISTRY_AUTH_FILE (podman) and nothing after it, if it is set; else
 * DOCKER_CONFIG/config.json if DOCKER_CONFIG is set; podman's auth.json in
 * XDG_RUNTIME_DIR/containers (root without one: /run/containers/0) and in
 * XDG_CONFIG_HOME/containers or ~/.config/containers (containers-auth.json(5));
 * ~/.docker/config.json unless DOCKER_CONFIG is set; ~/.dockercfg. The first that has a
 * login for the repository wins.
 *
 * A file is read once a run, and a helper is asked once for each host; after a login was
 * refused, both are asked again.
 */
#ifndef SOURCE_AUTH_CREDENTIAL_STORE_H
#define SOURCE_AUTH_CREDENTIAL_STORE_H

#include <stdint.h>

#include "base/log.h"
#include "source/auth/docker-config.h"

struct credential_store;

struct credential_store_settings {
	const char *authfile; /* NULL: the order above */
	int64_t helper_timeout_ms;
	struct log *log; /* must outlive the store */
};

/* Makes a store; reads the environment. Errors: SCANREQ_E_NOMEM. */
int credential_store_new(const struct credential_store_settings *settings,
			 struct credential_store **store, struct scanreq_error *err);

void credential_store_free(struct credential_store **store);

/*
 * Looks for a login: a credential_fn whose argument is the store; threads may share it.
 * If a file names a helper for the host, the helper is asked and the file's own entries are
 * not used; if the helper is not installed, a warning says so and the entries are used.
 * A missing file is skipped unless the user named it. An unreadable or malformed file is an
 * error, and the search ends (GHSA-99pg-grm5-qq3v). Errors: SCANREQ_E_USAGE,
 * SCANREQ_E_NOMEM, and those of credential_helper_get().
 */
int credential_store_find(void *store, const struct reference *reference,
			  struct credential *credential, struct scanreq_error *err);

/*
 * Forgets all that was read for a repository's host, since its login was refused. A
 * refused_fn whose argument is the store.
 */
void credential_store_refused(void *store, const struct reference *reference);

#endif
