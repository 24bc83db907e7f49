/* SPDX-License-Identifier: MIT */
/*
 * Finds the images of an index: its own entries, those of nested indexes, and entries
 * without a platform, whose configs have to be read. Attestations are skipped. There is no
 * fallback to another variant or architecture.
 */
#ifndef IMAGE_SEARCH_H
#define IMAGE_SEARCH_H

#include "image/reader.h"

struct index_entry {
	struct descriptor descriptor;
	int depth;    /* 1: listed by the top index */
	bool nested;  /* an index */
	bool done;    /* a nested index that was read, or an entry that is no image */
};

struct index_entries {
	struct index_entry *items;
	size_t count;
	unsigned int reads; /* documents read during the search */
};

void index_entries_free(struct index_entries *entries);
#define CLEANUP_INDEX_ENTRIES CLEANUP(index_entries_free)

/*
 * Reads the documents of the reader's candidate; of an index, those of the image for the
 * selection's platform (default: the only image, else linux/amd64). Adds the platforms of
 * the index to the image's `platforms`.
 * Errors: SCANREQ_E_PLATFORM (lists the platforms), SCANREQ_E_UNREADABLE (nested deeper than
 * LIMIT_INDEX_DEPTH, or more than LIMIT_INDEX_READS to read), SCANREQ_E_NOMEM, and those of
 * the reader.
 */
int search_image(struct image_reader *r, struct scanreq_error *err);

/*
 * Lists all entries of an index and of those nested in it, nested indexes included.
 * Errors: as above, but for SCANREQ_E_PLATFORM.
 */
int search_all(struct image_reader *r, const struct document *index,
	       struct index_entries *entries, struct scanreq_error *err);

/*
 * Reads manifest and config of an entry. *is_image is false for an entry marked
 * unknown/unknown that is no image, or whose config has no platform.
 */
int search_read_entry(struct image_reader *r, const struct index_entry *entry, bool *is_image,
		      struct scanreq_error *err);

#endif
