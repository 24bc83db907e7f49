/* SPDX-License-Identifier: MIT */
/* One image while it is being read from an open source. */
#ifndef IMAGE_READER_H
#define IMAGE_READER_H

#include "image/image.h"
#include "image/selection.h"
#include "source/source.h"

/* Borrows all but `image`, `manifest` and `claimed`, which set.c hands over or frees. */
struct image_reader {
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

void reader_free(struct image_reader *r);

/*
 * Reads the document that `want` describes, or the candidate's own when it is NULL, and
 * keeps its bytes and digest as the image's manifest or, of the outermost one, its index.
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_MISMATCH, and what the source says.
 */
int reader_document(struct image_reader *r, const struct descriptor *want,
		    struct document *document, struct scanreq_error *err);

/* Reads and parses the config that the manifest, or the candidate without one, names. */
int reader_config(struct image_reader *r, struct scanreq_error *err);

/* Takes a manifest out of `document`, which is left empty. */
void reader_take_manifest(struct image_reader *r, struct document *document);

/* In place of reading: what the engine says of the config is the config. */
void reader_take_reported(struct image_reader *r);

/* Forgets manifest and config, not the index. */
void reader_forget(struct image_reader *r);

/*
 * Checks the platform and, where the selection says so, the layers of an image whose
 * documents are read, and works out its facts. Errors: SCANREQ_E_MISMATCH,
 * SCANREQ_E_PLATFORM, those of source_verify_layers() and of facts_fill().
 */
int reader_finish(struct image_reader *r, struct scanreq_error *err);

#endif
