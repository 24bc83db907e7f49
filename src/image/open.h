/* SPDX-License-Identifier: MIT */
/*
 * From a name to images: opens the source, chooses the candidate and the platform, reads
 * and verifies the index, the manifest and the config, and works out the facts.
 */
#ifndef IMAGE_OPEN_H
#define IMAGE_OPEN_H

#include "base/progress.h"
#include "image/selection.h"
#include "image/set.h"
#include "source/registry/registry.h"

/* What images are opened with; borrowed. */
struct image_context {
	struct registry_context registry;
	const struct progress *progress;
	const char *engine_socket; /* NULL: look where engines have theirs */
};

/* Opens the source that `input` names, reads the image, and closes the source. */
int image_open(const struct image_context *context, const char *input,
	       const struct scanreq_selection *selection, struct scanreq_image **image,
	       struct scanreq_error *err);

/* The same for the images of every platform, where the selection says so. */
int image_open_all(const struct image_context *context, const char *input,
		   const struct scanreq_selection *selection, struct scanreq_image_set *set,
		   struct scanreq_error *err);

#endif
