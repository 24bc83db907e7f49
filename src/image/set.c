/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/choice.h"
#include "image/search.h"
#include "image/set.h"

/* The source of a set, and the set. */
struct set_source {
	struct source *source;
	const char *input;
	const struct scanreq_selection *selection;
	struct candidates candidates;
	struct choice choice;
	struct scanreq_image_set *set;
};

static void set_source_free(struct set_source *s)
{
	choice_free(&s->choice);
	candidates_free(&s->candidates);
}

void image_set_clear(struct scanreq_image_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		image_free(&set->items[i].image);
	free(set->items);
	*set = (struct scanreq_image_set){ 0 };
}

int image_set_take(struct scanreq_image_set *set, size_t i, struct scanreq_image **image,
		   struct scanreq_error *err)
{
	struct image_outcome *outcome = i < set->count ? &set->items[i] : NULL;

	*image = NULL;
	if (outcome && outcome->image) {
		*image = TAKE(outcome->image);
		return 0;
	}
	if (!outcome || !outcome->error.klass)
		return error_set(err, SCANREQ_CODE_ARGUMENT_INVALID,
				 "the set has no image %zu any more", i);
	if (err)
		*err = outcome->error;
	return outcome->error.klass;
}

/* --- outcomes ---------------------------------------------------------------------- */

static int too_many(struct scanreq_error *err)
{
	return error_about(error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				     "the index has more than %d images: set platform to one",
				     LIMIT_INDEX_IMAGES),
			   "platform", err);
}

/* Adds an empty outcome; NULL: see err. */
static struct image_outcome *add_outcome(struct scanreq_image_set *set, struct scanreq_error *err)
{
	struct image_outcome *items;

	if (set->count >= LIMIT_INDEX_IMAGES) {
		too_many(err);
		return NULL;
	}
	items = reallocarray(set->items, set->count + 1, sizeof(*items));
	if (!items) {
		error_nomem(err);
		return NULL;
	}
	set->items = items;
	items[set->count] = (struct image_outcome){ 0 };
	return &items[set->count++];
}

/* Failures that end the run, and not one image alone. */
static bool ends_all(int failed)
{
	return failed == SCANREQ_E_NOMEM || failed == SCANREQ_E_CANCELLED;
}

/* Adds the image of a reader, or its error, prefixed with the platform. */
static int image_set_keep(struct set_source *s, struct image_reader *r, int failed,
			  struct scanreq_error *why, struct scanreq_error *err)
{
	struct image_outcome *outcome;
	char *platform CLEANUP_FREE = NULL;

	if (ends_all(failed)) {
		if (err)
			*err = *why;
		return failed;
	}
	outcome = add_outcome(s->set, err);
	if (!outcome)
		return err ? err->klass : SCANREQ_E_NOMEM;
	if (!failed) {
		outcome->image = TAKE(r->image);
		return 0;
	}
	platform = platform_format(&r->claimed);
	if (!platform)
		return error_nomem(err);
	if (r->from_index)
		error_prefix(why, failed, "%s", platform);
	outcome->error = *why;
	return 0;
}

/* --- one image --------------------------------------------------------------------- */

/* Sets the platform that an index or index.json claims. */
static int claim(struct image_reader *r, const struct platform *platform, struct scanreq_error *err)
{
	platform_free(&r->claimed);
	r->from_index = true;
	return platform_copy(&r->claimed, platform) ? error_nomem(err) : 0;
}

static int offer_choice(const struct set_source *s, struct scanreq_image *image)
{
	for (size_t i = 0; s->choice.count > 1 && i < s->choice.count; i++) {
		const struct candidate *c = s->choice.items[i];
		char *text CLEANUP_FREE = platform_format(&c->descriptor.platform);

		if (!text || strv_add_new(&image->platforms, text))
			return SCANREQ_E_NOMEM;
	}
	return 0;
}

static int image_set_start(struct set_source *s, const struct candidate *candidate,
			   struct image_reader *r, struct scanreq_error *err)
{
	r->source = s->source;
	r->input = s->input;
	r->selection = s->selection;
	r->candidates = &s->candidates;
	r->candidate = candidate;
	r->image = calloc(1, sizeof(*r->image));
	if (!r->image || offer_choice(s, r->image))
		return error_nomem(err);
	r->image->size_total = r->image->size_layers = r->image->size_unique = -1;
	return platform_known(&candidate->descriptor.platform)
		       ? claim(r, &candidate->descriptor.platform, err)
		       : 0;
}

static int read_one(struct set_source *s, const struct candidate *candidate,
		    struct scanreq_error *err)
{
	struct image_reader r CLEANUP(reader_free) = { 0 };
	int failed = image_set_start(s, candidate, &r, err);

	if (!failed)
		failed = search_image(&r, err);
	if (!failed)
		failed = reader_finish(&r, err);
	return failed ? failed : image_set_keep(s, &r, 0, NULL, err);
}

/* --- all images of an index -------------------------------------------------------- */

/* Each image has its own copy of the index. */
static int copy_index(const struct scanreq_image *from, struct scanreq_image *to)
{
	to->index_digest = from->index_digest;
	to->index_bytes.max = LIMIT_MANIFEST;
	buf_add(&to->index_bytes, buf_str(&from->index_bytes), from->index_bytes.len);
	for (size_t i = 0; i < from->platforms.count && !to->index_bytes.failed; i++)
		if (strv_add_new(&to->platforms, from->platforms.items[i]))
			return SCANREQ_E_NOMEM;
	return to->index_bytes.failed;
}

