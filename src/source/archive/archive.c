/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "source/archive/index.h"
#include "source/stream/input.h"
#include "source/archive/join.h"
#include "source/archive/docker.h"
#include "source/archive/oci.h"
#include "source/archive/archive.h"

struct archive_source {
	struct log *log;
	char *name;                  /* of the archive, for messages */
	const char *kind;            /* by the scheme, "oci-archive"; or NULL */
	bool verify_layers;
	bool has_mtime;
	int64_t mtime_ms;            /* of the file, when it was opened */
	struct archive_input *input; /* until it is read */
	struct archive_index *index; /* from then on */
};

static void archive_close(void *context)
{
	struct archive_source *s = context;

	archive_input_free(&s->input);
	archive_index_free(&s->index);
	free(s->name);
	free(s);
}

static void archive_source_free(struct archive_source **source)
{
	if (*source)
		archive_close(*source);
}

/* --- reading ----------------------------------------------------------------------- */

static int describe(struct archive_source *s, bool garbage, struct candidates *candidates,
		    struct scanreq_error *err)
{
	struct archive_census census = archive_index_census(s->index);
	int failed = 0;

	log_debug(s->log, "%s: %zu members, %zu bytes of JSON kept", s->name, census.members,
		  census.kept_bytes);
	/* The garbage may be the rest of the tar, damaged. */
	if (garbage && census.no_end)
		return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
				 "the compressed data are damaged: what follows is no part of "
				 "them, and the tar in them has no end; get the file again");
	if (garbage)
		failed = strv_addf(&candidates->warnings,
				   "what follows the compressed data is no part of them: it is "
				   "ignored");
	if (!failed && census.no_end)
		failed = strv_addf(&candidates->warnings,
				   "the tar has no end: it may be cut between two members");
	if (!failed && census.nameless > 0)
		failed = strv_addf(&candidates->warnings,
				   "members of the archive without a usable name: %zu",
				   census.nameless);
	return failed ? error_nomem(err) : 0;
}

/*
 * Reads the archive, once. A damaged one is closed at once; the pipe of a good one is read
 * to its end, so that its writer does not fail.
 */
static int read_archive(struct archive_source *s, struct candidates *candidates,
			struct scanreq_error *err)
{
	bool garbage = false;
	int failed;

	if (!s->input)
		return error_set(err, SCANREQ_CODE_INTERNAL, "it was read already");
	failed = archive_input_start(s->input, err);
	if (!failed)
		failed = archive_index_read(s->input, s->verify_layers, &s->index, err);
	if (!failed)
		failed = archive_input_finish(s->input, err);
	if (!failed)
		garbage = archive_input_has_garbage(s->input);
	archive_input_free(&s->input);
	if (failed)
		archive_index_free(&s->index);
	return failed ? failed : describe(s, garbage, candidates, err);
}

/* After a look-up that ran out of memory no result counts. */
static int check_names(const struct archive_source *s, int failed, struct scanreq_error *err)
{
	return s->index && archive_index_failed(s->index) ? error_nomem(err) : failed;
}

/* --- its form ---------------------------------------------------------------------- */

/* Explains an archive that is no saved image. */
static int no_image(const struct archive_index *index, struct scanreq_error *err)
{
	static const char *const system_directories[] = { "etc", "usr", "bin/sh" };

	if (archive_index_has(index, "repositories"))
		return error_set(err, SCANREQ_CODE_FORMAT_UNSUPPORTED,
				 "saved by Docker older than 1.10: it has \"repositories\" but "
				 "no manifest.json, and so no image config; load it and save it "
				 "again with a current Docker");
	for (size_t i = 0; i < ARRAY_LENGTH(system_directories); i++)
		if (archive_index_has(index, system_directories[i]))
			return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE,
					 "a file system (of docker export, or a layer) and no "
					 "saved image: make one with docker save or podman save");
	return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE,
			 "no saved image: it has neither manifest.json nor index.json at its "
			 "root%s",
			 archive_index_census(index).no_end ? ", and may be truncated" : "");
}

/* skopeo's dir: layouts have an image manifest of the name manifest.json. */
static bool is_registry_manifest(struct json_object *manifest)
{
	return json_object_is_type(manifest, json_type_object) &&
	       json_object_object_get_ex(manifest, "config", NULL) &&
	       json_object_object_get_ex(manifest, "layers", NULL);
}

/* manifest.json that is no list. */
static int no_list(struct json_object *manifest, struct scanreq_error *err)
{
	if (is_registry_manifest(manifest))
		return error_set(err, SCANREQ_CODE_FORMAT_UNSUPPORTED,
				 "the archive of a dir: layout, which is not supported: copy the "
				 "image with skopeo to docker-archive:FILE");
	return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
			 DOCKER_MANIFEST " is no list of images");
}

