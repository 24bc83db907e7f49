/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/time.h"
#include "cloud/keys/session.h"
#include "net/retry.h"

const struct session_names session_names = {
	.keys = {
		.key_id = "AccessKeyId",
		.key_secret = "AccessKeySecret",
		.security_token = "SecurityToken",
	},
	.expiration = "Expiration",
};

static int check_end(const char *text, int64_t *expires_ms, struct scanreq_error *err)
{
	if (!text)
		return 0;
	if (!time_parse(text, expires_ms) || *expires_ms <= 0)
		return error_set(err, SCANREQ_CODE_PROVIDER_ANSWER_INVALID,
				 "its Expiration is not a time");
	if (*expires_ms <= time_now())
		return error_set(err, SCANREQ_CODE_KEYS_EXPIRED,
				 "its keys have expired, or the clock of this machine is ahead");
	return 0;
}

int session_read(struct json_object *object, const struct session_names *names,
		 const char *from, struct credentials *credentials, struct scanreq_error *err)
{
	struct given_keys keys = { NULL, NULL, NULL };
	const char *end = NULL;
	int64_t expires_ms = 0;
	int failed = json_string(object, names->keys.key_id, &keys.key_id, err);

	if (!failed)
		failed = json_string(object, names->keys.key_secret, &keys.key_secret, err);
	if (!failed)
		failed = json_string(object, names->keys.security_token, &keys.security_token,
				     err);
	if (!failed && names->expiration)
		failed = json_string(object, names->expiration, &end, err);
	if (!failed)
		failed = check_end(unless_empty(end), &expires_ms, err);
	if (failed)
		return failed;
	failed = credentials_take(&names->keys, &keys, from, credentials, err);
	if (failed == SCANREQ_E_DENIED)
		return error_recast(err, SCANREQ_CODE_PROVIDER_ANSWER_INVALID);
	credentials->expires_ms = expires_ms;
	return failed;
}

static int check_code(struct json_object *object, bool need_code, struct scanreq_error *err)
{
	const char *code = NULL;
	int failed = json_string(object, "Code", &code, err);

	if (failed || (!code && !need_code))
		return failed;
	if (!code)
		return error_set(err, SCANREQ_CODE_PROVIDER_ANSWER_INVALID, "it has no Code");
	if (strcmp(code, "Success") != 0)
		return error_set(err, SCANREQ_CODE_PROVIDER_REFUSED, "its Code is %.64s",
				 code);
	return 0;
}

int session_read_text(const struct buf *text, bool need_code, const char *from,
		      struct credentials *credentials, struct scanreq_error *err)
{
	struct json_object *root CLEANUP_JSON = NULL;
	int failed = json_parse(buf_str(text), text->len, "its answer", &root, err);

	if (failed)
		return failed;
	if (!json_object_is_type(root, json_type_object))
		return error_set(err, SCANREQ_CODE_PROVIDER_ANSWER_INVALID,
				 "its answer is no JSON object");
	failed = check_code(root, need_code, err);
	return failed ? failed : session_read(root, &session_names, from, credentials, err);
}

int session_fetch(const struct provider_context *context, struct http_request *request,
		  struct http_response *response, struct http_failure *failure,
		  struct scanreq_error *err)
{
	struct http_failure own = { .sent = true };

	request->max_body = LIMIT_SESSION;
	response->body.secret = true;
	return http_send(context->transport, context->log, request, response,
			 failure ? failure : &own, err);
}

int session_get(const struct provider_context *context, struct http_request *request,
		struct http_response *response, struct scanreq_error *err)
{
	request->method = "GET";
	request->max_body = LIMIT_SESSION;
	response->body.secret = true;
	return retry_get(context->transport, context->log, request, response, err);
}

int session_status_code(int status)
{
	return status == 429 || status >= 500 ? SCANREQ_CODE_PROVIDER_FAILED
					      : SCANREQ_CODE_PROVIDER_REFUSED;
}

int session_allowed(const struct provider_context *context, struct scanreq_error *err)
{
	return context->static_only ? error_set(err, SCANREQ_CODE_OFFLINE,
						"not asked offline or for a dry run")
				    : 0;
}
