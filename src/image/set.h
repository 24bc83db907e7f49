/* SPDX-License-Identifier: MIT */
/* The images of one name: one, or with platform "all" those of an index. */
#ifndef IMAGE_SET_H
#define IMAGE_SET_H

#include "image/image.h"
#include "image/selection.h"
#include "source/source.h"

/* An image, or the error of reading it. */
struct image_outcome {
	struct scanreq_image *image; /* NULL: failed or taken */
	struct scanreq_error error;
};

struct scanreq_image_set {
	struct image_outcome *items;
	size_t count;     /* at least 1 after image_set_read() */
};

void image_set_clear(struct scanreq_image_set *set);
#define CLEANUP_IMAGE_SET CLEANUP(image_set_clear)

/*
 * Reads the selected images from an open source: without platform "all" one image, or an
 * error. With it, the error of one image is in its outcome; this function fails only if none
 * can be read.
 */
int image_set_read(struct source *source, const char *input,
		   const struct scanreq_selection *selection, struct scanreq_image_set *set,
		   struct scanreq_error *err);

/* Takes outcome `i`: the image, or its error. */
int image_set_take(struct scanreq_image_set *set, size_t i, struct scanreq_image **image,
		   struct scanreq_error *err);

#endif
