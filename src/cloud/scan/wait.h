/* SPDX-License-Identifier: MIT */
/* Waits for the end of a task, with growing intervals between looks. */
#ifndef CLOUD_SCAN_WAIT_H
#define CLOUD_SCAN_WAIT_H

#include "cloud/scan/context.h"
#include "cloud/scan/task.h"

/* The longest interval between two looks; a task takes minutes. */
#define WAIT_POLL_MAX_MS 60000

/* Looks in a row that must name another task before ours counts as replaced. */
#define WAIT_REPLACED_LOOKS 3

/* The interval after one of `ms`: half as long again, up to the maximum. */
int64_t wait_longer(int64_t ms);

/* Which task to look at, and for how long; borrowed. */
struct wait_for {
	const char *digest;
	const char *task_id;
	int64_t timeout_ms; /* 0: look once */
	int64_t poll_ms;    /* between the first two looks; 0: 1 ms */
};

/*
 * scanreq_task_wait(); scanreq_task_look() with a time-out of 0. Uses the context's transport,
 * log, region, endpoint, vpc, chain and clock.
 */
int wait_for_task(const struct submit_context *context, const struct wait_for *query,
		  struct scanreq_task **task, struct scanreq_error *err);

#endif
