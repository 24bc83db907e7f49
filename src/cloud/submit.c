/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "cloud/answer.h"
#include "cloud/endpoint.h"
#include "cloud/preview.h"
#include "cloud/submit.h"

#define API_ACTION "CreateJenkinsImageScanTask"
#define API_VERSION "2018-12-03"
#define CLOCK (-1)

/* What a request is made of before it is sent or shown. */
struct prepared {
	struct url url;
	char *host; /* host[:port] */
	struct credentials credentials;
	struct signed_call call;
};

static void prepared_free(struct prepared *p)
{
	url_free(&p->url);
	free(p->host);
	credentials_free(&p->credentials);
	signed_call_free(&p->call);
}

void submission_free(struct scanreq_submission **submission)
{
	struct scanreq_submission *s = *submission;

	if (!s)
		return;
	for (size_t i = 0; i < SCANREQ_SUBMISSION_COUNT_; i++)
		free(s->texts[i]);
	strv_free(&s->header_names);
	strv_free(&s->header_values);
	free(s);
	*submission = NULL;
}

/* --- preparing --------------------------------------------------------------------- */

/* The service may echo it in its errors. */
static int register_secrets(const struct submit_context *context,
			    const struct scanreq_request *request,
			    struct scanreq_error *err)
{
	const char *token = request->params[SCANREQ_PARAM_TOKEN].value;

	if (context->log && token && log_secret(context->log, token))
		return error_nomem(err);
	return 0;
}

static void log_choices(const struct submit_context *context, const struct prepared *p)
{
	log_info(context->log, "endpoint: %s://%s", p->url.https ? "https" : "http", p->host);
	if (!p->credentials.key_id)
		log_info(context->log, "the request is not signed");
}

/* Without a region and an endpoint, the profile's region serves. */
static int find_endpoint(const struct submit_context *context, struct url *url,
			 struct scanreq_error *err)
{
	bool none = !unless_empty(context->region) && !unless_empty(context->endpoint);
	char *region CLEANUP_FREE = none ? credential_chain_region(context->chain) : NULL;
	const struct endpoint_choice choice = {
		.region = region ? region : context->region,
		.endpoint = context->endpoint,
		.vpc = context->vpc,
	};
	int failed = endpoint_find(&choice, url, err);

	if (!failed && region)
		log_info(context->log, "region %s from the aliyun profile", region);
	return failed;
}

/* A preview uses static keys alone: it sends nothing to anybody. */
static int find_parts(const struct submit_context *context, bool preview, struct prepared *p,
		      struct scanreq_error *err)
{
	int failed = find_endpoint(context, &p->url, err);

	if (failed)
		return failed;
	p->host = url_host_port(&p->url);
	if (!p->host)
		return error_nomem(err);
	return credential_chain_get(context->chain, preview, &p->credentials, err);
}

/* What a preview may have, and a request that is sent may not. */
static int check_sendable(const struct submit_context *context, struct scanreq_error *err)
{
	if (context->fixed_time_ms == CLOCK && !context->fixed_nonce)
		return 0;
	return error_set(err, SCANREQ_E_USAGE,
			 "--fixed-time and --fixed-nonce are for --dry-run: the service "
			 "takes neither a second time");
}

static int prepare(const struct submit_context *context, const struct scanreq_request *request,
		   bool preview, struct prepared *p, struct scanreq_error *err)
{
	int failed = preview ? 0 : check_sendable(context, err);

	if (!failed)
		failed = find_parts(context, preview, p, err);

	if (!failed)
		failed = register_secrets(context, request, err);
	if (!failed)
		log_choices(context, p);
	return failed;
}

int submit_check(const struct submit_context *context, bool preview, struct scanreq_error *err)
{
	struct prepared p CLEANUP(prepared_free) = { 0 };
	int failed = preview ? 0 : check_sendable(context, err);

	return failed ? failed : find_parts(context, preview, &p, err);
}

static int build(const struct submit_context *context, const struct scanreq_request *request,
		 struct prepared *p, struct scanreq_error *err)
{
	struct acs3_pair query[SCANREQ_PARAM_COUNT], form[SCANREQ_PARAM_COUNT];
	char nonce[33];
	struct call call = {
		.action = API_ACTION,
		.version = API_VERSION,
		.url = &p->url,
		.query = query,
		.query_count = scan_request_pairs(request, true, query),
		.form = form,
		.form_count = scan_request_pairs(request, false, form),
		.credentials = &p->credentials,
		.now_ms = context->fixed_time_ms,
		.nonce = context->fixed_nonce,
	};

