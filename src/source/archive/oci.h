/* SPDX-License-Identifier: MIT */
/* The OCI side of a saved image in a tar. */
#ifndef SOURCE_ARCHIVE_OCI_H
#define SOURCE_ARCHIVE_OCI_H

#include <scanreq/error.h>

#include "source/archive/index.h"
#include "source/oci-index.h"

/* The kind, as containers-transports(5) calls it. */
#define OCI_ARCHIVE "oci-archive"

/* Whether the archive, or the descriptor's "data", has the document. */
bool oci_archive_holds(const struct archive_index *index, const struct descriptor *d);

/*
 * Parses a manifest or index of the archive, without checking its digest: this only finds
 * out which documents belong together. source_manifest() reads and verifies it again.
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int oci_archive_document(const struct archive_index *index, const struct descriptor *d,
			 struct document *document, struct scanreq_error *err);

/*
 * Follows index.json through nested indexes. Documents that the archive does not have are
 * skipped: an index may list platforms that were not saved. Errors: SCANREQ_E_UNREADABLE
 * (index.json itself is malformed), SCANREQ_E_NOMEM.
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
