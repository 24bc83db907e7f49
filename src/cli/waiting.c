/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/str.h"
#include "cli/waiting.h"

bool waiting_is_digest(const char *input)
{
	char whole[DIGEST_TEXT_MAX];
	struct digest digest;
	const char *hex = input ? input : "";

	str_prefix(hex, "sha256:", &hex);
	snprintf(whole, sizeof(whole), "sha256:%s", hex);
	return strlen(hex) == 64 && digest_parse(whole, strlen(whole), &digest);
}

int waiting_check(struct result *r)
{
	const char *digest = scanreq_request_value(r->request, SCANREQ_PARAM_DIGEST);
	const char *why = scanreq_request_note(r->request, SCANREQ_PARAM_DIGEST);

	if (waiting_is_digest(digest))
		return 0;
	return error_set(&r->error, SCANREQ_CODE_DIGEST_MISSING,
			 "a task is found by Digest alone, and there is none: %s",
			 digest ? "what is given is not 64 hex digits"
				: why ? why : "give --digest");
}

int waiting_end(struct scanreq_client *client, bool stopped, struct result *r)
{
	const char *digest = scanreq_request_value(r->request, SCANREQ_PARAM_DIGEST);
	const char *task_id = result_answer(r, SCANREQ_SUBMISSION_TASK_ID);
	int failed;

	if (!task_id)
		return 0;
	failed = stopped ? SCANREQ_E_CANCELLED
			 : scanreq_task_wait(client, digest, task_id, &r->task, &r->error);
	if (failed == SCANREQ_E_CANCELLED)
		error_set(&r->error, SCANREQ_CODE_TASK_UNSEEN,
			  "the end of task %s was not seen: given up by a signal; scanreq status"
			  " --task-id %s tells of it", task_id, task_id);
	return r->error.klass;
}

int waiting_status(struct scanreq_client *client, const char *task_id, bool wait,
		   struct result *r)
{
	const char *digest = scanreq_request_value(r->request, SCANREQ_PARAM_DIGEST);
	int failed = waiting_check(r);

	if (failed)
		return failed;
	return wait ? scanreq_task_wait(client, digest, task_id, &r->task, &r->error)
		    : scanreq_task_look(client, digest, task_id, &r->task, &r->error);
}
