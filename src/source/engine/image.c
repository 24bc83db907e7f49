/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/time.h"
#include "oci/media-type.h"
#include "source/engine/image.h"

#define ID_PREFIX "sha256:"
#define ID_LENGTH 64

/* Why there is no digest. */
#define NO_NAME "the engine knows the image by no name, so no digest belongs to one"
#define NOT_KNOWN                                                                             \
	"the engine knows no digest of the image in its repository: it was neither "          \
	"pulled from there nor pushed"
#define SEVERAL                                                                               \
	"the engine knows several digests of the image in its repository, maybe of an "       \
	"index and of its manifest: set digest to one of them"
#define INDEX_ALONE                                                                           \
	"the engine tells the digest of the index alone: set digest-of to index to take it"

/* An answer while it is read. `root` and `digests` are owned. */
struct answer {
	const struct engine_asked *asked;
	struct json_object *root;
	struct candidates *candidates;
	struct candidate *image;
	struct reported *reported;
	struct strv digests; /* RepoDigests */
	bool by_id;          /* the image was asked for by its id */
	bool containerd;     /* it is kept in containerd's store */
};

static void answer_free(struct answer *a)
{
	json_release(&a->root);
	strv_free(&a->digests);
}

/* --- what was asked for ------------------------------------------------------------ */

/* The hex digits of an id, whole or its beginning; NULL when `name` is none. */
static const char *id_digits(const char *name, bool *whole)
{
	const char *hex = name;
	bool prefixed = str_prefix(name, ID_PREFIX, &hex);
	size_t len = strlen(hex);

	*whole = len == ID_LENGTH;
	if (len == 0 || len > ID_LENGTH || !hex_valid(hex, len))
		return NULL;
	return prefixed && !*whole ? NULL : hex;
}

int engine_name_check(const char *text, struct scanreq_error *err)
{
	struct reference reference CLEANUP_REFERENCE = { 0 };
	bool whole;

	if (id_digits(text, &whole) && whole)
		return 0;
	return reference_parse(text, &reference, err);
}

/* --- the members ------------------------------------------------------------------- */

static int refuse_case_variants(struct json_object *root, struct scanreq_error *err)
{
	static const char *const names[] = {
		"Id", "RepoTags", "RepoDigests", "Created", "Os", "Architecture", "Variant",
		"Size", "Config", "Metadata", "GraphDriver", "Descriptor", "Manifests",
	};

	if (!json_object_is_type(root, json_type_object))
		return error_set(err, SCANREQ_CODE_ANSWER_INVALID, "it is no JSON object");
	return json_refuse_case_variants(root, names, ARRAY_LENGTH(names), err);
}

/* Reads a list of texts. Old engines write "<none>:<none>" for no name. */
static int read_texts(struct json_object *root, const char *member, struct strv *texts,
		      struct scanreq_error *err)
{
	struct json_object *list;
	int failed = json_member(root, member, json_type_array, &list, err);
	size_t count = failed || !list ? 0 : json_object_array_length(list);

	if (count > LIMIT_NAMES)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 "\"%s\" has more than %d entries", member, LIMIT_NAMES);
	for (size_t i = 0; i < count; i++) {
		struct json_object *entry = json_object_array_get_idx(list, i);

		if (!json_object_is_type(entry, json_type_string))
			return error_set(err, SCANREQ_CODE_ANSWER_INVALID, "%s[%zu] is no string",
					 member, i);
		if (!str_prefix(json_object_get_string(entry), "<none>", NULL) &&
		    strv_add_new(texts, json_object_get_string(entry)))
			return error_nomem(err);
	}
	return failed;
}

/* "sha256:hex", or the hex digits alone as podman's own API writes them. */
static int read_id(struct answer *a, struct scanreq_error *err)
{
	struct digest *id = &a->reported->id;
	const char *text = NULL;
	int failed = json_string(a->root, "Id", &text, err);

	if (failed)
		return failed;
	if (text && strlen(text) == ID_LENGTH && hex_valid(text, ID_LENGTH)) {
		id->algorithm = DIGEST_SHA256;
		memcpy(id->hex, text, ID_LENGTH + 1);
		return 0;
	}
	if (text && digest_parse(text, strlen(text), id))
		return 0;
	return error_set(err, SCANREQ_CODE_ANSWER_INVALID, "\"Id\" is no digest");
}

