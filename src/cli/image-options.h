/* SPDX-License-Identifier: MIT */
/* Options about one image: selections, and values of the scan request. */
#ifndef CLI_IMAGE_OPTIONS_H
#define CLI_IMAGE_OPTIONS_H

#include <scanreq/scanreq.h>

#include "base/cleanup.h"

/* Values as given, owned; NULL: not given. */
struct image_options {
	char *selection[SCANREQ_SELECT_COUNT_];
	char *parameters[SCANREQ_PARAM_COUNT_];
};

void image_options_free(struct image_options *options);

/* Frees a local one. */
void selection_free(struct scanreq_selection **selection);
#define CLEANUP_SELECTION CLEANUP(selection_free)

/* The selection of `common`, overridden by `own`; the caller frees it. */
int image_options_selection(const struct image_options *common,
			    const struct image_options *own,
			    struct scanreq_selection **selection, struct scanreq_error *err);

#endif
