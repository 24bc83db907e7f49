/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cloud/rpc/answer.h"
#include "cloud/scan/doctor.h"
#include "cloud/rpc/endpoint.h"
#include "cloud/scan/submit.h"
#include "cloud/scan/task.h"
#include "net/retry.h"

/* The service accepts dates up to 15 minutes off; a minute is worth a warning. */
#define SKEW_WARNING_MS 60000
#define SKEW_TOO_MUCH_MS 900000

__attribute__((format(printf, 4, 5))) static void doctor_tell(const struct doctor *d,
							      enum scanreq_check check,
							      const char *subject,
							      const char *format, ...)
{
	char raw[LIMIT_LINE], line[2 * LIMIT_LINE];
	va_list args;

	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	log_mask_fixed(d->context->log, raw, sizeof(raw));
	text_escape(line, sizeof(line), raw, strlen(raw));
	d->fn(d->arg, check, subject, line);
}

static void tell_failure(struct doctor *d, const char *subject, const struct scanreq_error *err)
{
	if (!d->failed && d->err)
		*d->err = *err;
	if (!d->failed)
		d->failed = err->klass;
	doctor_tell(d, SCANREQ_CHECK_FAILURE, subject, "%s", err->message);
}

/* --- the checks -------------------------------------------------------------------- */

/* Returns whether there are keys. */
static bool check_credentials(struct doctor *d)
{
	struct credentials keys CLEANUP_CREDENTIALS = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char id[CREDENTIALS_SHOWN_SIZE], until[TIME_TEXT_SIZE] = "";

	if (credential_chain_get(d->context->chain, false, &keys, &err)) {
		tell_failure(d, "credentials", &err);
		return false;
	}
	credentials_shown_id(keys.key_id, id);
	if (keys.expires_ms > 0)
		time_format(keys.expires_ms, until);
	doctor_tell(d, SCANREQ_CHECK_OK, "credentials", "%s key %s, from %s%s%s",
		    keys.security_token ? "temporary" : "long-lived", id, keys.from,
		    *until ? ", until " : "", until);
	return true;
}

static int check_endpoint(struct doctor *d, struct url *url, char **host)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed = submit_endpoint(d->context, url, &err);

	if (failed) {
		tell_failure(d, "endpoint", &err);
		return failed;
	}
	*host = url_host_port(url);
	if (!*host) {
		failed = error_nomem(&err);
		tell_failure(d, "endpoint", &err);
		return failed;
	}
	doctor_tell(d, SCANREQ_CHECK_OK, "endpoint", "%s://%s", url->https ? "https" : "http",
		    *host);
	return 0;
}

static void check_clock(struct doctor *d, const char *host, const struct http_response *response)
{
	int64_t skew_ms;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	long long seconds;
	const char *side;

	if (!service_clock_skew(response, &skew_ms)) {
		doctor_tell(d, SCANREQ_CHECK_WARNING, "clock",
			    "not compared: %s sends no Date",
			    host);
		return;
	}
	seconds = (long long)(skew_ms < 0 ? -skew_ms : skew_ms) / 1000;
	side = skew_ms < 0 ? "ahead of" : "behind";
	if (seconds * 1000 <= SKEW_WARNING_MS) {
		doctor_tell(d, SCANREQ_CHECK_OK, "clock", "within a minute of that of %s",
			    host);
	} else if (seconds * 1000 <= SKEW_TOO_MUCH_MS) {
		doctor_tell(d, SCANREQ_CHECK_WARNING, "clock",
			    "%lld s %s that of %s, which accepts 15 minutes at most: set it",
			    seconds, side, host);
	} else {
		error_set(&err, SCANREQ_CODE_CLOCK_WRONG,
			  "%lld s %s that of %s, which accepts 15 minutes at most: set it",
			  seconds, side, host);
		tell_failure(d, "clock", &err);
	}
}

/* --- the service ------------------------------------------------------------------- */

/* One request's answer or failure. */
struct asked {
	const struct url *url;
	const char *host;
	bool is_signed;
	struct http_response response; /* status 0: no answer */
	struct answer answer;
	struct scanreq_error err;      /* class 0: success */
};

static void asked_free(struct asked *a)
{
	http_response_free(&a->response);
	answer_free(&a->answer);
}

/*
 * With keys, sends a query to the endpoint of submissions: its answer shows whether the
 * signature is accepted even if the keys may not read. No image has this digest.
 */
static int ask_signed(const struct doctor *d, struct asked *a)
{
	const struct submit_context *c = d->context;
	const struct query_context context = {
		.transport = c->transport, .log = c->log, .chain = c->chain, .clock = c->clock,
	};
	static const struct acs3_pair digest = {
		"Digest", "0000000000000000000000000000000000000000000000000000000000000000",
	};
	const struct query query = {
		.action = TASK_ACTION,
		.version = TASK_VERSION,
		.url = a->url,
		.params = &digest,
		.count = 1,
		.grant = TASK_GRANT ", to see how tasks end",
	};

	return query_send_patiently(&context, &query, &a->response, &a->err);
}

