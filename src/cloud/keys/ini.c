/* SPDX-License-Identifier: MIT */
/* The SDKs' ini file: ~/.alibabacloud/credentials. It is never written. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/limits.h"
#include "cloud/keys/profile.h"
#include "cloud/keys/session.h"
#include "cloud/keys/sts.h"

/* The section in use. */
struct section {
	const struct provider_context *context;
	const struct ini *ini;
	const char *name;
	char *from; /* "profile NAME of FILE" */
	struct provided *provided;
	struct scanreq_error *err;
};

static const char *value(const struct section *s, const char *key)
{
	return unless_empty(ini_value(s->ini, s->name, key));
}

static int take_keys(const struct section *s, struct credentials *credentials)
{
	static const struct key_names names = {
		.key_id = "access_key_id",
		.key_secret = "access_key_secret",
		.security_token = "security_token",
	};
	const struct given_keys keys = {
		.key_id = value(s, names.key_id),
		.key_secret = value(s, names.key_secret),
	};

	return profile_take(&names, &keys, s->from, credentials, s->provided, s->err);
}

static int use_access_key(const struct section *s)
{
	return take_keys(s, &s->provided->credentials);
}

static int use_instance_role(const struct section *s)
{
	return metadata_find(s->context, value(s, "role_name"), &s->provided->credentials, s->err);
}

static int use_role(const struct section *s)
{
	struct credentials keys CLEANUP_CREDENTIALS = { 0 };
	const struct sts_role role = {
		.arn = value(s, "role_arn"),
		.session_name = value(s, "role_session_name"),
		.policy = value(s, "policy"),
		.region = env_value("ALIBABA_CLOUD_STS_REGION"),
		.vpc = provider_switch("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"),
		.from = s->from,
	};
	int failed = take_keys(s, &keys);

	if (!failed)
		failed = session_allowed(s->context, s->err);
	return failed ? failed : sts_assume_role(s->context, &role, &keys,
						 &s->provided->credentials, s->err);
}

static int keys_ini_use(const struct section *s)
{
	static const struct {
		const char *type;
		int (*use)(const struct section *s);
	} types[] = {
		{ "access_key", use_access_key },
		{ "ecs_ram_role", use_instance_role },
		{ "ram_role_arn", use_role },
	};
	const char *type = value(s, "type");

	for (size_t i = 0; type && i < ARRAY_LENGTH(types); i++)
		if (strcmp(type, types[i].type) == 0)
			return types[i].use(s);
	return error_set(s->err, SCANREQ_CODE_PROFILE_INVALID,
			 "%s has %s: set access_key, ecs_ram_role or ram_role_arn", s->from,
			 type ? "an unknown type" : "no type");
}

static int keys_ini_read_file(const char *path, struct ini *ini, struct scanreq_error *err)
{
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_AUTHFILE);
	int failed = profile_file(path, &text, err);

	return failed ? failed : ini_parse(buf_str(&text), text.len, path, ini, err);
}

int provider_ini(const struct provider_context *context, struct provided *provided,
		 struct scanreq_error *err)
{
	struct ini ini CLEANUP_INI = { 0 };
	char *path CLEANUP_FREE = profile_path("ALIBABA_CLOUD_CREDENTIALS_FILE",
					       ".alibabacloud/credentials");
	char *from CLEANUP_FREE = NULL;
	const char *name = profile_name(context);
	struct section s = {
		.context = context,
		.ini = &ini,
		.name = name ? name : "default",
		.provided = provided,
		.err = err,
	};
	int failed;

	if (!path)
		return error_nomem(err);
	failed = keys_ini_read_file(path, &ini, err);
	if (failed)
		return failed;
	if (!ini_has_section(&ini, s.name))
		return profile_absent(path, s.name, &ini.sections, err);
	s.from = from = profile_title(s.name, path);
	return from ? keys_ini_use(&s) : error_nomem(err);
}