	if (call.now_ms == CLOCK)
		call.now_ms = time_now();
	if (!call.nonce) {
		if (!call_nonce(nonce))
			return error_set(err, SCANREQ_E_INTERNAL,
					 "the system gives no random numbers");
		call.nonce = nonce;
	}
	return call_sign(&call, &p->call, err);
}

/* --- sending ----------------------------------------------------------------------- */

static int unknown_outcome(struct scanreq_submission *s, struct scanreq_error *err)
{
	struct scanreq_error why = *err;

	s->status = SCANREQ_STATUS_UNKNOWN;
	return error_set(err, SCANREQ_E_UNKNOWN,
			 "the request was sent, but its answer is not known; a task may "
			 "exist: do not repeat the request blindly (%s)",
			 why.message);
}

/* A server that sends a secret back does not get it shown. */
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

static int read_answer(const struct submit_context *context, const struct prepared *p,
		       const struct http_response *response, struct scanreq_submission *s,
		       struct scanreq_error *err)
{
	const struct answer_from from = { .response = response,
					  .url = &p->url,
					  .host = p->host,
					  .log = context->log };
	struct answer answer CLEANUP_ANSWER = { 0 };
	int failed = answer_read(response, &answer, err);

	if (failed)
		return unknown_outcome(s, err);
	failed = answer_judge(&answer, &from, err);
	if (take_texts(context->log, &answer, s)) {
		error_nomem(err);
		return unknown_outcome(s, err);
	}
	if (!failed)
		s->status = SCANREQ_STATUS_ACCEPTED;
	else if (failed == SCANREQ_E_UNKNOWN)
		s->status = SCANREQ_STATUS_UNKNOWN;
	else
		s->status = SCANREQ_STATUS_FAILED;
	return failed;
}

static int send_once(const struct submit_context *context, const struct prepared *p,
		     struct scanreq_submission *s, struct scanreq_error *err)
{
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct http_failure failure = { .sent = true };
	int failed = call_send(context->transport, context->log, &p->call, &response, &failure,
			       err);

	if (failed && !failure.sent)
		return failed;
	s->attempts = 1;
	return failed ? unknown_outcome(s, err) : read_answer(context, p, &response, s, err);
}

static int submit(const struct submit_context *context, const struct scanreq_request *request,
		  struct scanreq_submission *s, struct scanreq_error *err)
{
	struct prepared p CLEANUP(prepared_free) = { 0 };
	int failed = prepare(context, request, false, &p, err);

	if (!failed)
		failed = build(context, request, &p, err);
	if (!failed)
		failed = preview_fill(s, &p.call, &p.credentials, false, err);
	if (failed)
		return failed;
	failed = send_once(context, &p, s, err);
	if (failed)
		error_member(err->host, sizeof(err->host), p.host);
	return failed;
}

static int preview(const struct submit_context *context, const struct scanreq_request *request,
		   struct scanreq_submission *s, struct scanreq_error *err)
{
	struct prepared p CLEANUP(prepared_free) = { 0 };
	int failed = prepare(context, request, true, &p, err);

	if (!failed)
		failed = build(context, request, &p, err);
	if (!failed)
		failed = preview_fill(s, &p.call, &p.credentials, context->show_signature,
				      err);
	if (!failed)
		s->status = SCANREQ_STATUS_DRY_RUN;
	return failed;
}

/* --- both -------------------------------------------------------------------------- */

typedef int (*submit_fn)(const struct submit_context *context,
			 const struct scanreq_request *request, struct scanreq_submission *s,
			 struct scanreq_error *err);

static int with_submission(submit_fn fn, const struct submit_context *context,
			   const struct scanreq_request *request,
			   struct scanreq_submission **submission, struct scanreq_error *err)
{
	struct scanreq_error own = SCANREQ_ERROR_INIT;
	int failed;

	*submission = calloc(1, sizeof(**submission));
	if (!*submission)
		return error_nomem(err);
	failed = fn(context, request, *submission, &own);
	if (!failed)
		return 0;
	/* Whatever a server or the transport said may have a secret in it. */
	log_mask_fixed(context->log, own.message, sizeof(own.message));
	log_mask_fixed(context->log, own.code, sizeof(own.code));
	log_mask_fixed(context->log, own.request_id, sizeof(own.request_id));
	if (err)
		*err = own;
	return failed;
}

int submit_send(const struct submit_context *context, const struct scanreq_request *request,
		struct scanreq_submission **submission, struct scanreq_error *err)
{
	return with_submission(submit, context, request, submission, err);
}

int submit_preview(const struct submit_context *context, const struct scanreq_request *request,
		   struct scanreq_submission **submission, struct scanreq_error *err)
{
	return with_submission(preview, context, request, submission, err);
}
