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

/* What became of a document when it was looked for. */
enum saved_state {
	SAVED_ABSENT,  /* it is not in the archive, or was not looked for */
	SAVED_NONE,    /* it is there and no image: broken, or an artifact */
	SAVED_IMAGE,   /* an image's manifest */
	SAVED_INDEX,
};

/* What index.json leads to, the tops first, each digest once. */
struct saved_document {
	struct descriptor descriptor;
	struct strv names;    /* of what index.json lists, from its annotations */
	struct strv refs;     /* those that are no whole names: a bare tag */
	int depth;            /* 0: index.json lists it itself */
	enum saved_state state;
	struct digest config; /* SAVED_IMAGE: of its config */
	size_t listed;        /* SAVED_INDEX: what it lists, attestations aside */
	size_t edge;          /* the first of the edges from here, when it lists any */
	bool holds;           /* SAVED_INDEX: some of that is there */
};

/* An index that lists a document, both by number. */
struct saved_edge {
	size_t from, to;
};

struct saved_documents {
	struct saved_document *items;
	size_t count;
	struct saved_edge *edges;
	size_t edge_count;
};

/* index.json itself, among what lists a document. */
#define SAVED_TOP SIZE_MAX

void saved_documents_free(struct saved_documents *documents);
#define CLEANUP_SAVED_DOCUMENTS CLEANUP(saved_documents_free)

/* Parses index.json. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM. */
int oci_index_parse(const char *bytes, size_t len, struct document *document,
		    struct scanreq_error *err);

/*
 * Adds the entries of one index, save attestations: of document `from`, or SAVED_TOP.
 * Errors: SCANREQ_E_UNREADABLE (more than LIMIT_CANDIDATES), SCANREQ_E_NOMEM.
 */
int oci_index_add(struct saved_documents *documents, const struct document *index, size_t from,
		  struct scanreq_error *err);

/*
 * Adds a candidate for each image or index that the index.json of `len` bytes lists, and
 * sets their size basis. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int oci_index_list(const char *bytes, size_t len, struct candidates *candidates,
		   struct scanreq_error *err);

#endif
