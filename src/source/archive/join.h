/* SPDX-License-Identifier: MIT */
/*
 * An archive of both forms, as Docker since 25, containerd and others write it: what
 * manifest.json lists (docker's image-spec v1.2) and what index.json leads to (OCI
 * image-spec image-layout.md) are one list. What they have in common is told by the digest
 * of the config, never by position: the two need not have the same order, nor the same
 * images.
 */
#ifndef SOURCE_ARCHIVE_JOIN_H
#define SOURCE_ARCHIVE_JOIN_H

#include <scanreq/error.h>

#include "source/archive/index.h"
#include "source/source.h"

/*
 * Joins the candidates of manifest.json, which are taken out of `docker` with its warnings,
 * with what index.json lists, into *out: an image that both have is listed once, by
 * index.json's entry. manifest.json's order comes first. What manifest.json says of an
 * image with a manifest is in `listed`. A broken index.json leaves manifest.json's images,
 * with a warning. Errors: SCANREQ_E_UNREADABLE (more than LIMIT_CANDIDATES),
 * SCANREQ_E_NOMEM.
 */
int archive_join(const struct archive_index *index, struct candidates *docker,
		 struct candidates *out, struct scanreq_error *err);

/*
 * The images of manifest.json alone, with the manifests that index.json has for them.
 * Errors: SCANREQ_E_NOMEM.
 */
int archive_join_docker(const struct archive_index *index, struct candidates *docker,
			struct candidates *out, struct scanreq_error *err);

/*
 * Adds what manifest.json says to *out, which has the images of index.json: nothing is
 * listed by it. Errors: SCANREQ_E_NOMEM.
 */
int archive_join_oci(const struct archive_index *index, struct candidates *docker,
		     struct candidates *out, struct scanreq_error *err);

#endif
