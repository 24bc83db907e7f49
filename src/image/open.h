/* SPDX-License-Identifier: MIT */
/*
 * Opens images by name: opens the source, chooses the candidate and the platform, reads and
 * verifies index, manifest and config, and derives the facts.
 */
#ifndef IMAGE_OPEN_H
#define IMAGE_OPEN_H

#include "base/progress.h"
#include "image/selection.h"
#include "image/set.h"
#include "source/registry/registry.h"

/* Borrowed by each call. */
struct image_context {
	struct registry_context registry;
	const struct progress *progress;
	const char *engine_socket; /* NULL: look where engines have theirs */
};

/* Opens the source that `input` names, reads the image, and closes the source. */
int image_open(const struct image_context *context, const char *input,
	       const struct scanreq_selection *selection, struct scanreq_image **image,
	       struct scanreq_error *err);

/* The same, but for the images of all platforms if the selection says so. */
int image_open_all(const struct image_context *context, const char *input,
		   const struct scanreq_selection *selection, struct scanreq_image_set *set,
		   struct scanreq_error *err);

#endif
