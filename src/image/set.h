/* SPDX-License-Identifier: MIT */
/* The images that one name gives: one, or with platform "all" those of an index. */
#ifndef IMAGE_SET_H
#define IMAGE_SET_H

#include "image/image.h"
#include "image/selection.h"
#include "source/source.h"

/* An image that was read, or why it could not be. */
struct image_outcome {
	struct scanreq_image *image; /* NULL: failed, or taken */
	struct scanreq_error error;
};

struct scanreq_image_set {
	struct image_outcome *items;
	size_t count;     /* 1 or more once it is read */
};

void image_set_clear(struct scanreq_image_set *set);
#define CLEANUP_IMAGE_SET CLEANUP(image_set_clear)

/*
 * Reads what the selection says from an open source. Without platform "all" that is one
 * image, or an error. With it, what is wrong with one of several stands in its outcome, and
 * only what keeps all from being known is an error of this function.
 */
int image_set_read(struct source *source, const char *input,
		   const struct scanreq_selection *selection, struct scanreq_image_set *set,
		   struct scanreq_error *err);

/* Hands outcome `i` over: the image, or its error. */
int image_set_take(struct scanreq_image_set *set, size_t i, struct scanreq_image **image,
		   struct scanreq_error *err);

#endif
