/* SPDX-License-Identifier: MIT */
/*
 * Roles: AssumeRole, signed, and AssumeRoleWithOIDC, which a token proves (STS,
 * version 2015-04-01).
 */
#ifndef CLOUD_KEYS_STS_H
#define CLOUD_KEYS_STS_H

#include "cloud/keys/provider.h"

/* Which role to take on, and where to ask; borrowed, texts NULL where not given. */
struct sts_role {
	const char *arn;
	const char *session_name; /* NULL: "scanreq-" and the time */
	const char *policy;
	const char *external_id;
	int64_t seconds;          /* 900 to 43200; 0: 3600 */
	const char *endpoint;     /* after the context's */
	const char *region;       /* of the STS host */
	bool vpc;                 /* the host inside the VPC of that region */
	const char *from;         /* what the keys are said to be from */
};

/*
 * The URL of STS: the endpoint of the context, else of the role, else the host of the
 * region, else the global one. Errors: SCANREQ_E_USAGE (the context's endpoint is
 * malformed), SCANREQ_E_UNREADABLE (the role's endpoint or region is), SCANREQ_E_NOMEM.
 */
int sts_url(const struct provider_context *context, const struct sts_role *role,
	    struct url *url, struct scanreq_error *err);

/*
 * Takes on a role with keys: asks again, as often as the transport's `retries` says, after
 * a connection that broke or was not had, throttling and a status of 5xx, and once more by
 * the clock of STS where it refuses ours. Errors: SCANREQ_E_DENIED (STS refuses),
 * SCANREQ_E_UNAVAILABLE, SCANREQ_E_UNREADABLE (a role or an answer that is malformed),
 * SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM.
 */
int sts_assume_role(const struct provider_context *context, const struct sts_role *role,
		    const struct credentials *keys, struct credentials *credentials,
		    struct scanreq_error *err);

/*
 * Takes on a role with the token in `token_file`, which is read anew by each call; the
 * request is not signed. Errors: the same.
 */
int sts_assume_role_with_oidc(const struct provider_context *context,
			      const struct sts_role *role, const char *provider_arn,
			      const char *token_file, struct credentials *credentials,
			      struct scanreq_error *err);

#endif
