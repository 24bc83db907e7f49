/* SPDX-License-Identifier: MIT */
/* No answer is taken for accepted that does not name a task, and none is without an end. */
#include <string.h>

#include "base/limits.h"
#include "cloud/rpc/answer.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "answer";

static void judge(const struct http_response *response, const struct url *url)
{
	const struct answer_from from = { .response = response, .url = url, .host = "host" };
	struct answer answer CLEANUP_ANSWER = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed;

	PROMISE(answer_read(response, &answer, &err) == 0);
	failed = answer_judge(&answer, &from, &err);
	PROMISE(failed == err.klass && (!failed || err.message[0]));
	if (failed)
		return;
	PROMISE(answer.readable && !answer.failure && response->status / 100 == 2);
	PROMISE(answer.texts[SCANREQ_SUBMISSION_TASK_ID] &&
		answer.texts[SCANREQ_SUBMISSION_TASK_ID][0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int statuses[] = { 200, 307, 400, 403, 429, 500, 503 };
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct url url CLEANUP_URL = { 0 };

	PROMISE(url_parse("https://host/", NULL, &url, NULL) == 0);
	response.body.max = LIMIT_API_ANSWER;
	buf_add(&response.body, data, len);
	for (size_t i = 0; i < ARRAY_LENGTH(statuses) && !response.body.failed; i++) {
		response.status = statuses[i];
		judge(&response, &url);
	}
	return 0;
}
