/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/loopback.h"

#define STEPS(...) (const struct step[]){ __VA_ARGS__ }

/* --- answers ----------------------------------------------------------------------- */

static void sends_what_is_asked(void **state)
{
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
	char expected[400];

	(void)state;
	loopback_start(
	    &b, STEPS({ .answer = OK "A: 1\r\nb:  2 \t\r\nContent-Length: 4\r\n\r\nbody" }),
	    1);
	strv_add(&b.headers, "Accept: a/b, c/d");
	strv_add(&b.headers, "X-Mine: yes");
	loopback_path(&b, "/v2/a/manifests/1?q=%2F");
	assert_int_equal(loopback_get(&b), 0);
	assert_int_equal(b.response.status, 200);
	assert_string_equal(buf_str(&b.response.body), "body");
	assert_int_equal(b.response.headers.count, 3);
	assert_string_equal(b.response.headers.items[0], "A: 1");
	assert_string_equal(b.response.headers.items[1], "b:  2");
	loopback_stop(&b);
	snprintf(expected, sizeof(expected),
		 "GET /v2/a/manifests/1?q=%%2F HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
		 "User-Agent: tests/1\r\nAccept: a/b, c/d\r\nX-Mine: yes\r\n\r\n", b.port);
	assert_string_equal(b.server.requests.items[0], expected);
}

/* A PUT without a body says so; a request may have a time-out of its own. */
static void puts_within_its_own_time(void **state)
{
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
	struct http_request request = {
		.method = "PUT", .max_body = 100, .no_proxy = true, .timeout_ms = 30000,
	};

	(void)state;
	loopback_start(&b, STEPS({ .answer = EMPTY }, { .answer = NULL }), 2);
	strv_add(&b.headers, "Content-Type:");
	assert_int_equal(loopback_perform(&b, &request), 0);
	assert_int_equal(b.response.status, 200);
	request.timeout_ms = 50;
	assert_int_equal(loopback_perform(&b, &request), SCANREQ_E_UNAVAILABLE);
	loopback_stop(&b);
	assert_non_null(strstr(b.server.requests.items[0], "PUT /x HTTP/1.1\r\n"));
	assert_non_null(strstr(b.server.requests.items[0], "Content-Length: 0\r\n"));
	assert_null(strstr(b.server.requests.items[0], "Content-Type"));
}

static void keeps_one_connection(void **state)
{
	static const struct step steps[] = {
		{ .answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}" },
		{ .answer = OK
		  "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n" },
		{ .answer = "HTTP/1.1 204 No Content\r\n\r\n" },
		{ .answer = EMPTY },
	};
	static const int status[] = { 401, 200, 204, 200 };
	static const char *const bodies[] = { "{}", "abc", "", "" };
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	loopback_start(&b, steps, ARRAY_LENGTH(steps));
	for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
		assert_int_equal(i == 3 ? loopback_post(&b, "p") : loopback_get(&b), 0);
		assert_int_equal(b.response.status, status[i]);
		assert_string_equal(buf_str(&b.response.body), bodies[i]);
	}
	loopback_stop(&b);
	assert_int_equal(b.server.connections, 1);
	assert_int_equal(b.server.requests.count, 4);
}

