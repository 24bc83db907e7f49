/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "source/archive/match.h"
#include "source/archive/oci.h"

/* The cap on the bytes of configs that are hashed. */
#define HASHED_MAX ((size_t)(16 * LIMIT_ARCHIVE_JSON))

/* --- configs and layers ------------------------------------------------------------ */

/*
 * Sets the digest of the candidate's config. A digest in a blob's name is known already, and
 * checked when the blob is read; any other config is hashed here, up to HASHED_MAX.
 */
static int learn_config(const struct archive_index *index, struct candidate *candidate,
			size_t *hashed)
{
	struct archive_document document;

	if (candidate->config.digest.algorithm != DIGEST_NONE ||
	    archive_index_document(index, candidate->config_name, &document, NULL))
		return 0;
	*hashed += document.len;
	if (*hashed > HASHED_MAX)
		return 0;
	return digest_of(DIGEST_SHA256, document.bytes, document.len, &candidate->config.digest,
			 NULL);
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
static bool same_layers(const struct candidate *candidate, const struct document *manifest)
{
	if (manifest->count != candidate->layer_count)
		return false;
	for (size_t i = 0; i < manifest->count; i++)
		if (!same_layer(&candidate->layers[i], &manifest->entries[i]))
			return false;
	return true;
}

/* --- matching ---------------------------------------------------------------------- */

/* A manifest to compare with. It is parsed when an image has its config. */
struct compared {
	const struct archive_index *index;
	const struct saved_document *saved;
	size_t number;
	struct document manifest;
	bool parsed;
};

static void compared_free(struct compared *c)
{
	document_free(&c->manifest);
}

static int compare_with(struct compared *c, const struct candidate *candidate,
			struct archive_match *match)
{
	int failed = 0;
	bool same;

	if (match->same || !digest_equal(&candidate->config.digest, &c->saved->config))
		return 0;
	if (!c->parsed)
		failed = oci_archive_document(c->index, &c->saved->descriptor, &c->manifest, NULL);
	if (failed)
		return failed;
	c->parsed = true;
	same = same_layers(candidate, &c->manifest);
	if (same || match->document == NO_DOCUMENT)
		*match = (struct archive_match){ c->number, same };
	return 0;
}

/* Compares one manifest with all images, and parses it once. */
static int compare_all(const struct archive_index *index,
		       const struct saved_documents *documents, size_t number,
		       const struct candidates *docker, struct archive_match *matches)
{
	struct compared c CLEANUP(compared_free) = { .index = index, .number = number };
	int failed = 0;

	c.saved = &documents->items[number];
	if (c.saved->state != SAVED_IMAGE)
		return 0;
	for (size_t i = 0; i < docker->count && !failed; i++)
		failed = compare_with(&c, &docker->items[i], &matches[i]);
	return failed;
}

int archive_match(const struct archive_index *index, const struct saved_documents *documents,
		  struct candidates *docker, struct archive_match *matches,
		  struct scanreq_error *err)
{
	/* Only Docker's own store writes "repositories" beside index.json. */
	bool saved = archive_index_has(index, "repositories");
	size_t hashed = 0;

	for (size_t i = 0; i < docker->count; i++) {
		matches[i] = (struct archive_match){ .document = NO_DOCUMENT };
		if (saved)
			docker->items[i].flags |= CANDIDATE_SAVED_MANIFEST;
		if (learn_config(index, &docker->items[i], &hashed))
			return error_nomem(err);
	}
	for (size_t i = 0; i < documents->count; i++)
		if (compare_all(index, documents, i, docker, matches))
			return error_nomem(err);
	return 0;
}

/* --- roots ------------------------------------------------------------------------- */

/* Sorts the edges by the document that they lead to. */
static void gather_parents(struct archive_roots *roots)
{
	const struct saved_documents *d = roots->documents;

	for (size_t i = 0; i < d->edge_count; i++)
		roots->first[d->edges[i].to + 1]++;
	for (size_t i = 0; i < d->count; i++)
		roots->first[i + 1] += roots->first[i];
	roots->first[d->count + 1] = d->edge_count;
	/* From the end: each `first` is counted down to its first parent. */
	for (size_t i = d->edge_count; i-- > 0;)
		roots->parents[--roots->first[d->edges[i].to + 1]] = d->edges[i].from;
}

int archive_roots_new(struct archive_roots *roots, const struct saved_documents *documents,
		      struct scanreq_error *err)
{
	size_t count = documents->count;

	roots->documents = documents;
	while (roots->tops < count && documents->items[roots->tops].depth == 0)
		roots->tops++;
	/* One more of each: no allocation of 0 bytes. */
	roots->first = calloc(count + 2, sizeof(size_t));
	roots->parents = calloc(documents->edge_count + 1, sizeof(size_t));
	roots->found = calloc(count + 1, sizeof(size_t));
	roots->seen = calloc(count + 1, sizeof(size_t));
	if (!roots->first || !roots->parents || !roots->found || !roots->seen)
		return error_nomem(err);
	gather_parents(roots);
	return 0;
}

void archive_roots_free(struct archive_roots *roots)
{
	free(roots->first);
	free(roots->parents);
	free(roots->found);
	free(roots->seen);
	*roots = (struct archive_roots){ 0 };
}

static void see(struct archive_roots *roots, size_t document, size_t *count)
{
	if (roots->seen[document] == roots->question)
		return;
	roots->seen[document] = roots->question;
	roots->found[(*count)++] = document;
}

void archive_roots_find(struct archive_roots *roots, size_t document)
{
	size_t count = 0;

	roots->question++;
	see(roots, document, &count);
	for (size_t i = 0; i < count; i++) {
		size_t at = roots->found[i];

		for (size_t p = roots->first[at + 1]; p < roots->first[at + 2]; p++)
			see(roots, roots->parents[p], &count);
	}
	roots->count = 0;
	for (size_t i = 0; i < count; i++)
		if (roots->found[i] < roots->tops)
			roots->found[roots->count++] = roots->found[i];
}
