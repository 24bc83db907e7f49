/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "source/docker-archive.h"
#include "source/oci-archive.h"

/* How much is hashed to find out which config is whose, at most. */
#define HASHED_MAX ((size_t)(16 * LIMIT_ARCHIVE_JSON))

/* 0 or SCANREQ_E_NOMEM. */
#define warn(candidates, ...)                            \
	((candidates)->warnings.count < LIMIT_WARNINGS \
		 ? strv_addf(&(candidates)->warnings, __VA_ARGS__) \
		 : 0)

/* --- members of an entry ----------------------------------------------------------- */

/* A text without an inner NUL. */
static int text_of(struct json_object *value, const char *what, const char **text,
		   struct scanreq_error *err)
{
	if (!json_object_is_type(value, json_type_string))
		return error_set(err, SCANREQ_E_UNREADABLE,
				 "\"%s\" has an item that is no string", what);
	*text = json_object_get_string(value);
	if (strlen(*text) != (size_t)json_object_get_string_len(value))
		return error_set(err, SCANREQ_E_UNREADABLE, "\"%s\" has a NUL in it", what);
	return 0;
}

/* imgpkg's lock files are lists too, of objects that have "Image". */
static int no_config(struct json_object *entry, struct scanreq_error *err)
{
	if (json_object_object_get_ex(entry, "Image", NULL))
		return error_set(err, SCANREQ_E_UNREADABLE,
				 "it has \"Image\" and no \"Config\": this is an imgpkg bundle, "
				 "which is not supported");
	return error_set(err, SCANREQ_E_UNREADABLE, "it names no \"Config\"");
}

static int read_config(const struct archive_index *index, struct json_object *entry,
		       struct candidate *candidate, struct scanreq_error *err)
{
	struct archive_file file;
	struct json_object *value;
	const char *name;
	int failed = json_member_any_case(entry, "Config", json_type_string, &value, err);

	if (failed)
		return failed;
	if (!value)
		return no_config(entry, err);
	failed = text_of(value, "Config", &name, err);
	if (failed)
		return failed;
	if (*name == '\0')
		return no_config(entry, err);
	if (str_copy(&candidate->config_name, name))
		return error_nomem(err);
	/* Any other name is no evidence: people edit archives by hand, and jib has none. */
	blob_path_digest(name, &candidate->config.digest);
	candidate->config.size = archive_index_find(index, name, &file) ? -1 : file.size;
	return 0;
}

/* "RepoTags" is null for an image saved by its id, [] from podman, absent from others. */
static int read_names(struct json_object *entry, struct candidate *candidate,
		      struct scanreq_error *err)
{
	struct json_object *tags;
	int failed = json_member_any_case(entry, "RepoTags", json_type_array, &tags, err);
	size_t count = tags ? json_object_array_length(tags) : 0;

	if (!failed && count > LIMIT_NAMES)
		return error_set(err, SCANREQ_E_UNREADABLE, "it has more than %d \"RepoTags\"",
				 LIMIT_NAMES);
	for (size_t i = 0; i < count && !failed; i++) {
		const char *name;

		failed = text_of(json_object_array_get_idx(tags, i), "RepoTags", &name, err);
		if (!failed && strv_add_new(&candidate->names, name))
			return error_nomem(err);
	}
	return failed;
}

/*
 * The same file listed twice is one stored file. One that cannot be found has a number
 * of its own, counted down from the top.
 */
static int read_layer(const struct archive_index *index, const char *name,
		      struct candidates *candidates, struct candidate *candidate)
{
	struct stored_layer *layer = &candidate->layers[candidate->layer_count];
	struct archive_file file = { 0 };
	const char *wrong = archive_index_find(index, name, &file);

	layer->missing = wrong;
	layer->size = wrong ? -1 : file.size;
	layer->identity = wrong ? LAYER_BY_DIGEST - 1 - candidate->layer_count : file.identity;
	blob_path_digest(name, &layer->digest);
	candidate->layer_count++;
	if (!wrong)
		return 0;
	return warn(candidates, "layer %s of image %s %s: its size is not known", name,
		    candidate->selector, wrong);
}

static int read_layers(const struct archive_index *index, struct json_object *entry,
		       struct candidates *candidates, struct candidate *candidate,
		       struct scanreq_error *err)
{
	struct json_object *layers;
	int failed = json_member_any_case(entry, "Layers", json_type_array, &layers, err);
	size_t count = layers ? json_object_array_length(layers) : 0;