static int engine_image_read_platform(struct answer *a, struct scanreq_error *err)
{
	struct image_config *config = &a->reported->config;
	const char *os, *architecture, *variant;
	int failed = json_string(a->root, "Os", &os, err);

	if (!failed)
		failed = json_string(a->root, "Architecture", &architecture, err);
	if (!failed)
		failed = json_string(a->root, "Variant", &variant, err);
	if (failed)
		return failed;
	config->variant_stated = variant && *variant;
	return platform_make(&config->platform, os, architecture, variant) ? error_nomem(err)
									   : 0;
}

static int read_created(struct answer *a, struct scanreq_error *err)
{
	const char *created;
	int failed = json_string(a->root, "Created", &created, err);

	if (failed)
		return failed;
	if (created && !*created)
		created = NULL;
	return image_config_created(&a->reported->config, created) ? error_nomem(err) : 0;
}

static int read_labels(struct answer *a, struct scanreq_error *err)
{
	struct json_object *config, *labels = NULL;
	int failed = json_member(a->root, "Config", json_type_object, &config, err);

	if (!failed && config)
		failed = json_member(config, "Labels", json_type_object, &labels, err);
	if (failed || !labels)
		return failed;
	return image_config_labels(&a->reported->config, labels) ? error_nomem(err) : 0;
}

/* Go writes the year 1 for a time that is not set. */
static int read_tagged(struct answer *a, struct scanreq_error *err)
{
	struct json_object *metadata;
	const char *text = NULL;
	int64_t ms;
	int failed = json_member(a->root, "Metadata", json_type_object, &metadata, err);

	if (!failed && metadata)
		failed = json_string(metadata, "LastTagTime", &text, err);
	if (failed || !text || !time_parse(text, &ms) || ms <= 0)
		return failed;
	a->reported->tagged_ms = ms;
	return str_copy(&a->reported->tagged, text) ? error_nomem(err) : 0;
}

static int engine_image_read_members(struct answer *a, struct scanreq_error *err)
{
	int failed = refuse_case_variants(a->root, err);

	if (!failed)
		failed = read_id(a, err);
	if (!failed)
		failed = read_texts(a->root, "RepoTags", &a->image->names, err);
	if (!failed)
		failed = read_texts(a->root, "RepoDigests", &a->digests, err);
	if (!failed)
		failed = engine_image_read_platform(a, err);
	if (!failed)
		failed = read_created(a, err);
	if (!failed)
		failed = read_labels(a, err);
	if (!failed)
		failed = json_size(a->root, "Size", &a->reported->size, err);
	return failed ? failed : read_tagged(a, err);
}

/* --- the name ---------------------------------------------------------------------- */

static bool same_repository(const struct reference *a, const struct reference *b)
{
	return strcmp(a->domain, b->domain) == 0 && strcmp(a->path, b->path) == 0;
}

/*
 * Whether `name` is the wanted one or, with `completed`, may be what the engine has made of
 * one without a host: podman finds localhost/app:1 for app:1.
 */
static bool is_wanted(const struct reference *wanted, const char *name, bool completed)
{
	struct reference own CLEANUP_REFERENCE = { 0 };
	const char *path = wanted->path, *rest;

	if (reference_parse(name, &own, NULL) || !digest_equal(&own.digest, &wanted->digest))
		return false;
	/* Engines ignore the tag when there is a digest. */
	if (wanted->digest.algorithm == DIGEST_NONE && !str_equal(own.tag, wanted->tag))
		return false;
	if (!completed)
		return same_repository(&own, wanted);
	str_prefix(path, "library/", &path);
	if (strcmp(wanted->domain, REFERENCE_HUB) != 0 || !str_suffix(own.path, path))
		return false;
	rest = own.path + strlen(own.path) - strlen(path);
	return rest == own.path || rest[-1] == '/';
}

static const char *find_wanted(const struct answer *a, const struct reference *wanted,
			       bool completed)
{
	const struct strv *names =
		wanted->digest.algorithm == DIGEST_NONE ? &a->image->names : &a->digests;
	const char *found = NULL;

	for (size_t i = 0; i < names->count; i++)
		if (is_wanted(wanted, names->items[i], completed)) {
			if (found)
				return NULL;
			found = names->items[i];
		}
	return found;
}

