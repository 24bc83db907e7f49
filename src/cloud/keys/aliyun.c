/* SPDX-License-Identifier: MIT */
/*
 * The aliyun CLI's profiles. Each way to get keys ("mode") is a row of a table. A chain of
 * profiles is followed to the one with keys; then each role is assumed on the way back. The
 * file is never written, although the CLI stores session keys in it.
 */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/time.h"
#include "cloud/keys/aliyun-config.h"
#include "cloud/keys/external.h"
#include "cloud/keys/profile.h"
#include "cloud/keys/session.h"
#include "cloud/keys/sts.h"

/* One profile of a chain. */
struct step {
	const struct provider_context *context;
	struct json_object *profile;
	const char *name;
	const char *from; /* "profile NAME of FILE": the first of the chain */
	struct provided *provided;
	struct scanreq_error *err;
};

typedef int (*mode_fn)(const struct step *s, struct credentials *credentials);

static const char *aliyun_member(const struct step *s, const char *name)
{
	return aliyun_text(s->profile, name);
}

static int aliyun_take(const struct step *s, const char *security_token,
		       struct credentials *credentials)
{
	static const struct key_names names = {
		.key_id = "access_key_id",
		.key_secret = "access_key_secret",
		.security_token = "sts_token",
	};
	const struct given_keys keys = {
		.key_id = aliyun_member(s, names.key_id),
		.key_secret = aliyun_member(s, names.key_secret),
		.security_token = security_token,
	};

	return profile_take(&names, &keys, s->from, credentials, s->provided, s->err);
}

/* --- modes ------------------------------------------------------------------------- */

static int use_keys(const struct step *s, struct credentials *credentials)
{
	return aliyun_take(s, NULL, credentials);
}

static int use_session(const struct step *s, struct credentials *credentials)
{
	const char *token = aliyun_member(s, "sts_token");

	if (!token)
		return error_set(s->err, SCANREQ_CODE_PROFILE_INVALID, "%s has no sts_token",
				 s->from);
	return aliyun_take(s, token, credentials);
}

/* Session keys that the CLI stored after a login in the browser. */
static int use_login(const struct step *s, struct credentials *credentials)
{
	int64_t end = 0;
	int failed = json_size(s->profile, "sts_expiration", &end, s->err);

	if (failed)
		return failed;
	if (!aliyun_member(s, "sts_token") || end <= time_now() / 1000)
		return error_set(s->err, SCANREQ_CODE_KEYS_EXPIRED,
				 "%s has no valid session: use the profile once with the aliyun "
				 "CLI, which renews it", s->from);
	failed = use_session(s, credentials);
	if (!failed && end < INT64_MAX / 1000)
		credentials->expires_ms = end * 1000;
	return failed;
}

static int read_role(const struct step *s, struct sts_role *role)
{
	struct json_object *vpc = NULL;
	int failed = json_member(s->profile, "enable_vpc", json_type_boolean, &vpc, s->err);

	*role = (struct sts_role){
		.arn = aliyun_member(s, "ram_role_arn"),
		.session_name = aliyun_member(s, "ram_session_name"),
		.policy = aliyun_member(s, "policy"),
		.external_id = aliyun_member(s, "external_id"),
		.endpoint = aliyun_member(s, "sts_endpoint"),
		.region = aliyun_member(s, "sts_region"),
		.vpc = vpc && json_object_get_boolean(vpc),
		.from = s->from,
	};
	if (!role->region)
		role->region = env_value("ALIBABA_CLOUD_STS_REGION");
	if (!failed)
		failed = json_size(s->profile, "expired_seconds", &role->seconds, s->err);
	return failed ? failed : session_allowed(s->context, s->err);
}

static int assume(const struct step *s, const struct credentials *keys,
		  struct credentials *credentials)
{
	struct sts_role role;
	int failed = read_role(s, &role);

	return failed ? failed : sts_assume_role(s->context, &role, keys, credentials, s->err);
}

static int use_role(const struct step *s, struct credentials *credentials)
{
	struct credentials keys CLEANUP_CREDENTIALS = { 0 };
	int failed = aliyun_take(s, aliyun_member(s, "sts_token"), &keys);

	return failed ? failed : assume(s, &keys, credentials);
}

