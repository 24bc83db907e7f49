/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/error.h"
#include "cloud/scan/attempt.h"
#include "cloud/rpc/endpoint.h"
#include "cloud/scan/preview.h"
#include "cloud/scan/submit.h"
#include "net/retry.h"

#define CLOCK (-1)

/* Keys that are older may have expired meanwhile. */
#define FRESH_US 1000000

/* --- preparing --------------------------------------------------------------------- */

/* Registers the token: the service may echo it in its errors. */
static int register_secrets(const struct submit_context *context,
			    const struct scanreq_request *request,
			    struct scanreq_error *err)
{
	const char *token = request->params[SCANREQ_PARAM_TOKEN].value;

	if (context->log && token && log_secret(context->log, token))
		return error_nomem(err);
	return 0;
}

static void log_choices(const struct attempt *attempt)
{
	struct log *log = attempt->context->log;

	log_info(log, "endpoint: %s://%s", attempt->url.https ? "https" : "http", attempt->host);
	if (!attempt->credentials.key_id)
		log_info(log, "the request is not signed");
}

int submit_endpoint(const struct submit_context *context, struct url *url,
		    struct scanreq_error *err)
{
	bool none = !unless_empty(context->region) && !unless_empty(context->endpoint);
	const char *region = none ? credential_chain_region(context->chain) : NULL;
	const struct endpoint_choice choice = {
		.region = region ? region : context->region,
		.endpoint = context->endpoint,
		.vpc = context->vpc,
	};
	int failed = endpoint_find(&choice, url, err);

	if (!failed)
		pace_limit(context->transport->paces, url, context->rate);
	if (!failed && region)
		log_info(context->log, "region %s from the aliyun profile", region);
	return failed;
}

/* A preview uses static keys only: others would be fetched over the network. */
static int find_parts(struct attempt *attempt, bool preview, struct scanreq_error *err)
{
	const struct submit_context *context = attempt->context;
	int failed = submit_endpoint(context, &attempt->url, err);

	if (failed)
		return failed;
	attempt->host = url_host_port(&attempt->url);
	if (!attempt->host)
		return error_nomem(err);
	return credential_chain_get(context->chain, preview, &attempt->credentials, err);
}

/* Refuses settings that are for previews only. */
static int check_sendable(const struct submit_context *context, struct scanreq_error *err)
{
	if (context->fixed_time_ms == CLOCK && !context->fixed_nonce)
		return 0;
	error_set(err, SCANREQ_CODE_SETTINGS_CONFLICT,
		  "fixed-time and fixed-nonce are for dry runs: the service accepts each nonce "
		  "once, and only recent times");
	return error_about(SCANREQ_E_USAGE,
			   context->fixed_nonce ? "fixed-nonce" : "fixed-time", err);
}

static int submit_prepare(struct attempt *attempt, bool preview, struct scanreq_error *err)
{
	int failed = preview ? 0 : check_sendable(attempt->context, err);

	if (!failed)
		failed = find_parts(attempt, preview, err);
	if (!failed)
		failed = register_secrets(attempt->context, attempt->request, err);
	if (!failed)
		log_choices(attempt);
	return failed;
}

int submit_check(const struct submit_context *context, bool preview, struct scanreq_error *err)
{
	struct attempt attempt CLEANUP_ATTEMPT = { .context = context };
	int failed = preview ? 0 : check_sendable(context, err);

	return failed ? failed : find_parts(&attempt, preview, err);
}

/* --- attempts ---------------------------------------------------------------------- */

/* A submission with all its attempts. */
struct course {
	struct attempt attempt;
	struct retry retry;
	bool doubtful;  /* one of them may have made a task */
	bool corrected; /* it was sent again for its date */
};

static void course_free(struct course *course)
{
	attempt_free(&course->attempt);
}

