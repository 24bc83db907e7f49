/* SPDX-License-Identifier: MIT */
/* The choice among several images and platforms (scanreq/image.h), with its members. */
#ifndef IMAGE_SELECTION_H
#define IMAGE_SELECTION_H

#include <stdbool.h>
#include <scanreq/image.h>

#include "oci/platform.h"
#include "oci/reference.h"

struct scanreq_selection {
	char *image;              /* "@N" or a reference; NULL: the only one */
	struct platform platform; /* all-zero: the default */
	bool all_platforms;       /* then `platform` is all-zero */
	bool digest_of_index;
	bool require_tag_match;
	bool verify_layers;
	struct reference name;    /* domain NULL: none */
};

#endif
