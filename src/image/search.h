/* SPDX-License-Identifier: MIT */
/*
 * The images of an index: of its own entries, of the indexes nested in it, and of entries
 * without a platform, which their config settles. Attestations are no images. There is no
 * falling back to another variant or architecture.
 */
#ifndef IMAGE_SEARCH_H
#define IMAGE_SEARCH_H

#include "image/reader.h"

struct index_entry {
	struct descriptor descriptor;
	int depth;    /* 1: listed by the top index */
	bool nested;  /* an index */
	bool done;    /* a nested index that was read; an image that is none */
};

struct index_entries {
	struct index_entry *items;
	size_t count;
	unsigned int reads; /* documents that were read to know more */
};

void index_entries_free(struct index_entries *entries);
#define CLEANUP_INDEX_ENTRIES CLEANUP(index_entries_free)

/*
 * Reads the documents of the reader's candidate, of an index those of the image for the
 * platform of the selection (none: the only image there is, else linux/amd64). The
 * platforms that are met go into the image's `platforms`.
 * Errors: SCANREQ_E_PLATFORM (lists what there is), SCANREQ_E_UNREADABLE (nested deeper than
 * LIMIT_INDEX_DEPTH, more than LIMIT_INDEX_READS to read), SCANREQ_E_NOMEM, and what reading
 * gives.
 */
int search_image(struct image_reader *r, struct scanreq_error *err);

/*
 * Lists all images of an index and of those nested in it; the indexes are among them.
 * Errors: as above, but for SCANREQ_E_PLATFORM.
 */
int search_all(struct image_reader *r, const struct document *index,
	       struct index_entries *entries, struct scanreq_error *err);

/*
 * Reads the manifest and the config of an entry. *is_image is false for an entry whose
 * platform is stated as unknown, and that turns out to be no image, or one of no platform.
 */
int search_read_entry(struct image_reader *r, const struct index_entry *entry, bool *is_image,
		      struct scanreq_error *err);

#endif
