/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/json.h"
#include "base/str.h"
#include "cloud/rpc/answer-xml.h"
#include "cloud/rpc/answer.h"

/* The beginning of the gateway's codes for too many calls: Throttling.User, Throttling.Api. */
#define THROTTLING "Throttling"

void answer_free(struct answer *answer)
{
	for (size_t i = 0; i < ARRAY_LENGTH(answer->texts); i++)
		free(answer->texts[i]);
	free(answer->code);
	free(answer->message);
	memset(answer, 0, sizeof(*answer));
}

static struct json_object *object_or_null(struct json_object *value)
{
	return json_object_is_type(value, json_type_object) ? value : NULL;
}

/*
 * Finds a member by either spelling, "TaskId" or "taskId": some of the gateway's errors use
 * the second. NULL when absent.
 */
static struct json_object *answer_member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;
	char other[32];

	if (!object || json_object_object_get_ex(object, name, &value))
		return value;
	snprintf(other, sizeof(other), "%s", name);
	other[0] = (char)(other[0] | 0x20);
	json_object_object_get_ex(object, other, &value);
	return value;
}

/*
 * Takes a text, or a whole number as text. Any other value counts as absent: a member of
 * another type must not hide the others.
 */
static int take_text(struct json_object *object, const char *name, char **text)
{
	struct json_object *value = answer_member(object, name);
	char number[JSON_NUMBER_SIZE];
	const char *s = json_text(value, number);

	return s && *s ? str_copy(text, s) : 0;
}

static int take_data(struct json_object *root, struct answer *answer)
{
	static const struct {
		const char *name;
		enum scanreq_submission_text text;
	} members[] = {
		{ "TaskId", SCANREQ_SUBMISSION_TASK_ID },
		{ "Uuid", SCANREQ_SUBMISSION_UUID },
		{ "ImageScanCapacity", SCANREQ_SUBMISSION_IMAGE_SCAN_CAPACITY },
		{ "RepoRegionId", SCANREQ_SUBMISSION_REPO_REGION_ID },
		{ "RepoInstanceId", SCANREQ_SUBMISSION_REPO_INSTANCE_ID },
		{ "RepoId", SCANREQ_SUBMISSION_REPO_ID },
	};
	struct json_object *data = object_or_null(answer_member(root, "Data"));

	for (size_t i = 0; i < ARRAY_LENGTH(members); i++)
		if (take_text(data, members[i].name, &answer->texts[members[i].text]))
			return SCANREQ_E_NOMEM;
	return take_text(root, "RequestId", &answer->texts[SCANREQ_SUBMISSION_REQUEST_ID]);
}

/* Reads whether the answer declares a failure, in the form of either generation. */
static int take_failure(struct json_object *root, struct answer *answer)
{
	struct json_object *success = answer_member(root, "Success");
	struct json_object *status = answer_member(root, "HttpStatusCode");
	int64_t inner = 0; /* the status in the body of a 2xx */

	if (take_text(root, "Code", &answer->code) ||
	    take_text(root, "Message", &answer->message))
		return SCANREQ_E_NOMEM;
	if (answer->code && (strcmp(answer->code, "200") == 0 ||
			     strcasecmp(answer->code, "success") == 0)) {
		free(answer->code);
		answer->code = NULL;
	}
	answer->failure = answer->code || (json_object_is_type(success, json_type_boolean) &&
					   !json_object_get_boolean(success));
	if (json_object_is_type(status, json_type_int))
		inner = json_object_get_int64(status);
	else if (answer->code)
		str_to_int64(answer->code, &inner); /* some operations put it into Code */
	if (answer->failure && answer->status / 100 == 2 && inner >= 400 && inner < 600)
		answer->status = (int)inner;
	return 0;
}

/* An error in XML is a declared failure. */
static int take_xml(const struct buf *body, struct answer *answer)
{
	struct answer_xml error CLEANUP_ANSWER_XML = { 0 };
	int failed = answer_xml_read(body, &error, &answer->readable);

	if (failed || !answer->readable)
		return failed;
	answer->failure = true;
	answer->code = TAKE(error.code);
	answer->message = TAKE(error.message);
	answer->texts[SCANREQ_SUBMISSION_REQUEST_ID] = TAKE(error.request_id);
	return 0;
}

int answer_read(const struct http_response *response, struct answer *answer,
		struct scanreq_error *err)
{
	struct answer made CLEANUP_ANSWER = { .status = response->status };
	struct json_object *root CLEANUP_JSON = NULL;
	int failed = json_parse(buf_str(&response->body), response->body.len, "the answer",
				&root, NULL);

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	made.readable = object_or_null(root);
	if (made.readable && (take_data(root, &made) || take_failure(root, &made)))
		return error_nomem(err);
	if (!made.readable && take_xml(&response->body, &made))
		return error_nomem(err);
	*answer = made;
	memset(&made, 0, sizeof(made));
	return 0;
}

struct retry_hint answer_hint(const struct answer *answer, const struct http_response *response)
{
	bool throttled = answer->code &&
			 strncasecmp(answer->code, THROTTLING, strlen(THROTTLING)) == 0;

	return (struct retry_hint){
		.refused = throttled || response->status == 429,
		.asked_ms = answer_retry_after(response),
	};
}

bool answer_code_begins(const struct answer *answer, const char *beginning)
{
	return answer->code && strncasecmp(answer->code, beginning, strlen(beginning)) == 0;
}

int64_t answer_retry_after(const struct http_response *response)
{
	const char *own = http_header(response, "x-acs-retry-after", 0);
	int64_t ms;

	return own && str_to_int64(own, &ms) && ms >= 0 ? ms : retry_after_of(response);
}
