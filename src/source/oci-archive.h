/* SPDX-License-Identifier: MIT */
/* The OCI side of a saved image in a tar. */
#ifndef SOURCE_OCI_ARCHIVE_H
#define SOURCE_OCI_ARCHIVE_H

#include <scanreq/error.h>

#include "source/archive-index.h"
#include "source/oci-index.h"

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
