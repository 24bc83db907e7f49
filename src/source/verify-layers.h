/* SPDX-License-Identifier: MIT */
/* Checks an image's layers against its manifest and config. */
#ifndef SOURCE_VERIFY_LAYERS_H
#define SOURCE_VERIFY_LAYERS_H

#include <stddef.h>
#include <scanreq/error.h>

#include "oci/config.h"
#include "oci/manifest.h"
#include "source/source.h"

/* The image's description of its layers; borrowed. */
struct layer_claims {
	const struct candidate *candidate;
	const struct document *manifest; /* NULL: the candidate's own list is used */
	const struct image_config *config;
};

/*
 * Reads each distinct layer of an image once, and checks size and digest against the
 * descriptor and the content against the diff_id. If an archive also lists the image in
 * manifest.json, those layers must have the same content. The source must have been opened
 * with `verify_layers`. Errors: SCANREQ_E_MISMATCH (a wrong layer, or not as many layers as
 * diff_ids), SCANREQ_E_UNREADABLE (a layer is missing), SCANREQ_E_USAGE (the source reads no
 * layers), SCANREQ_E_NOMEM.
 */
int source_verify_layers(struct source *source, const struct layer_claims *claims,
			 struct scanreq_error *err);

#endif
