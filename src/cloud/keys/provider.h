/* SPDX-License-Identifier: MIT */
/*
 * Providers of keys, in the shape of the chain's table. The order and the variables are
 * those of Alibaba Cloud's own SDKs ("Manage access credentials", default chain).
 */
#ifndef CLOUD_KEYS_PROVIDER_H
#define CLOUD_KEYS_PROVIDER_H

#include <stdbool.h>

#include "cloud/rpc/credentials.h"
#include "net/http.h"

struct aliyun_config;
struct service_clock;

/* What providers work with; borrowed, texts NULL where not given. */
struct provider_context {
	struct http_transport *transport;
	struct log *log;
	const struct given_keys *given; /* by the caller */
	const char *profile;            /* the only one that may serve */
	const char *region;
	const char *sts_endpoint;       /* host[:port] or URL without path */
	bool vpc;                       /* prefer hosts inside a VPC */
	struct service_clock *clock;    /* to sign with; NULL: this machine's */
	bool static_only;               /* use neither the network nor other programs */
	struct aliyun_config *aliyun;   /* where what is read of the CLI's file is kept, so that
					   it is read once; NULL: nowhere */
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
 * What profiles use of the last two: the keys of an instance's role (NULL: ask which it
 * has), and those at a URI (with `need_code`: which must say that they are a success).
 */
int metadata_find(const struct provider_context *context, const char *role,
		  struct credentials *credentials, struct scanreq_error *err);
int uri_find(const struct provider_context *context, const char *uri, bool need_code,
	     struct credentials *credentials, struct scanreq_error *err);

/* Whether an environment variable says "true", in any case, as the SDKs take it, or "1". */
bool provider_switch(const char *name);

#endif
