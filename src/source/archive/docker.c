/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "source/archive/docker.h"
#include "source/oci-index.h"

/* --- members of an entry ----------------------------------------------------------- */

/* A text without an inner NUL. */
static int text_of(struct json_object *value, const char *what, const char **text,
		   struct scanreq_error *err)
{
	if (!json_object_is_type(value, json_type_string))
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
				 "\"%s\" has an item that is no string", what);
	*text = json_object_get_string(value);
	if (strlen(*text) != (size_t)json_object_get_string_len(value))
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID, "\"%s\" has a NUL in it",
				 what);
	return 0;
}

/* imgpkg's lock files are lists too, of objects that have "Image". */
static int no_config(struct json_object *entry, struct scanreq_error *err)
{
	if (json_object_object_get_ex(entry, "Image", NULL))
		return error_set(err, SCANREQ_CODE_FORMAT_UNSUPPORTED,
				 "it has \"Image\" and no \"Config\": this is an imgpkg bundle, "
				 "which is not supported");
	return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID, "it names no \"Config\"");
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
	/* Other names with a digest are not trusted: people edit archives by hand. */
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
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 "it has more than %d \"RepoTags\"", LIMIT_NAMES);
	for (size_t i = 0; i < count && !failed; i++) {
		const char *name;

		failed = text_of(json_object_array_get_idx(tags, i), "RepoTags", &name, err);
		if (!failed && strv_add_new(&candidate->names, name))
			return error_nomem(err);
	}
	return failed;
}

/*
 * A file that is listed twice has one identity. A missing layer gets an identity of its own,
 * counted down from LAYER_BY_DIGEST.
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
	return candidates_warn(candidates, "layer %s of image %s %s: its size is not known", name,
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
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED, "it has more than %d \"Layers\"",
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

/* Docker 25 and later write "LayerSources". */
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

static int archive_docker_read_entry(const struct archive_index *index,
				     struct json_object *entry, struct candidates *candidates,
				     struct scanreq_error *err)
{
	struct candidate *candidate;
	int failed;

	if (!json_object_is_type(entry, json_type_object))
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID, "it is no object");
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

/* --- the list ---------------------------------------------------------------------- */

int docker_archive_list(const struct archive_index *index, struct json_object *list,
			struct candidates *candidates, struct scanreq_error *err)
{
	size_t count = json_object_array_length(list);

	candidates->kind = DOCKER_ARCHIVE;
	candidates->size_basis = "stored";
	if (count == 0)
		return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE, DOCKER_MANIFEST " lists no image");
	if (count > LIMIT_CANDIDATES)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 DOCKER_MANIFEST " lists more than %d images",
				 LIMIT_CANDIDATES);
	for (size_t i = 0; i < count; i++) {
		int failed = archive_docker_read_entry(
			index, json_object_array_get_idx(list, i), candidates, err);

		if (failed)
			return error_prefix(err, failed, DOCKER_MANIFEST ", image @%zu", i);
	}
	return 0;
}