/* The fields of the final head, and of nothing else. */
static const struct {
	const char *answer;
	const char *fields; /* one a line */
} heads[] = {
	{ "HTTP/1.1 100 Continue\r\nX: interim\r\n\r\n" OK
	  "Y: 1\r\nContent-Length: 0\r\n\r\n",
	  "Y: 1\nContent-Length: 0\n" },
	{ "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
	  "HTTP/1.1 103 Early Hints\r\nLink: b\r\n\r\n" EMPTY,
	  "Content-Length: 0\n" },
	{ OK "Transfer-Encoding: chunked\r\nTrailer: Z\r\n\r\n1\r\na\r\n0\r\nZ: trailer\r\n"
	     "WWW-Authenticate: Basic\r\n\r\n",
	  "Transfer-Encoding: chunked\nTrailer: Z\n" },
	{ OK "Transfer-Encoding: chunked\r\n\r\n0\r\nHTTP/1.1 200 OK: no status line\r\n\r\n",
	  "Transfer-Encoding: chunked\n" },
	{ OK "WWW-Authenticate: Basic realm=\"a\",\r\n\tBearer realm=\"b\"\r\n"
	     "Content-Length: 0\r\n\r\n",
	  "WWW-Authenticate: Basic realm=\"a\", Bearer realm=\"b\"\nContent-Length: 0\n" },
	{ OK "A: 1\r\nA: 2\r\nContent-Length: 0\r\n\r\n", "A: 1\nA: 2\nContent-Length: 0\n" },
	{ "HTTP/1.0 200 OK\nA: 1\n\nbody", "A: 1\n" },
};

static void keeps_the_final_head(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) {
		struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
		struct buf fields CLEANUP_BUF = BUF_INIT(1000);

		loopback_start(&b, STEPS({ .answer = heads[i].answer, .close = true }), 1);
		if (loopback_get(&b))
			fail_msg("%s: %s", heads[i].answer, b.err.message);
		assert_int_equal(b.response.status, 200);
		for (size_t at = 0; at < b.response.headers.count; at++)
			buf_addf(&fields, "%s\n", b.response.headers.items[at]);
		assert_string_equal(buf_str(&fields), heads[i].fields);
	}
}

/* What is above decides of redirects and logins, and bytes are not decoded. */
static void leaves_answers_alone(void **state)
{
	static const struct step steps[] = {
		{ .answer =
		      "HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n" },
		{ .answer = OK
		  "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08" },
	};
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	loopback_start(&b, steps, 2);
	assert_int_equal(loopback_get(&b), 0);
	assert_int_equal(b.response.status, 302);
	assert_int_equal(loopback_get(&b), 0);
	assert_string_equal(buf_str(&b.response.body), "\x1f\x8b\x08");
	loopback_stop(&b);
	assert_null(strcasestr(b.server.requests.items[1], "accept-encoding"));
	assert_int_equal(b.server.requests.count, 2);
}

static void sends_exact_paths(void **state)
{
	static const char path[] = "/a/../b//%2f/./c";
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
	struct http_request request = { .method = "GET", .max_body = 10, .exact_path = true };

	(void)state;
	loopback_start(&b, STEPS({ .answer = EMPTY }, { .answer = EMPTY }), 2);
	free(b.url.path);
	b.url.path = strdup(path);
	b.url.query = strdup("x=%2f&y=%7E|");
	assert_int_equal(loopback_perform(&b, &request), 0);
	request.exact_path = false;
	str_wipe(&b.url.query);
	assert_int_equal(loopback_perform(&b, &request), 0);
	loopback_stop(&b);
	assert_true(str_prefix(b.server.requests.items[0],
			       "GET /a/../b//%2f/./c?x=%2f&y=%7E| HTTP/1.1\r\n", NULL));
	assert_true(str_prefix(b.server.requests.items[1],
			       "GET /a/../b//%2f/./c HTTP/1.1\r\n", NULL));
}

/* --- settings ---------------------------------------------------------------------- */

static void stays_offline(void **state)
{
	const struct http_curl_options options = { .offline = true };
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	loopback_start(&b, NULL, 0);
	http_transport_free(&b.transport);
	loopback_transport(&b, &options);
	assert_int_equal(loopback_get(&b), SCANREQ_E_USAGE);
	assert_non_null(strstr(b.err.message, "127.0.0.1:"));
	assert_false(b.failure.sent);
	loopback_stop(&b);
	assert_int_equal(b.server.connections, 0);
}

