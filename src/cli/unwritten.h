/* SPDX-License-Identifier: MIT */
/*
 * Reports task ids on standard error when their results cannot be written. A user who does
 * not learn the id of a task would file the same request twice.
 */
#ifndef CLI_UNWRITTEN_H
#define CLI_UNWRITTEN_H

#include <stdbool.h>

#include "base/str.h"
#include "cli/result.h"

struct unwritten {
	struct strv lines; /* of tasks whose results are in no whole file yet */
	bool failed;       /* an output has failed */
};

/* Keeps the task of a result, or reports it at once if an output has failed. */
void unwritten_add(struct unwritten *unwritten, const struct result *result);

/* An output has failed: reports the kept tasks now and later ones at once. */
void unwritten_fail(struct unwritten *unwritten);

void unwritten_free(struct unwritten *unwritten);

#endif
