/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <scanreq/reference.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "pipeline/build-result.h"

/* Members of buildx' metadata. */
#define DIGEST_MEMBER "containerimage.digest"
#define DESCRIPTOR_MEMBER "containerimage.descriptor"
#define NAME_MEMBER "image.name"

void build_result_free(struct build_result *result)
{
	for (size_t i = 0; i < result->count; i++) {
		free(result->items[i].name);
		free(result->items[i].digest);
	}
	free(result->items);
	strv_free(&result->notes);
	memset(result, 0, sizeof(*result));
}

/* --- adding ------------------------------------------------------------------------ */

/* The length of a name without its tag. */
static size_t repository_length(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *colon = strchr(slash ? slash : name, ':');

	return colon ? (size_t)(colon - name) : strlen(name);
}

static bool has_tag(const char *name)
{
	return repository_length(name) < strlen(name);
}

static bool same_repository(const char *a, const char *b)
{
	size_t len = repository_length(a);

	return len == repository_length(b) && memcmp(a, b, len) == 0;
}

/* Finds the image with this repository and digest, whatever its tag; NULL: none. */
static struct pushed_image *find_same(const struct build_result *result, const char *name,
				      const char *digest)
{
	for (size_t i = 0; i < result->count; i++) {
		struct pushed_image *p = &result->items[i];

		if (strcmp(p->digest, digest) != 0)
			continue;
		if (p->name && name ? same_repository(p->name, name) : p->name == name)
			return p;
	}
	return NULL;
}

bool build_result_has(const struct build_result *result, const struct pushed_image *image)
{
	return find_same(result, image->name, image->digest);
}

static int build_result_append(struct build_result *result, const char *name,
			       const char *digest, struct scanreq_error *err)
{
	struct pushed_image *items, added = { 0 };

	if (result->count >= LIMIT_CANDIDATES)
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "the file names more than %d images", LIMIT_CANDIDATES);
	items = reallocarray(result->items, result->count + 1, sizeof(*items));
	if (!items)
		return error_nomem(err);
	result->items = items;
	if (str_copy(&added.name, name) || str_copy(&added.digest, digest)) {
		free(added.name);
		return error_nomem(err);
	}
	items[result->count++] = added;
	return 0;
}

/* Adds an image unless it is there already; `name` is normalised, or NULL. */
static int add_image(struct build_result *result, const char *name, const char *digest,
		     struct scanreq_error *err)
{
	struct pushed_image *same = find_same(result, name, digest);

	if (!same)
		return build_result_append(result, name, digest, err);
	if (!name || strcmp(name, same->name) == 0 || !has_tag(name))
		return 0;
	if (!has_tag(same->name)) {
		char *copy = strdup(name);

		if (!copy)
			return error_nomem(err);
		free(same->name);
		same->name = copy;
		return 0;
	}
	return strv_addf(&result->notes, "%s is the same image as %s and is left out", name,
			 same->name)
		       ? error_nomem(err)
		       : 0;
}

static bool valid_digest(const char *digest)
{
	struct digest parsed;

	return digest_parse(digest, strlen(digest), &parsed);
}

static void reference_done(struct scanreq_reference **reference)
{
	scanreq_reference_free(*reference);
}

int build_result_add(struct build_result *result, const char *item, struct scanreq_error *err)
{
	struct scanreq_reference *reference CLEANUP(reference_done) = NULL;
	const char *at = strchr(item, '@');
	int failed;

	str_prefix(item, "docker://", &item);
	if (!at && valid_digest(item))
		return add_image(result, NULL, item, err);
	if (!at)
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "the text is neither a digest nor NAME@DIGEST");
	if (strchr(at + 1, '@'))
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "one image has two \"@\": write NAME@DIGEST, and separate several"
				 " images by commas");
	if (!valid_digest(at + 1))
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "the text after \"@\" is not a digest (sha256: and 64 hex"
				 " digits)");
	failed = scanreq_reference_parse(item, &reference, err);
	if (failed)
		return failed;
	return add_image(result, scanreq_reference_part(reference, SCANREQ_REFERENCE_NAME),
			 scanreq_reference_part(reference, SCANREQ_REFERENCE_DIGEST), err);
}

