/* SPDX-License-Identifier: MIT */
/*
 * Joins the two lists of an archive that has both, as Docker since 25, containerd and others
 * write it: manifest.json (docker's image-spec v1.2) and index.json (OCI image-spec
 * image-layout.md). The digest of the config tells which entries are one image, never the
 * position: the lists may have another order, and other images.
 */
#ifndef SOURCE_ARCHIVE_JOIN_H
#define SOURCE_ARCHIVE_JOIN_H

#include <scanreq/error.h>

#include "source/archive/index.h"
#include "source/source.h"

/*
 * Moves the candidates of manifest.json and their warnings from `docker` to *out, and adds
 * the entries of index.json. An image in both is one candidate, from index.json; its entry
 * of manifest.json is in `listed`. The order is manifest.json's, then index.json's. If
 * index.json is malformed, *out has the images of manifest.json and a warning.
 * Errors: SCANREQ_E_UNREADABLE (more than LIMIT_CANDIDATES), SCANREQ_E_NOMEM.
 */
int archive_join(const struct archive_index *index, struct candidates *docker,
		 struct candidates *out, struct scanreq_error *err);

/*
 * The same for the images of manifest.json only, with their manifests from index.json.
 * Errors: SCANREQ_E_NOMEM.
 */
int archive_join_docker(const struct archive_index *index, struct candidates *docker,
			struct candidates *out, struct scanreq_error *err);

/*
 * Sets `listed` of the images in *out, which are those of index.json; adds no image.
 * Errors: SCANREQ_E_NOMEM.
 */
int archive_join_oci(const struct archive_index *index, struct candidates *docker,
		     struct candidates *out, struct scanreq_error *err);

#endif
