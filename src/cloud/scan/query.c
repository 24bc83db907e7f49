/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "cloud/rpc/answer.h"
#include "cloud/scan/query.h"
#include "net/retry.h"

/* --- reading ----------------------------------------------------------------------- */

static bool is_about_keys(const struct answer *answer)
{
	static const char *const codes[] = {
		"InvalidAccessKeyId",	"SignatureDoesNotMatch", "IncompleteSignature",
		"InvalidSecurityToken", "MissingSecurityToken",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(codes); i++)
		if (answer_code_begins(answer, codes[i]))
			return true;
	return answer->status == 401;
}

static bool is_about_rights(const struct answer *answer)
{
	return answer_code_begins(answer, "NoPermission") ||
	       answer_code_begins(answer, "Forbidden") ||
	       answer_code_begins(answer, "UNAUTHORIZED") || answer->status == 403;
}

/* Returns the code of an answer (0: success); `advice` says what to do next. */
static int query_judge(const struct answer *answer, const struct query *query, char advice[192])
{
	*advice = '\0';
	if (answer_code_begins(answer, "Throttling") || answer->status == 429 ||
	    answer->status >= 500)
		return answer->status >= 500 ? SCANREQ_CODE_SERVER_FAILED
					     : SCANREQ_CODE_THROTTLED;
	if (is_about_keys(answer)) {
		snprintf(advice, 192, "; check the access keys");
		return SCANREQ_CODE_KEYS_REFUSED;
	}
	if (is_about_rights(answer)) {
		snprintf(advice, 192, "; grant the RAM user or role %s", query->grant);
		return SCANREQ_CODE_PERMISSION_MISSING;
	}
	return answer->status / 100 == 2 && !answer->failure ? 0
							     : SCANREQ_CODE_REQUEST_REFUSED;
}

static int query_read_answer(const struct query_context *context, const struct query *query,
			     const struct http_response *response, struct answer *answer,
			     struct scanreq_error *err)
{
	char advice[192], said[HTTP_LINE_SIZE], code[HTTP_LINE_SIZE];
	const char *id;
	int failed = answer_read(response, answer, err), judged;

	if (failed)
		return failed;
	judged = query_judge(answer, query, advice);
	if (!judged)
		return 0;
	http_said_line(context->log, answer->message && !query->secret ? answer->message : "",
		       said);
	http_said_line(context->log, answer->code ? answer->code : "", code);
	id = answer->texts[SCANREQ_SUBMISSION_REQUEST_ID];
	if (err) {
		err->http_status = response->status;
		error_member(err->service_code, sizeof(err->service_code), code);
		error_member(err->request_id, sizeof(err->request_id), id ? id : "");
	}
	return error_set(err, judged, "%s answers %s with HTTP %d%s%s%s%s%s", query->url->host,
			 query->action, response->status, *code ? " " : "", code, advice,
			 *said ? "; it says: " : "", said);
}

/* --- asking ------------------------------------------------------------------------ */

/* The result of asking once. `response` belongs to the caller. */
struct asked {
	struct http_response *response;
	struct answer answer;
	struct http_failure failure; /* if there is no answer */
};

static void asked_free(struct asked *a)
{
	answer_free(&a->answer);
}

static int send_signed(const struct query_context *context, const struct query *query,
		       const struct credentials *keys, struct asked *asked,
		       struct scanreq_error *err)
{
	struct signed_call made CLEANUP_SIGNED_CALL = { 0 };
	char nonce[CALL_NONCE_SIZE];
	const struct call call = {
		.action = query->action,
		.version = query->version,
		.method = query->method,
		.path = query->path,
		.url = query->url,
		.query = query->params,
		.query_count = query->count,
		.credentials = keys,
		.now_ms = service_clock_now(context->clock),
		.nonce = nonce,
	};
	int failed = call_nonce(nonce, err);

	if (!failed)
		failed = call_sign(&call, &made, err);
	asked->response->body.secret = query->secret;
	return failed ? failed
		      : call_send(context->transport, context->log, &made, asked->response,
				  &asked->failure, err);
}

static int ask_once(const struct query_context *context, const struct query *query,
		    struct asked *asked, struct scanreq_error *err)
{
	struct credentials keys CLEANUP_CREDENTIALS = { NULL, NULL, NULL, NULL, 0 };
	int failed;

	answer_free(&asked->answer);
	http_response_free(asked->response);
	asked->failure = (struct http_failure){ .sent = true };
	failed = retry_turn(context->transport, context->log, query->url, err);
	if (!failed)
		failed = credential_chain_get(context->chain, false, &keys, err);
	if (!failed)
		failed = send_signed(context, query, &keys, asked, err);
	return failed ? failed
		      : query_read_answer(context, query, asked->response, &asked->answer, err);
}

/* Asks, and once more if the date was refused. */
static int query_ask(const struct query_context *context, const struct query *query,
		     struct asked *asked, struct scanreq_error *err)
{
	int failed = ask_once(context, query, asked, err);

	if (failed && service_clock_correct(context->clock, context->log, query->url->host,
					    asked->answer.code, asked->response)) {
		if (err) /* drop the first attempt's result */
			*err = (struct scanreq_error)SCANREQ_ERROR_INIT;
		failed = ask_once(context, query, asked, err);
	}
	if (failed && err && !*err->host) {
		char *host CLEANUP_FREE = url_host_port(query->url);

		error_member(err->host, sizeof(err->host), host ? host : "");
	}
	return failed;
}

int query_send(const struct query_context *context, const struct query *query,
	       struct http_response *response, int64_t *asked_ms, struct scanreq_error *err)
{
	struct asked asked CLEANUP(asked_free) = { .response = response };
	int failed = query_ask(context, query, &asked, err);
	struct retry_hint hint = answer_hint(&asked.answer, response);

	if (failed && hint.refused)
		retry_refused(context->transport, query->url, &hint);
	*asked_ms = failed ? hint.asked_ms : -1;
	return failed;
}

int query_send_patiently(const struct query_context *context, const struct query *query,
			 struct http_response *response, struct scanreq_error *err)
{
	struct asked asked CLEANUP(asked_free) = { .response = response };
	struct retry retry = {
		.transport = context->transport, .log = context->log, .url = query->url,
	};

	for (;;) {
		struct scanreq_error why = SCANREQ_ERROR_INIT;
		int failed = query_ask(context, query, &asked, &why), cancelled = 0;
		struct retry_hint hint = answer_hint(&asked.answer, response);
		bool answered = response->status != 0;

		if (!failed)
			retry_passed(context->transport, query->url);
		else if ((answered ? failed == SCANREQ_E_UNAVAILABLE : asked.failure.temporary) &&
			 retry_again(&retry, &hint, &cancelled, &why))
			continue;
		if (failed && err)
			*err = why;
		return cancelled ? cancelled : failed;
	}
}
