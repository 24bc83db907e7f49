/* SPDX-License-Identifier: MIT */
/*
 * The tasks that the service has opened and whose results may not get to where they were
 * asked for. Whatever becomes of the outputs, their ids are told: who does not know them
 * files the same request twice.
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

/* One more task: kept until it is known whether its result gets there, or told at once. */
void unwritten_add(struct unwritten *unwritten, const struct result *result);

/* An output has failed: tells all that are kept, and from now on each at once. */
void unwritten_fail(struct unwritten *unwritten);

void unwritten_free(struct unwritten *unwritten);

#endif