	if (failed || count == 0)
		return failed;
	if (count > LIMIT_LAYERS)
		return error_set(err, SCANREQ_E_UNREADABLE, "it has more than %d \"Layers\"",
				 LIMIT_LAYERS);
	candidate->layers = calloc(count, sizeof(*candidate->layers));
	if (!candidate->layers)
		return error_nomem(err);
	for (size_t i = 0; i < count; i++) {
		const char *name;

		failed = text_of(json_object_array_get_idx(layers, i), "Layers", &name, err);
		if (failed)
			return failed;
		if (read_layer(index, name, candidates, candidate))
			return error_nomem(err);
	}
	return 0;
}

/* Docker 25 and later tell with "LayerSources" what each layer came from. */
static int read_sources(struct json_object *entry, struct candidate *candidate,
			struct scanreq_error *err)
{
	struct json_object *sources;
	int failed = json_member_any_case(entry, "LayerSources", json_type_object, &sources,
					  err);

	if (!failed && sources)
		candidate->flags |= CANDIDATE_SAVED_MANIFEST;
	return failed;
}

static int read_entry(const struct archive_index *index, struct json_object *entry,
		      struct candidates *candidates, struct scanreq_error *err)
{
	struct candidate *candidate;
	int failed;

	if (!json_object_is_type(entry, json_type_object))
		return error_set(err, SCANREQ_E_UNREADABLE, "it is no object");
	candidate = candidates_add(candidates);
	if (!candidate)
		return error_nomem(err);
	candidate->flags = CANDIDATE_NO_MANIFEST;
	candidate->selector = selector_of(candidates->count - 1);
	if (!candidate->selector)
		return error_nomem(err);
	failed = read_config(index, entry, candidate, err);
	if (!failed)
		failed = read_names(entry, candidate, err);
	if (!failed)
		failed = read_layers(index, entry, candidates, candidate, err);
	return failed ? failed : read_sources(entry, candidate, err);
}

/* --- manifests of index.json ------------------------------------------------------- */

/* "busybox" and "docker.io/library/busybox:latest" are one name, spelt twice. */
static char *spelt_out(const char *name)
{
	struct reference reference CLEANUP_REFERENCE = { 0 };

	return reference_parse(name, &reference, NULL) ? strdup(name)
						       : reference_format(&reference);
}

static int spell_out_all(const struct strv *names, struct strv *out)
{
	for (size_t i = 0; i < names->count; i++) {
		char *text CLEANUP_FREE = spelt_out(names->items[i]);

		if (!text || strv_add(out, text))
			return SCANREQ_E_NOMEM;
	}
	return 0;
}

/* Adds the names that the image does not have yet under any spelling. */
static int merge_names(struct strv *names, const struct strv *more)
{
	struct strv known CLEANUP_STRV = { 0 };

	if (more->count == 0)
		return 0;
	if (spell_out_all(names, &known))
		return SCANREQ_E_NOMEM;
	for (size_t i = 0; i < more->count && names->count < LIMIT_NAMES; i++) {
		char *text CLEANUP_FREE = spelt_out(more->items[i]);

		if (!text)
			return SCANREQ_E_NOMEM;
		if (strv_has(&known, text))
			continue;
		if (strv_add(names, more->items[i]) || strv_add(&known, text))
			return SCANREQ_E_NOMEM;
	}
	return 0;
}

/*
 * The digest of the candidate's config: what a blob's name says is checked when it is
 * read; any other config is hashed here, as long as there is not too much of it.
 */
static int config_digest(const struct archive_index *index, const struct candidate *candidate,
			 size_t *hashed, struct digest *digest)
{
	struct archive_document document;

	*digest = candidate->config.digest;
	if (digest->algorithm != DIGEST_NONE ||
	    archive_index_document(index, candidate->config_name, &document, NULL))
		return 0;
	*hashed += document.len;
	if (*hashed > HASHED_MAX)
		return 0;
	return digest_of(DIGEST_SHA256, document.bytes, document.len, digest, NULL);
}

static bool same_layer(const struct stored_layer *stored, const struct descriptor *listed)
{
	return (stored->digest.algorithm == DIGEST_NONE ||
		digest_equal(&stored->digest, &listed->digest)) &&
	       (stored->size < 0 || stored->size == listed->size);
}

