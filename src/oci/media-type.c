/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "oci/media-type.h"

static const struct manifest_type {
	const char *name;
	enum media_kind kind;
} manifest_types[] = {
	{ MEDIA_TYPE_OCI_MANIFEST, MEDIA_MANIFEST },
	{ MEDIA_TYPE_OCI_INDEX, MEDIA_INDEX },
	{ MEDIA_TYPE_DOCKER_MANIFEST, MEDIA_MANIFEST },
	{ MEDIA_TYPE_DOCKER_LIST, MEDIA_INDEX },
	{ MEDIA_TYPE_DOCKER_SCHEMA1, MEDIA_SCHEMA1 },
	{ MEDIA_TYPE_DOCKER_SCHEMA1_SIGNED, MEDIA_SCHEMA1 },
};

static const char *const image_configs[] = { MEDIA_TYPE_OCI_CONFIG, MEDIA_TYPE_DOCKER_CONFIG };

static const char *const vague_configs[] = {
	"", "application/octet-stream", "application/json", "text/html",
};

/* Whether `media_type` is `name`, white space, case and parameters aside (RFC 9110 8.3.1). */
static bool is(const char *media_type, const char *name)
{
	size_t len;

	media_type += strspn(media_type, " \t");
	len = strcspn(media_type, "; \t");
	return len == strlen(name) && strncasecmp(media_type, name, len) == 0;
}

static bool is_any(const char *media_type, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is(media_type, names[i]))
			return true;
	return false;
}

static const struct manifest_type *media_type_find(const char *media_type)
{
	for (size_t i = 0; media_type && i < ARRAY_LENGTH(manifest_types); i++)
		if (is(media_type, manifest_types[i].name))
			return &manifest_types[i];
	return NULL;
}

enum media_kind media_kind(const char *media_type)
{
	const struct manifest_type *type = media_type_find(media_type);

	return type ? type->kind : MEDIA_UNKNOWN;
}

const char *media_type_canonical(const char *media_type)
{
	const struct manifest_type *type = media_type_find(media_type);

	return type ? type->name : NULL;
}

bool media_type_image_config(const char *media_type)
{
	return media_type && is_any(media_type, image_configs, ARRAY_LENGTH(image_configs));
}

bool media_type_vague_config(const char *media_type)
{
	return !media_type || is_any(media_type, vague_configs, ARRAY_LENGTH(vague_configs));
}
