/* SPDX-License-Identifier: MIT */
/* Matches the images of manifest.json with the manifests of index.json, by their configs. */
#ifndef SOURCE_ARCHIVE_MATCH_H
#define SOURCE_ARCHIVE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "source/archive/index.h"
#include "source/oci-index.h"

#define NO_DOCUMENT SIZE_MAX

/* The match of one image of manifest.json. */
struct archive_match {
	size_t document; /* the number of the manifest with its config, or NO_DOCUMENT */
	bool same;       /* the manifest has the same layers, too */
};

/*
 * Fills in a match for each candidate of `docker`, one with the same layers if there is any.
 * Also sets the config digests of the candidates, and CANDIDATE_SAVED_MANIFEST.
 * Errors: SCANREQ_E_NOMEM.
 */
int archive_match(const struct archive_index *index, const struct saved_documents *documents,
		  struct candidates *docker, struct archive_match *matches,
		  struct scanreq_error *err);

/* Finds the entries of index.json that lead to a document. */
struct archive_roots {
	const struct saved_documents *documents;
	size_t tops;     /* the number of entries of index.json: the first documents */
	size_t *first;   /* first[N + 1] is the first parent of document N */
	size_t *parents;
	size_t *found;   /* the tops of the last archive_roots_find(), in no order */
	size_t count;
	size_t *seen;    /* of each document: the `question` that has seen it last */
	size_t question;
};

int archive_roots_new(struct archive_roots *roots, const struct saved_documents *documents,
		      struct scanreq_error *err);
void archive_roots_free(struct archive_roots *roots);

/* Sets `found` and `count` to the tops that lead to the document, itself included. */
void archive_roots_find(struct archive_roots *roots, size_t document);

#endif
