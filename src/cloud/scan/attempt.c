/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/limits.h"
#include "cloud/rpc/answer.h"
#include "cloud/scan/attempt.h"
#include "cloud/scan/preview.h"

#define API_ACTION "CreateJenkinsImageScanTask"
#define API_VERSION "2018-12-03"
#define CLOCK (-1)

void attempt_free(struct attempt *attempt)
{
	url_free(&attempt->url);
	free(attempt->host);
	credentials_free(&attempt->credentials);
	memset(attempt, 0, sizeof(*attempt));
}

/* --- building ---------------------------------------------------------------------- */

int attempt_build(const struct attempt *attempt, struct signed_call *call,
		  struct scanreq_error *err)
{
	struct acs3_pair query[SCANREQ_PARAM_COUNT_], form[SCANREQ_PARAM_COUNT_];
	char nonce[CALL_NONCE_SIZE];
	struct call what = {
		.action = API_ACTION,
		.version = API_VERSION,
		.url = &attempt->url,
		.query = query,
		.query_count = scan_request_pairs(attempt->request, true, query),
		.form = form,
		.form_count = scan_request_pairs(attempt->request, false, form),
		.credentials = &attempt->credentials,
		.now_ms = attempt->context->fixed_time_ms,
		.nonce = attempt->context->fixed_nonce,
	};
	int failed = 0;

	if (what.now_ms == CLOCK)
		what.now_ms = service_clock_now(attempt->context->clock);
	if (!what.nonce) {
		failed = call_nonce(nonce, err);
		what.nonce = nonce;
	}
	return failed ? failed : call_sign(&what, call, err);
}

/* --- reading ----------------------------------------------------------------------- */

static int unknown_outcome(struct attempt *attempt, struct scanreq_error *err)
{
	struct scanreq_error why = *err;

	attempt->submission->status = SCANREQ_STATUS_UNKNOWN;
	attempt->verdict = ATTEMPT_DOUBTFUL;
	return error_set(err, SCANREQ_CODE_OUTCOME_UNKNOWN,
			 "the request was sent, but its answer is unknown; a task may "
			 "exist: do not repeat the request blindly (%s)",
			 why.message);
}

/* Masks secrets that the server may echo. */
static int take_texts(struct log *log, const struct answer *answer,
		      struct scanreq_submission *s)
{
	for (size_t i = 0; i < ARRAY_LENGTH(answer->texts); i++) {
		struct buf masked CLEANUP_BUF = BUF_INIT(2 * LIMIT_API_ANSWER);

		if (!answer->texts[i])
			continue;
		log_mask(log, answer->texts[i], &masked);
		s->texts[i] = buf_take(&masked);
		if (!s->texts[i])
			return SCANREQ_E_NOMEM;
	}
	return 0;
}

static void set_verdict(int failed, const struct answer *answer,
			const struct http_response *response, struct attempt *attempt)
{
	const struct submit_context *context = attempt->context;

	attempt->hint = answer_hint(answer, response);
	if (failed == SCANREQ_E_UNKNOWN)
		attempt->verdict = ATTEMPT_DOUBTFUL;
	else if (failed == SCANREQ_E_UNAVAILABLE)
		attempt->verdict = ATTEMPT_LATER;
	else if (failed && service_clock_correct(context->clock, context->log, attempt->host,
						 answer->code, response))
		attempt->verdict = ATTEMPT_SKEWED;
}

static enum scanreq_status status_of(int failed)
{
	if (!failed)
		return SCANREQ_STATUS_ACCEPTED;
	return failed == SCANREQ_E_UNKNOWN ? SCANREQ_STATUS_UNKNOWN : SCANREQ_STATUS_FAILED;
}

static void log_lines(struct log *log, const char *who, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\r\n");

		if (len > 0)
			log_debug(log, "%s: %.*s", who, (int)len, text);
		text += len + (text[len] != '\0');
	}
}

/* Logs what the service signed beside what was signed here, to compare them. */
static void show_signed(const struct attempt *attempt, const struct answer *answer)
{
	char *const *texts = attempt->submission->texts;
	struct log *log = attempt->context->log;

	if (!answer->code || !answer->message ||
	    strcasecmp(answer->code, "SignatureDoesNotMatch") != 0)
		return;
	log_lines(log, "the service says", answer->message);
	log_lines(log, "signed here", texts[SCANREQ_SUBMISSION_CANONICAL_REQUEST]);
	log_lines(log, "signed here", texts[SCANREQ_SUBMISSION_STRING_TO_SIGN]);
}

static int attempt_read_answer(struct attempt *attempt, const struct http_response *response,
			       struct scanreq_error *err)
{
	struct log *log = attempt->context->log;
	const struct answer_from from = {
		.response = response, .url = &attempt->url, .host = attempt->host, .log = log
	};
	struct answer answer CLEANUP_ANSWER = { 0 };
	int failed = answer_read(response, &answer, err);

	if (failed)
		return unknown_outcome(attempt, err);
	failed = answer_judge(&answer, &from, err);
	show_signed(attempt, &answer);
	if (take_texts(log, &answer, attempt->submission)) {
		error_nomem(err);
		return unknown_outcome(attempt, err);
	}
	attempt->submission->status = status_of(failed);
	set_verdict(failed, &answer, response, attempt);
	return failed;
}

/* --- sending ----------------------------------------------------------------------- */

static int send_call(struct attempt *attempt, const struct signed_call *call,
		     struct scanreq_error *err)
{
	const struct submit_context *context = attempt->context;
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct http_failure failure = { .sent = true };
	int failed =
		call_send(context->transport, context->log, call, &response, &failure, err);

	if (failed && !failure.sent) {
		if (failure.temporary)
			attempt->verdict = ATTEMPT_LATER;
		return failed;
	}
	attempt->submission->attempts++;
	return failed ? unknown_outcome(attempt, err)
		      : attempt_read_answer(attempt, &response, err);
}

int attempt_send(struct attempt *attempt, struct scanreq_error *err)
{
	struct signed_call call CLEANUP_SIGNED_CALL = { 0 };
	int failed = attempt_build(attempt, &call, err);

	attempt->verdict = ATTEMPT_SETTLED;
	attempt->hint = (struct retry_hint){ .asked_ms = -1 };
	submission_clear(attempt->submission);
	if (!failed)
		failed = preview_fill(attempt->submission, &call, &attempt->credentials, false,
				      err);
	if (!failed)
		failed = send_call(attempt, &call, err);
	if (failed)
		error_member(err->host, sizeof(err->host), attempt->host);
	return failed;
}
