/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/search.h"
#include "oci/media-type.h"

/* How many platforms an error lists before it stops. */
#define LISTED 20

/* A search for one platform. */
struct search {
	struct image_reader *reader;
	struct index_entries entries;
	const struct platform *wanted; /* the selection's, or the default */
	bool asked;                    /* the selection has a platform */
	const struct index_entry *held; /* the reader has its documents; or NULL */
};

void index_entries_free(struct index_entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		descriptor_free(&entries->items[i].descriptor);
	free(entries->items);
	*entries = (struct index_entries){ 0 };
}

/* --- entries ----------------------------------------------------------------------- */

static int offer(struct image_reader *r, const struct platform *platform)
{
	char *text CLEANUP_FREE = NULL;

	if (!platform_known(platform))
		return 0;
	text = platform_format(platform);
	return text ? strv_add_new(&r->image->platforms, text) : SCANREQ_E_NOMEM;
}

/* Whether an entry is a duplicate: indexes may overlap, or lead to themselves. */
static bool is_listed(const struct index_entries *entries, const struct index_entry *entry)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct descriptor *d = &entries->items[i].descriptor;

		if (digest_equal(&d->digest, &entry->descriptor.digest) &&
		    (entry->nested || platform_equal(&d->platform, &entry->descriptor.platform)))
			return true;
	}
	return false;
}

static int add_entry(struct index_entries *entries, struct index_entry *entry,
		     struct scanreq_error *err)
{
	struct index_entry *items;

	if (is_listed(entries, entry))
		return 0;
	if (entries->count >= LIMIT_LAYERS)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 "the index leads to more than %d manifests", LIMIT_LAYERS);
	items = reallocarray(entries->items, entries->count + 1, sizeof(*items));
	if (!items)
		return error_nomem(err);
	entries->items = items;
	items[entries->count++] = *entry;
	entry->descriptor = (struct descriptor){ 0 };
	return 0;
}

/*
 * Skips attestations and entries of a foreign media type. With a platform, even a foreign
 * type may be an image: its document decides.
 */
static bool may_be_image(const struct descriptor *d)
{
	if (d->attestation)
		return false;
	return platform_known(&d->platform) || !d->media_type ||
	       media_kind(d->media_type) != MEDIA_UNKNOWN;
}

/* Adds the entries of an index. They inherit the platform of its own entry, `parent`. */
static int add_index(struct image_reader *r, struct index_entries *entries,
		     const struct document *index, const struct platform *parent, int depth,
		     struct scanreq_error *err)
{
	int failed = 0;

	for (size_t i = 0; i < index->count && !failed; i++) {
		const struct descriptor *d = &index->entries[i];
		struct index_entry entry = {
			.depth = depth, .nested = media_kind(d->media_type) == MEDIA_INDEX,
		};

		if (!may_be_image(d))
			continue;
		failed = descriptor_copy(&entry.descriptor, d);
		if (!failed && platform_known(parent) && !d->platform.os &&
		    !d->platform.architecture)
			failed = platform_copy(&entry.descriptor.platform, parent);
		if (!failed)
			failed = offer(r, &entry.descriptor.platform);
		failed = failed ? error_nomem(err) : add_entry(entries, &entry, err);
		descriptor_free(&entry.descriptor);
	}
	return failed;
}

/* --- reading ----------------------------------------------------------------------- */

/* Caps the documents that a hostile index makes us fetch. */
static int count_reads(struct index_entries *entries, unsigned int reads,
		       struct scanreq_error *err)
{
	entries->reads += reads;
	if (entries->reads <= LIMIT_INDEX_READS)
		return 0;
	return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
			 "the index has too many entries without a platform, or nested indexes: "
			 "name the image by its digest");
}

/* Reads a nested index and adds its entries. */
static int read_nested(struct image_reader *r, struct index_entries *entries, size_t i,
		       struct scanreq_error *err)
{
	struct document document CLEANUP_DOCUMENT = { 0 };
	struct descriptor nested CLEANUP_DESCRIPTOR = { 0 };
	int depth = entries->items[i].depth;
	int failed;

	if (depth >= LIMIT_INDEX_DEPTH)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 "indexes are nested more than %d deep", LIMIT_INDEX_DEPTH);
	entries->items[i].done = true;
	failed = count_reads(entries, 1, err);
	if (failed)
		return failed;
	if (descriptor_copy(&nested, &entries->items[i].descriptor))
		return error_nomem(err);
	failed = reader_document(r, &nested, &document, err);
	return failed ? failed
		      : add_index(r, entries, &document, &nested.platform, depth + 1, err);
}

