/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/facts.h"
#include "image/image-read.h"
#include "image/index-search.h"

/* --- documents --------------------------------------------------------------------- */

/* A manifest ends the search; an index says what to read next, or led to the end of it. */
static int image_read_manifest(struct reading *r, struct scanreq_error *err)
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
	return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED, "indexes are nested more than %d deep",
			 LIMIT_INDEX_DEPTH);
}

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

int image_read_documents(struct reading *r, struct scanreq_error *err)
{
	int failed = 0;

	if (r->candidate->flags & CANDIDATE_REPORTED) {
		take_reported(r);
		return 0;
	}
	if (!(r->candidate->flags & CANDIDATE_NO_MANIFEST))
		failed = image_read_manifest(r, err);
	return failed || r->has_config ? failed : reading_config(r, err);
}

/* --- checks ------------------------------------------------------------------------ */

/*
 * A platform that was asked for must be what the config says, wherever the manifest came
 * from: an index that lies is caught, and a single image is not taken for another.
 */
static int check_platform(const struct reading *r, struct scanreq_error *err)
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
			 "the image is for %s alone, not for %s: leave --platform out to take it",
			 own_text, wanted_text);
}

static bool is_diff_id(const struct image_config *config, const struct digest *digest)
{
	for (size_t i = 0; i < config->diff_id_count; i++)
		if (digest_equal(&config->diff_ids[i], digest))
			return true;
	return false;
}

static bool may_be_saved(const struct reading *r)
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
static bool made_by_save(const struct reading *r)
{
	if (!may_be_saved(r))
		return false;
	for (size_t i = 0; i < r->manifest.count; i++)
		if (!is_diff_id(&r->image->config, &r->manifest.entries[i].digest))
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

/* --- the facts --------------------------------------------------------------------- */

int image_read_finish(struct reading *r, struct scanreq_error *err)
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
		failed = reading_layers(r, err);
	if (failed)
		return failed;
	r->image->origin = origin_of(r);
	return facts_fill(r->image, &basis, err);
}
