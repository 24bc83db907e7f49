/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "tests/unit/codes.h"
#include "tests/unit/transport.h"

#define WAITS_MAX 32

struct scripted {
	struct http_transport transport; /* first: the two share an address */
	const struct exchange *exchanges;
	size_t count;
	size_t next;
	int64_t waits[WAITS_MAX];
	size_t wait_count;
	int64_t now_us;
	bool cancelled;
};

static bool sends_name(const struct http_request *request, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; request->headers && i < request->headers->count; i++) {
		const char *header = request->headers->items[i];

		if (strncasecmp(header, name, n) == 0 && header[n] == ':' && header[n + 1] != '\0')
			return true;
	}
	return false;
}

static void check_headers(const struct http_request *request, const struct exchange *e)
{
	for (const char *const *h = e->headers; h && *h; h++)
		if (!request->headers || !strv_has(request->headers, *h))
			fail_msg("%s %s: header \"%s\" is missing", e->method, e->url, *h);
	for (const char *const *h = e->not_headers; h && *h; h++)
		if (sends_name(request, *h))
			fail_msg("%s %s: header \"%s\" must not be sent", e->method, e->url, *h);
}

static void check_request(const struct http_request *request, const struct exchange *e)
{
	char *url CLEANUP_FREE = url_format(request->url);

	assert_string_equal(request->method, e->method);
	assert_string_equal(url, e->url);
	check_headers(request, e);
	assert_int_equal(request->body_len, e->body ? strlen(e->body) : 0);
	if (e->body)
		assert_memory_equal(request->body, e->body, request->body_len);
}

static int answer(const struct exchange *e, size_t max_body, struct http_response *response,
		  struct scanreq_error *err)
{
	response->status = e->status;
	for (const char *const *h = e->answer_headers; h && *h; h++)
		if (strv_add(&response->headers, *h))
			return error_nomem(err);
	response->body.max = max_body;
	if (e->answer_body)
		buf_add(&response->body, e->answer_body,
			e->answer_len ? e->answer_len : strlen(e->answer_body));
	return buf_check(&response->body, "the answer", err);
}

static int perform(struct http_transport *transport, const struct http_request *request,
		   struct http_response *response, struct http_failure *failure,
		   struct scanreq_error *err)
{
	struct scripted *s = (struct scripted *)transport;
	const struct exchange *e = &s->exchanges[s->next];

	if (s->cancelled)
		return error_set(err, a_code_of(SCANREQ_E_CANCELLED), "cancelled");
	if (s->next == s->count) {
		char *url CLEANUP_FREE = url_format(request->url);

		fail_msg("unexpected request: %s %s", request->method, url);
	}
	s->next++;
	http_response_free(response);
	check_request(request, e);
	failure->sent = e->fails ? e->sent : true;
	failure->temporary = e->fails && e->temporary;
	if (e->fails)
		return error_set(err, a_code_of(e->fails), "scripted failure");
	return answer(e, request->max_body, response, err);
}

static int wait_scripted(struct http_transport *transport, int64_t ms,
			 struct scanreq_error *err)
{
	struct scripted *s = (struct scripted *)transport;

	if (s->cancelled)
		return error_set(err, a_code_of(SCANREQ_E_CANCELLED), "cancelled");
	assert_true(s->wait_count < WAITS_MAX);
	s->waits[s->wait_count++] = ms;
	s->now_us += ms * 1000;
	return 0;
}

static void cancel_scripted(struct http_transport *transport)
{
	struct scripted *s = (struct scripted *)transport;

	s->cancelled = true;
}

const int64_t *scripted_waits(const struct http_transport *transport, size_t *count)
{
	const struct scripted *s = (const struct scripted *)transport;

	*count = s->wait_count;
	return s->waits;
}

/* Time passes while somebody waits, and only then. */
static int64_t now_scripted(struct http_transport *transport)
{
	return ((struct scripted *)transport)->now_us;
}

static void close_scripted(struct http_transport *transport)
{
	paces_free(&transport->paces);
	free(transport);
}

struct http_transport *scripted_transport(const struct exchange *exchanges, size_t count)
{
	struct scripted *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->transport.perform = perform;
	s->transport.wait = wait_scripted;
	s->transport.cancel = cancel_scripted;
	s->transport.close = close_scripted;
	s->transport.now_us = now_scripted;
	s->transport.retry_deadline_ms = 600000;
	s->transport.paces = paces_new();
	assert_non_null(s->transport.paces);
	s->now_us = 1;
	s->exchanges = exchanges;
	s->count = count;
	return &s->transport;
}

void scripted_done(struct http_transport *transport)
{
	struct scripted *s = (struct scripted *)transport;

	if (s->next != s->count)
		fail_msg("expected request never came: %s %s", s->exchanges[s->next].method,
			 s->exchanges[s->next].url);
}
