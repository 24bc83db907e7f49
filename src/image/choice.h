/* SPDX-License-Identifier: MIT */
/* Chooses an image among those that a source holds. */
#ifndef IMAGE_CHOICE_H
#define IMAGE_CHOICE_H

#include "image/selection.h"
#include "source/source.h"

/* Checks that a text is a selector: "@N" or a reference. Errors: SCANREQ_E_USAGE. */
int selector_check(const char *selector, struct scanreq_error *err);

/* Candidates, borrowed; several are one image for several distinct platforms. */
struct choice {
	const struct candidate **items;
	size_t count;
};

void choice_free(struct choice *choice);

/*
 * Chooses by the "@N" or reference of `selection`, or without one the only image. `input`
 * names the source in errors. *choice is the caller's.
 * Errors: SCANREQ_E_AMBIGUOUS (lists the choices), SCANREQ_E_NOT_FOUND,
 * SCANREQ_E_UNREADABLE (the source holds no image), SCANREQ_E_USAGE, SCANREQ_E_NOMEM.
 */
int choose_candidates(const struct candidates *candidates,
		      const struct scanreq_selection *selection, const char *input,
		      struct choice *choice, struct scanreq_error *err);

/*
 * Chooses the candidate for the platform of `selection`; without a platform the only one
 * that `source` may have, or linux/amd64. Errors: SCANREQ_E_PLATFORM (lists the platforms),
 * SCANREQ_E_NOMEM.
 */
int choose_one(const struct choice *choice, const struct scanreq_selection *selection,
	       const struct source *source, const struct candidate **candidate,
	       struct scanreq_error *err);

#endif
