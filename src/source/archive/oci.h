/* SPDX-License-Identifier: MIT */
/* The OCI side of a saved image in a tar. */
#ifndef SOURCE_ARCHIVE_OCI_H
#define SOURCE_ARCHIVE_OCI_H

#include <scanreq/error.h>

#include "source/archive/index.h"
#include "source/oci-index.h"

/* The kind, as containers-transports(5) calls it. */
#define OCI_ARCHIVE "oci-archive"

/* Whether the archive holds what the descriptor describes, or it stands in there itself. */
bool oci_archive_holds(const struct archive_index *index, const struct descriptor *d);

/*
 * Parses a manifest or index that the archive holds. Its digest is not checked: what is
 * learnt from it only tells what belongs together, and what is used is read again by
 * source_manifest(). Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int oci_archive_document(const struct archive_index *index, const struct descriptor *d,
			 struct document *document, struct scanreq_error *err);

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