static void checks_the_ca_file(void **state)
{
	static const char *const paths[] = { "/nonexistent/ca.pem", "/dev/null", "/" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		const struct http_curl_options options = { .ca_file = paths[i] };
		struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

		loopback_transport(&b, &options);
		assert_int_equal(url_parse("http://127.0.0.1:1/", NULL, &b.url, NULL), 0);
		for (int again = 0; again < 2; again++) {
			assert_int_equal(loopback_get(&b), SCANREQ_E_USAGE);
			assert_non_null(strstr(b.err.message, paths[i]));
			assert_false(b.failure.sent);
		}
	}
}

/* Loopback never goes through a proxy; everything else does where one is set. */
static void uses_proxies(void **state)
{
	static const struct step steps[] = { { .answer = EMPTY }, { .answer = EMPTY } };
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
	char proxy[100];

	(void)state;
	loopback_start(&b, steps, 2);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", b.port);
	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(loopback_get(&b), 0);
	assert_int_equal(setenv("http_proxy", proxy, 1), 0);
	url_free(&b.url);
	assert_int_equal(url_parse("http://registry.test/x", NULL, &b.url, NULL), 0);
	assert_int_equal(loopback_get(&b), 0);
	unsetenv("http_proxy");
	loopback_stop(&b);
	assert_true(str_prefix(b.server.requests.items[0], "GET /x HTTP/1.1\r\n", NULL));
	assert_true(str_prefix(b.server.requests.items[1],
			       "GET http://registry.test/x HTTP/1.1\r\n", NULL));
}

/* --- threads ----------------------------------------------------------------------- */

#define THREADS 32
#define TURNS 5

static void *ask_often(void *arg)
{
	const struct loopback *shared = arg;
	static char failed;

	for (int i = 0; i < TURNS; i++) {
		struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
		struct http_failure failure;
		const struct http_request request = {
			.method = "GET", .url = &shared->url, .max_body = 10,
		};

		if (shared->transport->perform(shared->transport, &request, &response,
					       &failure, NULL) ||
		    response.body.len != 1)
			return &failed;
	}
	return NULL;
}

static void serves_threads(void **state)
{
	struct step steps[THREADS * TURNS];
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
	pthread_t threads[THREADS];

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(steps); i++)
		steps[i] = (struct step){ .answer = OK "Content-Length: 1\r\n\r\nx" };
	loopback_start(&b, steps, ARRAY_LENGTH(steps));
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &b), 0);
	for (size_t i = 0; i < THREADS; i++) {
		void *result;

		pthread_join(threads[i], &result);
		assert_null(result);
	}
	loopback_stop(&b);
	assert_in_range(b.server.connections, 1, 4);
	assert_int_equal(b.server.requests.count, THREADS * TURNS);
}

/* A request in a thread of its own. */
struct asking {
	struct http_transport *transport;
	const struct url *url;
	pthread_t thread;
	int failed;
	struct http_failure failure;
	struct scanreq_error err;
};

static void *ask_once(void *arg)
{
	struct asking *a = arg;
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	const struct http_request request = { .method = "GET", .url = a->url, .max_body = 10 };

	a->failed = a->transport->perform(a->transport, &request, &response, &a->failure,
					  &a->err);
	return NULL;
}

static void ask(struct asking *a, struct loopback *b, const struct url *url)
{
	*a = (struct asking){ .transport = b->transport, .url = url };
	assert_int_equal(pthread_create(&a->thread, NULL, ask_once, a), 0);
}