/* Whether the platform is unknown/unknown, which marks an attestation. */
static bool is_marked(const struct platform *platform)
{
	return platform->os && platform->architecture && !platform_known(platform);
}

/* Reads manifest and config of an image. */
static int read_image(struct image_reader *r, const struct descriptor *d, struct scanreq_error *err)
{
	struct document document CLEANUP_DOCUMENT = { 0 };
	int failed = reader_document(r, d, &document, err);

	if (!failed && document.kind != DOCUMENT_MANIFEST)
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
				 "an index is listed as a manifest");
	if (failed)
		return failed;
	reader_take_manifest(r, &document);
	return reader_config(r, err);
}

/* An artifact, or a document that is missing. */
static bool is_none(int failed)
{
	return failed == SCANREQ_E_UNREADABLE || failed == SCANREQ_E_NOT_FOUND;
}

int search_read_entry(struct image_reader *r, const struct index_entry *entry, bool *is_image,
		      struct scanreq_error *err)
{
	bool marked = is_marked(&entry->descriptor.platform);
	int failed = read_image(r, &entry->descriptor, err);

	*is_image = true;
	if (!marked)
		return failed;
	if (is_none(failed)) {
		*is_image = false;
		return 0;
	}
	*is_image = failed || platform_known(&r->image->config.platform);
	return failed;
}

/*
 * Reads an entry without a platform, in place of the last one. *found tells whether its
 * config is for the wanted platform.
 */
static int search_settle(struct search *s, struct index_entry *entry, bool *found,
			 struct scanreq_error *err)
{
	struct image_reader *r = s->reader;
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	bool is_image = true;
	int failed = count_reads(&s->entries, 2, err);

	*found = false;
	if (failed)
		return failed;
	reader_forget(r);
	s->held = entry;
	failed = search_read_entry(r, entry, &is_image, &why);
	entry->done = is_none(failed) || !is_image;
	if (failed && !entry->done) {
		if (err)
			*err = why;
		return failed;
	}
	if (!entry->done && offer(r, &r->image->config.platform))
		return error_nomem(err);
	*found = !entry->done && image_config_agrees(&r->image->config, s->wanted);
	return 0;
}

/* --- choosing ---------------------------------------------------------------------- */

/* Skips entries that a saved image lacks, unless the user chose a platform. */
static bool search_counts(const struct search *s, const struct index_entry *entry)
{
	return !entry->nested && !entry->done &&
	       (s->asked || entry->descriptor.data ||
		source_has(s->reader->source, &entry->descriptor.digest));
}

static struct index_entry *exact_match(const struct search *s)
{
	for (size_t i = 0; i < s->entries.count; i++) {
		struct index_entry *entry = &s->entries.items[i];

		if (search_counts(s, entry) &&
		    platform_equal(&entry->descriptor.platform, s->wanted))
			return entry;
	}
	return NULL;
}

/* The next index to read: one for the wanted platform, else the first. */
static bool next_nested(const struct index_entries *entries, const struct platform *wanted,
			size_t *next)
{
	bool any = false;

	for (size_t i = 0; i < entries->count; i++) {
		const struct index_entry *entry = &entries->items[i];

		if (!entry->nested || entry->done)
			continue;
		if (wanted && platform_equal(&entry->descriptor.platform, wanted)) {
			*next = i;
			return true;
		}
		if (!any)
			*next = i;
		any = true;
	}
	return any;
}

/*
 * The only image of an index, which attestations beside one image make. An entry marked
 * unknown/unknown counts only after its config was read (`settled`).
 */
static struct index_entry *only_image(const struct search *s, bool settled)
{
	struct index_entry *only = NULL;

	for (size_t i = 0; i < s->entries.count; i++) {
		struct index_entry *entry = &s->entries.items[i];

		if (!search_counts(s, entry))
			continue;
		if (only)
			return NULL;
		only = entry;
	}
	if (!only || (!settled && is_marked(&only->descriptor.platform)))
		return NULL;
	return s->asked && platform_known(&only->descriptor.platform) ? NULL : only;
}

static int no_platform(const struct search *s, struct scanreq_error *err)
{
	const struct strv *offered = &s->reader->image->platforms;
	struct buf list CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	char *text CLEANUP_FREE = platform_format(s->wanted);

	for (size_t i = 0; i < offered->count && i < LISTED; i++)
		buf_addf(&list, "%s%s", i ? ", " : "", offered->items[i]);
	if (!text || list.failed)
		return error_nomem(err);
	if (offered->count == 0)
		return error_set(err, SCANREQ_CODE_PLATFORM_MISSING, "the index holds no image%s%s",
				 s->asked ? " for " : "", s->asked ? text : "");
	return error_set(err, SCANREQ_CODE_PLATFORM_MISSING,
			 "the index has no image for %s: set platform to one of %s", text,
			 buf_str(&list));
}

