/* SPDX-License-Identifier: MIT */
/*
 * The state of a task that the service opened (DescribeImageLatestScanTask of Security
 * Center, version 2018-12-03).
 *
 * The query has the image's digest, and the answer names the latest task for it; the library
 * ignores an answer that names another task. A task that succeeded is no verdict on the image.
 * A task may never end.
 */
#ifndef SCANREQ_TASK_H
#define SCANREQ_TASK_H

#include <scanreq/client.h>
#include <scanreq/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scanreq_task;

/* The state of a task. Since: 0.1.0. */
enum scanreq_task_state {
	SCANREQ_TASK_STATE_UNSEEN = 0,    /* no answer has named the task */
	SCANREQ_TASK_STATE_RUNNING = 1,   /* any other status */
	SCANREQ_TASK_STATE_SUCCEEDED = 2, /* SUCCESS */
	SCANREQ_TASK_STATE_FAILED = 3,    /* FAIL */
	SCANREQ_TASK_STATE_TIMED_OUT = 4, /* TIMEOUT, or TIMOUT as in the service's documentation */
};

/* Texts of a task as the service writes them. Since: 0.1.0. */
enum scanreq_task_text {
	SCANREQ_TASK_TEXT_ID = 0,          /* the `task_id` of the call */
	SCANREQ_TASK_TEXT_STATUS = 1,      /* "PROCESSING" */
	SCANREQ_TASK_TEXT_START_TIME = 2,  /* decimal, milliseconds since the epoch */
	SCANREQ_TASK_TEXT_FINISH_TIME = 3, /* likewise; absent until the task ends */
	SCANREQ_TASK_TEXT_COUNT_
};

/*
 * Waits until a task ends, at most SCANREQ_OPT_WAIT_TIMEOUT. `task_id` is the submission's
 * SCANREQ_SUBMISSION_TASK_ID, and `digest` the submitted Digest, with or without "sha256:".
 * Queries that fail for the moment (no connection, HTTP 5xx, throttling) are repeated.
 * Returns 0 if the task ended in SUCCESS. *task is the last state seen, also on failure; it
 * is NULL only if out of memory. The caller frees it with scanreq_task_free().
 * Errors: SCANREQ_E_TASK_FAILED (it ended in FAIL or TIMEOUT), SCANREQ_E_UNSEEN (the end was
 * not seen: the time was over, the keys lack the permission, or another task took its
 * place), SCANREQ_E_USAGE (no region, a malformed digest, an empty task id), SCANREQ_E_DENIED
 * and SCANREQ_E_UNAVAILABLE (no keys), SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_task_wait(struct scanreq_client *client, const char *digest,
				  const char *task_id, struct scanreq_task **task,
				  struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Like scanreq_task_wait(), but queries the task once; a query that fails for the moment is
 * repeated up to SCANREQ_OPT_RETRY times. A task that has not ended is SCANREQ_E_UNSEEN.
 * Since: 0.1.0.
 */
SCANREQ_API int scanreq_task_look(struct scanreq_client *client, const char *digest,
				  const char *task_id, struct scanreq_task **task,
				  struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/* Frees a task. NULL is allowed. Since: 0.1.0. */
SCANREQ_API void scanreq_task_free(struct scanreq_task *task);

/* Returns the state seen last. Since: 0.1.0. */
SCANREQ_API enum scanreq_task_state scanreq_task_state(const struct scanreq_task *task);

/* Returns the name of a state, static: "running". Since: 0.1.0. */
SCANREQ_API const char *scanreq_task_state_name(enum scanreq_task_state state);

/* Returns one text, borrowed from the task; NULL if absent. Since: 0.1.0. */
SCANREQ_API const char *scanreq_task_text(const struct scanreq_task *task,
					  enum scanreq_task_text text);

/* Returns the number of queries that were sent. Since: 0.1.0. */
SCANREQ_API int scanreq_task_polls(const struct scanreq_task *task);

#ifdef __cplusplus
}
#endif

#endif
