/* SPDX-License-Identifier: MIT */
/* Whether an image's layers are what its manifest and its config say. */
#ifndef SOURCE_VERIFY_LAYERS_H
#define SOURCE_VERIFY_LAYERS_H

#include <stddef.h>
#include <scanreq/error.h>

#include "oci/config.h"
#include "oci/manifest.h"
#include "source/source.h"

/* What an image says of its layers; borrowed. */
struct layer_claims {
	const struct candidate *candidate;
	const struct document *manifest; /* NULL: the candidate's own list counts */
	const struct image_config *config;
};

/*
 * Reads each layer of an image, once for all entries that are the same, and checks size
 * and digest against the descriptor and the content against the diff_id. Where an archive
 * has a list beside the manifest, what that one leads to must be the same. The source was
 * opened with `verify_layers`. Errors: SCANREQ_E_MISMATCH (a layer is another one, or there
 * are not as many as diff_ids), SCANREQ_E_UNREADABLE (one is missing), SCANREQ_E_USAGE
 * (the source reads no layers), SCANREQ_E_NOMEM.
 */
int source_verify_layers(struct source *source, const struct layer_claims *claims,
			 struct scanreq_error *err);

#endif
