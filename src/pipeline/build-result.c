/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "pipeline/build-result.h"

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

/* An image that is there already under another tag of the same repository, or NULL. */
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

static int append(struct build_result *result, const char *name, const char *digest,
		  struct scanreq_error *err)
{
	struct pushed_image *items, added = { 0 };

	if (result->count >= LIMIT_CANDIDATES)
		return error_set(err, SCANREQ_E_USAGE, "more than %d images are named",
				 LIMIT_CANDIDATES);
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

static bool valid_digest(const char *digest)
{
	struct digest parsed;

	return digest && digest_parse(digest, strlen(digest), &parsed);
}

/* Adds an image; a name that has a digest of its own loses it. `len` is the name's. */
static int add(struct build_result *result, const char *name, size_t len, const char *digest,
	       struct scanreq_error *err)
{
	char *own CLEANUP_FREE = name ? strndup(name, len) : NULL;
	struct pushed_image *same;

	if (name && !own)
		return error_nomem(err);
	if (!valid_digest(digest))
		return error_set(err, SCANREQ_E_USAGE, "\"%s\" is no digest", digest);
	if (own)
		own[strcspn(own, "@")] = '\0';
	if (own && (!*own || strpbrk(own, " \t")))
		return error_set(err, SCANREQ_E_USAGE, "\"%s\" is no name of an image", own);
	same = find_same(result, own, digest);
	if (!same)
		return append(result, own, digest, err);
	if (!own || strcmp(own, same->name) == 0 || !has_tag(own))
		return 0;
	if (!has_tag(same->name)) {
		free(same->name);
		same->name = TAKE(own);
		return 0;
	}
	return strv_addf(&result->notes, "%s is the same image as %s, which is taken", own,
			 same->name)
		       ? error_nomem(err)
		       : 0;
}

/* Adds an image under each name of a list with commas between. */
static int add_names(struct build_result *result, const char *names, const char *digest,
		     struct scanreq_error *err)
{
	int failed = 0;

	while (!failed) {
		size_t len = strcspn(names, ",");
		size_t skip = strspn(names, " ");

		if (len > skip)
			failed = add(result, names + skip, len - skip, digest, err);
		if (!names[len])
			break;
		names += len + 1;
	}
	return failed;
}

/* --- JSON -------------------------------------------------------------------------- */

/* containerimage.digest, or the digest in containerimage.descriptor; NULL: neither. */
static const char *find_digest(struct json_object *object)
{
	struct json_object *descriptor = NULL;
	const char *digest = NULL;

	json_string(object, "containerimage.digest", &digest, NULL);
	if (!digest &&
	    !json_member(object, "containerimage.descriptor", json_type_object, &descriptor,
			 NULL) &&
	    descriptor)
		json_string(descriptor, "digest", &digest, NULL);
	return digest;
}

static bool has(struct json_object *object, const char *name)
{
	return json_object_object_get_ex(object, name, NULL);
}

/* buildx, buildah, imagetools create. */
static int read_metadata(struct json_object *object, struct build_result *result,
			 struct scanreq_error *err)
{
	const char *names = NULL, *digest = find_digest(object);

	if (json_string(object, "image.name", &names, err))
		return SCANREQ_E_UNREADABLE;
	if (!digest)
		return error_set(err, SCANREQ_E_USAGE,
				 "containerimage.digest is missing: was the image pushed?");
	return names ? add_names(result, names, digest, err)
		     : add(result, NULL, 0, digest, err);
}

static bool is_metadata(struct json_object *object)
{
	return find_digest(object) || has(object, "containerimage.config.digest");
}

/* jib: `image` has a tag or digest as the build file has it; `tags` are what was pushed. */
static int read_jib(struct json_object *object, struct build_result *result,
		    struct scanreq_error *err)
{
	struct json_object *pushed = NULL, *tags = NULL, *tag = NULL;
	const char *image = NULL, *digest = NULL;
	char *name CLEANUP_FREE = NULL;

	if (json_string(object, "image", &image, err) ||
	    json_string(object, "imageDigest", &digest, err) ||
	    json_member(object, "imagePushed", json_type_boolean, &pushed, err) ||
	    json_member(object, "tags", json_type_array, &tags, err))
		return SCANREQ_E_UNREADABLE;
	if (pushed && !json_object_get_boolean(pushed))
		return error_set(err, SCANREQ_E_USAGE,
				 "jib has not pushed the image (imagePushed is false)");
	if (!image || !digest)
		return error_set(err, SCANREQ_E_USAGE,
				 "jib's file lacks image or imageDigest");
	if (tags && json_object_array_length(tags) > 0)
		tag = json_object_array_get_idx(tags, 0);
	if (tag && json_object_is_type(tag, json_type_string) && !strchr(image, '@') &&
	    !has_tag(image)) {
		if (asprintf(&name, "%s:%s", image, json_object_get_string(tag)) < 0)
			return error_nomem(err);
		return add(result, name, strlen(name), digest, err);
	}
	return add(result, image, strlen(image), digest, err);
}

static bool is_jib(struct json_object *object)
{
	return has(object, "imageDigest");
}

/* One line of $BUILDER_OUTPUT/images. */
static int read_named(struct json_object *object, struct build_result *result,
		      struct scanreq_error *err)
{
	const char *name = NULL, *digest = NULL;

