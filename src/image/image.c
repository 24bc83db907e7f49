/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/choice.h"
#include "image/facts.h"
#include "image/image-name.h"
#include "image/image.h"
#include "image/tag-match.h"
#include "source/source-archive.h"
#include "source/source-daemon.h"
#include "source/source-layout.h"

/* What is known while an image is being read. */
struct reading {
	struct source *source;
	const char *input;
	const struct scanreq_selection *selection;
	struct scanreq_image *image;
	struct candidates candidates;
	const struct candidate *candidate;
	struct document manifest;
	bool has_manifest;
	struct platform claimed; /* by the index that the manifest was chosen from */
	bool from_index;
};

static void reading_free(struct reading *r)
{
	candidates_free(&r->candidates);
	document_free(&r->manifest);
	platform_free(&r->claimed);
}

/* What is wrong with a document is told of the image that it belongs to. */
static int blame(const struct reading *r, int failed, struct scanreq_error *err)
{
	if (!failed || failed == SCANREQ_E_NOMEM)
		return failed;
	return error_prefix(err, failed, "%s",
			    strcmp(r->input, "-") == 0 ? "standard input" : r->input);
}

/* --- documents --------------------------------------------------------------------- */

/* Reads one document, and keeps its bytes and digest as the image's index or manifest. */
static int read_document(struct reading *r, const struct descriptor *want,
			 struct document *document, struct scanreq_error *err)
{
	struct source_document raw CLEANUP(source_document_free) = { 0 };
	struct scanreq_image *image = r->image;
	struct digest digest;
	const char *claimed;
	int failed = source_manifest(r->source, r->candidate, want, &raw, &digest, err);

	if (failed)
		return failed;
	claimed = raw.media_type ? raw.media_type : want ? want->media_type : NULL;
	failed = document_parse(buf_str(&raw.bytes), raw.bytes.len, claimed, document, err);
	if (failed)
		return blame(r, failed, err);
	if (document->kind == DOCUMENT_MANIFEST) {
		image->manifest_digest = digest;
		image->manifest_bytes = raw.bytes;
		memset(&raw.bytes, 0, sizeof(raw.bytes));
	} else if (image->index_digest.algorithm == DIGEST_NONE) {
		/* Of nested indexes the outermost is the one that the reference names. */
		image->index_digest = digest;
		image->index_bytes = raw.bytes;
		memset(&raw.bytes, 0, sizeof(raw.bytes));
	}
	return 0;
}

/* Remembers what an index says about the manifest that was chosen from it. */
static int take_entry(struct reading *r, const struct descriptor *entry, struct descriptor *want,
		      struct scanreq_error *err)
{
	struct descriptor copy = { 0 };

	if (descriptor_copy(&copy, entry))
		return error_nomem(err);
	descriptor_free(want);
	*want = copy;
	platform_free(&r->claimed);
	r->from_index = true;
	return platform_copy(&r->claimed, &entry->platform) ? error_nomem(err) : 0;
}

/* Reads one level: a manifest ends the search, an index says what to read next. */
static int read_level(struct reading *r, struct descriptor *want, struct document *document,
		      struct scanreq_error *err)
{
	const struct descriptor *entry;
	int failed = read_document(r, want->digest.algorithm == DIGEST_NONE ? NULL : want, document,
				   err);

	if (failed || document->kind == DOCUMENT_MANIFEST)
		return failed;
	failed = choose_platform(document, &r->selection->platform, &r->image->platforms, &entry,
				 err);
	return failed ? failed : take_entry(r, entry, want, err);
}

static int read_manifest(struct reading *r, struct scanreq_error *err)
{
	struct descriptor want CLEANUP(descriptor_free) = { 0 };

	for (int depth = 0; depth <= LIMIT_INDEX_DEPTH; depth++) {
		struct document document CLEANUP_DOCUMENT = { 0 };
		int failed = read_level(r, &want, &document, err);

		if (failed)
			return failed;
		if (document.kind == DOCUMENT_MANIFEST) {
			r->manifest = document;
			memset(&document, 0, sizeof(document));
			r->has_manifest = true;
			return 0;
		}
	}
	return error_set(err, SCANREQ_E_UNREADABLE, "indexes are nested more than %d deep",
			 LIMIT_INDEX_DEPTH);
}

