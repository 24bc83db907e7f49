/* SPDX-License-Identifier: MIT */
/* A registry that speaks the OCI distribution-spec, for pulling. */
#ifndef SOURCE_REGISTRY_REGISTRY_H
#define SOURCE_REGISTRY_REGISTRY_H

#include "base/log.h"
#include "net/http.h"
#include "source/auth/auth.h"
#include "source/source.h"

/* What one registry source works with; borrowed, and must outlive it. */
struct registry_context {
	struct http_transport *transport;
	struct registry_auth *auth;
	struct log *log;
	const struct strv *plain_http; /* host[:port] to reach over http */
	const struct strv *redirects;  /* host[:port] that the user allows redirects to, or NULL */
};

/*
 * Opens the repository of `reference`; sends nothing yet. The scheme is https unless the
 * host is in plain_http; on loopback the first request tells (net/spoken.h).
 * Errors: SCANREQ_E_USAGE, SCANREQ_E_NOMEM.
 */
int source_registry_open(const struct registry_context *context,
			 const struct reference *reference, struct source *source,
			 struct scanreq_error *err);

#endif