/* Adds an image; `name` may end with the same digest. */
static int add_named(struct build_result *result, const char *name, const char *digest,
		     struct scanreq_error *err)
{
	const char *at = strchr(name, '@');
	char *item CLEANUP_FREE = NULL;

	if (at && strcmp(at + 1, digest) != 0)
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "the name \"%s\" and the digest %s beside it differ", name,
				 digest);
	if (asprintf(&item, "%s@%s", name, digest) < 0)
		return error_nomem(err);
	item[at ? strlen(name) : strlen(item)] = '\0';
	return build_result_add(result, item, err);
}

/* Adds an image under each name of a comma-separated list, which names at least one. */
static int add_names(struct build_result *result, const char *names, const char *digest,
		     struct scanreq_error *err)
{
	char *list CLEANUP_FREE = strdup(names);
	bool any = false;

	if (!list)
		return error_nomem(err);
	for (char *next = list; next;) {
		const char *name = text_trimmed(strsep(&next, ","));
		int failed = *name ? add_named(result, name, digest, err) : 0;

		if (failed)
			return error_prefix(err, failed, "\"" NAME_MEMBER "\"");
		any = any || *name;
	}
	return any ? 0
		   : error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
			       "\"" NAME_MEMBER "\" names no image");
}

/* --- JSON -------------------------------------------------------------------------- */

/* Reads containerimage.digest, or the digest in containerimage.descriptor; NULL: neither. */
static int find_digest(struct json_object *object, const char **digest,
		       struct scanreq_error *err)
{
	struct json_object *descriptor = NULL;
	int failed = json_string(object, DIGEST_MEMBER, digest, err);

	if (failed || *digest)
		return failed;
	failed = json_member(object, DESCRIPTOR_MEMBER, json_type_object, &descriptor, err);
	return failed || !descriptor ? failed
				     : json_string(descriptor, "digest", digest, err);
}

static bool build_result_has_member(struct json_object *object, const char *name)
{
	return json_object_object_get_ex(object, name, NULL);
}

/* buildx, buildah, imagetools create. */
static int read_metadata(struct json_object *object, struct build_result *result,
			 struct scanreq_error *err)
{
	const char *names = NULL, *digest = NULL;

	if (json_string(object, NAME_MEMBER, &names, err) ||
	    find_digest(object, &digest, err))
		return SCANREQ_E_UNREADABLE;
	if (!digest)
		return error_set(err, SCANREQ_CODE_NOTHING_PUSHED,
				 "\"" DIGEST_MEMBER "\" is missing: was the image pushed?");
	if (!valid_digest(digest))
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "\"" DIGEST_MEMBER "\" is not a digest");
	return names ? add_names(result, names, digest, err)
		     : build_result_add(result, digest, err);
}

/* Each of these members belongs to an image, so an object with one is never skipped. */
static bool is_metadata(struct json_object *object)
{
	return build_result_has_member(object, DIGEST_MEMBER) ||
	       build_result_has_member(object, DESCRIPTOR_MEMBER) ||
	       build_result_has_member(object, NAME_MEMBER) ||
	       build_result_has_member(object, "containerimage.config.digest");
}

/*
 * jib's `tags` are those that were pushed; `image` has the tag or digest of the build file.
 */
static int add_jib_tags(struct build_result *result, const char *image, const char *digest,
			struct json_object *tags, struct scanreq_error *err)
{
	int failed = has_tag(image) ? add_named(result, image, digest, err) : 0;

	for (size_t i = 0; i < json_object_array_length(tags) && !failed; i++) {
		struct json_object *tag = json_object_array_get_idx(tags, i);
		char *name CLEANUP_FREE = NULL;

		if (!json_object_is_type(tag, json_type_string))
			return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
					 "\"tags\" has an element that is not a string");
		if (asprintf(&name, "%.*s:%s", (int)repository_length(image), image,
			     json_object_get_string(tag)) < 0)
			return error_nomem(err);
		failed = add_named(result, name, digest, err);
	}
	return failed;
}

