/* SPDX-License-Identifier: MIT */
/* Assumes a role with an OIDC token, as pods of a cluster do (RRSA). */
#include "base/cleanup.h"
#include "base/error.h"
#include "cloud/keys/session.h"
#include "cloud/keys/sts.h"

int provider_oidc(const struct provider_context *context, struct provided *provided,
		  struct scanreq_error *err)
{
	static const char *const names[] = {
		"ALIBABA_CLOUD_ROLE_ARN",
		"ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
		"ALIBABA_CLOUD_OIDC_TOKEN_FILE",
	};
	const char *values[ARRAY_LENGTH(names)];
	struct sts_role role = {
		.session_name = env_value("ALIBABA_CLOUD_ROLE_SESSION_NAME"),
		.region = env_value("ALIBABA_CLOUD_STS_REGION"),
		.vpc = provider_switch("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"),
		.from = "OIDC",
	};
	int failed;

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		values[i] = env_value(names[i]);
		if (!values[i])
			return error_set(err, SCANREQ_CODE_PROVIDER_OFF, "no %s", names[i]);
	}
	role.arn = values[0];
	failed = session_allowed(context, err);
	return failed ? failed : sts_assume_role_with_oidc(context, &role, values[1], values[2],
							   &provided->credentials, err);
}