/* Without keys, any answer shows that the host is there, and its Date. */
static int ask_unsigned(const struct doctor *d, struct asked *a)
{
	struct strv headers CLEANUP_STRV = { 0 };
	const struct http_request request = {
		.method = "GET",
		.url = a->url,
		.headers = &headers,
		.max_body = LIMIT_API_ANSWER,
	};

	if (strv_add(&headers, "accept: application/json"))
		return error_nomem(&a->err);
	return retry_get(d->context->transport, d->context->log, &request, &a->response, &a->err);
}

static void fail_connection(struct doctor *d, const struct asked *a, int code, const char *why)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	error_set(&err, code, "%s answers HTTP %d: %s", a->host, a->response.status, why);
	tell_failure(d, "connection", &err);
}

static void fail_redirect(struct doctor *d, const struct asked *a)
{
	const char *location = http_header(&a->response, "Location", 0);
	struct url target CLEANUP_URL = { 0 };
	char *host CLEANUP_FREE = NULL;
	char why[400];

	if (location && !url_parse(location, a->url, &target, NULL))
		host = url_host_port(&target);
	snprintf(why, sizeof(why), "a redirect%s%.255s, which is not followed: name the endpoint "
		 "of the service itself", host ? " to " : "", host ? host : "");
	fail_connection(d, a, SCANREQ_CODE_REQUEST_REFUSED, why);
}

/* Every answer of the service or its gateway has a RequestId, every refusal a Code. */
static bool is_of_the_service(const struct asked *a)
{
	return a->answer.readable &&
	       (a->answer.code || a->answer.texts[SCANREQ_SUBMISSION_REQUEST_ID]);
}

/* Returns whether the service itself answers. */
static bool check_connection(struct doctor *d, const struct asked *a)
{
	int status = a->response.status;

	if (status == 0) {
		tell_failure(d, "connection", &a->err);
	} else if (status >= 300 && status < 400) {
		fail_redirect(d, a);
	} else if (status >= 500) {
		fail_connection(d, a, SCANREQ_CODE_SERVER_FAILED,
				"it is there but fails at the moment; try again");
	} else if (a->is_signed && !is_of_the_service(a)) {
		fail_connection(d, a, SCANREQ_CODE_REQUEST_REFUSED,
				"this is not the service; check the endpoint, and proxies");
	} else {
		doctor_tell(d, SCANREQ_CHECK_OK, "connection", "%s answers%s", a->host,
			    a->url->https ? ", and its certificate is trusted"
					  : " over unprotected http");
		return true;
	}
	return false;
}

/* The gateway checks permissions after the signature, so the keys were accepted. */
static bool is_about_rights(const struct asked *a)
{
	return answer_code_begins(&a->answer, "NoPermission") ||
	       answer_code_begins(&a->answer, "Forbidden");
}

static void check_keys(struct doctor *d, const struct asked *a)
{
	if (!a->err.klass)
		doctor_tell(d, SCANREQ_CHECK_OK, "keys",
			    "%s accepts their signature, and they may read tasks; whether they "
			    "may file one shows with the first request", a->host);
	else if (is_about_rights(a))
		doctor_tell(d, SCANREQ_CHECK_WARNING, "keys",
			    "%s accepts their signature, but they may not read tasks: %s",
			    a->host, a->err.message);
	else if (a->err.klass == SCANREQ_E_DENIED)
		tell_failure(d, "keys", &a->err);
	else
		doctor_tell(d, SCANREQ_CHECK_WARNING, "keys",
			    "unknown whether they work: %s", a->err.message);
}

static void check_service(struct doctor *d, const struct url *url, const char *host, bool keys)
{
	struct asked a CLEANUP(asked_free) = {
		.url = url, .host = host, .is_signed = keys, .err = SCANREQ_ERROR_INIT,
	};
	bool reached;

	if (keys)
		ask_signed(d, &a);
	else
		ask_unsigned(d, &a);
	if (a.response.status != 0 && answer_read(&a.response, &a.answer, &a.err))
		http_response_free(&a.response);
	reached = check_connection(d, &a);
	if (reached && keys)
		check_keys(d, &a);
	if (reached)
		check_clock(d, host, &a.response);
}

int doctor_run(struct doctor *doctor)
{
	struct url url CLEANUP_URL = { 0 };
	char *host CLEANUP_FREE = NULL;
	bool keys = check_credentials(doctor);

	if (!check_endpoint(doctor, &url, &host))
		check_service(doctor, &url, host, keys);
	return doctor->failed;
}
