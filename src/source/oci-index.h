/* SPDX-License-Identifier: MIT */
/*
 * OCI image layouts (OCI image-spec image-layout.md), in an archive or a directory:
 * index.json, the manifests below it, and blobs/ALGORITHM/HEX.
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

/* Reads the digest from a name of that form; false when the name has another form. */
bool blob_path_digest(const char *name, struct digest *digest);

/* The selector "@N" of a number, the caller's; NULL when out of memory. */
char *selector_of(size_t number);

/* What the archive has of a document. */
enum saved_state {
	SAVED_ABSENT,  /* nothing, or it was not looked for */
	SAVED_NONE,    /* no image: it is malformed, or an artifact */
	SAVED_IMAGE,   /* an image's manifest */
	SAVED_INDEX,
};

/* A document that index.json leads to. Each digest has one; those of index.json come first. */
struct saved_document {
	struct descriptor descriptor;
	struct strv names;    /* of an entry of index.json, from its annotations */
	struct strv refs;     /* its annotations that are no whole names: a bare tag */
	int depth;            /* 0: index.json lists it itself */
	enum saved_state state;
	struct digest config; /* SAVED_IMAGE: of its config */
	size_t listed;        /* SAVED_INDEX: its entries without attestations */
	size_t edge;          /* the first edge from here, if `listed` is not 0 */
	bool holds;           /* SAVED_INDEX: the archive has one of its entries */
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

/* The number of index.json itself. */
#define SAVED_TOP SIZE_MAX

void saved_documents_free(struct saved_documents *documents);
#define CLEANUP_SAVED_DOCUMENTS CLEANUP(saved_documents_free)

/* Parses index.json. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM. */
int oci_index_parse(const char *bytes, size_t len, struct document *document,
		    struct scanreq_error *err);

/*
 * Adds the entries of an index, document `from` or SAVED_TOP, without attestations.
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
