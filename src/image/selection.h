/* SPDX-License-Identifier: MIT */
/* The selection of scanreq/image.h. */
#ifndef IMAGE_SELECTION_H
#define IMAGE_SELECTION_H

#include <stdbool.h>
#include <scanreq/image.h>

#include "oci/platform.h"
#include "oci/reference.h"

/* Which platforms the user has asked for. */
enum platforms_asked {
	PLATFORMS_DEFAULT, /* the only image, else PLATFORM_DEFAULT */
	PLATFORMS_ONE,
	PLATFORMS_ALL,
};

struct scanreq_selection {
	char *image;              /* "@N" or a reference; NULL: the only one */
	enum platforms_asked platforms;
	struct platform platform; /* of PLATFORMS_ONE; else all-zero */
	bool digest_of_index;
	bool require_tag_match;
	bool verify_layers;
	struct reference name;    /* domain NULL: none */
};

/* The platform of PLATFORMS_ONE, borrowed; else NULL. */
static inline const struct platform *selection_platform(const struct scanreq_selection *selection)
{
	return selection->platforms == PLATFORMS_ONE ? &selection->platform : NULL;
}

#endif
