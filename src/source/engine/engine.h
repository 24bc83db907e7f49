/* SPDX-License-Identifier: MIT */
/*
 * An image in a container engine on this machine: docker's, or podman's service, by the
 * Docker Engine API on a unix socket. One request; no bytes of the image are read.
 */
#ifndef SOURCE_ENGINE_ENGINE_H
#define SOURCE_ENGINE_ENGINE_H

#include "base/log.h"
#include "net/http.h"
#include "source/source.h"

/* Borrowed; must outlive the source. */
struct daemon_context {
	struct http_transport *transport;
	struct log *log;    /* or NULL */
	const char *socket; /* of the engine; NULL: see engine_socket_find() */
};

/*
 * Opens the image that the engine calls `name`: a reference, "sha256:" and an id, or the
 * beginning of one. Nothing is sent before source_list(). Its errors, beside those of
 * engine-image.h: SCANREQ_E_NOT_FOUND, SCANREQ_E_UNAVAILABLE (the engine fails).
 * Errors: those of engine_socket_find() and engine_name_check().
 */
int source_daemon_open(const struct daemon_context *context, const char *name,
		       struct source *source, struct scanreq_error *err);

#endif
