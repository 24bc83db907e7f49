/* SPDX-License-Identifier: MIT */
/* The client and its parts. */
#ifndef API_CLIENT_H
#define API_CLIENT_H

#include <scanreq/client.h>

#include "api/options.h"
#include "base/log.h"
#include "cloud/acr/acr.h"
#include "cloud/keys/chain.h"
#include "cloud/rpc/clock.h"
#include "cloud/scan/submit.h"
#include "net/http.h"
#include "source/auth/credential-store.h"
#include "source/auth/auth.h"
#include "image/open.h"

struct scanreq_client {
	struct scanreq_options options;
	struct log *log;
	struct http_transport *transport;
	struct registry_auth *auth;
	struct credential_store *store; /* NULL: no registry credentials */
	struct acr *acr;                /* NULL: no temporary logins */
	struct image_context images;
	struct given_keys keys;        /* borrows from the options */
	struct credential_chain *chain;
	struct service_clock clock;
};

/* Returns the context of submissions and tasks; it borrows from the client. */
struct submit_context client_submit_context(struct scanreq_client *client);

/*
 * Masks secrets in the error of a failed call. Returns `failed`, or SCANREQ_E_NOMEM if masking
 * ran out of memory.
 */
int client_error(struct scanreq_client *client, int failed, struct scanreq_error *err);

#endif
