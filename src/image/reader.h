/* SPDX-License-Identifier: MIT */
/* An image while it is read from an open source. */
#ifndef IMAGE_READER_H
#define IMAGE_READER_H

#include "image/image.h"
#include "image/selection.h"
#include "source/source.h"

/* Owns `image`, `manifest` and `claimed`; borrows the rest. */
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
 * Reads the document of `want`, or of the candidate when it is NULL, and keeps bytes and
 * digest of a manifest, or of the outermost index, in the image.
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_MISMATCH, and those of the source.
 */
int reader_document(struct image_reader *r, const struct descriptor *want,
		    struct document *document, struct scanreq_error *err);

/* Reads and parses the config of the manifest, or of a candidate without a manifest. */
int reader_config(struct image_reader *r, struct scanreq_error *err);

/* Takes a manifest out of `document`, which is left empty. */
void reader_take_manifest(struct image_reader *r, struct document *document);

/* Takes an engine's report in place of documents. */
void reader_take_reported(struct image_reader *r);

/* Drops manifest and config, and keeps the index. */
void reader_forget(struct image_reader *r);

/*
 * Checks the platform and, if the selection says so, the layers of an image whose documents
 * were read, and derives its facts. Errors: SCANREQ_E_MISMATCH,
 * SCANREQ_E_PLATFORM, those of source_verify_layers() and of facts_fill().
 */
int reader_finish(struct image_reader *r, struct scanreq_error *err);

#endif
