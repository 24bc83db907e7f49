/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "cloud/keys/aliyun-config.h"
#include "cloud/keys/profile.h"

/* The members of a profile that are used and must be texts. */
static const char *const texts[] = {
	"name",           "mode",           "access_key_id",   "access_key_secret",
	"sts_token",      "region_id",      "ram_role_arn",    "ram_session_name",
	"ram_role_name",  "sts_region",     "sts_endpoint",    "external_id",
	"policy",         "source_profile", "credentials_uri", "process_command",
	"oidc_token_file", "oidc_provider_arn", "private_key", "key_pair_name",
	"cloud_sso_sign_in_url",
};

void aliyun_config_free(struct aliyun_config *config)
{
	json_release(&config->root);
	free(config->path);
	memset(config, 0, sizeof(*config));
}

static int aliyun_config_parse(struct aliyun_config *config, const struct buf *text,
			       struct scanreq_error *err)
{
	int failed = json_parse(buf_str(text), text->len, config->path, &config->root, err);

	if (!failed && !json_object_is_type(config->root, json_type_object))
		failed = error_set(err, SCANREQ_CODE_PROFILE_INVALID, "%s is no JSON object",
				   config->path);
	if (failed)
		return failed;
	failed = json_string(config->root, "current", &config->current, err);
	if (!failed)
		failed = json_member(config->root, "profiles", json_type_array, &config->profiles,
				     err);
	if (failed)
		return error_prefix(err, failed, "%s", config->path);
	if (!config->profiles)
		return error_set(err, SCANREQ_CODE_PROFILE_INVALID, "%s has no profiles",
				 config->path);
	return 0;
}

int aliyun_config_read(struct aliyun_config *config, struct scanreq_error *err)
{
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_AUTHFILE);
	int failed;

	if (config->root)
		return 0;
	aliyun_config_free(config);
	config->path = profile_path("ALIBABA_CLOUD_CONFIG_FILE", ".aliyun/config.json");
	if (!config->path)
		return error_nomem(err);
	failed = profile_file(config->path, &text, err);
	if (!failed)
		failed = aliyun_config_parse(config, &text, err);
	/* A malformed file must not count as read. */
	if (failed)
		json_release(&config->root);
	return failed;
}

static int check_texts(const struct aliyun_config *config, struct json_object *profile,
		       const char *name, struct scanreq_error *err)
{
	int failed = json_refuse_case_variants(profile, texts, ARRAY_LENGTH(texts), err);
	const char *value;

	for (size_t i = 0; i < ARRAY_LENGTH(texts) && !failed; i++)
		failed = json_string(profile, texts[i], &value, err);
	return failed ? error_prefix(err, failed, "%s: profile %.64s", config->path, name) : 0;
}

static int aliyun_config_absent(const struct aliyun_config *config, const char *name,
				struct scanreq_error *err)
{
	struct strv known CLEANUP_STRV = { 0 };

	for (size_t i = 0; i < json_object_array_length(config->profiles); i++) {
		const char *other = aliyun_text(
			json_object_array_get_idx(config->profiles, i), "name");

		if (other && strv_add(&known, other))
			return error_nomem(err);
	}
	return profile_absent(config->path, name, &known, err);
}

int aliyun_config_find(const struct aliyun_config *config, const char *name,
		       struct json_object **profile, struct scanreq_error *err)
{
	for (size_t i = 0; i < json_object_array_length(config->profiles); i++) {
		struct json_object *other = json_object_array_get_idx(config->profiles, i);

		if (str_equal(aliyun_text(other, "name"), name)) {
			*profile = other;
			return check_texts(config, other, name, err);
		}
	}
	return aliyun_config_absent(config, name, err);
}

const char *aliyun_text(struct json_object *profile, const char *name)
{
	const char *value = NULL;

	if (!json_object_is_type(profile, json_type_object) ||
	    json_string(profile, name, &value, NULL))
		return NULL;
	return unless_empty(value);
}

char *aliyun_region(const struct provider_context *context)
{
	struct aliyun_config own CLEANUP_ALIYUN_CONFIG = { 0 };
	struct aliyun_config *config = context->aliyun ? context->aliyun : &own;
	struct json_object *profile = NULL;
	const char *name = profile_name(context), *region;

	if (provider_switch("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") ||
	    aliyun_config_read(config, NULL))
		return NULL;
	name = name ? name : config->current;
	if (!name || aliyun_config_find(config, name, &profile, NULL))
		return NULL;
	region = aliyun_text(profile, "region_id");
	return region ? strdup(region) : NULL;
}
