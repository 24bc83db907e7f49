/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "cloud/rpc/answer.h"
#include "cloud/rpc/call.h"
#include "cloud/rpc/endpoint.h"
#include "cloud/rpc/clock.h"
#include "cloud/keys/session.h"
#include "cloud/keys/sts.h"
#include "net/retry.h"

#define STS_VERSION "2015-04-01"
#define STS_HOST "sts.aliyuncs.com"
#define SHORTEST 900
#define LONGEST 43200
#define USUAL 3600
#define PARAMETERS 6

/* The parameters of a call. */
struct parameters {
	struct acs3_pair pairs[PARAMETERS];
	size_t count;
	char session_name[40];
	char seconds[24];
};

/* --- endpoint ---------------------------------------------------------------------- */

static int region_url(const char *region, bool vpc, struct url *url, struct scanreq_error *err)
{
	char *text CLEANUP_FREE = NULL;

	if (!region_is_well_formed(region))
		return error_set(err, SCANREQ_CODE_PROFILE_INVALID,
				 "the region of STS is malformed: a region id has a-z, 0-9 and "
				 "\"-\" alone");
	if (asprintf(&text, "https://sts%s.%s.aliyuncs.com/", vpc ? "-vpc" : "", region) < 0) {
		text = NULL;
		return error_nomem(err);
	}
	return url_parse(text, NULL, url, err);
}

/* A malformed endpoint in a file does not end the search, unlike that of a setting. */
static int profile_url(const char *endpoint, struct url *url, struct scanreq_error *err)
{
	int failed = endpoint_parse(endpoint, "the profile's STS endpoint", url, err);

	if (failed != SCANREQ_E_USAGE)
		return failed;
	return error_recast(err, SCANREQ_CODE_PROFILE_INVALID);
}

int sts_url(const struct provider_context *context, const struct sts_role *role,
	    struct url *url, struct scanreq_error *err)
{
	bool vpc = context->vpc || role->vpc;
	const char *region = unless_empty(role->region);

	if (context->sts_endpoint)
		return endpoint_parse(context->sts_endpoint, "the STS endpoint", url, err);
	if (unless_empty(role->endpoint))
		return profile_url(role->endpoint, url, err);
	if (!region && vpc)
		region = unless_empty(context->region);
	if (region)
		return region_url(region, vpc, url, err);
	return url_parse("https://" STS_HOST "/", NULL, url, err);
}

/* --- parameters -------------------------------------------------------------------- */

static void sts_add(struct parameters *p, const char *name, const char *value)
{
	if (unless_empty(value))
		p->pairs[p->count++] = (struct acs3_pair){ .name = name, .value = value };
}

static int set_role(struct parameters *p, const struct sts_role *role, struct scanreq_error *err)
{
	int64_t seconds = role->seconds ? role->seconds : USUAL;

	if (!unless_empty(role->arn))
		return error_set(err, SCANREQ_CODE_PROFILE_INVALID, "it names no role");
	if (seconds < SHORTEST || seconds > LONGEST)
		return error_set(err, SCANREQ_CODE_PROFILE_INVALID,
				 "a session cannot last %lld seconds: set %d to %d",
				 (long long)seconds, SHORTEST, LONGEST);
	snprintf(p->seconds, sizeof(p->seconds), "%lld", (long long)seconds);
	snprintf(p->session_name, sizeof(p->session_name), "scanreq-%lld",
		 (long long)time_now());
	sts_add(p, "RoleArn", role->arn);
	sts_add(p, "RoleSessionName",
		unless_empty(role->session_name) ? role->session_name : p->session_name);
	sts_add(p, "DurationSeconds", p->seconds);
	sts_add(p, "Policy", role->policy);
	return 0;
}

/* --- the answer -------------------------------------------------------------------- */

/* Codes of temporary failures, whatever the status. */
static bool says_later(const char *code)
{
	return code && (str_prefix(code, "Throttling", NULL) ||
			str_prefix(code, "ServiceUnavailable", NULL) ||
			str_prefix(code, "InternalError", NULL));
}

static int sts_refused(const struct provider_context *context,
		       const struct http_response *response, struct json_object *root,
		       const char *host, struct scanreq_error *err)
{
	const char *code = NULL, *message = NULL;
	char line[HTTP_LINE_SIZE], later[64] = "";
	int64_t asked_ms = answer_retry_after(response);
	int code_of_ours = session_status_code(response->status);

	json_string(root, "Code", &code, NULL);
	json_string(root, "Message", &message, NULL);
	if (says_later(code))
		code_of_ours = SCANREQ_CODE_PROVIDER_FAILED;
	http_said_line(context->log, message ? message : "", line);
	if (code_of_ours == SCANREQ_CODE_PROVIDER_FAILED &&
	    asked_ms > context->transport->retry_deadline_ms)
		snprintf(later, sizeof(later), "; it says to come back in %lld s",
			 (long long)(asked_ms / 1000));
	err->http_status = response->status;
	error_member(err->service_code, sizeof(err->service_code), code ? code : "");
	error_member(err->host, sizeof(err->host), host);
	return error_set(err, code_of_ours, "%s answers HTTP %d%s%.64s%s%s%s", host,
			 response->status, code ? " " : "", code ? code : "", later,
			 *line ? "; it says: " : "", line);
}