/* Whether the image is the one with the id that was asked for. */
static int check_id(struct answer *a, struct scanreq_error *err)
{
	char text[DIGEST_TEXT_MAX];
	bool whole;
	const char *hex = id_digits(a->asked->name, &whole);

	if (!hex)
		return 0;
	a->by_id = strncmp(a->reported->id.hex, hex, strlen(hex)) == 0;
	for (size_t i = 0; i < a->digests.count && !a->by_id; i++)
		a->by_id = whole && str_suffix(a->digests.items[i], hex);
	if (a->by_id || !whole)
		return 0;
	return error_set(
		err, SCANREQ_CODE_DIGEST_MISMATCH,
		"the image is another one than was asked for: its id is %s; do not use it",
		digest_format(&a->reported->id, text));
}

static int choose_name(struct answer *a, struct scanreq_error *err)
{
	struct reference wanted CLEANUP_REFERENCE = { 0 };
	int failed = check_id(a, err);
	const char *name;

	if (failed || reference_parse(a->asked->name, &wanted, NULL))
		return failed;
	if (find_wanted(a, &wanted, false))
		return reference_copy(&a->image->reference, &wanted) ? error_nomem(err) : 0;
	if (a->by_id)
		return 0;
	name = find_wanted(a, &wanted, true);
	if (name) {
		a->reported->completed = true;
		return reference_parse(name, &a->image->reference, err);
	}
	return strv_addf(&a->candidates->warnings,
			 "%s has found the image, but does not list it as %s",
			 a->asked->engine, a->asked->name)
		       ? error_nomem(err)
		       : 0;
}

/* --- the digests ------------------------------------------------------------------- */

/* The one repository of the image; false when there is none or more than one. */
static bool find_repository(const struct answer *a, struct reference *repository)
{
	if (a->image->reference.domain)
		return reference_copy(repository, &a->image->reference) == 0;
	return a->image->names.count == 1 &&
	       reference_parse(a->image->names.items[0], repository, NULL) == 0;
}

/* Takes the digest that was asked for, or the only RepoDigest of the image's repository. */
static void use_repo_digests(struct answer *a)
{
	struct reference repository CLEANUP_REFERENCE = { 0 };
	struct reported *r = a->reported;

	if (!find_repository(a, &repository)) {
		r->no_digest = NO_NAME;
		return;
	}
	r->by_name = repository.digest;
	r->no_digest = NOT_KNOWN;
	for (size_t i = 0; i < a->digests.count && !repository.digest.algorithm; i++) {
		struct reference own CLEANUP_REFERENCE = { 0 };

		if (reference_parse(a->digests.items[i], &own, NULL) ||
		    !same_repository(&own, &repository) || !own.digest.algorithm)
			continue;
		if (r->by_name.algorithm && !digest_equal(&r->by_name, &own.digest)) {
			r->by_name = (struct digest){ .algorithm = DIGEST_NONE };
			r->no_digest = SEVERAL;
			return;
		}
		r->by_name = own.digest;
	}
}

static int read_descriptor(struct json_object *parent, struct digest *digest,
			   const char **media_type, struct scanreq_error *err)
{
	struct json_object *descriptor;
	const char *text = NULL;
	int failed = json_member(parent, "Descriptor", json_type_object, &descriptor, err);

	if (!failed && descriptor)
		failed = json_string(descriptor, "digest", &text, err);
	if (!failed && descriptor)
		failed = json_string(descriptor, "mediaType", media_type, err);
	if (failed || !text)
		return failed;
	if (!digest_parse(text, strlen(text), digest))
		return error_set(err, SCANREQ_CODE_ANSWER_INVALID, "a descriptor has no digest");
	return 0;
}

/* Whether an entry of Manifests is an image for the platform that was reported. */
static int is_own_manifest(const struct answer *a, struct json_object *entry, bool *own,
			   struct scanreq_error *err)
{
	struct platform platform CLEANUP_PLATFORM = { 0 };
	struct json_object *data = NULL, *said = NULL;
	const char *kind = NULL, *os = NULL, *architecture = NULL, *variant = NULL;
	int failed = json_string(entry, "Kind", &kind, err);

