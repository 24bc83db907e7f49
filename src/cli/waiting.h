/* SPDX-License-Identifier: MIT */
/* What --wait and the command status add to one image: the end of its task. */
#ifndef CLI_WAITING_H
#define CLI_WAITING_H

#include "cli/one-image.h"

/*
 * Before anything is sent: 0, or a usage error when the request has no Digest, by which
 * alone the service finds a task.
 */
int waiting_check(const struct run *run, struct result *result);

/* With --wait, waits for the end of the task that was opened. Returns the error's class. */
int waiting_end(const struct run *run, struct result *result);

/* For the command status: looks at the task --task-id, or waits for its end with --wait. */
int waiting_status(const struct run *run, struct result *result);

/* Whether the IMAGE of the command status is a digest: no image needs to be read. */
bool waiting_is_digest(const char *input);

#endif