static int sts_read_answer(const struct provider_context *context,
			   const struct http_response *response, const struct sts_role *role,
			   const char *host, struct credentials *credentials,
			   struct scanreq_error *err)
{
	struct json_object *root CLEANUP_JSON = NULL;
	struct json_object *keys = NULL;
	int failed = json_parse(buf_str(&response->body), response->body.len, "the answer of STS",
				&root, err);

	if (failed == SCANREQ_E_NOMEM)
		return failed;
	if (response->status != 200)
		return sts_refused(context, response, root, host, err);
	if (!failed)
		failed = json_member(root, "Credentials", json_type_object, &keys, err);
	if (!failed && !keys)
		failed = error_set(err, SCANREQ_CODE_PROVIDER_ANSWER_INVALID,
				   "the answer has no Credentials in it");
	if (!failed)
		failed = session_read(keys, &session_names, role->from, credentials, err);
	if (failed)
		return error_prefix(err, failed, "%s", host);
	if (!credentials->security_token || !credentials->expires_ms) {
		credentials_free(credentials);
		return error_set(err, SCANREQ_CODE_PROVIDER_ANSWER_INVALID,
				 "%s gives keys without SecurityToken or Expiration", host);
	}
	return 0;
}

/* --- asking ------------------------------------------------------------------------ */

/* One request for a session with all its attempts. Owns only the answer. */
struct ask {
	const struct provider_context *context;
	const struct sts_role *role;
	const struct url *url;
	const char *host;   /* host[:port] */
	struct call *call;  /* to sign; NULL: `form` is sent unsigned */
	const struct buf *form;
	struct http_response response;
	bool corrected;     /* it was sent again with a corrected date */
};

static int send_signed(struct ask *a, struct http_failure *failure, struct scanreq_error *err)
{
	const struct provider_context *context = a->context;
	struct signed_call made CLEANUP_SIGNED_CALL = { 0 };
	char nonce[CALL_NONCE_SIZE];
	int failed = call_nonce(nonce, err);

	if (failed)
		return failed;
	a->call->nonce = nonce;
	a->call->now_ms = service_clock_now(context->clock);
	failed = call_sign(a->call, &made, err);
	return failed ? failed : call_send(context->transport, context->log, &made, &a->response,
					   failure, err);
}

static int oidc_url(const struct ask *a, struct url *url, struct scanreq_error *err)
{
	char date[TIME_TEXT_SIZE];
	const struct acs3_pair pairs[] = {
		{ "Action", "AssumeRoleWithOIDC" },
		{ "Format", "JSON" },
		{ "Timestamp", date },
		{ "Version", STS_VERSION },
	};
	struct buf query CLEANUP_BUF = BUF_INIT(LIMIT_LINE);
	int failed;

	time_format(time_now(), date);
	failed = acs3_encode(pairs, ARRAY_LENGTH(pairs), &query, err);
	if (failed)
		return failed;
	if (url_copy(url, a->url))
		return error_nomem(err);
	url->query = buf_take(&query);
	return url->query ? 0 : error_nomem(err);
}

static int sts_send_form(struct ask *a, struct http_failure *failure, struct scanreq_error *err)
{
	struct strv headers CLEANUP_STRV = { 0 };
	struct url url CLEANUP_URL = { 0 };
	const struct http_request request = {
		.method = "POST",
		.url = &url,
		.headers = &headers,
		.body = a->form->data,
		.body_len = a->form->len,
		.max_body = LIMIT_SESSION,
		.exact_path = true,
	};
	int failed = oidc_url(a, &url, err);

	if (failed)
		return failed;
	if (strv_add(&headers, "accept: application/json") ||
	    strv_add(&headers, "content-type: application/x-www-form-urlencoded") ||
	    strv_add(&headers, "Expect:"))
		return error_nomem(err);
	return http_send(a->context->transport, a->context->log, &request, &a->response, failure,
			 err);
}

/* Whether STS refused the date of a call; if so, corrects the clock. */
static bool is_skewed(struct ask *a)
{
	struct json_object *root CLEANUP_JSON = NULL;
	const struct buf *body = &a->response.body;
	const char *code = NULL;

	if (!a->call || a->corrected || a->response.status == 200 ||
	    json_parse(buf_str(body), body->len, "the answer of STS", &root, NULL))
		return false;
	json_string(root, "Code", &code, NULL);
	a->corrected = service_clock_correct(a->context->clock, a->context->log, a->host, code,
					     &a->response);
	return a->corrected;
}

/* What to do after one request. */
enum next { SETTLED, LATER, SKEWED };

/* Sends once, with a new date and nonce, and reads the answer. */
static int sts_ask_once(struct ask *a, struct credentials *credentials, enum next *next,
		    struct scanreq_error *err)
{
	struct http_failure failure = { .sent = true };
	int failed;

