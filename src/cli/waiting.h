/* SPDX-License-Identifier: MIT */
/* The end of an image's task, for --wait and the command status. */
#ifndef CLI_WAITING_H
#define CLI_WAITING_H

#include "cli/result.h"

/*
 * Called before anything is sent. Returns 0, or a usage error when the request has no Digest:
 * the service finds a task by its Digest alone.
 */
int waiting_check(struct result *result);

/*
 * Waits for the end of the task that was opened, if one was; `stopped` says that a signal
 * came before. Returns the error's class.
 */
int waiting_end(struct scanreq_client *client, bool stopped, struct result *result);

/* For the command status: looks at the task, or waits for its end. */
int waiting_status(struct scanreq_client *client, const char *task_id, bool wait,
		   struct result *result);

/* Whether the IMAGE of the command status is a digest: no image needs to be read. */
bool waiting_is_digest(const char *input);

#endif
