/* SPDX-License-Identifier: MIT */
/* The images of a run one by one: of the command line, of builders' files, of a list. */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include "cli/settings.h"
#include "pipeline/image-list.h"

struct inputs {
	const struct settings *settings;
	int argument;		 /* the next one of the command line */
	size_t built;		 /* the next one of builders' files */
	struct image_list *list; /* NULL: none */
	size_t read;		 /* images so far, including those of other shards */
};

/* Errors: SCANREQ_E_USAGE when the list cannot be read, SCANREQ_E_NOMEM. */
int inputs_open(struct inputs *inputs, const struct settings *settings,
		struct scanreq_error *err);

void inputs_close(struct inputs *inputs);

/* Ends the list once `fd` is readable; see image_list_stop_at(). */
void inputs_stop_at(struct inputs *inputs, int fd);

/*
 * Reads the next image of our shard into an all-zero entry; `image` is NULL for a request of
 * overrides alone. Returns 1, or 0 at the end.
 * Errors: SCANREQ_E_USAGE (the list cannot be read or names no image), SCANREQ_E_NOMEM.
 */
int inputs_next(struct inputs *inputs, struct image_entry *entry, struct scanreq_error *err);

/* Whether any of the three names an IMAGE. */
bool inputs_are_any(const struct settings *settings);

/* Whether there may be more than one image. */
bool inputs_are_many(const struct settings *settings);

#endif
