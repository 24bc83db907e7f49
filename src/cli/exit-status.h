/* SPDX-License-Identifier: MIT */
/* The program's exit statuses, and the one map from an error's class to them. */
#ifndef CLI_EXIT_STATUS_H
#define CLI_EXIT_STATUS_H

enum exit_status {
	EXIT_DONE = 0,         /* the command did what it says */
	EXIT_INTERNAL = 1,
	EXIT_USAGE = 2,        /* usage or configuration */
	EXIT_IMAGE = 3,        /* not found, unreadable, ambiguous, or without the platform */
	EXIT_DENIED = 4,       /* credentials are missing or were refused */
	EXIT_UNAVAILABLE = 5,  /* unreachable, timed out before sending, throttled: try again */
	EXIT_REFUSED = 6,      /* the service refused the request */
	EXIT_MISMATCH = 7,     /* bytes contradict a claim */
	EXIT_SOME_FAILED = 8,  /* several images, some failed */
	EXIT_UNSEEN = 9,       /* a task was opened, but its end was not seen, or the result
				  could not be written: do not repeat */
	EXIT_TASK_FAILED = 10, /* the task ended in FAIL or TIMEOUT */
	EXIT_UNKNOWN = 11,     /* a task may exist: do not repeat blindly */
	EXIT_FINDINGS = 12,    /* a gate failed: findings at or above its threshold */
	EXIT_NO_VERDICT = 13,  /* a gate cannot decide: an observation is missing */
};

/* And the number of the signal that ended a run, as shells count. */
#define EXIT_SIGNAL 128

/* The exit status of an error's class. */
int exit_status_of(int klass);

/* Joins the status of one more of several images into that of the run. */
int exit_status_join(int run, int one);

#endif
