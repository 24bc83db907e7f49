/* SPDX-License-Identifier: MIT */
#include <scanreq/task.h>

#include "api/client.h"
#include "cloud/scan/wait.h"

#define DEFAULT_WAIT_TIMEOUT_MS (10L * 60 * 1000)
#define DEFAULT_POLL_MS 5000

int scanreq_task_wait(struct scanreq_client *client, const char *digest, const char *task_id,
		      struct scanreq_task **task, struct scanreq_error *err)
{
	const struct scanreq_options *o = &client->options;
	const struct submit_context context = client_submit_context(client);
	const struct wait_for what = {
		.digest = digest,
		.task_id = task_id,
		.timeout_ms = options_duration(o, SCANREQ_OPT_WAIT_TIMEOUT,
					       DEFAULT_WAIT_TIMEOUT_MS),
		.poll_ms = options_duration(o, SCANREQ_OPT_POLL, DEFAULT_POLL_MS),
	};

	*task = NULL;
	return client_error(client, wait_for_task(&context, &what, task, err), err);
}

int scanreq_task_look(struct scanreq_client *client, const char *digest, const char *task_id,
		      struct scanreq_task **task, struct scanreq_error *err)
{
	const struct submit_context context = client_submit_context(client);
	const struct wait_for what = { .digest = digest, .task_id = task_id };

	*task = NULL;
	return client_error(client, wait_for_task(&context, &what, task, err), err);
}

void scanreq_task_free(struct scanreq_task *task)
{
	task_free(&task);
}

enum scanreq_task_state scanreq_task_state(const struct scanreq_task *task)
{
	return task->state;
}

const char *scanreq_task_state_name(enum scanreq_task_state state)
{
	switch (state) {
	case SCANREQ_TASK_STATE_RUNNING:
		return "running";
	case SCANREQ_TASK_STATE_SUCCEEDED:
		return "succeeded";
	case SCANREQ_TASK_STATE_FAILED:
		return "failed";
	case SCANREQ_TASK_STATE_TIMED_OUT:
		return "timed_out";
	case SCANREQ_TASK_STATE_UNSEEN:
		break;
	}
	return "unseen";
}

const char *scanreq_task_text(const struct scanreq_task *task, enum scanreq_task_text text)
{
	return (unsigned int)text < SCANREQ_TASK_TEXT_COUNT_ ? task->texts[text] : NULL;
}

int scanreq_task_polls(const struct scanreq_task *task)
{
	return task->polls;
}