static int read_config(struct reading *r, struct scanreq_error *err)
{
	struct scanreq_image *image = r->image;
	const struct descriptor *want = r->has_manifest ? &r->manifest.config
							: &r->candidate->config;
	int failed = source_config(r->source, r->candidate, want, &image->config_bytes,
				   &image->config_digest, err);

	if (failed)
		return failed;
	image->config_verified = r->has_manifest;
	failed = image_config_parse(buf_str(&image->config_bytes), image->config_bytes.len,
				    &image->config, err);
	return blame(r, failed, err);
}

/* --- checks ------------------------------------------------------------------------ */

/*
 * A platform that was asked for must be what the config says, wherever the manifest came
 * from: an index that lies is caught, and a single image is not taken for another.
 */
static int check_platform(const struct reading *r, struct scanreq_error *err)
{
	const struct platform *wanted = &r->selection->platform;
	const struct platform *own = &r->image->config.platform;
	char *wanted_text CLEANUP_FREE = NULL;
	char *own_text CLEANUP_FREE = NULL;

	if (!platform_known(wanted) || image_config_agrees(&r->image->config, wanted))
		return 0;
	wanted_text = platform_format(wanted);
	own_text = platform_format(own);
	if (!wanted_text || !own_text)
		return error_nomem(err);
	if (r->from_index)
		return error_set(err, SCANREQ_E_MISMATCH,
				 "the index gives this image for %s, but its config says %s",
				 wanted_text, own_text);
	return error_set(err, SCANREQ_E_PLATFORM,
			 "the image is for %s alone, not for %s: leave --platform out to take it",
			 own_text, wanted_text);
}

/*
 * Docker 25 and later write a manifest of their own when they save an image from the
 * graph driver store: its layers are the plain tars, so their digests are the diff_ids.
 * That manifest exists in no registry.
 */
static bool made_by_save(const struct reading *r)
{
	const struct image_config *config = &r->image->config;

	if (!(r->candidate->flags & CANDIDATE_SAVED_MANIFEST) ||
	    config->diff_id_count != r->manifest.count)
		return false;
	for (size_t i = 0; i < r->manifest.count; i++)
		if (!digest_equal(&config->diff_ids[i], &r->manifest.entries[i].digest))
			return false;
	return true;
}

static enum manifest_origin origin_of(const struct reading *r)
{
	if (r->image->reported)
		return MANIFEST_REPORTED;
	if (!r->has_manifest)
		return MANIFEST_NONE;
	if (r->candidate->reference.domain)
		return MANIFEST_REGISTRY;
	return made_by_save(r) ? MANIFEST_MADE : MANIFEST_ARCHIVE;
}

/* --- the whole --------------------------------------------------------------------- */

/* There is nothing to read: what the engine says of the config is the config. */
static void take_reported(struct reading *r)
{
	struct candidate *candidate = &r->candidates.items[r->candidate - r->candidates.items];
	struct reported *reported = TAKE(candidate->reported);

	r->image->reported = reported;
	r->image->config = reported->config;
	memset(&reported->config, 0, sizeof(reported->config));
	if (reported->id_is_config)
		r->image->config_digest = reported->id;
	r->image->manifest_digest = reported->manifest;
	r->image->index_digest = reported->index;
}

static int read_documents(struct reading *r, struct scanreq_error *err)
{
	int failed = 0;

	if (r->candidate->flags & CANDIDATE_REPORTED) {
		take_reported(r);
		return 0;
	}
	if (!(r->candidate->flags & CANDIDATE_NO_MANIFEST))
		failed = read_manifest(r, err);
	return failed ? failed : read_config(r, err);
}

static int read_all(struct reading *r, const char *input, struct scanreq_error *err)
{
	struct fact_basis basis = { .input = input, .selection = r->selection };
	int failed = source_list(r->source, &r->candidates, err);

	if (!failed)
		failed = choose_candidate(&r->candidates, r->selection->image, input, &r->candidate,
					  err);
	if (!failed)
		failed = read_documents(r, err);
	if (!failed)
		failed = check_platform(r, err);
	if (failed)
		return failed;
	r->image->origin = origin_of(r);
	basis.candidates = &r->candidates;
	basis.candidate = r->candidate;
	basis.manifest = r->has_manifest ? &r->manifest : NULL;
	basis.claimed = r->from_index ? &r->claimed : NULL;
	return facts_fill(r->image, &basis, err);
}

