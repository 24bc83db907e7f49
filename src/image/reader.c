/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "image/facts.h"
#include "image/reader.h"
#include "source/verify-layers.h"

void reader_free(struct image_reader *r)
{
	image_free(&r->image);
	document_free(&r->manifest);
	platform_free(&r->claimed);
}

/* Prefixes an error with the image's name. */
static int reader_blame(const struct image_reader *r, int failed, struct scanreq_error *err)
{
	if (!failed || failed == SCANREQ_E_NOMEM)
		return failed;
	return error_prefix(err, failed, "%s",
			    strcmp(r->input, "-") == 0 ? "standard input" : r->input);
}

int reader_document(struct image_reader *r, const struct descriptor *want,
		    struct document *document, struct scanreq_error *err)
{
	struct source_document raw CLEANUP(source_document_free) = { 0 };
	struct scanreq_image *image = r->image;
	struct digest digest;
	const char *claimed;
	int (*parse)(const char *, size_t, const char *, struct document *,
		     struct scanreq_error *);
	int failed = source_manifest(r->source, r->candidate, want, &raw, &digest, err);

	if (failed)
		return failed;
	claimed = raw.media_type ? raw.media_type : want ? want->media_type : NULL;
	parse = r->candidate->reference.domain ? document_parse : document_parse_saved;
	failed = parse(buf_str(&raw.bytes), raw.bytes.len, claimed, document, err);
	if (failed)
		return reader_blame(r, failed, err);
	if (document->kind == DOCUMENT_MANIFEST) {
		image->manifest_digest = digest;
		image->has_last_modified = raw.has_last_modified;
		image->last_modified_ms = raw.last_modified_ms;
		image->manifest_bytes = raw.bytes;
		memset(&raw.bytes, 0, sizeof(raw.bytes));
	} else if (image->index_digest.algorithm == DIGEST_NONE) {
		/* The outermost index is the one of the reference. */
		image->index_digest = digest;
		image->index_bytes = raw.bytes;
		memset(&raw.bytes, 0, sizeof(raw.bytes));
	}
	return 0;
}

int reader_config(struct image_reader *r, struct scanreq_error *err)
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
	r->has_config = !failed;
	return reader_blame(r, failed, err);
}

void reader_take_manifest(struct image_reader *r, struct document *document)
{
	r->manifest = *document;
	memset(document, 0, sizeof(*document));
	r->has_manifest = true;
}

void reader_take_reported(struct image_reader *r)
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

void reader_forget(struct image_reader *r)
{
	struct scanreq_image *image = r->image;

	document_free(&r->manifest);
	r->has_manifest = r->has_config = false;
	buf_free(&image->manifest_bytes);
	buf_free(&image->config_bytes);
	image->manifest_digest = (struct digest){ 0 };
	image->config_digest = (struct digest){ 0 };
	image->config_verified = false;
	image_config_free(&image->config);
}

/* --- checks ------------------------------------------------------------------------ */

/*
 * The config must be for the chosen platform, wherever the manifest is from: this finds an
 * index that lies, and a single image for another platform.
 */
static int check_platform(const struct image_reader *r, struct scanreq_error *err)
{
	const struct platform *wanted = selection_platform(r->selection);
	const struct platform *own = &r->image->config.platform;
	char *wanted_text CLEANUP_FREE = NULL;
	char *own_text CLEANUP_FREE = NULL;

	if (!wanted || image_config_agrees(&r->image->config, wanted))
		return 0;
	wanted_text = platform_format(wanted);
	own_text = platform_format(own);
	if (!wanted_text || !own_text)
		return error_nomem(err);
	if (r->from_index && platform_equal(&r->claimed, wanted))
		return error_set(err, SCANREQ_CODE_PLATFORM_MISMATCH,
				 "the index gives this image for %s, but its config says %s",
				 wanted_text, own_text);
	return error_set(err, SCANREQ_CODE_PLATFORM_MISSING,
			 "the image is for %s alone, not for %s: leave platform out to take it",
			 own_text, wanted_text);
}

static bool is_diff_id(const struct image_config *config, const struct digest *digest)
{
	for (size_t i = 0; i < config->diff_id_count; i++)
		if (digest_equal(&config->diff_ids[i], digest))
			return true;
	return false;
}

static bool may_be_saved(const struct image_reader *r)
{
	const struct candidate *listed;
	size_t at = 0;

	while ((listed = candidate_listed(r->candidate, &r->image->config_digest, &at)))
		if (listed->flags & CANDIDATE_SAVED_MANIFEST)
			return true;
	return false;
}

/*
 * Docker 25 and later write a manifest of their own when they save an image from the
 * graph driver store: its layers are the plain tars, so their digests are diff_ids. (Some
 * releases left layers out or turned their order, moby issue 47065.) That manifest exists
 * in no registry.
 */
static bool made_by_save(const struct image_reader *r)
{
	if (!may_be_saved(r))
		return false;
	for (size_t i = 0; i < r->manifest.count; i++)
		if (!is_diff_id(&r->image->config, &r->manifest.entries[i].digest))
			return false;
	return true;
}

static enum manifest_origin origin_of(const struct image_reader *r)
{
	if (r->image->reported)
		return MANIFEST_REPORTED;
	if (!r->has_manifest)
		return MANIFEST_NONE;
	if (r->candidate->reference.domain)
		return MANIFEST_REGISTRY;
	return made_by_save(r) ? MANIFEST_MADE : MANIFEST_ARCHIVE;
}

/* --- the facts --------------------------------------------------------------------- */

static int reader_layers(struct image_reader *r, struct scanreq_error *err)
{
	struct layer_claims claims = { .candidate = r->candidate,
				       .manifest = r->has_manifest ? &r->manifest : NULL,
				       .config = &r->image->config };
	int failed = source_verify_layers(r->source, &claims, err);

	r->image->layers_verified = !failed;
	return reader_blame(r, failed, err);
}

int reader_finish(struct image_reader *r, struct scanreq_error *err)
{
	const struct fact_basis basis = {
		.input = r->input,
		.selection = r->selection,
		.candidates = r->candidates,
		.candidate = r->candidate,
		.manifest = r->has_manifest ? &r->manifest : NULL,
		.claimed = r->from_index ? &r->claimed : NULL,
	};
	int failed = check_platform(r, err);

	if (!failed && r->selection->verify_layers)
		failed = reader_layers(r, err);
	if (failed)
		return failed;
	r->image->origin = origin_of(r);
	return facts_fill(r->image, &basis, err);
}
