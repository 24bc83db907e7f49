/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/str.h"
#include "cli/signals.h"
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

static int waiting_check_digest(struct result *r)
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

int waiting_check(const struct run *run, struct result *r)
{
	return run->settings->wait ? waiting_check_digest(r) : 0;
}

static int look(const struct run *run, struct result *r, const char *task_id)
{
	const char *digest = scanreq_request_value(r->request, SCANREQ_PARAM_DIGEST);

	return run->settings->wait
		       ? scanreq_task_wait(run->client, digest, task_id, &r->task, &r->error)
		       : scanreq_task_look(run->client, digest, task_id, &r->task, &r->error);
}

int waiting_end(const struct run *run, struct result *r)
{
	const char *task_id = result_answer(r, SCANREQ_SUBMISSION_TASK_ID);
	int failed;

	if (!run->settings->wait || !task_id)
		return 0;
	failed = run->signals && signals_stopped(run->signals) ? SCANREQ_E_CANCELLED
							       : look(run, r, task_id);
	if (failed == SCANREQ_E_CANCELLED)
		error_set(&r->error, SCANREQ_CODE_TASK_UNSEEN,
			  "the end of task %s was not seen: given up by a signal; scanreq status"
			  " --task-id %s tells of it", task_id, task_id);
	return r->error.klass;
}

int waiting_status(const struct run *run, struct result *r)
{
	int failed = waiting_check_digest(r);

	return failed ? failed : look(run, r, run->settings->task_id);
}
