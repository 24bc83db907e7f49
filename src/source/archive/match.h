/* SPDX-License-Identifier: MIT */
/* Which image of manifest.json has which manifest of index.json: by its config. */
#ifndef SOURCE_ARCHIVE_MATCH_H
#define SOURCE_ARCHIVE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "source/archive/index.h"
#include "source/oci-index.h"

#define NO_DOCUMENT SIZE_MAX

/* What was found for one image of manifest.json. */
struct archive_match {
	size_t document; /* the manifest of its config, among the documents, or NO_DOCUMENT */
	bool same;       /* it has the same layers, too */
};

/*
 * Fills in a match for each candidate of `docker`; one with the same layers goes before
 * others. The candidates learn the digests of their configs, and that their manifests may
 * have been made by saving them. Errors: SCANREQ_E_NOMEM.
 */
int archive_match(const struct archive_index *index, const struct saved_documents *documents,
		  struct candidates *docker, struct archive_match *matches,
		  struct scanreq_error *err);

/* What leads to the documents, from each of them upwards. */
struct archive_roots {
	const struct saved_documents *documents;
	size_t tops;     /* how many documents index.json lists itself */
	size_t *first;   /* where the parents of document N begin, at N + 1 */
	size_t *parents;
	size_t *found;   /* the tops that were asked for last, in no order */
	size_t count;
	size_t *seen;    /* of each document: the number of the question */
	size_t question;
};

int archive_roots_new(struct archive_roots *roots, const struct saved_documents *documents,
		      struct scanreq_error *err);
void archive_roots_free(struct archive_roots *roots);

/* Fills in the tops that lead to the document: itself, when it is one. */
void archive_roots_find(struct archive_roots *roots, size_t document);

#endif
