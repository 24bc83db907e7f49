/* SPDX-License-Identifier: MIT */
/*
 * A run in a dozen pairs of name and value, for the next steps of a pipeline. With
 * several images they are of the first that failed, or else of the first; but `status` is
 * that of all, and `images` has a line for each.
 */
#ifndef CLI_OUTPUT_PAIRS_H
#define CLI_OUTPUT_PAIRS_H

#include "base/buf.h"
#include "base/str.h"
#include "cli/result.h"

struct pairs {
	struct strv names; /* of fields: "task_id" */
	struct strv values;
	struct buf images; /* a line each: status, task, digest, IMAGE */
	size_t unshown;    /* images that no longer fit */
	bool taken, failed; /* they are of a result, and that one failed */
	bool no_memory;
};

void pairs_free(struct pairs *pairs);

/*
 * Takes the values of a result that comes before those taken. A value that has control
 * characters or is too long is left out with a warning.
 */
void pairs_take(struct pairs *pairs, const struct result *result);

/* Adds "NAME=value" lines, and one value of several lines, as GitHub's outputs have them. */
void pairs_add_outputs(const struct pairs *pairs, const struct tally *tally, struct buf *out);

/* The same with SCANREQ_RESULT_ and upper case, within the limits of GitLab's dotenv. */
void pairs_add_dotenv(const struct pairs *pairs, const struct tally *tally, struct buf *out);

#endif
