/* SPDX-License-Identifier: MIT */
/*
 * Helper programs: run without a shell, in a process group of their own, with a time-out.
 *
 * A helper gets standard input and output, and no other descriptor. Its standard error is
 * discarded, so that nothing it says reaches a log. Signals are as a shell would give
 * them, and the keys of this program are taken out of its environment. It is killed when
 * the thread that runs it ends.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/buf.h"

struct child_run {
	/*
	 * NULL-terminated. A name without a slash is looked for in PATH's absolute
	 * directories: a relative one could be a directory of the image's makers.
	 */
	const char *const *argv;
	const char *input;  /* all that it can read from standard input; NULL: nothing */
	int64_t timeout_ms; /* counts from the start to the end */
	bool keep_keys;     /* for a helper that is there to give or use the cloud's keys */
};

enum child_end {
	CHILD_EXITED,      /* `status` is its exit status, 0 to 255 */
	CHILD_SIGNALLED,   /* `status` is the signal */
	CHILD_NOT_FOUND,   /* there is no such program */
	CHILD_NOT_STARTED, /* it is there and cannot be run: `status` is the errno */
	CHILD_TIMED_OUT,   /* its group was killed */
	CHILD_FLOODED,     /* it wrote more than `out` may hold, and its group was killed */
};

struct child_result {
	enum child_end end;
	int status;
};

/*
 * Runs a helper and adds what it writes to standard output to `out`, which is read until
 * the helper itself has ended: what it leaves behind may keep its output open.
 * Returns 0 whenever `result` says how it ended. Errors: SCANREQ_E_INTERNAL (no process,
 * no descriptor), SCANREQ_E_NOMEM. Safe in a program with threads.
 */
int child_run(const struct child_run *run, struct buf *out, struct child_result *result,
	      struct scanreq_error *err);

/* Adds "exited with status 3" and the like: what a sentence about `result` ends with. */
void child_describe(const struct child_result *result, struct buf *out);

#endif
