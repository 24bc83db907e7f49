/* SPDX-License-Identifier: MIT */
/* Checks that a registry's tag still points at the digest of the same reference. */
#ifndef IMAGE_TAG_MATCH_H
#define IMAGE_TAG_MATCH_H

#include "image/name.h"
#include "source/registry/registry.h"

/* Checks for a registry reference with tag and digest. `input` is for errors. Errors: USAGE. */
int tag_match_possible(const struct image_name *name, const char *input,
		       struct scanreq_error *err);

/*
 * Reads the document of the tag of `reference`, which has a tag and a digest. The document
 * must have that digest, or be an index that lists it. Errors: SCANREQ_E_MISMATCH (names
 * both digests), and those of source_manifest().
 */
int tag_match_check(const struct registry_context *context, const struct reference *reference,
		    struct scanreq_error *err);

#endif
