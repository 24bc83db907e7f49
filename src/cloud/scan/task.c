/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "cloud/scan/task.h"

void task_free(struct scanreq_task **task)
{
	if (!*task)
		return;
	for (size_t i = 0; i < ARRAY_LENGTH((*task)->texts); i++)
		free((*task)->texts[i]);
	free(*task);
	*task = NULL;
}

enum scanreq_task_state task_state_of(const char *status)
{
	static const struct {
		const char *status;
		enum scanreq_task_state state;
	} ends[] = {
		{ "SUCCESS", SCANREQ_TASK_STATE_SUCCEEDED },
		{ "FAIL", SCANREQ_TASK_STATE_FAILED },
		{ "TIMEOUT", SCANREQ_TASK_STATE_TIMED_OUT },
		{ "TIMOUT", SCANREQ_TASK_STATE_TIMED_OUT },
	};

	for (size_t i = 0; status && i < ARRAY_LENGTH(ends); i++)
		if (strcmp(status, ends[i].status) == 0)
			return ends[i].state;
	return SCANREQ_TASK_STATE_RUNNING;
}

int task_digest(const char *text, struct digest *digest, struct scanreq_error *err)
{
	char whole[DIGEST_TEXT_MAX];
	const char *hex = text ? text : "";

	str_prefix(hex, "sha256:", &hex);
	snprintf(whole, sizeof(whole), "sha256:%s", hex);
	if (strlen(hex) == 64 && digest_parse(whole, strlen(whole), digest))
		return 0;
	return error_set(err, SCANREQ_CODE_PARAMETER_INVALID,
			 "\"%.100s\" is not an image's digest: the service finds a task by "
			 "the 64 hex digits of the image's sha256",
			 text ? text : "");
}

/* --- reading ----------------------------------------------------------------------- */

/* Takes a text, or a whole number as text, masked; other values count as absent. */
static int take_text(struct json_object *object, const char *name, struct log *log,
		     char **text)
{
	struct buf masked CLEANUP_BUF = BUF_INIT(2 * LIMIT_API_ANSWER);
	struct json_object *value = NULL;
	char number[JSON_NUMBER_SIZE];
	const char *said;

	free(*text);
	*text = NULL;
	json_object_object_get_ex(object, name, &value);
	said = json_text(value, number);
	if (!said)
		return 0;
	log_mask(log, said, &masked);
	if (masked.failed)
		return SCANREQ_E_NOMEM;
	return masked.len > 0 ? str_copy(text, buf_str(&masked)) : 0;
}

static int take_task(struct json_object *object, struct log *log, struct scanreq_task *task)
{
	if (take_text(object, "Status", log, &task->texts[SCANREQ_TASK_TEXT_STATUS]) ||
	    take_text(object, "StartTime", log, &task->texts[SCANREQ_TASK_TEXT_START_TIME]) ||
	    take_text(object, "FinishTime", log, &task->texts[SCANREQ_TASK_TEXT_FINISH_TIME]))
		return SCANREQ_E_NOMEM;
	task->state = task_state_of(task->texts[SCANREQ_TASK_TEXT_STATUS]);
	return 0;
}

static bool names_task(struct json_object *object, const char *id)
{
	struct json_object *value = NULL;

	return json_object_is_type(object, json_type_object) &&
	       json_object_object_get_ex(object, "TaskId", &value) &&
	       json_object_is_type(value, json_type_string) &&
	       strcmp(json_object_get_string(value), id) == 0;
}

int task_read(const struct buf *answer, struct log *log, struct scanreq_task *task,
	      struct scanreq_error *err)
{
	struct json_object *root CLEANUP_JSON = NULL, *list = NULL;
	int failed = json_parse(buf_str(answer), answer->len, "the answer", &root, err);
	size_t count;

	if (!failed && !json_object_is_type(root, json_type_object))
		return error_set(err, SCANREQ_CODE_ANSWER_INVALID, "the answer is no JSON object");
	if (!failed)
		failed = json_member(root, "Task", json_type_array, &list, err);
	if (failed)
		return failed;
	count = list ? json_object_array_length(list) : 0;
	task->replaced = count > 0;
	for (size_t i = 0; i < count; i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (!names_task(one, task->texts[SCANREQ_TASK_TEXT_ID]))
			continue;
		task->replaced = false;
		return take_task(one, log, task) ? error_nomem(err) : 0;
	}
	return 0;
}

int task_look(const struct query_context *context, const struct url *url,
	      const struct digest *digest, struct scanreq_task *task, int64_t *asked_ms,
	      struct scanreq_error *err)
{
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	const struct acs3_pair param = { .name = "Digest", .value = digest->hex };
	const struct query query = {
		.action = TASK_ACTION,
		.version = TASK_VERSION,
		.url = url,
		.params = &param,
		.count = 1,
		.grant = TASK_GRANT,
	};
	int failed;

	task->polls++;
	failed = query_send(context, &query, &response, asked_ms, err);
	if (!failed)
		failed = task_read(&response.body, context->log, task, err);
	return failed;
}