int image_read(struct source *source, const char *input, const struct scanreq_selection *selection,
	       struct scanreq_image **image, struct scanreq_error *err)
{
	struct scanreq_image *made CLEANUP(image_free) = calloc(1, sizeof(*made));
	struct reading r CLEANUP(reading_free) = { .source = source, .input = input,
						   .selection = selection, .image = made };
	int failed;

	if (!made)
		return error_nomem(err);
	made->size_total = made->size_layers = made->size_unique = -1;
	failed = read_all(&r, input, err);
	if (!failed)
		*image = TAKE(made);
	return failed;
}

/* An explicit scheme is a claim about what the file is. */
static int check_kind(const struct image_name *name, const struct scanreq_image *image,
		      struct scanreq_error *err)
{
	const char *kind = image->facts[SCANREQ_FACT_SOURCE];

	if (!name->kind || str_equal(name->kind, kind))
		return 0;
	return error_set(err, SCANREQ_E_UNREADABLE,
			 "%s is no %s but a %s: name it without a scheme", name->path,
			 name->kind, kind);
}

/* A saved image is a layout when it is said to be one, or is a directory. */
static bool is_layout(const struct image_name *name)
{
	struct stat st;

	if (name->kind)
		return strcmp(name->kind, "oci") == 0;
	return stat(name->path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int open_source(const struct image_context *context, const struct image_name *name,
		       struct source *source, struct scanreq_error *err)
{
	const struct registry_context *registry = &context->registry;
	const struct daemon_context engine = {
		.transport = registry->transport,
		.log = registry->log,
		.socket = context->engine_socket,
	};

	if (name->type == IMAGE_NAME_REGISTRY)
		return source_registry_open(registry, &name->reference, source, err);
	if (name->type == IMAGE_NAME_ENGINE)
		return source_daemon_open(&engine, name->engine_name, source, err);
	if (is_layout(name))
		return source_layout_open(name->path, registry->log, source, err);
	return source_archive_open(name->path, registry->log, source, err);
}

static int require_tag_match(const struct registry_context *context,
			     const struct image_name *name, const char *input,
			     struct scanreq_error *err)
{
	int failed = tag_match_possible(name, input, err);

	return failed ? failed : tag_match_check(context, &name->reference, err);
}

int image_open(const struct image_context *context, const char *input,
	       const struct scanreq_selection *selection, struct scanreq_image **image,
	       struct scanreq_error *err)
{
	struct image_name name CLEANUP_IMAGE_NAME = { 0 };
	struct source source CLEANUP_SOURCE = { 0 };
	struct scanreq_selection effective = *selection; /* borrows */
	int failed = image_name_parse(input, &name, err);

	if (failed)
		return failed;
	if (name.selector && selection->image)
		return error_set(err, SCANREQ_E_USAGE,
				 "%s names an image of the archive already: leave --select out",
				 input);
	if (name.selector)
		effective.image = name.selector;
	if (selection->require_tag_match)
		failed = require_tag_match(&context->registry, &name, input, err);
	if (!failed)
		failed = open_source(context, &name, &source, err);
	if (!failed)
		failed = image_read(&source, input, &effective, image, err);
	if (failed)
		return failed;
	failed = check_kind(&name, *image, err);
	if (failed)
		image_free(image);
	return failed;
}

void image_free(struct scanreq_image **image)
{
	struct scanreq_image *i = *image;

	if (!i)
		return;
	for (size_t n = 0; n < SCANREQ_FACT_COUNT_; n++)
		free(i->facts[n]);
	reference_free(&i->reference);
	strv_free(&i->names);
	strv_free(&i->platforms);
	strv_free(&i->warnings);
	buf_free(&i->manifest_bytes);
	buf_free(&i->index_bytes);
	buf_free(&i->config_bytes);
	image_config_free(&i->config);
	reported_free(&i->reported);
	for (size_t n = 0; n < i->layer_count; n++)
		free(i->layers[n].media_type);
	free(i->layers);
	free(i->size_unknown);
	free(i);
	*image = NULL;
}