static int use_oidc(const struct step *s, struct credentials *credentials)
{
	const char *file = aliyun_member(s, "oidc_token_file"),
		   *arn = aliyun_member(s, "oidc_provider_arn");
	struct sts_role role;
	int failed = read_role(s, &role);

	/* The SDK for Node.js names the duration of these sessions differently. */
	if (!failed)
		failed = json_size(s->profile, "duration_seconds", &role.seconds, s->err);
	if (failed)
		return failed;
	if (!file || !arn)
		return error_set(s->err, SCANREQ_CODE_PROFILE_INVALID, "%s has no %s", s->from,
				 file ? "oidc_provider_arn" : "oidc_token_file");
	return sts_assume_role_with_oidc(s->context, &role, arn, file, credentials, s->err);
}

static int use_instance(const struct step *s, struct credentials *credentials)
{
	return metadata_find(s->context, aliyun_member(s, "ram_role_name"), credentials,
			     s->err);
}

/* Obeys the CLI's switch against profiles that run a program or ask any server. */
static int check_external(const struct step *s, const char *member)
{
	static const char name[] = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";

	if (provider_switch(name))
		return error_set(s->err, SCANREQ_CODE_PROVIDER_REFUSED,
				 "%s has a mode that %s forbids", s->from, name);
	if (!aliyun_member(s, member))
		return error_set(s->err, SCANREQ_CODE_PROFILE_INVALID, "%s has no %s", s->from,
				 member);
	return session_allowed(s->context, s->err);
}

static int use_program(const struct step *s, struct credentials *credentials)
{
	int failed = check_external(s, "process_command");

	return failed ? failed
		      : external_find(aliyun_member(s, "process_command"), s->from, credentials,
				      s->err);
}

static int use_uri(const struct step *s, struct credentials *credentials)
{
	int failed = check_external(s, "credentials_uri");

	return failed ? failed
		      : uri_find(s->context, aliyun_member(s, "credentials_uri"), true,
				 credentials, s->err);
}

#define CHAINABLE "ChainableRamRoleArn"
#define LONG_LIVED "create one of mode AK, RamRoleArn or OIDC"

static const struct mode {
	const char *name;
	mode_fn use;         /* NULL: not supported */
	const char *instead; /* what to do instead */
} modes[] = {
	{ "AK", use_keys, NULL },
	{ "StsToken", use_session, NULL },
	{ "RamRoleArn", use_role, NULL },
	{ "EcsRamRole", use_instance, NULL },
	{ "OIDC", use_oidc, NULL },
	{ "External", use_program, NULL },
	{ "CredentialsURI", use_uri, NULL },
	{ "CloudSSO", use_login, NULL },
	{ "OAuth", use_login, NULL },
	{ "RamRoleArnWithRoleName", NULL,
	  "create one of mode " CHAINABLE " whose source_profile is of mode EcsRamRole" },
	{ "RsaKeyPair", NULL, LONG_LIVED },
	{ "BearerToken", NULL, "the service requires signatures: " LONG_LIVED },
	{ "Anonymous", NULL, "the service requires signatures: " LONG_LIVED },
};

static bool aliyun_has(const struct step *s, const char *name)
{
	return aliyun_member(s, name) != NULL;
}

/*
 * Guesses the mode of a profile without one, as the CLI's first versions wrote them, from its
 * members, in the CLI's own order. NULL: no mode fits. Keys beside a ram_role_arn only assume
 * that role.
 */
static const char *aliyun_recognise(const struct step *s)
{
	if (aliyun_has(s, "access_key_id") || aliyun_has(s, "access_key_secret")) {
		if (aliyun_has(s, "sts_token"))
			return "StsToken";
		return aliyun_has(s, "ram_role_arn") ? "RamRoleArn" : "AK";
	}
	if (aliyun_has(s, "private_key") && aliyun_has(s, "key_pair_name"))
		return "RsaKeyPair";
	if (aliyun_has(s, "ram_role_name"))
		return "EcsRamRole";
	if (aliyun_has(s, "process_command"))
		return "External";
	if (aliyun_has(s, "oidc_provider_arn") && aliyun_has(s, "oidc_token_file") &&
	    aliyun_has(s, "ram_role_arn"))
		return "OIDC";
	return aliyun_has(s, "cloud_sso_sign_in_url") ? "CloudSSO" : NULL;
}