static int add_entry(struct set_source *s, const struct image_reader *top,
		     const struct index_entry *entry, struct scanreq_error *err)
{
	struct image_reader r CLEANUP(reader_free) = { 0 };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	bool is_image = true;
	int failed = image_set_start(s, top->candidate, &r, err);

	if (!failed)
		failed = claim(&r, &entry->descriptor.platform, err);
	if (failed)
		return failed;
	if (copy_index(top->image, r.image))
		return error_nomem(err);
	failed = search_read_entry(&r, entry, &is_image, &why);
	if (!failed && is_image)
		failed = reader_finish(&r, &why);
	return is_image ? image_set_keep(s, &r, failed, &why, err) : 0;
}

/* Warns of images that an archive does not have, once. */
static int say_missing(struct scanreq_image_set *set, size_t first, size_t missing,
		       struct scanreq_error *err)
{
	for (size_t i = first; i < set->count && missing > 0; i++)
		if (set->items[i].image &&
		    strv_addf(&set->items[i].image->warnings,
			      "images that the index lists but that were not saved: %zu", missing))
			return error_nomem(err);
	return 0;
}

static size_t count_images(const struct index_entries *entries)
{
	size_t count = 0;

	for (size_t i = 0; i < entries->count; i++)
		count += !entries->items[i].nested;
	return count;
}

static int add_entries(struct set_source *s, struct image_reader *top, const struct document *index,
		       struct scanreq_error *err)
{
	struct index_entries entries CLEANUP_INDEX_ENTRIES = { 0 };
	size_t first = s->set->count, missing = 0;
	int failed = search_all(top, index, &entries, err);

	if (!failed && count_images(&entries) > LIMIT_INDEX_IMAGES)
		return too_many(err);
	for (size_t i = 0; i < entries.count && !failed; i++) {
		const struct index_entry *entry = &entries.items[i];
		const struct descriptor *d = &entry->descriptor;

		if (entry->nested)
			continue;
		if (d->data || source_has(s->source, &d->digest))
			failed = add_entry(s, top, entry, err);
		else
			missing++;
	}
	if (failed)
		return failed;
	if (s->set->count == first)
		return error_set(err, SCANREQ_CODE_PLATFORM_MISSING, "the index holds no image");
	return say_missing(s->set, first, missing, err);
}

static int read_top(struct set_source *s, struct image_reader *r, struct scanreq_error *err)
{
	struct document document CLEANUP_DOCUMENT = { 0 };
	int failed = reader_document(r, NULL, &document, err);

	if (failed)
		return failed;
	if (document.kind == DOCUMENT_INDEX)
		return add_entries(s, r, &document, err);
	reader_take_manifest(r, &document);
	failed = reader_config(r, err);
	if (!failed)
		failed = reader_finish(r, err);
	return failed ? failed : image_set_keep(s, r, 0, NULL, err);
}

/* Adds the images of one candidate. */
static int read_all(struct set_source *s, const struct candidate *candidate,
		    struct scanreq_error *err)
{
	struct image_reader r CLEANUP(reader_free) = { 0 };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed;

	if (candidate->flags & (CANDIDATE_NO_MANIFEST | CANDIDATE_REPORTED))
		return read_one(s, candidate, err);
	failed = image_set_start(s, candidate, &r, err);
	if (failed)
		return failed;
	failed = read_top(s, &r, &why);
	if (!failed)
		return 0;
	/* One of several may fail. */
	if (s->choice.count > 1)
		return image_set_keep(s, &r, failed, &why, err);
	if (err)
		*err = why;
	return failed;
}

static bool may_be_there(const struct set_source *s, const struct descriptor *d)
{
	return s->choice.count == 1 || d->data || source_has(s->source, &d->digest);
}

static int read_choice(struct set_source *s, struct scanreq_error *err)
{
	size_t missing = 0;

	for (size_t i = 0; i < s->choice.count; i++) {
		const struct candidate *candidate = s->choice.items[i];
		int failed = 0;

		if (may_be_there(s, &candidate->descriptor))
			failed = read_all(s, candidate, err);
		else
			missing++;
		if (failed)
			return failed;
	}
	if (s->set->count == 0)
		return error_set(err, SCANREQ_CODE_PLATFORM_MISSING,
				 "%s holds no image of those that it lists", s->input);
	return say_missing(s->set, 0, missing, err);
}

int image_set_read(struct source *source, const char *input,
		   const struct scanreq_selection *selection, struct scanreq_image_set *set,
		   struct scanreq_error *err)
{
	struct set_source s CLEANUP(set_source_free) = {
		.source = source, .input = input, .selection = selection, .set = set,
	};
	const struct candidate *one;
	int failed = source_list(source, &s.candidates, err);

	if (!failed)
		failed = choose_candidates(&s.candidates, selection, input, &s.choice, err);
	if (failed)
		return failed;
	if (selection->platforms == PLATFORMS_ALL)
		return read_choice(&s, err);
	failed = choose_one(&s.choice, selection, source, &one, err);
	return failed ? failed : read_one(&s, one, err);
}