/* The archive is not what the scheme says. */
static int other_kind(const struct archive_source *s, const char *kind, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE,
			 "it is no %s, its form is %s: name it without a scheme", s->kind,
			 kind);
}

static bool is_said_to_be(const struct archive_source *s, const char *kind)
{
	return str_equal(s->kind, kind);
}

/* Parses manifest.json, which may be no list; the caller frees it. */
static int archive_read_manifest(const struct archive_index *index,
				 struct json_object **manifest, struct scanreq_error *err)
{
	struct archive_document document;
	int failed = archive_index_document(index, DOCKER_MANIFEST, &document, err);

	return failed ? failed
		      : json_parse(document.bytes, document.len, DOCKER_MANIFEST, manifest, err);
}

/* Lists the images of index.json, and keeps what manifest.json has of them. */
static int list_oci(const struct archive_source *s, struct candidates *candidates,
		    struct scanreq_error *err)
{
	struct json_object *manifest CLEANUP_JSON = NULL;
	struct candidates docker CLEANUP(candidates_free) = { 0 };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed = oci_archive_list(s->index, candidates, err);

	if (failed || !archive_index_has(s->index, DOCKER_MANIFEST))
		return failed;
	failed = archive_read_manifest(s->index, &manifest, &why);
	if (!failed && !json_object_is_type(manifest, json_type_array))
		return 0;
	if (!failed)
		failed = docker_archive_list(s->index, manifest, &docker, &why);
	json_object_put(TAKE(manifest));
	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (!failed)
		return archive_join_oci(s->index, &docker, candidates, err);
	return candidates_warn(candidates, DOCKER_MANIFEST " is not used: %s", why.message)
		       ? error_nomem(err)
		       : 0;
}

/*
 * Lists the images of manifest.json and, unless the scheme is docker-archive, of index.json.
 * Frees the parsed list early: it may take megabytes.
 */
static int list_docker(const struct archive_source *s, struct json_object **list,
		       struct candidates *candidates, struct scanreq_error *err)
{
	struct candidates docker CLEANUP(candidates_free) = { 0 };
	int failed;

	if (!archive_index_has(s->index, OCI_INDEX))
		return is_said_to_be(s, OCI_ARCHIVE)
			       ? other_kind(s, DOCKER_ARCHIVE, err)
			       : docker_archive_list(s->index, *list, candidates, err);
	failed = docker_archive_list(s->index, *list, &docker, err);
	if (failed)
		return failed;
	json_object_put(TAKE(*list));
	return is_said_to_be(s, DOCKER_ARCHIVE)
		       ? archive_join_docker(s->index, &docker, candidates, err)
		       : archive_join(s->index, &docker, candidates, err);
}

/* When there is an index.json, a manifest.json that is no list belongs to another tool. */
static int list_without(const struct archive_source *s, struct json_object *manifest,
			struct candidates *candidates, struct scanreq_error *err)
{
	if (!archive_index_has(s->index, OCI_INDEX) || is_registry_manifest(manifest) ||
	    is_said_to_be(s, DOCKER_ARCHIVE))
		return no_list(manifest, err);
	if (candidates_warn(candidates,
			    DOCKER_MANIFEST " is no list of images: " OCI_INDEX " is used instead"))
		return error_nomem(err);
	return oci_archive_list(s->index, candidates, err);
}

static int list_images(const struct archive_source *s, struct candidates *candidates,
		       struct scanreq_error *err)
{
	struct json_object *manifest CLEANUP_JSON = NULL;
	bool has_index = archive_index_has(s->index, OCI_INDEX);
	bool has_list = archive_index_has(s->index, DOCKER_MANIFEST);
	int failed;

	if (!has_index && !has_list)
		return no_image(s->index, err);
	if (has_index && is_said_to_be(s, OCI_ARCHIVE))
		return list_oci(s, candidates, err);
	if (!has_list)
		return is_said_to_be(s, DOCKER_ARCHIVE)
			       ? other_kind(s, OCI_ARCHIVE, err)
			       : oci_archive_list(s->index, candidates, err);
	failed = archive_read_manifest(s->index, &manifest, err);
	if (failed)
		return failed;
	return json_object_is_type(manifest, json_type_array)
		       ? list_docker(s, &manifest, candidates, err)
		       : list_without(s, manifest, candidates, err);
}

static int archive_list(void *context, struct candidates *candidates,
			struct scanreq_error *err)
{
	struct archive_source *s = context;
	int failed = s->index ? 0 : read_archive(s, candidates, err);

