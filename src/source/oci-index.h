/* SPDX-License-Identifier: MIT */
/*
 * What every OCI image layout has (OCI image-spec image-layout.md), be it an archive or a
 * directory: index.json, the manifests it leads to, and blobs/ALGORITHM/HEX.
 */
#ifndef SOURCE_OCI_INDEX_H
#define SOURCE_OCI_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "source/source.h"

#define OCI_INDEX "index.json"

#define BLOB_PATH_SIZE (sizeof("blobs/") + DIGEST_TEXT_MAX)

/* "blobs/sha256/HEX"; returns `out`. */
const char *blob_path(const struct digest *digest, char out[BLOB_PATH_SIZE]);

/* The digest that a member's name of that form says; false when it is no such name. */
bool blob_path_digest(const char *name, struct digest *digest);

/* What chooses the image of that number: "@N". The caller's, or NULL. */
char *selector_of(size_t number);

/* What index.json leads to, the tops first, each digest once. */
struct saved_document {
	struct descriptor descriptor;
	struct strv names;    /* from the annotations, also of what leads here */
	struct strv refs;     /* its own that are no whole names: a bare tag */
	int depth;            /* 0: index.json lists it itself */
	struct digest config; /* of an image manifest that is there, else NONE */
};

struct saved_documents {
	struct saved_document *items;
	size_t count;
};

void saved_documents_free(struct saved_documents *documents);
#define CLEANUP_SAVED_DOCUMENTS CLEANUP(saved_documents_free)

/*
 * Adds the names that are new, LIMIT_NAMES of them at most. 0 or SCANREQ_E_NOMEM.
 */
int names_add(struct strv *names, const struct strv *more);

/* Parses index.json. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM. */
int oci_index_parse(const char *bytes, size_t len, struct document *document,
		    struct scanreq_error *err);

/*
 * Adds the entries of one index, which lie `depth` below index.json, save attestations;
 * `names` (or NULL) are those of what leads to the index. Errors: SCANREQ_E_UNREADABLE
 * (more than LIMIT_CANDIDATES), SCANREQ_E_NOMEM.
 */
int oci_index_add(struct saved_documents *documents, const struct document *index,
		  const struct strv *names, int depth, struct scanreq_error *err);

/*
 * Adds a candidate for each image or index that the index.json of `len` bytes lists, and
 * sets their size basis. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int oci_index_list(const char *bytes, size_t len, struct candidates *candidates,
		   struct scanreq_error *err);

#endif
