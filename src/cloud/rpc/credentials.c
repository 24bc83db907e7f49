/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "cloud/rpc/credentials.h"

void credentials_free(struct credentials *credentials)
{
	str_wipe(&credentials->key_id);
	str_wipe(&credentials->key_secret);
	str_wipe(&credentials->security_token);
	free(credentials->from);
	memset(credentials, 0, sizeof(*credentials));
}

static int copy_parts(struct credentials *to, const struct given_keys *keys, const char *from)
{
	memset(to, 0, sizeof(*to));
	if (str_copy(&to->key_id, keys->key_id) ||
	    str_copy(&to->key_secret, keys->key_secret) ||
	    str_copy(&to->security_token, keys->security_token) || str_copy(&to->from, from)) {
		credentials_free(to);
		return SCANREQ_E_NOMEM;
	}
	return 0;
}

int credentials_copy(struct credentials *to, const struct credentials *from)
{
	const struct given_keys keys = { from->key_id, from->key_secret, from->security_token };
	int failed = copy_parts(to, &keys, from->from);

	if (!failed)
		to->expires_ms = from->expires_ms;
	return failed;
}

int credentials_register(const struct credentials *credentials, struct log *log)
{
	const char *const secrets[] = {
		credentials->key_id,
		credentials->key_secret,
		credentials->security_token,
	};

	for (size_t i = 0; log && i < ARRAY_LENGTH(secrets); i++)
		if (secrets[i] && log_secret(log, secrets[i]))
			return SCANREQ_E_NOMEM;
	return 0;
}

/*
 * Keys are printable ASCII without blanks. Other bytes are a mistake in copying, or would
 * begin another header.
 */
static int check_value(const char *what, const char *value, struct scanreq_error *err)
{
	if (!value)
		return 0;
	for (const char *p = value; *p; p++)
		if (*p <= ' ' || *p > '~')
			return error_set(err, SCANREQ_CODE_KEYS_INVALID,
					 "%s has a blank, a control character or a byte "
					 "that is not ASCII: set it again",
					 what);
	if (strlen(value) > LIMIT_SECRET_FILE)
		return error_set(err, SCANREQ_CODE_KEYS_INVALID, "%s is longer than %ld bytes",
				 what, LIMIT_SECRET_FILE);
	return 0;
}

static int check_pair(const struct key_names *names, const struct given_keys *keys,
		      struct scanreq_error *err)
{
	if (!keys->key_id)
		return error_set(err, SCANREQ_CODE_KEYS_INVALID,
				 "%s is given, %s is not: give both",
				 keys->key_secret ? names->key_secret : names->security_token,
				 names->key_id);
	if (!keys->key_secret)
		return error_set(err, SCANREQ_CODE_KEYS_INVALID,
				 "%s is given, %s is not: give both", names->key_id,
				 names->key_secret);
	return 0;
}

int credentials_take(const struct key_names *names, const struct given_keys *keys,
		     const char *from, struct credentials *credentials,
		     struct scanreq_error *err)
{
	const struct given_keys given = {
		.key_id = unless_empty(keys->key_id),
		.key_secret = unless_empty(keys->key_secret),
		.security_token = unless_empty(keys->security_token),
	};
	int failed = check_pair(names, &given, err);

	if (!failed)
		failed = check_value(names->key_id, given.key_id, err);
	if (!failed)
		failed = check_value(names->key_secret, given.key_secret, err);
	if (!failed)
		failed = check_value(names->security_token, given.security_token, err);
	if (failed)
		return failed;
	return copy_parts(credentials, &given, from) ? error_nomem(err) : 0;
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
