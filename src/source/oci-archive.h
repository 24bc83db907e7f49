/* SPDX-License-Identifier: MIT */
/*
 * The OCI side of a saved image (OCI image-spec image-layout.md): index.json, the
 * manifests it leads to, and blobs/ALGORITHM/HEX.
 */
#ifndef SOURCE_OCI_ARCHIVE_H
#define SOURCE_OCI_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "source/archive-index.h"
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
	int depth;            /* 0: index.json lists it itself */
	struct digest config; /* of an image manifest that is in the archive, else NONE */
};

struct saved_documents {
	struct saved_document *items;
	size_t count;
};

void saved_documents_free(struct saved_documents *documents);
#define CLEANUP_SAVED_DOCUMENTS CLEANUP(saved_documents_free)

/*
 * Follows index.json through nested indexes. What is not in the archive is passed over:
 * an index may name platforms that were not saved. Errors: SCANREQ_E_UNREADABLE
 * (index.json itself is broken), SCANREQ_E_NOMEM.
 */
int oci_archive_walk(const struct archive_index *index, struct saved_documents *documents,
		     struct scanreq_error *err);

/*
 * Adds a candidate for each image or index that index.json lists. Errors:
 * SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int oci_archive_list(const struct archive_index *index, struct candidates *candidates,
		     struct scanreq_error *err);

#endif