/*
 * Whether the manifest lists the candidate's layers: some releases of Docker 25 wrote
 * manifests without layers or with their order turned (moby issue 47065).
 */
static int same_layers(const struct archive_index *index, const struct candidate *candidate,
		       const struct descriptor *descriptor, bool *same)
{
	struct document document CLEANUP_DOCUMENT = { 0 };
	struct archive_document raw;
	char path[BLOB_PATH_SIZE];
	int failed = archive_index_document(index, blob_path(&descriptor->digest, path), &raw,
					    NULL);

	if (!failed)
		failed = document_parse(raw.bytes, raw.len, descriptor->media_type, &document,
					NULL);
	if (failed)
		return failed;
	*same = document.count == candidate->layer_count;
	for (size_t i = 0; i < document.count && *same; i++)
		*same = same_layer(&candidate->layers[i], &document.entries[i]);
	return 0;
}

/* Gives the candidate the manifest of its config, when there is one. */
static int pair(const struct archive_index *index, const struct saved_documents *documents,
		struct candidates *candidates, struct candidate *candidate, size_t *hashed)
{
	const struct saved_document *match = NULL;
	struct digest config;
	bool same = false;

	if (config_digest(index, candidate, hashed, &config))
		return SCANREQ_E_NOMEM;
	for (size_t i = 0; i < documents->count && !match; i++)
		if (config.algorithm != DIGEST_NONE &&
		    digest_equal(&documents->items[i].config, &config))
			match = &documents->items[i];
	if (!match)
		return 0;
	if (merge_names(&candidate->names, &match->names))
		return SCANREQ_E_NOMEM;
	if (same_layers(index, candidate, &match->descriptor, &same))
		return SCANREQ_E_NOMEM;
	if (!same)
		return warn(candidates,
			    "image %s has other layers in " OCI_INDEX " than in "
			    DOCKER_MANIFEST ": its manifest there is not used",
			    candidate->selector);
	candidate->flags &= ~(unsigned int)CANDIDATE_NO_MANIFEST;
	/* Only Docker's own store writes "repositories" beside index.json. */
	if (archive_index_has(index, "repositories"))
		candidate->flags |= CANDIDATE_SAVED_MANIFEST;
	return descriptor_copy(&candidate->descriptor, &match->descriptor);
}

/* 0 or SCANREQ_E_NOMEM. */
static int pair_each(const struct archive_index *index, const struct saved_documents *documents,
		     struct candidates *candidates)
{
	size_t hashed = 0;
	int failed = 0;

	for (size_t i = 0; i < candidates->count && !failed; i++)
		failed = pair(index, documents, candidates, &candidates->items[i], &hashed);
	return failed;
}

/*
 * The two lists need not have the same order, so that only the configs tell what belongs
 * together. A broken index.json leaves the images as manifest.json has them.
 */
static int pair_all(const struct archive_index *index, struct candidates *candidates,
		    struct scanreq_error *err)
{
	struct saved_documents documents CLEANUP_SAVED_DOCUMENTS = { 0 };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed;

	if (!archive_index_has(index, OCI_INDEX))
		return 0;
	failed = oci_archive_walk(index, &documents, &why);
	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		failed = warn(candidates, OCI_INDEX " is not used: %s", why.message);
	else
		failed = pair_each(index, &documents, candidates);
	return failed ? error_nomem(err) : 0;
}

int docker_archive_list(const struct archive_index *index, struct json_object *list,
			struct candidates *candidates, struct scanreq_error *err)
{
	size_t count = json_object_array_length(list);

	candidates->kind = "docker-archive";
	candidates->size_basis = "stored";
	if (count == 0)
		return error_set(err, SCANREQ_E_UNREADABLE, DOCKER_MANIFEST " lists no image");
	if (count > LIMIT_CANDIDATES)
		return error_set(err, SCANREQ_E_UNREADABLE,
				 DOCKER_MANIFEST " lists more than %d images",
				 LIMIT_CANDIDATES);
	for (size_t i = 0; i < count; i++) {
		int failed = read_entry(index, json_object_array_get_idx(list, i), candidates,
					err);

		if (failed)
			return error_prefix(err, failed, DOCKER_MANIFEST ", image @%zu", i);
	}
	return pair_all(index, candidates, err);
}
