/* SPDX-License-Identifier: MIT */
/*
 * Reads a list of images line by line, with one line in memory at a time.
 *
 * A line is an IMAGE, or a JSON object with "image" and members named after the options of
 * one image ("platform", "repo_name"). Empty lines and lines that begin with "#" are skipped.
 * Blanks around a line are cut off: white space (also Unicode's), a carriage return, a byte
 * order mark.
 */
#ifndef PIPELINE_IMAGE_LIST_H
#define PIPELINE_IMAGE_LIST_H

#include <scanreq/error.h>

#include "base/str.h"

struct image_list;

/* One line; all members are owned. */
struct image_entry {
	char *image;		    /* never NULL; for a faulty line, the line itself */
	struct strv names;	    /* overrides, with "-" for "_": "repo-name" */
	struct strv values;	    /* the values of `names` */
	struct scanreq_error error; /* why the line is refused; class 0: it is not */
};

void image_entry_free(struct image_entry *entry);
#define CLEANUP_ENTRY CLEANUP(image_entry_free)

/* Whether an IMAGE is read from standard input. */
bool image_is_stdin(const char *image);

/*
 * Opens a list; "-" is standard input. Errors: SCANREQ_E_USAGE (the file cannot be read),
 * SCANREQ_E_NOMEM.
 */
int image_list_open(const char *path, struct image_list **list, struct scanreq_error *err);

void image_list_close(struct image_list **list);

/*
 * Ends the list between two lines once `fd` is readable. Does nothing for a regular file,
 * which is read to its end; a pipe could block for ever.
 */
void image_list_stop_at(struct image_list *list, int fd);

/*
 * Reads the next line into an all-zero entry. Returns 1, or 0 at the end. A faulty line (it
 * begins with "-", is not UTF-8, is no such object) becomes an entry with an error, and the
 * list goes on.
 * Errors of the list itself: SCANREQ_E_USAGE (reading failed), SCANREQ_E_NOMEM.
 */
int image_list_next(struct image_list *list, struct image_entry *entry,
		    struct scanreq_error *err);

#endif
