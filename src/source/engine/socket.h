/* SPDX-License-Identifier: MIT */
/* Where a container engine listens on this machine. */
#ifndef SOURCE_ENGINE_SOCKET_H
#define SOURCE_ENGINE_SOCKET_H

#include <scanreq/error.h>

/*
 * The path of an engine's unix socket, the caller's: `given` where it is not NULL; else the
 * path in DOCKER_HOST; else the first that exists of docker's /var/run/docker.sock and
 * podman's $XDG_RUNTIME_DIR/podman/podman.sock and /run/podman/podman.sock.
 * Errors: SCANREQ_E_USAGE (DOCKER_HOST is no unix socket), SCANREQ_E_UNAVAILABLE (there is
 * no such socket), SCANREQ_E_DENIED (no permission), SCANREQ_E_NOMEM.
 */
int engine_socket_find(const char *given, char **path, struct scanreq_error *err);

#endif