	http_response_free(&a->response);
	a->response.body.secret = true;
	failed = a->call ? send_signed(a, &failure, err) : sts_send_form(a, &failure, err);
	if (failed) {
		*next = failure.temporary ? LATER : SETTLED;
		return failed;
	}
	failed = sts_read_answer(a->context, &a->response, a->role, a->host, credentials, err);
	if (failed == SCANREQ_E_UNAVAILABLE)
		*next = LATER;
	else
		*next = failed && is_skewed(a) ? SKEWED : SETTLED;
	return failed;
}

static struct retry_hint sts_hint(const struct ask *a, const struct scanreq_error *err)
{
	return (struct retry_hint){
		.refused = a->response.status == 429 ||
			   str_prefix(err->service_code, "Throttling", NULL),
		.asked_ms = answer_retry_after(&a->response),
	};
}

/*
 * Asks, and repeats the request after temporary failures: a second session would do no harm.
 */
static int sts_ask(struct ask *a, struct credentials *credentials, struct scanreq_error *err)
{
	struct http_transport *transport = a->context->transport;
	struct log *log = a->context->log;
	struct retry retry = { .transport = transport, .log = log, .url = a->url };

	for (;;) {
		enum next next = SETTLED;
		int failed = retry_turn(transport, log, a->url, err), cancelled = 0;
		struct retry_hint hint;

		if (!failed)
			failed = sts_ask_once(a, credentials, &next, err);
		if (next == SETTLED)
			return failed;
		hint = sts_hint(a, err);
		if (next == SKEWED)
			log_info(log, "%s", err->message);
		else if (!retry_again(&retry, &hint, &cancelled, err))
			return cancelled ? cancelled : failed;
		/* Resets err before retrying. */
		*err = (struct scanreq_error)SCANREQ_ERROR_INIT;
	}
}

static void ask_free(struct ask *a)
{
	http_response_free(&a->response);
}

/* --- AssumeRole -------------------------------------------------------------------- */

int sts_assume_role(const struct provider_context *context, const struct sts_role *role,
		    const struct credentials *keys, struct credentials *credentials,
		    struct scanreq_error *err)
{
	struct url url CLEANUP_URL = { 0 };
	char *host CLEANUP_FREE = NULL;
	struct parameters p = { .count = 0 };
	struct call call = {
		.action = "AssumeRole",
		.version = STS_VERSION,
		.url = &url,
		.query = p.pairs,
		.credentials = keys,
	};
	struct ask a CLEANUP(ask_free) = {
		.context = context, .role = role, .url = &url, .call = &call,
	};
	int failed = sts_url(context, role, &url, err);

	if (!failed)
		failed = set_role(&p, role, err);
	if (failed)
		return failed;
	sts_add(&p, "ExternalId", role->external_id);
	call.query_count = p.count;
	a.host = host = url_host_port(&url);
	if (!host || credentials_register(keys, context->log))
		return error_nomem(err);
	return sts_ask(&a, credentials, err);
}

/* --- AssumeRoleWithOIDC ------------------------------------------------------------ */

/*
 * Reads a token, which is a JWT (RFC 7519): printable ASCII. The file may end in a newline.
 */
static int read_token(const struct provider_context *context, const char *path,
		      struct buf *token, struct scanreq_error *err)
{
	int failed = file_read(path, token, err);

	if (failed && failed != SCANREQ_E_NOMEM)
		failed = error_recast(err, SCANREQ_CODE_PROFILE_INVALID);
	if (failed)
		return failed;
	file_cut_newline(token);
	if (token->len == 0)
		return error_set(err, SCANREQ_CODE_PROFILE_INVALID,
				 "the token file %s is empty", path);
	for (size_t i = 0; i < token->len; i++)
		if (token->data[i] <= ' ' || token->data[i] > '~')
			return error_set(err, SCANREQ_CODE_PROFILE_INVALID,
					 "the token file %s has a blank, a control character or "
					 "a byte that is not ASCII", path);
	if (context->log && log_secret(context->log, token->data))
		return error_nomem(err);
	return 0;
}

int sts_assume_role_with_oidc(const struct provider_context *context,
			      const struct sts_role *role, const char *provider_arn,
			      const char *token_file, struct credentials *credentials,
			      struct scanreq_error *err)
{
	struct buf token CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_SECRET_FILE);
	struct buf body CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_REQUEST);
	struct url url CLEANUP_URL = { 0 };
	char *host CLEANUP_FREE = NULL;
	struct parameters p = { .count = 0 };
	struct ask a CLEANUP(ask_free) = {
		.context = context, .role = role, .url = &url, .form = &body,
	};
	int failed = sts_url(context, role, &url, err);

	if (!failed)
		failed = set_role(&p, role, err);
	if (!failed)
		failed = read_token(context, token_file, &token, err);
	if (failed)
		return failed;
	sts_add(&p, "OIDCProviderArn", provider_arn);
	sts_add(&p, "OIDCToken", buf_str(&token));
	failed = acs3_encode(p.pairs, p.count, &body, err);
	if (failed)
		return failed;
	a.host = host = url_host_port(&url);
	return host ? sts_ask(&a, credentials, err) : error_nomem(err);
}
