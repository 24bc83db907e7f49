/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/time.h"
#include "oci/config.h"

#define refuse(err, ...) error_set((err), SCANREQ_CODE_DOCUMENT_INVALID, __VA_ARGS__)

static int refuse_case_variants(struct json_object *root, struct scanreq_error *err)
{
	static const char *const names[] = {
		"created", "architecture", "os", "variant", "config", "rootfs",
	};

	return json_refuse_case_variants(root, names, ARRAY_LENGTH(names), err);
}

/* The state of a `created` that is a text without NUL. */
static enum created_state judge_created(const char *text, int64_t *ms)
{
	if (!time_parse(text, ms))
		return CREATED_UNREADABLE;
	return *ms < 0 ? CREATED_TOO_OLD : CREATED_OK;
}

int image_config_created(struct image_config *config, const char *text)
{
	config->created_state = CREATED_ABSENT;
	if (!text)
		return 0;
	if (str_copy(&config->created, text))
		return SCANREQ_E_NOMEM;
	config->created_state = judge_created(text, &config->created_ms);
	if (config->created_state != CREATED_OK)
		config->created_ms = 0;
	return 0;
}

static int read_created(struct json_object *root, struct image_config *config,
			struct scanreq_error *err)
{
	const char *text;

	config->created_state = CREATED_UNREADABLE;
	if (json_string(root, "created", &text, NULL))
		return 0;
	return image_config_created(config, text) ? error_nomem(err) : 0;
}

static int config_read_platform(struct json_object *root, struct image_config *config,
				struct scanreq_error *err)
{
	const char *os, *architecture, *variant;
	int failed = json_string(root, "os", &os, err);

	if (!failed)
		failed = json_string(root, "architecture", &architecture, err);
	if (!failed)
		failed = json_string(root, "variant", &variant, err);
	if (failed)
		return failed;
	config->variant_stated = variant && *variant;
	return platform_make(&config->platform, os, architecture, variant) ? error_nomem(err) : 0;
}

/* A label's value as text, or NULL. */
static const char *label_text(struct json_object *value)
{
	const char *text;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

int image_config_labels(struct image_config *config, struct json_object *labels)
{
	json_object_object_foreach(labels, name, value) {
		const char *text = label_text(value);

		if (text && (strv_add(&config->label_names, name) ||
			     strv_add(&config->label_values, text)))
			return SCANREQ_E_NOMEM;
	}
	return 0;
}

static int read_labels(struct json_object *root, struct image_config *config,
		       struct scanreq_error *err)
{
	static const char *const names[] = { "Labels" };
	struct json_object *inner, *labels;
	int failed = json_member(root, "config", json_type_object, &inner, err);

	if (failed || !inner)
		return failed;
	failed = json_refuse_case_variants(inner, names, ARRAY_LENGTH(names), err);
	if (!failed)
		failed = json_member(inner, "Labels", json_type_object, &labels, err);
	if (failed || !labels)
		return failed;
	return image_config_labels(config, labels) ? error_nomem(err) : 0;
}

static bool read_digest(struct json_object *value, struct digest *digest)
{
	return json_object_is_type(value, json_type_string) &&
	       digest_parse(json_object_get_string(value),
			    (size_t)json_object_get_string_len(value), digest);
}

static int add_diff_ids(struct json_object *array, struct image_config *config,
			struct scanreq_error *err)
{
	size_t count = json_object_array_length(array);

	if (count > LIMIT_LAYERS)
		return refuse(err, "\"diff_ids\" has more than %d entries", LIMIT_LAYERS);
	if (count == 0)
		return 0;
	config->diff_ids = calloc(count, sizeof(*config->diff_ids));
	if (!config->diff_ids)
		return error_nomem(err);
	for (size_t i = 0; i < count; i++)
		if (!read_digest(json_object_array_get_idx(array, i), &config->diff_ids[i]))
			return refuse(err, "diff_ids[%zu] is no sha256 or sha512 digest", i);
	config->diff_id_count = count;
	return 0;
}

static int read_diff_ids(struct json_object *root, struct image_config *config,
			 struct scanreq_error *err)
{
	static const char *const names[] = { "diff_ids" };
	struct json_object *rootfs, *array;
	int failed = json_member(root, "rootfs", json_type_object, &rootfs, err);

	if (failed || !rootfs)
		return failed;
	failed = json_refuse_case_variants(rootfs, names, ARRAY_LENGTH(names), err);
	if (!failed)
		failed = json_member(rootfs, "diff_ids", json_type_array, &array, err);
	if (failed || !array)
		return failed;
	return add_diff_ids(array, config, err);
}

static int config_read_members(struct json_object *root, struct image_config *config,
			       struct scanreq_error *err)
{
	int failed;

	if (!json_object_is_type(root, json_type_object))
		return refuse(err, "it is no JSON object");
	failed = refuse_case_variants(root, err);
	if (!failed)
		failed = read_created(root, config, err);
	if (!failed)
		failed = config_read_platform(root, config, err);
	if (!failed)
		failed = read_labels(root, config, err);
	if (!failed)
		failed = read_diff_ids(root, config, err);
	return failed;
}

int image_config_parse(const char *bytes, size_t len, struct image_config *config,
		       struct scanreq_error *err)
{
	struct json_object *root CLEANUP_JSON = NULL;
	struct image_config parsed CLEANUP_IMAGE_CONFIG = { 0 };
	int failed = json_parse(bytes, len, "the image config", &root, err);

	if (failed)
		return failed;
	failed = config_read_members(root, &parsed, err);
	if (failed)
		return error_prefix(err, failed, "the image config");
	*config = parsed;
	parsed = (struct image_config){ 0 };
	return 0;
}

bool image_config_agrees(const struct image_config *config, const struct platform *platform)
{
	const struct platform *own = &config->platform;

	return platform_equal(own, platform) ||
	       (!config->variant_stated && str_equal(own->os, platform->os) &&
		str_equal(own->architecture, platform->architecture));
}

void image_config_free(struct image_config *config)
{
	free(config->created);
	platform_free(&config->platform);
	strv_free(&config->label_names);
	strv_free(&config->label_values);
	free(config->diff_ids);
	*config = (struct image_config){ 0 };
}
