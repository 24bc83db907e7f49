/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cloud/rpc/call.h"

#define FORM "application/x-www-form-urlencoded"
#define HEADERS_MAX 11

/* A call while it is being built. */
struct builder {
	const struct call *call;
	struct signed_call *out;
	struct acs3_pair headers[HEADERS_MAX]; /* borrows */
	size_t header_count;
	char *host;
	char date[TIME_TEXT_SIZE];
	char payload[ACS3_HEX_SIZE];
	struct buf authorization;
};

static void builder_free(struct builder *b)
{
	free(b->host);
	buf_free(&b->authorization);
}

void signed_call_free(struct signed_call *call)
{
	url_free(&call->url);
	strv_wipe(&call->headers);
	buf_free(&call->body);
	buf_free(&call->canonical_request);
	buf_free(&call->string_to_sign);
}

/* --- checks ------------------------------------------------------------------------ */

static int check_pairs(const struct acs3_pair *pairs, size_t count, struct scanreq_error *err)
{
	for (size_t i = 0; i < count; i++)
		if (!utf8_valid(pairs[i].value, strlen(pairs[i].value)))
			return error_set(err, SCANREQ_CODE_PARAMETER_INVALID,
					 "the value of %s is not UTF-8", pairs[i].name);
	return 0;
}

/*
 * A newline would begin another, unsigned header; libcurl does not send a header with an
 * empty value.
 */
static int check_headers(const struct builder *b, struct scanreq_error *err)
{
	for (size_t i = 0; i < b->header_count; i++) {
		const char *p = b->headers[i].value;

		if (!*p)
			return error_set(err, SCANREQ_CODE_PARAMETER_INVALID,
					 "the value of %s is empty", b->headers[i].name);
		for (; *p; p++)
			if ((unsigned char)*p < ' ' || *p == 0x7f)
				return error_set(err, SCANREQ_CODE_PARAMETER_INVALID,
						 "the value of %s has a control character",
						 b->headers[i].name);
	}
	return 0;
}

/* --- the parts --------------------------------------------------------------------- */

static int build_url(struct builder *b, struct scanreq_error *err)
{
	const struct call *call = b->call;
	struct buf query CLEANUP_BUF = BUF_INIT(LIMIT_REQUEST);
	struct url *url = &b->out->url;
	int failed = acs3_encode(call->query, call->query_count, &query, err);

	if (failed)
		return failed;
	url->https = call->url->https;
	url->port = call->url->port;
	if (str_copy(&url->host, call->url->host) ||
	    str_copy(&url->path, call->path ? call->path : "/") ||
	    str_copy(&url->query, query.len > 0 ? buf_str(&query) : NULL))
		return error_nomem(err);
	b->host = url_host_port(url);
	return b->host ? 0 : error_nomem(err);
}

static int build_body(struct builder *b, struct scanreq_error *err)
{
	struct buf *body = &b->out->body;
	int failed = acs3_encode(b->call->form, b->call->form_count, body, err);

	return failed ? failed : acs3_payload_hash(body->data, body->len, b->payload, err);
}

static void call_add(struct builder *b, const char *name, const char *value)
{
	b->headers[b->header_count++] = (struct acs3_pair){ .name = name, .value = value };
}

static int build_headers(struct builder *b, struct scanreq_error *err)
{
	const struct call *call = b->call;
	const struct credentials *keys = call->credentials;

	time_format(call->now_ms, b->date);
	if (!*b->date)
		return error_set(err, SCANREQ_CODE_SETTING_INVALID,
				 "the time to sign with is out of range");
	call_add(b, "host", b->host);
	call_add(b, "x-acs-action", call->action);
	call_add(b, "x-acs-version", call->version);
	call_add(b, "x-acs-date", b->date);
	call_add(b, "x-acs-signature-nonce", call->nonce);
	call_add(b, "x-acs-content-sha256", b->payload);
	call_add(b, "accept", "application/json");
	if (b->out->body.len > 0)
		call_add(b, "content-type", FORM);
	if (keys->key_id && keys->security_token) {
		call_add(b, "x-acs-accesskey-id", keys->key_id);
		call_add(b, "x-acs-security-token", keys->security_token);
	}
	return check_headers(b, err);
}

