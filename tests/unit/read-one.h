/* SPDX-License-Identifier: MIT */
/* The one image of a source that is open already. */
#ifndef UNIT_READ_ONE_H
#define UNIT_READ_ONE_H

#include "image/set.h"

/* Reads it as image_open() does; the source stays the caller's, and so does *image. */
int read_one(struct source *source, const char *input,
	     const struct scanreq_selection *selection, struct scanreq_image **image,
	     struct scanreq_error *err);

#endif
