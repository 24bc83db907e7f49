/* SPDX-License-Identifier: MIT */
/* The whole way from a candidate to the facts of one image. */
#ifndef IMAGE_IMAGE_READ_H
#define IMAGE_IMAGE_READ_H

#include "image/reading.h"

/*
 * Reads the documents of the reading's candidate, of an index the image for the platform of
 * the selection. Errors: those of index_search_platform() and of the reading.
 */
int image_read_documents(struct reading *r, struct scanreq_error *err);

/*
 * Checks the platform, and works out the facts of an image whose documents are read.
 * Errors: SCANREQ_E_MISMATCH, SCANREQ_E_PLATFORM, and those of facts_fill().
 */
int image_read_finish(struct reading *r, struct scanreq_error *err);

#endif
