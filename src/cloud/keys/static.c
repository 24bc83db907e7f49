/* SPDX-License-Identifier: MIT */
/* Keys from the caller and from the environment. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/str.h"
#include "cloud/keys/provider.h"

#define SECURITY_TOKEN_VARIABLE "ALIBABA_CLOUD_SECURITY_TOKEN"

bool provider_switch(const char *name)
{
	const char *value = env_value(name);

	return value && (strcasecmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

/* A broken pair ends the search: another provider's keys must not replace it. */
static int keys_static_take(const struct key_names *names, const struct given_keys *keys,
			    const char *from, struct provided *provided,
			    struct scanreq_error *err)
{
	int failed = credentials_take(names, keys, from, &provided->credentials, err);

	provided->final = failed;
	return failed;
}

int provider_caller(const struct provider_context *context, struct provided *provided,
		    struct scanreq_error *err)
{
	static const struct key_names names = {
		.key_id = "the access key id",
		.key_secret = "the access key secret",
		.security_token = "the security token",
	};
	const struct given_keys *given = context->given;

	if (!given || (!unless_empty(given->key_id) && !unless_empty(given->key_secret) &&
		       !unless_empty(given->security_token)))
		return error_recast(err, SCANREQ_CODE_PROVIDER_OFF); /* without a message */
	return keys_static_take(&names, given, "the caller", provided, err);
}

int provider_environment(const struct provider_context *context, struct provided *provided,
			 struct scanreq_error *err)
{
	static const struct key_names names = {
		.key_id = CREDENTIALS_KEY_ID_VARIABLE,
		.key_secret = CREDENTIALS_KEY_SECRET_VARIABLE,
		.security_token = SECURITY_TOKEN_VARIABLE,
	};
	const struct given_keys keys = {
		.key_id = env_value(names.key_id),
		.key_secret = env_value(names.key_secret),
		.security_token = env_value(names.security_token),
	};

	(void)context;
	/* A security token alone does not end the search. */
	if (!keys.key_id && !keys.key_secret)
		return error_set(err, SCANREQ_CODE_PROVIDER_OFF, "no %s", names.key_id);
	return keys_static_take(&names, &keys, "the environment", provided, err);
}
