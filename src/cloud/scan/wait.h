/* SPDX-License-Identifier: MIT */
/* Waiting for the end of a task: looks at it, ever more rarely. */
#ifndef CLOUD_SCAN_WAIT_H
#define CLOUD_SCAN_WAIT_H

#include "cloud/scan/context.h"
#include "cloud/scan/task.h"

/* Nobody polls more rarely; a task takes minutes. */
#define WAIT_POLL_MAX_MS 60000

/* So often another task may be named before ours is believed to have lost its place. */
#define WAIT_REPLACED_LOOKS 3

/* The time between two looks after one of `ms`: half as much again, up to the maximum. */
int64_t wait_longer(int64_t ms);

/* Which task to look at, and for how long. Nothing is owned. */
struct wait_for {
	const char *digest;
	const char *task_id;
	int64_t timeout_ms; /* 0: look once */
	int64_t poll_ms;    /* between the first two looks; 0: as short as can be */
};

/*
 * scanreq_task_wait(), or scanreq_task_look() without a timeout. Uses transport, log, region,
 * endpoint, vpc, chain and clock.
 */
int wait_for_task(const struct submit_context *context, const struct wait_for *query,
		  struct scanreq_task **task, struct scanreq_error *err);

#endif