	candidates->has_mtime = s->has_mtime;
	candidates->mtime_ms = s->mtime_ms;
	if (!failed)
		failed = list_images(s, candidates, err);
	failed = check_names(s, failed, err);
	return failed ? error_prefix(err, failed, "%s", s->name) : 0;
}

/* --- documents --------------------------------------------------------------------- */

static int archive_manifest(void *context, const struct candidate *candidate,
			    const struct descriptor *want, struct source_document *document,
			    struct scanreq_error *err)
{
	struct archive_source *s = context;
	struct archive_document raw;
	char path[BLOB_PATH_SIZE];
	int failed;

	if (!want)
		want = &candidate->descriptor;
	if (want->digest.algorithm == DIGEST_NONE)
		return error_set(err, SCANREQ_CODE_IMAGE_NOT_FOUND, "%s: image %s has no manifest",
				 s->name, candidate->selector);
	failed = archive_index_document(s->index, blob_path(&want->digest, path), &raw, err);
	failed = check_names(s, failed, err);
	if (failed)
		return error_prefix(err, failed, "%s", s->name);
	if (str_copy(&document->media_type, want->media_type))
		return error_nomem(err);
	buf_add(&document->bytes, raw.bytes, raw.len);
	return buf_check(&document->bytes, path, err);
}

/* The member that manifest.json names, when no blob has the digest; or NULL. */
static const char *listed_config(const struct candidate *candidate, const struct digest *digest)
{
	size_t at = 0;
	const struct candidate *listed = candidate_listed(candidate, digest, &at);

	return listed ? listed->config_name : NULL;
}

/* The core checks the digest, wherever the config is found. */
static int find_config(const struct archive_source *s, const struct candidate *candidate,
		       const struct descriptor *want, struct archive_document *raw,
		       struct scanreq_error *err)
{
	char path[BLOB_PATH_SIZE];
	struct archive_file file;
	const char *name = candidate->config_name;

	if (!name && want->digest.algorithm == DIGEST_NONE)
		return error_set(err, SCANREQ_CODE_IMAGE_NOT_FOUND, "image %s names no config",
				 candidate->selector);
	blob_path(&want->digest, path);
	if (!name && archive_index_find(s->index, path, &file))
		name = listed_config(candidate, &want->digest);
	return archive_index_document(s->index, name ? name : path, raw, err);
}

static int archive_blob(void *context, const struct candidate *candidate,
			const struct descriptor *want, struct sink *sink,
			struct scanreq_error *err)
{
	struct archive_source *s = context;
	struct archive_document raw;
	int failed = find_config(s, candidate, want, &raw, err);

	failed = check_names(s, failed, err);
	if (failed)
		return error_prefix(err, failed, "%s", s->name);
	return sink->write(sink->arg, raw.bytes, raw.len, err);
}

static bool archive_has(void *context, const struct digest *digest)
{
	const struct archive_source *s = context;
	char path[BLOB_PATH_SIZE];

	return archive_index_has(s->index, blob_path(digest, path));
}

static int archive_layer(void *context, const struct stored_layer *layer,
			 struct layer_proof *proof, struct scanreq_error *err)
{
	struct archive_source *s = context;
	struct archive_file file = { .identity = layer->identity };
	char path[BLOB_PATH_SIZE];
	const char *wrong = layer->missing;

	if (layer->identity == LAYER_BY_DIGEST)
		wrong = archive_index_find(s->index, blob_path(&layer->digest, path), &file);
	if (!wrong && !archive_index_proof(s->index, file.identity, proof))
		wrong = "was not read: it is stored as a sparse file";
	if (check_names(s, 0, err))
		return SCANREQ_E_NOMEM;
	return wrong ? error_set(err, SCANREQ_CODE_DOCUMENT_INVALID, "it %s", wrong) : 0;
}

static const struct source_ops archive_ops = {
	.list = archive_list,
	.manifest = archive_manifest,
	.blob = archive_blob,
	.has = archive_has,
	.layer = archive_layer,
	.close = archive_close,
};

int source_archive_open(const char *path, const struct source_options *options,
			struct source *source, struct scanreq_error *err)
{
	struct archive_source *made CLEANUP(archive_source_free) = calloc(1, sizeof(*made));
	int failed;

	if (!made)
		return error_nomem(err);
	made->log = options->log;
	made->verify_layers = options->verify_layers;
	made->kind = options->kind;
	failed = archive_input_open(path, &made->input, err);
	if (failed)
		return failed;
	made->has_mtime = archive_input_mtime(made->input, &made->mtime_ms);
	archive_input_progress(made->input, options->progress);
	if (str_copy(&made->name, archive_input_name(made->input)))
		return error_nomem(err);
	source->ops = &archive_ops;
	source->context = TAKE(made);
	return 0;
}