	*own = false;
	if (!failed)
		failed = json_member(entry, "ImageData", json_type_object, &data, err);
	if (!failed && data)
		failed = json_member(data, "Platform", json_type_object, &said, err);
	if (failed || !said || !kind || strcmp(kind, "image") != 0)
		return failed;
	failed = json_string(said, "os", &os, err);
	if (!failed)
		failed = json_string(said, "architecture", &architecture, err);
	if (!failed)
		failed = json_string(said, "variant", &variant, err);
	if (!failed && platform_make(&platform, os, architecture, variant))
		return error_nomem(err);
	*own = !failed && platform_equal(&platform, &a->reported->config.platform);
	return failed;
}

/* The manifest below an index, unless two are for the platform. */
static int read_manifests(struct answer *a, struct scanreq_error *err)
{
	struct digest *found = &a->reported->manifest;
	struct json_object *list;
	int failed = json_member(a->root, "Manifests", json_type_array, &list, err);
	size_t count = failed || !list ? 0 : json_object_array_length(list);
	size_t fitting = 0;

	for (size_t i = 0; i < count && !failed; i++) {
		struct json_object *entry = json_object_array_get_idx(list, i);
		const char *media_type;
		bool own;

		failed = is_own_manifest(a, entry, &own, err);
		if (!failed && own)
			failed = read_descriptor(entry, found, &media_type, err);
		fitting += own;
	}
	if (fitting > 1)
		*found = (struct digest){ .algorithm = DIGEST_NONE };
	return failed;
}

static bool is_repo_digest(const struct answer *a)
{
	char text[DIGEST_TEXT_MAX];

	digest_format(&a->reported->id, text);
	for (size_t i = 0; i < a->digests.count; i++)
		if (str_suffix(a->digests.items[i], text))
			return true;
	return false;
}

/* Docker's graph drivers list the image's directories, containerd's store nothing. */
static bool has_driver_data(const struct answer *a)
{
	struct json_object *driver = NULL, *data = NULL;

	return json_member(a->root, "GraphDriver", json_type_object, &driver, NULL) == 0 &&
	       driver && json_member(driver, "Data", json_type_object, &data, NULL) == 0 &&
	       data;
}

/*
 * In containerd's store every image with a name has its id as a RepoDigest. So a name
 * without digests, or digests without the id, mean docker's own store.
 */
static bool is_id_of_config(const struct answer *a)
{
	if (a->containerd)
		return false;
	return a->asked->podman || a->digests.count > 0 || a->image->names.count > 0 ||
	       has_driver_data(a);
}

static int read_digests(struct answer *a, struct scanreq_error *err)
{
	struct reported *r = a->reported;
	struct digest target = { .algorithm = DIGEST_NONE };
	const char *type = NULL;
	int failed = read_descriptor(a->root, &target, &type, err);

	if (failed)
		return failed;
	a->containerd = !a->asked->podman && (target.algorithm || is_repo_digest(a));
	r->id_is_config = is_id_of_config(a);
	if (!target.algorithm || a->asked->podman) {
		use_repo_digests(a);
		return 0;
	}
	if (!type || media_kind(type) != MEDIA_INDEX) {
		r->manifest = target;
		return 0;
	}
	r->index = target;
	r->no_digest = INDEX_ALONE;
	return read_manifests(a, err);
}

/* --- all of it --------------------------------------------------------------------- */

static int engine_image_read_answer(struct answer *a, struct scanreq_error *err)
{
	int failed = engine_image_read_members(a, err);

	if (!failed)
		failed = choose_name(a, err);
	return failed ? failed : read_digests(a, err);
}

int engine_image_list(const char *bytes, size_t len, const struct engine_asked *asked,
		      struct candidates *candidates, struct scanreq_error *err)
{
	struct answer a CLEANUP(answer_free) = { .asked = asked, .candidates = candidates };
	int failed = json_parse(bytes, len, "its answer", &a.root, err);

	if (failed)
		return failed;
	a.image = candidates_add(candidates);
	if (!a.image)
		return error_nomem(err);
	a.image->flags = CANDIDATE_REPORTED;
	a.image->reported = a.reported = reported_new();
	if (!a.reported || str_copy(&a.reported->engine, asked->engine))
		return error_nomem(err);
	failed = engine_image_read_answer(&a, err);
	return failed ? error_prefix(err, failed, "its answer") : 0;
}
