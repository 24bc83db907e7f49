/* SPDX-License-Identifier: MIT */
/*
 * Many pieces of work by a few threads, with their results in the order of the input.
 * What is in memory is bounded by the number of threads, not by the length of the list.
 */
#ifndef PIPELINE_BATCH_H
#define PIPELINE_BATCH_H

#include <stdbool.h>
#include <stddef.h>

/* Threads of one run; each has one request under way. */
#define BATCH_JOBS_MAX 64

struct batch {
	size_t jobs; /* 1 to BATCH_JOBS_MAX; with 1 everything runs in the caller's thread */

	/*
	 * Makes the next item. Returns 1 and sets *item, or 0 at the end, or a negative
	 * class, which ends the list there. One call at a time, from any thread.
	 */
	int (*next)(void *arg, void **item);

	/* Works on an item. Several at a time, from any thread. */
	void (*work)(void *arg, void *item);

	/*
	 * Takes an item over, in the order of next(), in the caller's thread; `worked` says
	 * whether work() ran on it. Returns false to stop: what is being worked on is
	 * finished, and the rest of the list comes here without having been worked on.
	 */
	bool (*done)(void *arg, void *item, bool worked);

	/*
	 * Whether to stop for another reason (a signal); asked once for each item, after
	 * next() and before it is called again. Once it holds, it must go on to do so.
	 */
	bool (*stopped)(void *arg);

	void *arg;
};

/*
 * Runs it. Returns 0 when next() came to its end, what next() returned, or SCANREQ_E_NOMEM
 * when not one thread could be started.
 */
int batch_run(const struct batch *batch);

#endif
