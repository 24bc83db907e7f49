/* SPDX-License-Identifier: MIT */
/*
 * Providers of keys, in the shape of the chain's table. The order and the variables are
 * those of Alibaba Cloud's own SDKs ("Manage access credentials", default chain).
 */
#ifndef CLOUD_PROVIDER_H
#define CLOUD_PROVIDER_H

#include <stdbool.h>

#include "cloud/credentials.h"
#include "net/http.h"

/* What providers work with; borrowed, texts NULL where not given. */
struct provider_context {
	struct http_transport *transport;
	struct log *log;
	const struct given_keys *given; /* by the caller */
	const char *profile;            /* the only one that may serve */
	const char *region;
	const char *sts_endpoint;       /* host[:port] or URL without path */
	bool vpc;                       /* prefer hosts inside a VPC */
	bool static_only;               /* use neither the network nor other programs */
};

/* What one provider has found. */
struct provided {
	struct credentials credentials; /* without key_id: none */
	bool final;                     /* a failure that ends the search */
};

/*
 * A provider. 0 when it serves, else the class of the reason, which `err` says:
 * SCANREQ_E_NOT_FOUND: it is not set up here; SCANREQ_E_USAGE: it was not asked, since
 * only static keys may serve; SCANREQ_E_UNREADABLE: what it reads is malformed;
 * SCANREQ_E_DENIED, SCANREQ_E_UNAVAILABLE, SCANREQ_E_NOMEM. `err` may not be NULL.
 */
typedef int (*provider_fn)(const struct provider_context *context, struct provided *provided,
			   struct scanreq_error *err);

/* The caller's keys, and ALIBABA_CLOUD_ACCESS_KEY_ID with its kin. */
int provider_caller(const struct provider_context *context, struct provided *provided,
		    struct scanreq_error *err);
int provider_environment(const struct provider_context *context, struct provided *provided,
			 struct scanreq_error *err);

/* An environment variable; NULL when it is unset or empty. Borrowed. */
const char *provider_variable(const char *name);

#endif