static int aliyun_use(const struct step *s, struct credentials *credentials)
{
	const char *mode = aliyun_member(s, "mode");

	if (!mode)
		mode = aliyun_recognise(s);
	if (!mode)
		return error_set(s->err, SCANREQ_CODE_PROFILE_INVALID,
				 "%s has no mode, and its members fit none: configure it with "
				 "the aliyun CLI", s->from);
	for (size_t i = 0; i < ARRAY_LENGTH(modes); i++) {
		if (strcasecmp(mode, modes[i].name) != 0)
			continue;
		if (modes[i].use)
			return modes[i].use(s, credentials);
		return error_set(s->err, SCANREQ_CODE_PROFILE_INVALID,
				 "%s is of mode %s, which is not supported: %s", s->from,
				 modes[i].name, modes[i].instead);
	}
	return error_set(s->err, SCANREQ_CODE_PROFILE_INVALID,
			 "%s is of the unknown mode \"%.32s\": " LONG_LIVED, s->from, mode);
}

/* --- chains of profiles ------------------------------------------------------------ */

/* The profiles of a chain: the requested one first, the one with keys last. */
struct path {
	struct step steps[LIMIT_PROFILE_HOPS];
	size_t count;
};

static bool is_on(const struct path *path, const char *name)
{
	for (size_t i = 0; i < path->count; i++)
		if (strcmp(path->steps[i].name, name) == 0)
			return true;
	return false;
}

static bool is_chainable(struct json_object *profile)
{
	const char *mode = aliyun_text(profile, "mode");

	return mode && strcasecmp(mode, CHAINABLE) == 0;
}

static int aliyun_add(const struct aliyun_config *config, const struct step *like,
		      const char *name, struct path *path)
{
	struct step *step = &path->steps[path->count];
	int failed;

	if (path->count == ARRAY_LENGTH(path->steps))
		return error_set(like->err, SCANREQ_CODE_PROFILE_INVALID,
				 "%s has a chain of more than %d source profiles", like->from,
				 LIMIT_PROFILE_HOPS - 1);
	if (is_on(path, name))
		return error_set(like->err, SCANREQ_CODE_PROFILE_INVALID,
				 "%s: the source profiles form a circle at %.64s",
				 like->from, name);
	*step = *like;
	step->name = name;
	failed = aliyun_config_find(config, name, &step->profile, like->err);
	if (failed == SCANREQ_E_NOT_FOUND && path->count > 0) {
		error_recast(like->err, SCANREQ_CODE_PROFILE_INVALID);
		return error_prefix(like->err, SCANREQ_E_UNREADABLE, "%s", like->from);
	}
	path->count++;
	return failed;
}

static int walk(const struct aliyun_config *config, const struct step *first, struct path *path)
{
	int failed = aliyun_add(config, first, first->name, path);

	while (!failed && is_chainable(path->steps[path->count - 1].profile)) {
		const struct step *last = &path->steps[path->count - 1];
		const char *source = aliyun_member(last, "source_profile");

		if (!source)
			return error_set(first->err, SCANREQ_CODE_PROFILE_INVALID,
					 "profile %.64s of %s has no source_profile", last->name,
					 config->path);
		failed = aliyun_add(config, first, source, path);
	}
	return failed;
}

/* Uses the last profile's keys, then assumes each role back to the first profile. */
static int use_path(const struct path *path)
{
	size_t i = path->count - 1;
	struct credentials *found = &path->steps[0].provided->credentials;
	int failed = aliyun_use(&path->steps[i], found);

	while (!failed && i-- > 0) {
		struct credentials keys CLEANUP_CREDENTIALS = *found;

		memset(found, 0, sizeof(*found));
		failed = assume(&path->steps[i], &keys, found);
	}
	return failed;
}

int provider_aliyun(const struct provider_context *context, struct provided *provided,
		    struct scanreq_error *err)
{
	struct aliyun_config own CLEANUP_ALIYUN_CONFIG = { 0 };
	struct aliyun_config *config = context->aliyun ? context->aliyun : &own;
	struct path path = { .count = 0 };
	struct step first = {
		.context = context,
		.name = profile_name(context),
		.provided = provided,
		.err = err,
	};
	char *from CLEANUP_FREE = NULL;
	int failed;

	if (provider_switch("ALIBABA_CLOUD_CLI_PROFILE_DISABLED"))
		return error_set(err, SCANREQ_CODE_PROVIDER_OFF,
				 "off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED");
	failed = aliyun_config_read(config, err);
	if (failed)
		return failed;
	first.name = unless_empty(first.name ? first.name : config->current);
	if (!first.name)
		return error_set(err, SCANREQ_CODE_PROFILE_MISSING, "%s has no current profile",
				 config->path);
	first.from = from = profile_title(first.name, config->path);
	if (!from)
		return error_nomem(err);
	failed = walk(config, &first, &path);
	return failed ? failed : use_path(&path);
}