static int sign(struct builder *b, struct scanreq_error *err)
{
	const struct credentials *keys = b->call->credentials;
	struct signed_call *out = b->out;
	const struct acs3_request request = {
		.method = out->method,
		.path = out->url.path,
		.query = b->call->query,
		.query_count = b->call->query_count,
		.headers = b->headers,
		.header_count = b->header_count,
		.body = out->body.data,
		.body_len = out->body.len,
	};
	struct buf names CLEANUP_BUF = BUF_INIT(LIMIT_LINE);
	char signature[ACS3_HEX_SIZE];
	int failed = acs3_canonical_request(&request, &out->canonical_request, err);

	if (failed || !keys->key_id)
		return failed;
	failed = acs3_signed_headers(&request, &names, err);
	if (!failed)
		failed = acs3_string_to_sign(buf_str(&out->canonical_request),
					     &out->string_to_sign, err);
	if (!failed)
		failed = acs3_signature(keys->key_secret, buf_str(&out->string_to_sign),
					signature, err);
	if (failed)
		return failed;
	failed = acs3_authorization(keys->key_id, buf_str(&names), signature,
				    &b->authorization, err);
	if (!failed)
		call_add(b, "Authorization", buf_str(&b->authorization));
	return failed ? failed : check_headers(b, err);
}

/* Writes the headers as lines, and "Name:" for those that libcurl must not add. */
static int write_headers(struct builder *b, struct scanreq_error *err)
{
	struct strv *lines = &b->out->headers;

	for (size_t i = 0; i < b->header_count; i++) {
		struct buf line CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_REQUEST);

		buf_addf(&line, "%s: %s", b->headers[i].name, b->headers[i].value);
		if (line.failed || strv_add(lines, buf_str(&line)))
			return error_nomem(err);
	}
	if (strv_add(lines, "Expect:"))
		return error_nomem(err);
	if (b->out->body.len == 0 && strv_add(lines, "Content-Type:"))
		return error_nomem(err);
	return 0;
}

/* --- the call ---------------------------------------------------------------------- */

int call_sign(const struct call *call, struct signed_call *out, struct scanreq_error *err)
{
	struct signed_call made CLEANUP_SIGNED_CALL = {
		.method = call->method ? call->method : "POST",
		.body = BUF_SECRET_INIT(LIMIT_REQUEST),
		.canonical_request = BUF_SECRET_INIT(LIMIT_REQUEST),
		.string_to_sign = BUF_INIT(LIMIT_LINE),
	};
	struct builder b CLEANUP(builder_free) = {
		.call = call,
		.out = &made,
		.authorization = BUF_SECRET_INIT(LIMIT_REQUEST),
	};
	int failed = check_pairs(call->query, call->query_count, err);

	if (!failed)
		failed = check_pairs(call->form, call->form_count, err);
	if (!failed)
		failed = build_url(&b, err);
	if (!failed)
		failed = build_body(&b, err);
	if (!failed)
		failed = build_headers(&b, err);
	if (!failed)
		failed = sign(&b, err);
	if (!failed)
		failed = write_headers(&b, err);
	if (failed)
		return failed;
	*out = made;
	memset(&made, 0, sizeof(made));
	return 0;
}

int call_send(struct http_transport *transport, struct log *log,
	      const struct signed_call *call, struct http_response *response,
	      struct http_failure *failure, struct scanreq_error *err)
{
	const struct http_request request = {
		.method = call->method,
		.url = &call->url,
		.headers = &call->headers,
		.body = call->body.data,
		.body_len = call->body.len,
		.max_body = LIMIT_API_ANSWER,
		.exact_path = true,
	};

	return http_send(transport, log, &request, response, failure, err);
}

int call_nonce(char nonce[CALL_NONCE_SIZE], struct scanreq_error *err)
{
	unsigned char raw[(CALL_NONCE_SIZE - 1) / 2];

	if (getentropy(raw, sizeof(raw)) != 0)
		return error_system(err, SCANREQ_CODE_INTERNAL, errno,
				    "the system gives no random numbers for a nonce");
	hex_encode(raw, sizeof(raw), nonce);
	return 0;
}
