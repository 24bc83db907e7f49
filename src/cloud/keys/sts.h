/* SPDX-License-Identifier: MIT */
/*
 * Assumes roles by STS, version 2015-04-01: AssumeRole, signed with keys, and
 * AssumeRoleWithOIDC, with a token.
 */
#ifndef CLOUD_KEYS_STS_H
#define CLOUD_KEYS_STS_H

#include "cloud/keys/provider.h"

/* A role and where to ask for it; borrowed. Texts are NULL if not set. */
struct sts_role {
	const char *arn;
	const char *session_name; /* NULL: "scanreq-" and the time */
	const char *policy;
	const char *external_id;
	int64_t seconds;          /* 900 to 43200; 0: 3600 */
	const char *endpoint;     /* after the context's */
	const char *region;       /* of the STS host */
	bool vpc;                 /* use the host inside that region's VPCs */
	const char *from;         /* the keys' provider, for messages */
};

/*
 * Finds the URL of STS: the context's endpoint, else the role's, else the region's host, else
 * the global host. Errors: SCANREQ_E_USAGE (the context's endpoint is malformed),
 * SCANREQ_E_UNREADABLE (the role's endpoint or region is malformed), SCANREQ_E_NOMEM.
 */
int sts_url(const struct provider_context *context, const struct sts_role *role,
	    struct url *url, struct scanreq_error *err);

/*
 * Assumes a role with keys. Repeats the request after temporary failures (no or a broken
 * connection, throttling, 5xx), as often as the transport's `retries` says, and once more with
 * the time of STS if the date was refused. Errors: SCANREQ_E_DENIED (refused),
 * SCANREQ_E_UNAVAILABLE, SCANREQ_E_UNREADABLE (a malformed role or answer),
 * SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM.
 */
int sts_assume_role(const struct provider_context *context, const struct sts_role *role,
		    const struct credentials *keys, struct credentials *credentials,
		    struct scanreq_error *err);

/*
 * Assumes a role with the token in `token_file`, which each call reads again. The request is
 * not signed. Errors: the same.
 */
int sts_assume_role_with_oidc(const struct provider_context *context,
			      const struct sts_role *role, const char *provider_arn,
			      const char *token_file, struct credentials *credentials,
			      struct scanreq_error *err);

#endif
