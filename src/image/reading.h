/* SPDX-License-Identifier: MIT */
/* One image while it is being read from an open source. */
#ifndef IMAGE_READING_H
#define IMAGE_READING_H

#include "image/image.h"

/* Borrows all but `image`, `manifest` and `claimed`, which image.c hands over or frees. */
struct reading {
	struct source *source;
	const char *input;
	const struct scanreq_selection *selection;
	struct candidates *candidates;
	const struct candidate *candidate;
	struct scanreq_image *image;
	struct document manifest;
	bool has_manifest;
	bool has_config;
	struct platform claimed; /* by the index that the manifest was chosen from */
	bool from_index;
};

void reading_free(struct reading *r);

/*
 * Reads the document that `want` describes, or the candidate's own when it is NULL, and
 * keeps its bytes and digest as the image's manifest or, of the outermost one, its index.
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_MISMATCH, and what the source says.
 */
int reading_document(struct reading *r, const struct descriptor *want,
		     struct document *document, struct scanreq_error *err);

/* Reads and parses the config that the manifest, or the candidate without one, names. */
int reading_config(struct reading *r, struct scanreq_error *err);

/*
 * Verifies the layers, after manifest and config were read. Errors: those of
 * source_verify_layers().
 */
int reading_layers(struct reading *r, struct scanreq_error *err);

/* Takes a manifest out of `document`, which is left empty. */
void reading_take_manifest(struct reading *r, struct document *document);

/* Forgets manifest and config, not the index. */
void reading_forget(struct reading *r);

#endif
