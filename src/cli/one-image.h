/* SPDX-License-Identifier: MIT */
/* What is done with one image of a run. */
#ifndef CLI_ONE_IMAGE_H
#define CLI_ONE_IMAGE_H

#include "cli/settings.h"
#include "cli/result.h"
#include "cli/signals.h"
#include "pipeline/image-list.h"
#include "pipeline/journal.h"

/* What the images of a run share; not changed while they are worked on. */
struct run {
	const struct settings *settings;
	struct scanreq_client *client;
	char *token; /* the scan token; NULL: none */
	struct journal *journal; /* of submit; without a file what this run files */
	struct signals *signals; /* NULL: they do what they do by default */
	bool submits;
};

/* One image on its way through the run. */
struct job {
	struct image_entry entry;
	struct image_options own; /* of its line in a list */
	struct result result;
	struct result *others;    /* of the index's other images, with --platform all */
	size_t other_count;
};

void job_free(struct job **job);

/* Result `i` of 1 + other_count, in the order of the index. */
struct result *job_result(struct job *job, size_t i);

/*
 * Reads the image or images of an entry and, for submit, files their requests or shows
 * them. Sets the members of each result as far as it comes. Several may run at the same time.
 * After a signal nothing is filed any more: the results are of images not attempted.
 */
void image_process(const struct run *run, struct job *job);

/* Says on stderr what failed or is odd, each line with `prefix` and a colon unless NULL. */
void image_tell(const struct run *run, const struct result *result, const char *prefix);

#endif
