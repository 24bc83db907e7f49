/* SPDX-License-Identifier: MIT */
/*
 * docker's credential helpers (github.com/docker/docker-credential-helpers):
 * "docker-credential-NAME get" reads a server from standard input and answers with JSON.
 * Messages never quote a helper's answer: it may have the secret.
 */
#ifndef SOURCE_AUTH_CREDENTIAL_HELPER_H
#define SOURCE_AUTH_CREDENTIAL_HELPER_H

#include "source/auth/docker-config.h"

struct helper_request {
	const char *name;   /* what follows "docker-credential-": data of a file, not trusted */
	const char *from;   /* the file that names it: shown */
	const char *server; /* what it is asked for */
	const struct reference *reference;
	int64_t timeout_ms;
};

/*
 * Asks a helper for the login of a repository's host. *credential stays empty when it
 * has none. If the user is "<token>", the secret is an identity token. *missing: the program
 * is not in PATH. Errors: SCANREQ_E_USAGE (a malformed name), SCANREQ_E_DENIED (the helper
 * failed, took too long or gave a malformed answer), SCANREQ_E_INTERNAL, SCANREQ_E_NOMEM.
 */
int credential_helper_get(const struct helper_request *request, struct credential *credential,
			  bool *missing, struct scanreq_error *err);

#endif