/* Waits for a turn at the service, and gets keys that are still good afterwards. */
static int get_ready(struct attempt *attempt, bool first, struct scanreq_error *err)
{
	const struct submit_context *context = attempt->context;
	struct http_transport *transport = context->transport;
	int64_t began_us = transport->now_us(transport);
	int failed = retry_turn(transport, context->log, &attempt->url, err);

	if (failed)
		return failed;
	/* submit_prepare() got keys a moment ago. */
	if (first && transport->now_us(transport) - began_us < FRESH_US)
		return 0;
	credentials_free(&attempt->credentials);
	return credential_chain_get(context->chain, false, &attempt->credentials, err);
}

/* Whether another attempt is due, after a wait; *failed and `err` as of retry_again(). */
static bool submit_again(struct course *course, int *failed, struct scanreq_error *err)
{
	const struct attempt *attempt = &course->attempt;
	bool first = !course->corrected;

	*failed = 0;
	if (attempt->verdict == ATTEMPT_SETTLED ||
	    (attempt->verdict == ATTEMPT_DOUBTFUL && !attempt->context->retry_ambiguous))
		return false;
	if (attempt->verdict != ATTEMPT_SKEWED)
		return retry_again(&course->retry, &attempt->hint, failed, err);
	log_info(attempt->context->log, "%s", err->message);
	course->corrected = true;
	return first;
}

static int send_attempts(struct course *course, struct scanreq_error *err)
{
	struct attempt *attempt = &course->attempt;

	for (bool first = true;; first = false) {
		int failed = get_ready(attempt, first, err), cancelled;

		if (failed)
			return failed;
		failed = attempt_send(attempt, err);
		course->doubtful |= attempt->verdict == ATTEMPT_DOUBTFUL;
		if (!submit_again(course, &cancelled, err))
			return cancelled ? cancelled : failed;
		/* Resets err before retrying. */
		*err = (struct scanreq_error)SCANREQ_ERROR_INIT;
	}
}

/* An earlier doubtful attempt stays doubtful, however the last one ended. */
static int submit_settle(const struct course *course, int failed, struct scanreq_error *err)
{
	struct scanreq_submission *s = course->attempt.submission;
	struct scanreq_error why = *err;

	if (!course->doubtful || failed == SCANREQ_E_UNKNOWN)
		return failed;
	if (!failed) {
		log_write(course->attempt.context->log, LOG_LEVEL_WARNING,
			  "an attempt before the one that was accepted may have made a task, too");
		return 0;
	}
	s->status = SCANREQ_STATUS_UNKNOWN;
	return error_set(err, SCANREQ_CODE_OUTCOME_UNKNOWN,
			 "an earlier attempt may have made a task, and the last one failed: do "
			 "not repeat the request blindly (%s)", why.message);
}

static int submit(const struct submit_context *context, const struct scanreq_request *request,
		  struct scanreq_submission *s, struct scanreq_error *err)
{
	struct course course CLEANUP(course_free) = {
		.attempt = { .context = context, .request = request, .submission = s },
		.retry = { .transport = context->transport, .log = context->log },
	};
	int failed = submit_prepare(&course.attempt, false, err);

	if (failed)
		return failed;
	course.retry.url = &course.attempt.url;
	failed = send_attempts(&course, err);
	if (!failed)
		retry_passed(context->transport, &course.attempt.url);
	return submit_settle(&course, failed, err);
}

static int preview(const struct submit_context *context, const struct scanreq_request *request,
		   struct scanreq_submission *s, struct scanreq_error *err)
{
	struct attempt attempt CLEANUP_ATTEMPT = {
		.context = context, .request = request, .submission = s,
	};
	struct signed_call call CLEANUP_SIGNED_CALL = { 0 };
	int failed = submit_prepare(&attempt, true, err);

	if (!failed)
		failed = attempt_build(&attempt, &call, err);
	if (!failed)
		failed = preview_fill(s, &call, &attempt.credentials, context->show_signature,
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
	/* Texts from the server and the transport may contain secrets. */
	log_mask_fixed(context->log, own.message, sizeof(own.message));
	log_mask_fixed(context->log, own.service_code, sizeof(own.service_code));
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