	if (json_string(object, "name", &name, err) ||
	    json_string(object, "digest", &digest, err))
		return SCANREQ_E_UNREADABLE;
	if (!name || !digest)
		return error_set(err, SCANREQ_E_USAGE, "an image lacks its name or digest");
	return add(result, name, strlen(name), digest, err);
}

static bool is_named(struct json_object *object)
{
	return has(object, "name") && has(object, "digest");
}

static bool is_target(const char *name, struct json_object *value)
{
	return !str_prefix(name, "buildx.", NULL) &&
	       json_object_is_type(value, json_type_object) && is_metadata(value);
}

/* bake: targets by name, and buildx.build.* beside them. */
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

/* The forms, by a member that each of them has. */
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

static int read_object(struct json_object *object, struct build_result *result,
		       struct scanreq_error *err)
{
	if (json_object_is_type(object, json_type_object))
		for (size_t i = 0; i < ARRAY_LENGTH(forms); i++)
			if (forms[i].is(object))
				return forms[i].read(object, result, err);
	return error_set(
		err, SCANREQ_E_USAGE,
		"no form of a builder is known that looks like this JSON: was the image"
		" pushed?");
}

static int parse_object(const char *text, size_t len, struct build_result *result,
			struct scanreq_error *err)
{
	struct json_object *root CLEANUP_JSON = NULL;
	int failed = json_parse(text, len, "it", &root, err);

	return failed ? failed : read_object(root, result, err);
}

/* --- lines ------------------------------------------------------------------------- */

#define PUSH_REPOSITORY "The push refers to repository ["

/* What is known while lines are read. */
struct reading {
	struct build_result *result;
	char *repository; /* of a docker push log, or NULL */
	bool named;       /* a line has named an image, be it one that is there already */
};

static void reading_free(struct reading *reading)
{
	free(reading->repository);
}

/* "TAG: digest: sha256:... size: N" of docker push. *taken tells whether it is one. */
static int read_push(struct reading *r, char *line, bool *taken, struct scanreq_error *err)
{
	char *name CLEANUP_FREE = NULL;
	char *digest = strstr(line, ": digest: ");

	*taken = r->repository && digest;
	if (!*taken)
		return 0;
	*digest = '\0';
	digest += strlen(": digest: ");
	digest[strcspn(digest, " ")] = '\0';
	if (asprintf(&name, "%s:%s", r->repository, line) < 0)
		return error_nomem(err);
	return add(r->result, name, strlen(name), digest, err);
}

static int read_line(struct reading *r, char *line, struct scanreq_error *err)
{
	const char *repository;
	char *at = strrchr(line, '@');
	bool taken;
	int failed;

	if (str_prefix(line, PUSH_REPOSITORY, &repository)) {
		free(r->repository);
		r->repository = strndup(repository, strcspn(repository, "]"));
		return r->repository ? 0 : error_nomem(err);
	}
	failed = read_push(r, line, &taken, err);
	if (taken)
		r->named = true;
	if (failed || taken || r->repository) /* the rest of a push log is progress */
		return failed;
	r->named = true;
	if (*line == '{')
		return parse_object(line, strlen(line), r->result, err);
	if (at)
		return add(r->result, line, (size_t)(at - line), at + 1, err);
	return valid_digest(line) ? add(r->result, NULL, 0, line, err)
				  : error_set(err, SCANREQ_E_USAGE,
					      "\"%s\" is neither a digest nor"
					      " NAME@DIGEST",
					      line);
}

/* Cuts white space around a line; its NUL moves. */
static char *trimmed(char *line)
{
	size_t len;

	line += strspn(line, " \t\r");
	for (len = strlen(line); len > 0 && strchr(" \t\r", line[len - 1]); len--)
		;
	line[len] = '\0';
	return line;
}

static int parse_lines(char *text, struct build_result *result, struct scanreq_error *err)
{
	struct reading r CLEANUP(reading_free) = { .result = result };
	int failed = 0;

	for (char *next = text; next && !failed;) {
		char *line = trimmed(strsep(&next, "\n"));

		if (*line)
			failed = read_line(&r, line, err);
	}
	if (!failed && !r.named)
		return error_set(err, SCANREQ_E_USAGE, "it names no image: was one pushed?");
	return failed;
}

/* --- whole files ------------------------------------------------------------------- */

/* Whether there is one JSON object, over however many lines. */
static bool is_one_object(const struct buf *text)
{
	struct json_object *root CLEANUP_JSON = NULL;

	return json_parse(buf_str(text), text->len, "", &root, NULL) == 0;
}

int build_result_parse(const struct buf *text, struct build_result *result,
		       struct scanreq_error *err)
{
	char *lines CLEANUP_FREE = NULL;

	if (strlen(buf_str(text)) != text->len || !utf8_valid(buf_str(text), text->len))
		return error_set(err, SCANREQ_E_USAGE, "it is no UTF-8 text");
	if (is_one_object(text))
		return parse_object(buf_str(text), text->len, result, err);
	lines = strdup(buf_str(text));
	return lines ? parse_lines(lines, result, err) : error_nomem(err);
}

int build_result_read(const char *path, struct build_result *result, struct scanreq_error *err)
{
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_BUILD_RESULT);
	bool standard = strcmp(path, "-") == 0;
	const char *name = standard ? "standard input" : path;
	int failed = standard ? file_read_fd(STDIN_FILENO, name, &text, err)
			      : file_read(path, &text, err);

	if (failed == SCANREQ_E_NOT_FOUND && err)
		err->klass = SCANREQ_E_USAGE;
	if (failed)
		return failed == SCANREQ_E_NOT_FOUND ? SCANREQ_E_USAGE : failed;
	failed = build_result_parse(&text, result, err);
	if (failed == SCANREQ_E_UNREADABLE && err)
		err->klass = SCANREQ_E_USAGE;
	if (failed == SCANREQ_E_UNREADABLE)
		failed = SCANREQ_E_USAGE;
	return failed ? error_prefix(err, failed, "%s", name) : 0;
}
