/* SPDX-License-Identifier: MIT */
/*
 * Tasks: what the service says of one that it opened (DescribeImageLatestScanTask,
 * Security Center, version 2018-12-03).
 *
 * The service is asked by the image's digest and names the latest task that it has for
 * it, so an answer counts for a task only if it names that task. A task that ended well
 * is no verdict on the image; one that nobody analyses an image for may never end.
 */
#ifndef SCANREQ_TASK_H
#define SCANREQ_TASK_H

#include <scanreq/client.h>
#include <scanreq/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scanreq_task;

/* How far a task is. Since: 0.1.0. */
enum scanreq_task_state {
	SCANREQ_TASK_STATE_UNSEEN = 0,    /* the service has not named the task (yet) */
	SCANREQ_TASK_STATE_RUNNING = 1,   /* any status that is none of the three below */
	SCANREQ_TASK_STATE_SUCCEEDED = 2, /* SUCCESS */
	SCANREQ_TASK_STATE_FAILED = 3,    /* FAIL */
	SCANREQ_TASK_STATE_TIMED_OUT = 4, /* TIMEOUT, or TIMOUT as the service's page has it */
};

/* Texts of a task as the service writes them. Since: 0.1.0. */
enum scanreq_task_text {
	SCANREQ_TASK_TEXT_ID = 0,          /* the one that is asked for */
	SCANREQ_TASK_TEXT_STATUS = 1,      /* "PROCESSING" */
	SCANREQ_TASK_TEXT_START_TIME = 2,  /* decimal, milliseconds since the epoch */
	SCANREQ_TASK_TEXT_FINISH_TIME = 3, /* likewise; absent until the end */
	SCANREQ_TASK_TEXT_COUNT_
};

/*
 * Looks at the task `task_id`, as the submission named it, of the image with `digest`, as
 * it was submitted ("sha256:" may be before it), until it has ended, or
 * SCANREQ_OPT_WAIT_TIMEOUT is over. 0 when it ended in SUCCESS. *task is what was seen
 * last, the caller's to free; it is set whatever happens, save when out of memory. Until
 * time is over, what another look may mend is looked at again: a service that cannot be
 * reached, answers 5xx or throttles.
 * Errors: SCANREQ_E_TASK_FAILED (it ended in FAIL or TIMEOUT), SCANREQ_E_UNSEEN (the end
 * was not seen: time is over, the keys may not read, another task has taken the place),
 * SCANREQ_E_USAGE (no region, a malformed digest, an empty task id), SCANREQ_E_DENIED
 * and SCANREQ_E_UNAVAILABLE (no keys), SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_task_wait(struct scanreq_client *client, const char *digest,
				  const char *task_id, struct scanreq_task **task,
				  struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * The same, looking once (again, as often as SCANREQ_OPT_RETRY says, where another look may
 * mend it): a task that has not ended is SCANREQ_E_UNSEEN. Since: 0.1.0.
 */
SCANREQ_API int scanreq_task_look(struct scanreq_client *client, const char *digest,
				  const char *task_id, struct scanreq_task **task,
				  struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/* Frees a task. NULL is fine. Since: 0.1.0. */
SCANREQ_API void scanreq_task_free(struct scanreq_task *task);

/* How far it was when it was seen last. Since: 0.1.0. */
SCANREQ_API enum scanreq_task_state scanreq_task_state(const struct scanreq_task *task);

/* A state's name, static: "running". Since: 0.1.0. */
SCANREQ_API const char *scanreq_task_state_name(enum scanreq_task_state state);

/* One text, borrowed, or NULL where it is absent. Since: 0.1.0. */
SCANREQ_API const char *scanreq_task_text(const struct scanreq_task *task,
					  enum scanreq_task_text text);

/* How often the service was asked. Since: 0.1.0. */
SCANREQ_API int scanreq_task_polls(const struct scanreq_task *task);

#ifdef __cplusplus
}
#endif

#endif
