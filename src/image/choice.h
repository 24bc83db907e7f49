/* SPDX-License-Identifier: MIT */
/* Choosing the image among those that a source holds. */
#ifndef IMAGE_CHOICE_H
#define IMAGE_CHOICE_H

#include "image/selection.h"
#include "source/source.h"

/* Whether a text is a selector at all: "@N" or a reference. Errors: SCANREQ_E_USAGE. */
int selector_check(const char *selector, struct scanreq_error *err);

/*
 * The candidate that `selection` (an "@N", a reference, or NULL for the only one) names,
 * borrowed. `input` names the source in errors. Errors: SCANREQ_E_AMBIGUOUS (lists the
 * choices), SCANREQ_E_NOT_FOUND, SCANREQ_E_UNREADABLE (the source holds no image),
 * SCANREQ_E_USAGE, SCANREQ_E_NOMEM.
 */
int choose_candidate(const struct candidates *candidates, const char *selection,
		     const char *input, const struct candidate **candidate,
		     struct scanreq_error *err);

#endif
