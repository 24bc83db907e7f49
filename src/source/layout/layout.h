/* SPDX-License-Identifier: MIT */
/*
 * An OCI image layout in a directory (OCI image-spec image-layout.md), as skopeo, umoci,
 * buildctl and crane write it: oci-layout, index.json and blobs/ALGORITHM/HEX.
 */
#ifndef SOURCE_LAYOUT_LAYOUT_H
#define SOURCE_LAYOUT_LAYOUT_H

#include "source/source.h"

/*
 * Opens the layout in the directory `path` and checks the version in oci-layout.
 * Errors: SCANREQ_E_NOT_FOUND (no such directory), SCANREQ_E_UNREADABLE (no
 * layout, another version, no permission), SCANREQ_E_NOMEM.
 */
int source_layout_open(const char *path, const struct source_options *options,
		       struct source *source, struct scanreq_error *err);

#endif
