/* SPDX-License-Identifier: MIT */
/* The options that speak of an image: which one it is, and what is known better of it. */
#ifndef CLI_IMAGE_OPTIONS_H
#define CLI_IMAGE_OPTIONS_H

#include <scanreq/scanreq.h>

#include "base/cleanup.h"

struct option_row;

/* Values as given, owned; NULL: not given. */
struct image_options {
	char *selection[SCANREQ_SELECT_COUNT_];
	char *parameters[SCANREQ_PARAM_COUNT_];
};

void image_options_free(struct image_options *options);

/*
 * Sets the one of `row`, whose target is TARGET_SELECTION or TARGET_PARAMETER. (Parameters
 * are checked when a request is made of them.)
 * Errors: SCANREQ_E_USAGE when the value is none for it, SCANREQ_E_NOMEM.
 */
int image_options_set(struct image_options *options, const struct option_row *row,
		      const char *value, struct scanreq_error *err);

/*
 * Sets the one of that name, as a list's line has it; what names an image or a way to it
 * is no business of a line. Errors: SCANREQ_E_USAGE, SCANREQ_E_NOMEM.
 */
int image_options_set_name(struct image_options *options, const char *name, const char *value,
			   struct scanreq_error *err);

/* Frees a local one. */
void selection_free(struct scanreq_selection **selection);
#define CLEANUP_SELECTION CLEANUP(selection_free)

/* The selection of `common`, overridden by `own`; the caller frees it. */
int image_options_selection(const struct image_options *common,
			    const struct image_options *own,
			    struct scanreq_selection **selection, struct scanreq_error *err);

#endif
