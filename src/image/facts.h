/* SPDX-License-Identifier: MIT */
/* Derives the facts of an image from its verified documents. */
#ifndef IMAGE_FACTS_H
#define IMAGE_FACTS_H

#include "image/image.h"
#include "image/selection.h"
#include "source/source.h"

/* The input of the facts, beside the image's own members. Nothing is owned. */
struct fact_basis {
	const char *input;
	const struct scanreq_selection *selection;
	const struct candidates *candidates;
	const struct candidate *candidate;
	const struct document *manifest; /* NULL when the candidate has none */
	const struct platform *claimed;  /* the index entry's platform, or NULL */
};

/*
 * Fills facts, layers, sizes, names and warnings of an image whose documents, digests,
 * origin and config are set. Errors: SCANREQ_E_UNREADABLE (sizes that overflow),
 * SCANREQ_E_NOMEM.
 */
int facts_fill(struct scanreq_image *image, const struct fact_basis *basis,
	       struct scanreq_error *err);

#endif
