/* SPDX-License-Identifier: MIT */
/*
 * Providers of keys, for the chain's table. Their order and variables are those of Alibaba
 * Cloud's SDKs ("Manage access credentials", default chain).
 */
#ifndef CLOUD_KEYS_PROVIDER_H
#define CLOUD_KEYS_PROVIDER_H

#include <stdbool.h>

#include "cloud/rpc/credentials.h"
#include "net/http.h"

struct aliyun_config;
struct service_clock;

/* Settings and services for providers; borrowed. Texts are NULL if not set. */
struct provider_context {
	struct http_transport *transport;
	struct log *log;
	const struct given_keys *given; /* by the caller */
	const char *profile;            /* the only one to use */
	const char *region;
	const char *sts_endpoint;       /* host[:port] or URL without path */
	bool vpc;                       /* prefer hosts inside a VPC */
	struct service_clock *clock;    /* NULL: this machine's */
	bool static_only;               /* use neither the network nor other programs */
	struct aliyun_config *aliyun;   /* keeps the CLI's file, read once; or NULL */
};

/* A provider's result. */
struct provided {
	struct credentials credentials; /* without key_id: none */
	bool final;                     /* a failure that ends the search */
};

/*
 * A provider. Returns 0 if it gives keys. Errors: SCANREQ_E_NOT_FOUND (it is not configured),
 * SCANREQ_E_USAGE (not asked: only static keys are allowed), SCANREQ_E_UNREADABLE (malformed
 * input), SCANREQ_E_DENIED, SCANREQ_E_UNAVAILABLE, SCANREQ_E_NOMEM. `err` may not be NULL.
 */
typedef int (*provider_fn)(const struct provider_context *context, struct provided *provided,
			   struct scanreq_error *err);

/* The caller's keys, and those in ALIBABA_CLOUD_ACCESS_KEY_ID and the like. */
int provider_caller(const struct provider_context *context, struct provided *provided,
		    struct scanreq_error *err);
int provider_environment(const struct provider_context *context, struct provided *provided,
			 struct scanreq_error *err);

/* A role by an OIDC token (RRSA). */
int provider_oidc(const struct provider_context *context, struct provided *provided,
		  struct scanreq_error *err);

/* The aliyun CLI's config.json, and the SDKs' ini file. */
int provider_aliyun(const struct provider_context *context, struct provided *provided,
		    struct scanreq_error *err);
int provider_ini(const struct provider_context *context, struct provided *provided,
		 struct scanreq_error *err);

/* The ECS instance's role, and ALIBABA_CLOUD_CREDENTIALS_URI. */
int provider_metadata(const struct provider_context *context, struct provided *provided,
		      struct scanreq_error *err);
int provider_uri(const struct provider_context *context, struct provided *provided,
		 struct scanreq_error *err);

/*
 * The same for profiles: the keys of an instance's role (NULL: ask for its name), and those
 * at a URI (with `need_code`, the answer's Code must be "Success").
 */
int metadata_find(const struct provider_context *context, const char *role,
		  struct credentials *credentials, struct scanreq_error *err);
int uri_find(const struct provider_context *context, const char *uri, bool need_code,
	     struct credentials *credentials, struct scanreq_error *err);

/* Whether an environment variable is "true", in any case, or "1", as in the SDKs. */
bool provider_switch(const char *name);

#endif
