/* SPDX-License-Identifier: MIT */
/* Whether a registry's tag still points at the digest that stands beside it. */
#ifndef IMAGE_TAG_MATCH_H
#define IMAGE_TAG_MATCH_H

#include "image/name.h"
#include "source/registry/registry.h"

/* That `name` has what is compared. `input` names it in errors. Errors: SCANREQ_E_USAGE. */
int tag_match_possible(const struct image_name *name, const char *input,
		       struct scanreq_error *err);

/*
 * Reads what the tag of `reference`, which has a tag and a digest, points at now, in one
 * request. It must have that digest, or be an index that lists it.
 * Errors: SCANREQ_E_MISMATCH (names both digests), and what reading a manifest gives.
 */
int tag_match_check(const struct registry_context *context, const struct reference *reference,
		    struct scanreq_error *err);

#endif