/* Reads the entries without a platform; the one it finds stays in the reader. */
static int search_unknown(struct search *s, struct index_entry **found,
			  struct scanreq_error *err)
{
	for (size_t i = 0; i < s->entries.count; i++) {
		struct index_entry *entry = &s->entries.items[i];
		bool is_it;
		int failed;

		if (!search_counts(s, entry) ||
		    platform_known(&entry->descriptor.platform))
			continue;
		failed = search_settle(s, entry, &is_it, err);
		if (failed)
			return failed;
		*found = is_it ? entry : NULL;
		if (is_it)
			return 0;
	}
	*found = s->asked ? NULL : only_image(s, true);
	if (*found != s->held)
		reader_forget(s->reader);
	return *found ? 0 : no_platform(s, err);
}

static int search_run(struct search *s, struct index_entry **found,
		      struct scanreq_error *err)
{
	size_t nested = 0;

	while (!(*found = exact_match(s)) && next_nested(&s->entries, s->wanted, &nested)) {
		int failed = read_nested(s->reader, &s->entries, nested, err);

		if (failed)
			return failed;
	}
	if (!*found)
		*found = only_image(s, false);
	return *found ? 0 : search_unknown(s, found, err);
}

/* Keeps the descriptor and the platform of the chosen entry. */
static int take_entry(struct image_reader *r, const struct index_entry *entry,
		      struct descriptor *want, struct scanreq_error *err)
{
	descriptor_free(want);
	platform_free(&r->claimed);
	r->from_index = true;
	if (descriptor_copy(want, &entry->descriptor) ||
	    platform_copy(&r->claimed, &entry->descriptor.platform))
		return error_nomem(err);
	return 0;
}

static void search_free(struct search *s)
{
	index_entries_free(&s->entries);
}

/*
 * Finds the image for the platform of the selection. *want is a copy of its descriptor; if
 * its manifest and config had to be read, they stay in the reader.
 */
static int search_platform(struct image_reader *r, const struct document *index,
			   struct descriptor *want, struct scanreq_error *err)
{
	struct platform fallback CLEANUP_PLATFORM = { 0 };
	const struct platform no_parent = { 0 };
	const struct platform *asked = selection_platform(r->selection);
	struct search s CLEANUP(search_free) = {
		.reader = r,
		.wanted = asked ? asked : &fallback,
		.asked = asked,
	};
	struct index_entry *found;
	int failed = platform_parse(PLATFORM_DEFAULT, &fallback, err);

	if (!failed)
		failed = add_index(r, &s.entries, index, &no_parent, 1, err);
	if (!failed)
		failed = search_run(&s, &found, err);
	return failed ? failed : take_entry(r, found, want, err);
}

/* Reads documents until a manifest, choosing an entry of each index. */
static int search_manifest(struct image_reader *r, struct scanreq_error *err)
{
	struct descriptor want CLEANUP_DESCRIPTOR = { 0 };

	for (int depth = 0; depth <= LIMIT_INDEX_DEPTH; depth++) {
		struct document document CLEANUP_DOCUMENT = { 0 };
		bool top = want.digest.algorithm == DIGEST_NONE;
		int failed = reader_document(r, top ? NULL : &want, &document, err);

		if (failed)
			return failed;
		if (document.kind == DOCUMENT_MANIFEST) {
			reader_take_manifest(r, &document);
			return 0;
		}
		failed = search_platform(r, &document, &want, err);
		if (failed || r->has_config)
			return failed;
	}
	return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED, "indexes are nested more than %d deep",
			 LIMIT_INDEX_DEPTH);
}

int search_image(struct image_reader *r, struct scanreq_error *err)
{
	int failed = 0;

	if (r->candidate->flags & CANDIDATE_REPORTED) {
		reader_take_reported(r);
		return 0;
	}
	if (!(r->candidate->flags & CANDIDATE_NO_MANIFEST))
		failed = search_manifest(r, err);
	return failed || r->has_config ? failed : reader_config(r, err);
}

int search_all(struct image_reader *r, const struct document *index,
	       struct index_entries *entries, struct scanreq_error *err)
{
	const struct platform no_parent = { 0 };
	size_t nested = 0;
	int failed = add_index(r, entries, index, &no_parent, 1, err);

	while (!failed && next_nested(entries, NULL, &nested))
		failed = read_nested(r, entries, nested, err);
	return failed;
}
