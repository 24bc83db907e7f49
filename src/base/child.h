/* SPDX-License-Identifier: MIT */
/*
 * Runs helper programs without a shell, in their own process group, with a time-out.
 *
 * A helper has standard input and output and no other descriptors; its standard error is
 * discarded, since it may contain secrets. All signals have their default actions. The keys
 * of this program are removed from the helper's environment. The kernel kills the helper when
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
	 * NULL-terminated. A name without a slash is searched in PATH's absolute directories
	 * only: a relative one may be a directory that the image's authors control.
	 */
	const char *const *argv;
	const char *input;  /* content of standard input; NULL: none */
	int64_t timeout_ms; /* longest run time */
	bool keep_keys;     /* leave the keys in its environment */
};

enum child_end {
	CHILD_EXITED,      /* `status` is its exit status, 0 to 255 */
	CHILD_SIGNALLED,   /* `status` is the signal */
	CHILD_NOT_FOUND,   /* the program does not exist */
	CHILD_NOT_STARTED, /* the program cannot be run; `status` is the errno */
	CHILD_TIMED_OUT,   /* the time was over; its group was killed */
	CHILD_FLOODED,     /* it wrote more than `out` takes; its group was killed */
};

struct child_result {
	enum child_end end;
	int status;
};

/*
 * Runs a helper and adds its standard output to `out`. It reads until the helper itself
 * ends, since processes that the helper started may keep the pipe open. Returns 0 if
 * `result` says how the helper ended, whatever its exit status. Errors: SCANREQ_E_INTERNAL
 * (no process, no descriptor), SCANREQ_E_NOMEM. Safe in a program with threads.
 */
int child_run(const struct child_run *run, struct buf *out, struct child_result *result,
	      struct scanreq_error *err);

/* Adds the predicate of a sentence about the helper: "exited with status 3". */
void child_describe(const struct child_result *result, struct buf *out);

#endif
