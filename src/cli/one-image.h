/* SPDX-License-Identifier: MIT */
/* What is done with one image of a run. */
#ifndef CLI_ONE_IMAGE_H
#define CLI_ONE_IMAGE_H

#include "cli/options.h"
#include "cli/result.h"
#include "pipeline/image-list.h"
#include "pipeline/journal.h"

/* What the images of a run share; not changed while they are worked on. */
struct run {
	const struct settings *settings;
	struct scanreq_client *client;
	char *token; /* the scan token; NULL: none */
	struct journal *journal; /* NULL: none */
	bool submits;
};

/* One image on its way through the run. */
struct job {
	struct image_entry entry;
	struct image_options own; /* of its line in a list */
	struct result result;
};

void job_free(struct job **job);

/*
 * Reads the image of an entry and, for submit, files its request or shows it. Sets the
 * members of its result as far as it comes. Several may run at the same time. Returns the
 * class of the result's error.
 */
int image_process(const struct run *run, struct job *job);

/* Says on stderr what failed or is odd, each line with `prefix` and a colon unless NULL. */
void image_tell(const struct run *run, const struct result *result, const char *prefix);

#endif