/* One server hangs, be it asked first or not; another is asked meanwhile; then it ends. */
static void goes_on_beside_a_hanging_server(void **state)
{
	struct step steps[TURNS];
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
	struct loopback hanging CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
	struct asking asking[3];

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(steps); i++)
		steps[i] = (struct step){ .answer = EMPTY };
	loopback_start(&hanging, STEPS({ .len = 0 }, { .len = 0 }, { .len = 0 }), 3);
	loopback_start(&b, steps, ARRAY_LENGTH(steps));
	for (size_t i = 0; i < ARRAY_LENGTH(asking); i++)
		ask(&asking[i], &b, &hanging.url);
	for (size_t i = 0; i < TURNS; i++)
		assert_int_equal(loopback_get(&b), 0);
	http_transport_cancel(b.transport);
	for (size_t i = 0; i < ARRAY_LENGTH(asking); i++) {
		pthread_join(asking[i].thread, NULL);
		assert_int_equal(asking[i].failed, SCANREQ_E_CANCELLED);
		assert_int_equal(asking[i].err.klass, SCANREQ_E_CANCELLED);
		assert_false(asking[i].failure.temporary);
	}
	assert_int_equal(loopback_get(&b), SCANREQ_E_CANCELLED);
	assert_false(b.failure.sent);
	loopback_stop(&b);
	assert_int_equal(b.server.connections, 1);
}

static void *wait_long(void *arg)
{
	struct asking *a = arg;

	a->failed = http_transport_wait(a->transport, INT64_C(3600000), &a->err);
	return NULL;
}

static void waits_until_cancelled(void **state)
{
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
	struct asking a;

	(void)state;
	loopback_start(&b, NULL, 0);
	assert_int_equal(http_transport_wait(b.transport, 1, &b.err), 0);
	a = (struct asking){ .transport = b.transport };
	assert_int_equal(pthread_create(&a.thread, NULL, wait_long, &a), 0);
	http_transport_cancel(b.transport);
	http_transport_cancel(b.transport);
	pthread_join(a.thread, NULL);
	assert_int_equal(a.failed, SCANREQ_E_CANCELLED);
	assert_int_equal(http_transport_wait(b.transport, 0, &b.err), SCANREQ_E_CANCELLED);
}

/* --- time -------------------------------------------------------------------------- */

/* A server that falls silent in the middle of its answer. */
static void gives_up_on_silence(void **state)
{
	const struct http_curl_options options = { .idle_ms = 1 };
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	loopback_start(&b, STEPS({ .answer = OK "Content-Length: 4\r\n\r\nbo" }), 1);
	http_transport_free(&b.transport);
	loopback_transport(&b, &options);
	assert_int_equal(loopback_get(&b), SCANREQ_E_UNAVAILABLE);
	assert_non_null(strstr(b.err.message, "last 1 seconds"));
	assert_false(b.failure.temporary);
}

/* --- unix sockets ------------------------------------------------------------------ */

static void asks_unix_sockets(void **state)
{
	const struct http_request request = { .method = "GET", .max_body = 10,
					      .unix_socket = "/nonexistent/engine.sock" };
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	loopback_start(&b, NULL, 0);
	url_free(&b.url);
	assert_int_equal(url_parse("http://engine.test/x", NULL, &b.url, NULL), 0);
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(loopback_perform(&b, &request), SCANREQ_E_UNAVAILABLE);
	unsetenv("http_proxy");
	assert_non_null(strstr(b.err.message, "engine.sock"));
	assert_null(strstr(b.err.message, "127.0.0.1"));
	loopback_stop(&b);
	assert_int_equal(b.server.connections, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_what_is_asked),
		cmocka_unit_test(puts_within_its_own_time),
		cmocka_unit_test(keeps_one_connection),
		cmocka_unit_test(keeps_the_final_head),
		cmocka_unit_test(leaves_answers_alone),
		cmocka_unit_test(sends_exact_paths),
		cmocka_unit_test(stays_offline),
		cmocka_unit_test(checks_the_ca_file),
		cmocka_unit_test(uses_proxies),
		cmocka_unit_test(serves_threads),
		cmocka_unit_test(goes_on_beside_a_hanging_server),
		cmocka_unit_test(waits_until_cancelled),
		cmocka_unit_test(gives_up_on_silence),
		cmocka_unit_test(asks_unix_sockets),
	};

	return cmocka_run_group_tests_name("http-curl", tests, NULL, NULL);
}
