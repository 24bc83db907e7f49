/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/choice.h"
#include "image/facts.h"
#include "image/image-name.h"
#include "image/image.h"
#include "image/index-search.h"
#include "image/tag-match.h"
#include "source/source-archive.h"
#include "source/source-daemon.h"
#include "source/source-layout.h"

/* --- documents --------------------------------------------------------------------- */

/* A manifest ends the search; an index says what to read next, or led to the end of it. */
static int read_manifest(struct reading *r, struct scanreq_error *err)
{
	struct descriptor want CLEANUP_DESCRIPTOR = { 0 };

	for (int depth = 0; depth <= LIMIT_INDEX_DEPTH; depth++) {
		struct document document CLEANUP_DOCUMENT = { 0 };
		bool top = want.digest.algorithm == DIGEST_NONE;
		int failed = reading_document(r, top ? NULL : &want, &document, err);

		if (failed)
			return failed;
		if (document.kind == DOCUMENT_MANIFEST) {
			reading_take_manifest(r, &document);
			return 0;
		}
		failed = index_search_platform(r, &document, &want, err);
		if (failed || r->has_config)
			return failed;
	}
	return error_set(err, SCANREQ_E_UNREADABLE, "indexes are nested more than %d deep",
			 LIMIT_INDEX_DEPTH);
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
	if (r->from_index && platform_known(&r->claimed))
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
	struct candidate *candidate = &r->candidates->items[r->candidate - r->candidates->items];
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
	return failed || r->has_config ? failed : reading_config(r, err);
}

static int read_all(struct reading *r, const char *input, struct scanreq_error *err)
{
	struct fact_basis basis = { .input = input, .selection = r->selection };
	int failed = choose_candidate(r->candidates, r->selection->image, input, &r->candidate,
				      err);

	if (!failed)
		failed = read_documents(r, err);
	if (!failed)
		failed = check_platform(r, err);
	if (failed)
		return failed;
	r->image->origin = origin_of(r);
	basis.candidates = r->candidates;
	basis.candidate = r->candidate;
	basis.manifest = r->has_manifest ? &r->manifest : NULL;
	basis.claimed = r->from_index ? &r->claimed : NULL;
	return facts_fill(r->image, &basis, err);
}

int image_read(struct source *source, const char *input, const struct scanreq_selection *selection,
	       struct scanreq_image **image, struct scanreq_error *err)
{
	struct candidates candidates CLEANUP(candidates_free) = { 0 };
	struct reading r CLEANUP(reading_free) = { .source = source, .input = input,
						   .selection = selection,
						   .candidates = &candidates };
	int failed = source_list(source, &candidates, err);

	if (failed)
		return failed;
	r.image = calloc(1, sizeof(*r.image));
	if (!r.image)
		return error_nomem(err);
	r.image->size_total = r.image->size_layers = r.image->size_unique = -1;
	failed = read_all(&r, input, err);
	if (!failed)
		*image = TAKE(r.image);
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
	int failed;

	if (name->type == IMAGE_NAME_REGISTRY)
		return source_registry_open(registry, &name->reference, source, err);
	if (name->type == IMAGE_NAME_ENGINE)
		return source_daemon_open(&engine, name->engine_name, source, err);
	if (is_layout(name))
		return source_layout_open(name->path, registry->log, source, err);
	failed = source_archive_open(name->path, registry->log, source, err);
	if (!failed)
		source_archive_progress(source, context->progress);
	return failed;
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
