/* SPDX-License-Identifier: MIT */
/*
 * Where stored registry logins are looked for, and in which order.
 *
 * A file that is given is read alone. Otherwise DOCKER_AUTH_CONFIG (as docker/cli has it),
 * then REGISTRY_AUTH_FILE alone (as podman has it), or each of: DOCKER_CONFIG/config.json
 * when DOCKER_CONFIG is set, since whoever sets it means it; podman's auth.json in
 * XDG_RUNTIME_DIR/containers (root without one: /run/containers/0) and in
 * XDG_CONFIG_HOME/containers or ~/.config/containers (containers-auth.json(5));
 * ~/.docker/config.json; ~/.dockercfg. The first that has a login for the repository wins.
 *
 * A file is read once a run, and a helper asked once for a host; a login that was refused
 * makes both be asked again.
 */
#ifndef SOURCE_AUTH_CREDENTIAL_STORE_H
#define SOURCE_AUTH_CREDENTIAL_STORE_H

#include <stdint.h>

#include "base/log.h"
#include "source/auth/docker-config.h"

struct credential_store;

struct credential_store_settings {
	const char *authfile; /* read alone; NULL: the order above */
	int64_t helper_timeout_ms;
	struct log *log; /* must outlive the store */
};

/* Makes a store; the environment is looked at now. Errors: SCANREQ_E_NOMEM. */
int credential_store_new(const struct credential_store_settings *settings,
			 struct credential_store **store, struct scanreq_error *err);

void credential_store_free(struct credential_store **store);

/*
 * Looks for a login: a credential_fn whose argument is the store; threads may share it.
 * In a file that names a helper for the host, the helper's answer is final for the file;
 * a helper that is not installed is a warning, and the file's own entry counts.
 * A file that is missing is passed over unless it was named for just this; one that is
 * unreadable or malformed is an error, so that nobody is asked in its stead
 * (GHSA-99pg-grm5-qq3v). Errors: SCANREQ_E_USAGE, SCANREQ_E_NOMEM, and those of
 * credential_helper_get().
 */
int credential_store_find(void *store, const struct reference *reference,
			  struct credential *credential, struct scanreq_error *err);

/*
 * The login for a repository was refused: what was read of it is forgotten. A refused_fn
 * whose argument is the store.
 */
void credential_store_refused(void *store, const struct reference *reference);

#endif
