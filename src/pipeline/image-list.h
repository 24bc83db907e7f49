/* SPDX-License-Identifier: MIT */
/*
 * A list of images, read line by line: of 100,000 lines one is in memory.
 *
 * A line is an IMAGE, or a JSON object with "image" and members that are named like the
 * options of one image ("platform", "repo_name"). Empty lines and lines that begin with
 * "#" are comments. Blanks around a line do not count: white space, that of Unicode too, a
 * carriage return, a byte order mark.
 */
#ifndef PIPELINE_IMAGE_LIST_H
#define PIPELINE_IMAGE_LIST_H

#include <scanreq/error.h>

#include "base/str.h"

struct image_list;

/* One line. All of it is owned. */
struct image_entry {
	char *image;		    /* never NULL; of a faulty line: the line */
	struct strv names;	    /* of overrides, with "-" for "_": "repo-name" */
	struct strv values;	    /* theirs */
	struct scanreq_error error; /* what is wrong with the line; class 0: nothing */
};

void image_entry_free(struct image_entry *entry);
#define CLEANUP_ENTRY CLEANUP(image_entry_free)

/* Whether an IMAGE is read from standard input. */
bool image_is_stdin(const char *image);

/*
 * Opens a list; "-" is standard input. Errors: SCANREQ_E_USAGE when the file cannot be
 * read, SCANREQ_E_NOMEM.
 */
int image_list_open(const char *path, struct image_list **list, struct scanreq_error *err);

void image_list_close(struct image_list **list);

/*
 * Lets the list end, between two lines, as soon as `fd` can be read, unless it is a regular
 * file, whose end is always near: a pipe may keep its reader waiting for ever.
 */
void image_list_stop_at(struct image_list *list, int fd);

/*
 * Reads the next entry into an all-zero one. Returns 1, or 0 at the end. A line that
 * cannot be used (it begins with "-", is no UTF-8, has an unknown shape) is an entry with
 * an error, so that the others still get their results.
 * Errors of the list itself: SCANREQ_E_USAGE (reading failed), SCANREQ_E_NOMEM.
 */
int image_list_next(struct image_list *list, struct image_entry *entry,
		    struct scanreq_error *err);

#endif