static int read_jib(struct json_object *object, struct build_result *result,
		    struct scanreq_error *err)
{
	struct json_object *pushed = NULL, *tags = NULL;
	const char *image = NULL, *digest = NULL;

	if (json_string(object, "image", &image, err) ||
	    json_string(object, "imageDigest", &digest, err) ||
	    json_member(object, "imagePushed", json_type_boolean, &pushed, err) ||
	    json_member(object, "tags", json_type_array, &tags, err))
		return SCANREQ_E_UNREADABLE;
	if (pushed && !json_object_get_boolean(pushed))
		return error_set(err, SCANREQ_CODE_NOTHING_PUSHED,
				 "jib has not pushed the image (imagePushed is false)");
	if (!image || !digest)
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "jib's file lacks image or imageDigest");
	if (!valid_digest(digest))
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "\"imageDigest\" is not a digest");
	if (tags && json_object_array_length(tags) > 0 && !strchr(image, '@'))
		return add_jib_tags(result, image, digest, tags, err);
	return add_named(result, image, digest, err);
}

static bool is_jib(struct json_object *object)
{
	return build_result_has_member(object, "imageDigest");
}

/* One line of kaniko's $BUILDER_OUTPUT/images. */
static int read_named(struct json_object *object, struct build_result *result,
		      struct scanreq_error *err)
{
	const char *name = NULL, *digest = NULL;

	if (json_string(object, "name", &name, err) ||
	    json_string(object, "digest", &digest, err))
		return SCANREQ_E_UNREADABLE;
	if (!name || !digest)
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "an image lacks its name or digest");
	if (!valid_digest(digest))
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "\"digest\" is not a digest");
	return add_named(result, name, digest, err);
}

static bool is_named(struct json_object *object)
{
	return build_result_has_member(object, "name") &&
	       build_result_has_member(object, "digest");
}

static bool is_target(const char *name, struct json_object *value)
{
	return !str_prefix(name, "buildx.", NULL) &&
	       json_object_is_type(value, json_type_object) && is_metadata(value);
}

/* bake: one member per target, and buildx.build.* beside them. */
static int read_bake(struct json_object *object, struct build_result *result,
		     struct scanreq_error *err)
{
	int failed = 0;

	json_object_object_foreach (object, name, value)
		if (!failed && is_target(name, value)) {
			failed = read_metadata(value, result, err);
			if (failed)
				failed = error_prefix(err, failed, "target %s", name);
		}
	return failed;
}

static bool is_bake(struct json_object *object)
{
	json_object_object_foreach (object, name, value)
		if (is_target(name, value))
			return true;
	return false;
}

/* The forms, each recognised by a member. */
static const struct {
	bool (*is)(struct json_object *object);
	int (*read)(struct json_object *object, struct build_result *result,
		    struct scanreq_error *err);
} forms[] = {
	{ is_metadata, read_metadata },
	{ is_jib, read_jib },
	{ is_named, read_named },
	{ is_bake, read_bake },
};

int build_result_add_object(struct build_result *result, struct json_object *object,
			    struct scanreq_error *err)
{
	if (json_object_is_type(object, json_type_object))
		for (size_t i = 0; i < ARRAY_LENGTH(forms); i++)
			if (forms[i].is(object))
				return forms[i].read(object, result, err);
	return error_set(
		err, SCANREQ_CODE_BUILDER_FILE_INVALID,
		"this JSON is not a known builder's file: was the image pushed?");
}

int build_result_add_line(struct build_result *result, char *line, struct scanreq_error *err)
{
	struct json_object *object CLEANUP_JSON = NULL;
	int failed = 0;

	if (*line == '{') {
		failed = json_parse(line, strlen(line), "the line", &object, err);
		return failed ? failed : build_result_add_object(result, object, err);
	}
	for (char *next = line; next && !failed;) {
		const char *item = strsep(&next, ", \t");

		if (*item)
			failed = build_result_add(result, item, err);
	}
	return failed;
}
