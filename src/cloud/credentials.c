/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "cloud/credentials.h"

/* What each part is called by whoever it is from. */
struct provider {
	const char *from;
	const char *key_id;
	const char *key_secret;
	const char *security_token;
};

static const struct provider caller = {
	.from = "the caller",
	.key_id = "the access key id",
	.key_secret = "the access key secret",
	.security_token = "the security token",
};

static const struct provider environment = {
	.from = "the environment",
	.key_id = CREDENTIALS_KEY_ID_VARIABLE,
	.key_secret = CREDENTIALS_KEY_SECRET_VARIABLE,
	.security_token = "ALIBABA_CLOUD_SECURITY_TOKEN",
};

void credentials_free(struct credentials *credentials)
{
	str_wipe(&credentials->key_id);
	str_wipe(&credentials->key_secret);
	str_wipe(&credentials->security_token);
	credentials->from = NULL;
}

static const char *unless_empty(const char *value)
{
	return value && *value ? value : NULL;
}

/*
 * Keys are printable ASCII without blanks. Anything else is a slip of the paste, or would
 * break out of the header that carries it.
 */
static int check_value(const char *what, const char *value, struct scanreq_error *err)
{
	if (!value)
		return 0;
	for (const char *p = value; *p; p++)
		if (*p <= ' ' || *p > '~')
			return error_set(err, SCANREQ_E_DENIED,
					 "%s has a blank, a control character or a byte "
					 "that is not ASCII: set it again",
					 what);
	if (strlen(value) > LIMIT_SECRET_FILE)
		return error_set(err, SCANREQ_E_DENIED, "%s is longer than %ld bytes", what,
				 LIMIT_SECRET_FILE);
	return 0;
}

static int check_pair(const struct provider *p, const struct given_keys *keys,
		      struct scanreq_error *err)
{
	if (!keys->key_id)
		return error_set(err, SCANREQ_E_DENIED, "%s is given, %s is not: give both",
				 keys->key_secret ? p->key_secret : p->security_token,
				 p->key_id);
	if (!keys->key_secret)
		return error_set(err, SCANREQ_E_DENIED, "%s is given, %s is not: give both",
				 p->key_id, p->key_secret);
	return 0;
}

static int take(const struct provider *p, const struct given_keys *keys,
		struct credentials *credentials, struct scanreq_error *err)
{
	struct credentials made CLEANUP_CREDENTIALS = { .from = p->from };
	int failed = check_pair(p, keys, err);

	if (!failed)
		failed = check_value(p->key_id, keys->key_id, err);
	if (!failed)
		failed = check_value(p->key_secret, keys->key_secret, err);
	if (!failed)
		failed = check_value(p->security_token, keys->security_token, err);
	if (failed)
		return failed;
	if (str_copy(&made.key_id, keys->key_id) ||
	    str_copy(&made.key_secret, keys->key_secret) ||
	    str_copy(&made.security_token, keys->security_token))
		return error_nomem(err);
	*credentials = made;
	memset(&made, 0, sizeof(made));
	return 0;
}

int credentials_find(const struct given_keys *given, struct credentials *credentials,
		     struct scanreq_error *err)
{
	const struct given_keys own = {
		.key_id = unless_empty(given->key_id),
		.key_secret = unless_empty(given->key_secret),
		.security_token = unless_empty(given->security_token),
	};
	const struct given_keys env = {
		.key_id = unless_empty(getenv(environment.key_id)),
		.key_secret = unless_empty(getenv(environment.key_secret)),
		.security_token = unless_empty(getenv(environment.security_token)),
	};

	memset(credentials, 0, sizeof(*credentials));
	if (own.key_id || own.key_secret || own.security_token)
		return take(&caller, &own, credentials, err);
	/* A security token alone is no key: other providers may have what belongs to it. */
	if (env.key_id || env.key_secret)
		return take(&environment, &env, credentials, err);
	return 0;
}

void credentials_shown_id(const char *key_id, char shown[CREDENTIALS_SHOWN_SIZE])
{
	size_t len = strlen(key_id);

	if (len < 12)
		snprintf(shown, CREDENTIALS_SHOWN_SIZE, "****");
	else
		snprintf(shown, CREDENTIALS_SHOWN_SIZE, "%.4s****%s", key_id,
			 key_id + len - 4);
}
