/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "cloud/scan/submit.h"
#include "cloud/scan/wait.h"
#include "net/retry.h"

/* One wait. */
struct watch {
	struct query_context context;
	const struct wait_for *query;
	struct scanreq_task *task;
	struct url url; /* owned */
	struct digest digest;
	int64_t began_ms; /* CLOCK_MONOTONIC */
	int64_t poll_ms;  /* until the next look */
	int replaced;	  /* looks in a row that named another task */
	int failures;	  /* looks in a row that failed temporarily */
	int64_t asked_ms; /* the wait that the last answer asks for; -1: none */
};

static void watch_free(struct watch *w)
{
	url_free(&w->url);
}

int64_t wait_longer(int64_t ms)
{
	int64_t longer = ms + ms / 2;

	if (ms >= WAIT_POLL_MAX_MS)
		return ms;
	return longer < WAIT_POLL_MAX_MS ? longer : WAIT_POLL_MAX_MS;
}

static int64_t steady_ms(void)
{
	struct timespec now = { 0, 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t left_ms(const struct watch *w)
{
	int64_t left = w->query->timeout_ms - (steady_ms() - w->began_ms);

	return left > 0 ? left : 0;
}

static bool asks_for_too_much(const struct watch *w)
{
	return w->asked_ms > RETRY_WAIT_MAX_MS;
}

/* --- results ----------------------------------------------------------------------- */

static int ended(const struct scanreq_task *task, struct scanreq_error *err)
{
	if (task->state == SCANREQ_TASK_STATE_SUCCEEDED)
		return 0;
	return error_set(err, SCANREQ_CODE_TASK_FAILED,
			 "task %s ended in %s: Security Center's console may tell why",
			 task->texts[SCANREQ_TASK_TEXT_ID], task->texts[SCANREQ_TASK_TEXT_STATUS]);
}

static int replaced(const struct scanreq_task *task, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_TASK_REPLACED,
			 "the end of task %s was not seen: another task for the same digest "
			 "is in its place",
			 task->texts[SCANREQ_TASK_TEXT_ID]);
}

/* The time is over; `why` is the last look's error, if it failed. */
static int overtaken(const struct watch *w, const struct scanreq_error *why,
		     struct scanreq_error *err)
{
	const struct scanreq_task *task = w->task;
	const char *id = task->texts[SCANREQ_TASK_TEXT_ID];
	const char *status = task->texts[SCANREQ_TASK_TEXT_STATUS];

	if (why->klass && asks_for_too_much(w))
		return error_set(err, SCANREQ_CODE_TASK_UNSEEN,
				 "the end of task %s was not seen: the service asks for a wait "
				 "of %lld s, too long to wait for: look again then (%s)",
				 id, (long long)(w->asked_ms / 1000), why->message);
	if (why->klass)
		return error_set(err, SCANREQ_CODE_TASK_UNSEEN,
				 "the end of task %s was not seen: %s", id, why->message);
	if (task->state == SCANREQ_TASK_STATE_UNSEEN)
		return error_set(err, SCANREQ_CODE_TASK_UNSEEN,
				 "the end of task %s was not seen: the service names no task "
				 "for the digest",
				 id);
	return error_set(err, SCANREQ_CODE_TASK_UNSEEN,
			 "the end of task %s was not seen: it is %s; nothing may ever end it "
			 "unless an analyser works on the image",
			 id, status ? status : "without a status");
}

/* --- looking ----------------------------------------------------------------------- */

/*
 * Whether to look again after a failure. After the time-out there are as many looks as a
 * submission has attempts, and none earlier than the service asks for.
 */
static bool may_mend(const struct watch *w, int failed)
{
	int64_t left = left_ms(w);

	if (failed != SCANREQ_E_UNAVAILABLE)
		return false;
	if (left > 0 && w->asked_ms <= left)
		return true;
	return w->failures <= w->context.transport->retries && !asks_for_too_much(w);
}

/* Returns whether the wait is over, and its result. */
static bool wait_settle(struct watch *w, int failed, struct scanreq_error *why, int *result,
			struct scanreq_error *err)
{
	w->replaced = !failed && w->task->replaced ? w->replaced + 1 : 0;
	w->failures = failed ? w->failures + 1 : 0;
	if (failed == SCANREQ_E_CANCELLED || failed == SCANREQ_E_NOMEM) {
		*result = failed;
		if (err)
			*err = *why;
		return true;
	}
	if (!failed && w->task->state > SCANREQ_TASK_STATE_RUNNING)
		*result = ended(w->task, err);
	else if (w->replaced > 0 && (w->replaced >= WAIT_REPLACED_LOOKS || left_ms(w) == 0))
		*result = replaced(w->task, err);
	else if (failed ? !may_mend(w, failed) : left_ms(w) == 0)
		*result = overtaken(w, why, err);
	else
		return false;
	return true;
}

/* Waits before the next look: longer each time, and at least as long as the service asks. */
static int pause_watch(struct watch *w, struct scanreq_error *err)
{
	int64_t ms = w->poll_ms, left = left_ms(w);

	if (w->failures > 0 && left == 0)
		ms = retry_backoff((unsigned int)w->failures);
	else if (left > 0 && ms > left)
		ms = left;
	if (w->asked_ms > ms)
		ms = w->asked_ms;
	w->poll_ms = wait_longer(w->poll_ms);
	log_info(w->context.log, "task %s is %s; next look in %lld ms",
		 w->task->texts[SCANREQ_TASK_TEXT_ID],
		 w->task->texts[SCANREQ_TASK_TEXT_STATUS] ? w->task->texts[SCANREQ_TASK_TEXT_STATUS]
						     : "not named",
		 (long long)ms);
	return http_transport_wait(w->context.transport, ms, err);
}

static int watch_task(struct watch *w, struct scanreq_error *err)
{
	for (;;) {
		struct scanreq_error why = SCANREQ_ERROR_INIT;
		int failed = task_look(&w->context, &w->url, &w->digest, w->task, &w->asked_ms,
				       &why);
		int result;

		if (err) { /* keeps the host and the service's code of a failed look */
			*err = why;
			if (failed)
				error_recast(err, SCANREQ_CODE_TASK_UNSEEN);
		}
		if (wait_settle(w, failed, &why, &result, err))
			return result;
		failed = pause_watch(w, err);
		if (failed)
			return failed;
	}
}

/* Finds local mistakes before the service is asked. */
static int wait_prepare(struct watch *w, const struct submit_context *context,
			struct scanreq_error *err)
{
	struct credentials keys CLEANUP_CREDENTIALS = { NULL, NULL, NULL, NULL, 0 };
	const char *id = w->task->texts[SCANREQ_TASK_TEXT_ID];
	int failed = task_digest(w->query->digest, &w->digest, err);

	if (!failed && !unless_empty(id))
		failed = error_set(err, SCANREQ_CODE_ARGUMENT_INVALID,
				   "there is no task id to wait for");
	if (!failed)
		failed = submit_endpoint(context, &w->url, err);
	return failed ? failed : credential_chain_get(context->chain, false, &keys, err);
}

int wait_for_task(const struct submit_context *context, const struct wait_for *query,
		  struct scanreq_task **task, struct scanreq_error *err)
{
	struct watch w CLEANUP(watch_free) = {
		.context = {
			.transport = context->transport,
			.log = context->log,
			.chain = context->chain,
			.clock = context->clock,
		},
		.query = query,
		.began_ms = steady_ms(),
		.poll_ms = query->poll_ms > 0 ? query->poll_ms : 1,
		.asked_ms = -1,
	};
	struct scanreq_error own = SCANREQ_ERROR_INIT;
	int failed;

	*task = calloc(1, sizeof(**task));
	if (!*task || str_copy(&(*task)->texts[SCANREQ_TASK_TEXT_ID], query->task_id))
		return error_nomem(err);
	w.task = *task;
	failed = wait_prepare(&w, context, &own);
	if (!failed)
		failed = watch_task(&w, &own);
	if (failed && err)
		*err = own;
	return failed;
}
