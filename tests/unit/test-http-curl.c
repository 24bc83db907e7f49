/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "net/http-curl.h"
#include "tests/unit/server.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define EMPTY OK "Content-Length: 0\r\n\r\n"
#define STEPS(...) (const struct step[]){ __VA_ARGS__ }

/* One server, and the transport that is tested. */
struct bench {
	struct server server;
	int port; /* the server's */
	struct http_transport *transport;
	struct url url;
	struct strv headers;
	struct http_response response;
	struct http_failure failure;
	struct scanreq_error err;
};

static void make_transport(struct bench *b, const struct http_curl_options *options)
{
	static const struct http_curl_options usual = { .user_agent = "tests/1" };

	assert_int_equal(http_curl_new(options ? options : &usual, &b->transport, &b->err), 0);
}

static void set_url(struct bench *b, const char *path)
{
	char text[200];

	snprintf(text, sizeof(text), "http://127.0.0.1:%d%s", b->port, path);
	url_free(&b->url);
	assert_int_equal(url_parse(text, NULL, &b->url, &b->err), 0);
}

static void bench_start(struct bench *b, const struct step *steps, size_t count)
{
	server_start(&b->server, steps, count);
	b->port = b->server.port;
	make_transport(b, NULL);
	set_url(b, "/x");
}

static void bench_free(struct bench *b)
{
	http_response_free(&b->response);
	http_transport_free(&b->transport);
	url_free(&b->url);
	strv_free(&b->headers);
	server_free(&b->server);
}

#define CLEANUP_BENCH CLEANUP(bench_free)

/* Ends both; what the server saw is there to be looked at. */
static void bench_stop(struct bench *b)
{
	http_transport_free(&b->transport);
	server_stop(&b->server);
}

static int perform(struct bench *b, const struct http_request *request)
{
	struct http_request whole = *request;

	whole.url = &b->url;
	whole.headers = &b->headers;
	b->failure.sent = true;
	return b->transport->perform(b->transport, &whole, &b->response, &b->failure, &b->err);
}

static int get(struct bench *b)
{
	const struct http_request request = { .method = "GET", .max_body = 1000 };

	return perform(b, &request);
}

static int post(struct bench *b, const char *body)
{
	const struct http_request request = {
		.method = "POST", .body = body, .body_len = strlen(body), .max_body = 1000,
	};

	return perform(b, &request);
}

/* --- answers ----------------------------------------------------------------------- */

static void sends_what_is_asked(void **state)
{
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	char expected[400];

	(void)state;
	bench_start(&b, STEPS({ .answer = OK "A: 1\r\nb:  2 \t\r\nContent-Length: 4\r\n\r\nbody" }), 1);
	strv_add(&b.headers, "Accept: a/b, c/d");
	strv_add(&b.headers, "X-Mine: yes");
	set_url(&b, "/v2/a/manifests/1?q=%2F");
	assert_int_equal(get(&b), 0);
	assert_int_equal(b.response.status, 200);
	assert_string_equal(buf_str(&b.response.body), "body");
	assert_int_equal(b.response.headers.count, 3);
	assert_string_equal(b.response.headers.items[0], "A: 1");
	assert_string_equal(b.response.headers.items[1], "b:  2");
	bench_stop(&b);
	snprintf(expected, sizeof(expected),
		 "GET /v2/a/manifests/1?q=%%2F HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
		 "User-Agent: tests/1\r\nAccept: a/b, c/d\r\nX-Mine: yes\r\n\r\n", b.port);
	assert_string_equal(b.server.requests.items[0], expected);
}

static void keeps_one_connection(void **state)
{
	static const struct step steps[] = {
		{ .answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}" },
		{ .answer = OK "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n" },
		{ .answer = "HTTP/1.1 204 No Content\r\n\r\n" },
		{ .answer = EMPTY },
	};
	static const int status[] = { 401, 200, 204, 200 };
	static const char *const bodies[] = { "{}", "abc", "", "" };
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, steps, ARRAY_LENGTH(steps));
	for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
		assert_int_equal(i == 3 ? post(&b, "p") : get(&b), 0);
		assert_int_equal(b.response.status, status[i]);
		assert_string_equal(buf_str(&b.response.body), bodies[i]);
	}
	bench_stop(&b);
	assert_int_equal(b.server.connections, 1);
	assert_int_equal(b.server.requests.count, 4);
}

/* The fields of the final head, and of nothing else. */
static const struct {
	const char *answer;
	const char *fields; /* one a line */
} heads[] = {
	{ "HTTP/1.1 100 Continue\r\nX: interim\r\n\r\n" OK "Y: 1\r\nContent-Length: 0\r\n\r\n",
	  "Y: 1\nContent-Length: 0\n" },
	{ "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: b\r\n\r\n"
	  OK "Content-Length: 0\r\n\r\n", "Content-Length: 0\n" },
	{ OK "Transfer-Encoding: chunked\r\nTrailer: Z\r\n\r\n1\r\na\r\n0\r\nZ: trailer\r\n"
	  "WWW-Authenticate: Basic\r\n\r\n", "Transfer-Encoding: chunked\nTrailer: Z\n" },
	{ OK "Transfer-Encoding: chunked\r\n\r\n0\r\nHTTP/1.1 200 OK: no status line\r\n\r\n",
	  "Transfer-Encoding: chunked\n" },
	{ OK "WWW-Authenticate: Basic realm=\"a\",\r\n\tBearer realm=\"b\"\r\nContent-Length: 0\r\n"
	  "\r\n", "WWW-Authenticate: Basic realm=\"a\", Bearer realm=\"b\"\nContent-Length: 0\n" },
	{ OK "A: 1\r\nA: 2\r\nContent-Length: 0\r\n\r\n", "A: 1\nA: 2\nContent-Length: 0\n" },
	{ "HTTP/1.0 200 OK\nA: 1\n\nbody", "A: 1\n" },
};

static void keeps_the_final_head(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) {
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
		struct buf fields CLEANUP_BUF = BUF_INIT(1000);

		bench_start(&b, STEPS({ .answer = heads[i].answer, .close = true }), 1);
		if (get(&b))
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
		{ .answer = "HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n" },
		{ .answer = OK "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08" },
	};
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, steps, 2);
	assert_int_equal(get(&b), 0);
	assert_int_equal(b.response.status, 302);
	assert_int_equal(get(&b), 0);
	assert_string_equal(buf_str(&b.response.body), "\x1f\x8b\x08");
	bench_stop(&b);
	assert_null(strcasestr(b.server.requests.items[1], "accept-encoding"));
	assert_int_equal(b.server.requests.count, 2);
}

static void sends_exact_paths(void **state)
{
	static const char path[] = "/a/../b//%2f/./c";
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	struct http_request request = { .method = "GET", .max_body = 10, .exact_path = true };

	(void)state;
	bench_start(&b, STEPS({ .answer = EMPTY }, { .answer = EMPTY }), 2);
	free(b.url.path);
	b.url.path = strdup(path);
	b.url.query = strdup("x=%2f&y=%7E|");
	assert_int_equal(perform(&b, &request), 0);
	request.exact_path = false;
	str_wipe(&b.url.query);
	assert_int_equal(perform(&b, &request), 0);
	bench_stop(&b);
	assert_true(str_prefix(b.server.requests.items[0],
			       "GET /a/../b//%2f/./c?x=%2f&y=%7E| HTTP/1.1\r\n", NULL));
	assert_true(str_prefix(b.server.requests.items[1], "GET /a/../b//%2f/./c HTTP/1.1\r\n", NULL));
}

/* --- failures ---------------------------------------------------------------------- */

static const struct {
	struct step step;
	int failed;
	const char *says;
} failures[] = {
	{ { .answer = OK "Content-Length: 5\r\n\r\nbody", .close = true }, SCANREQ_E_UNAVAILABLE,
	  "reading the answer of 127.0.0.1:" },
	{ { .answer = OK "Transfer-Encoding: chunked\r\n\r\n4\r\nbo", .close = true },
	  SCANREQ_E_UNAVAILABLE, "reading" },
	{ { .answer = OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", .close = true },
	  SCANREQ_E_UNAVAILABLE, "reading" },
	{ { .answer = OK "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", .close = true },
	  SCANREQ_E_UNAVAILABLE, "reading" },
	{ { .answer = OK "A: 1\r\n", .close = true }, SCANREQ_E_UNAVAILABLE, "reading" },
	{ { .answer = "HTTP/1.1 100 Continue\r\n\r\n", .close = true }, SCANREQ_E_UNAVAILABLE,
	  "reading" },
	{ { .close = true }, SCANREQ_E_UNAVAILABLE, "waiting for the answer of 127.0.0.1:" },
	{ { .answer = "SSH-2.0-OpenSSH\r\n", .close = true }, SCANREQ_E_UNAVAILABLE, "waiting" },
	{ { .answer = OK "A: b\0c\r\n\r\n", .len = sizeof(OK "A: b\0c\r\n\r\n") - 1, .close = true },
	  0, NULL },
};

static void says_what_failed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(failures); i++) {
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
		char host[30];
		int failed;

		bench_start(&b, &failures[i].step, 1);
		failed = get(&b);
		if (!failures[i].says) {
			/* A NUL: whether libcurl or we refuse it, it must not pass. */
			assert_int_not_equal(failed, 0);
			continue;
		}
		assert_int_equal(failed, failures[i].failed);
		if (!strstr(b.err.message, failures[i].says))
			fail_msg("%s does not say %s", b.err.message, failures[i].says);
		snprintf(host, sizeof(host), "127.0.0.1:%d", b.port);
		assert_string_equal(b.err.host, host);
		assert_true(b.failure.sent);
		assert_int_equal(b.response.headers.count, 0);
		assert_int_equal(b.response.body.len, 0);
	}
}

static void caps_bodies(void **state)
{
	static const struct step steps[] = {
		{ .answer = OK "Content-Length: 4\r\n\r\nbody" },
		{ .answer = OK "Content-Length: 4\r\n\r\nbody" },
		{ .answer = OK "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n" },
	};
	struct http_request request = { .method = "GET", .max_body = 4 };
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, steps, ARRAY_LENGTH(steps));
	assert_int_equal(perform(&b, &request), 0);
	request.max_body = 3;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(perform(&b, &request), SCANREQ_E_UNREADABLE);
		assert_non_null(strstr(b.err.message, "the answer of 127.0.0.1:"));
		assert_non_null(strstr(b.err.message, "is larger than 3 bytes"));
	}
}

/* An answer with `count` fields of `len` bytes each. */
static void add_fields(struct buf *answer, int count, size_t len)
{
	char *value CLEANUP_FREE = calloc(1, len);

	memset(value, 'v', len - 1);
	buf_puts(answer, OK);
	for (int i = 0; i < count; i++)
		buf_addf(answer, "X: %s\r\n", value);
	buf_puts(answer, "\r\n");
}

static void caps_heads(void **state)
{
	static const struct {
		int count;
		size_t len;
		int failed;
	} tests[] = {
		{ LIMIT_HEADERS, 5, 0 },
		{ LIMIT_HEADERS + 1, 5, SCANREQ_E_UNREADABLE },
		{ 1, LIMIT_HEADER_FIELD - 10, 0 },
		{ 1, LIMIT_HEADER_FIELD + 10, SCANREQ_E_UNREADABLE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(tests); i++) {
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
		struct buf answer CLEANUP_BUF = BUF_INIT(1 << 20);

		add_fields(&answer, tests[i].count, tests[i].len);
		bench_start(&b, STEPS({ .answer = buf_str(&answer), .close = true }), 1);
		assert_int_equal(get(&b), tests[i].failed);
		bench_stop(&b); /* before the answer goes out of scope */
	}
}

/* A port that nobody listens on while the socket is held. */
static int hold_port(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static void knows_that_nothing_was_sent(void **state)
{
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	int port, fd CLEANUP_CLOSE = hold_port(&port);
	char url[100];

	(void)state;
	make_transport(&b, NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	assert_int_equal(url_parse(url, NULL, &b.url, NULL), 0);
	assert_int_equal(get(&b), SCANREQ_E_UNAVAILABLE);
	assert_false(b.failure.sent);
	assert_int_equal(b.err.sys_errno, ECONNREFUSED);
	snprintf(url, sizeof(url), "cannot connect to 127.0.0.1:%d: Connection refused", port);
	assert_non_null(strstr(b.err.message, url));
	assert_int_equal(post(&b, "body"), SCANREQ_E_UNAVAILABLE);
	assert_false(b.failure.sent);
	b.url.https = true;
	assert_int_equal(post(&b, ""), SCANREQ_E_UNAVAILABLE);
	assert_false(b.failure.sent);
}

/* RFC 6761: the name never resolves; a resolver that lies is not tested. */
static void names_the_phase_of_resolving(void **state)
{
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	make_transport(&b, NULL);
	assert_int_equal(url_parse("https://nobody.invalid/", NULL, &b.url, NULL), 0);
	assert_int_equal(post(&b, "body"), SCANREQ_E_UNAVAILABLE);
	assert_false(b.failure.sent);
	assert_non_null(strstr(b.err.message, "cannot resolve the name of nobody.invalid"));
	assert_string_equal(b.err.host, "nobody.invalid");
}

static void names_the_phase_of_tls(void **state)
{
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, STEPS({ .answer = "HTTP/1.1 400 Bad Request\r\n\r\n", .first = true,
				.close = true }), 1);
	b.url.https = true;
	assert_int_equal(post(&b, "body"), SCANREQ_E_UNAVAILABLE);
	assert_false(b.failure.sent);
	assert_non_null(strstr(b.err.message, "no TLS connection with 127.0.0.1:"));
	assert_non_null(strstr(b.err.message, "--plain-http"));
}

static void gives_up_after_the_timeout(void **state)
{
	const struct http_curl_options options = { .timeout_ms = 50 };
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, STEPS({ .answer = NULL }), 1);
	http_transport_free(&b.transport);
	make_transport(&b, &options);
	assert_int_equal(get(&b), SCANREQ_E_UNAVAILABLE);
	assert_non_null(strstr(b.err.message, "timed out"));
}

/* --- bodies that are sent ---------------------------------------------------------- */

static void posts_a_body(void **state)
{
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	struct buf large CLEANUP_BUF = BUF_INIT(300000);
	const char *sent;

	(void)state;
	while (large.len < 300000)
		buf_putc(&large, 'x');
	bench_start(&b, STEPS({ .answer = EMPTY }, { .answer = EMPTY }, { .answer = EMPTY }), 3);
	strv_add(&b.headers, "Content-Type: text/x");
	strv_add(&b.headers, "Expect:");
	strv_add(&b.headers, "Accept:");
	assert_int_equal(post(&b, "a=b"), 0);
	assert_int_equal(post(&b, buf_str(&large)), 0);
	assert_int_equal(post(&b, ""), 0);
	bench_stop(&b);
	sent = b.server.requests.items[0];
	assert_non_null(strstr(sent, "Content-Type: text/x\r\n"));
	assert_non_null(strstr(sent, "Content-Length: 3\r\n"));
	assert_null(strcasestr(sent, "Expect"));
	assert_null(strcasestr(sent, "Accept"));
	assert_true(str_suffix(sent, "\r\n\r\na=b"));
	assert_true(str_suffix(b.server.requests.items[1], buf_str(&large)));
	assert_true(str_suffix(b.server.requests.items[2], "\r\n\r\n"));
}

/*
 * A kept connection that is closed after the request came: libcurl would send again what
 * it can rewind. Nothing may arrive twice, and nobody may think that nothing was sent.
 */
static void never_posts_twice(void **state)
{
	static const struct step steps[] = { { .answer = EMPTY }, { .close = true } };
	static const char *const bodies[] = { "a=b", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++) {
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

		bench_start(&b, steps, 2);
		assert_int_equal(get(&b), 0);
		assert_int_equal(post(&b, bodies[i]), SCANREQ_E_UNAVAILABLE);
		assert_true(b.failure.sent);
		assert_non_null(strstr(b.err.message, "waiting for the answer"));
		bench_stop(&b);
		assert_int_equal(b.server.requests.count, 2);
	}
}

/* A GET that a dead kept connection swallowed may go again; its answer is the second's. */
static void gets_again_after_a_dead_connection(void **state)
{
	static const struct step steps[] = {
		{ .answer = EMPTY }, { .close = true }, { .answer = OK "Content-Length: 1\r\n\r\nx" },
	};
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, steps, 3);
	assert_int_equal(get(&b), 0);
	assert_int_equal(get(&b), 0);
	assert_string_equal(buf_str(&b.response.body), "x");
	bench_stop(&b);
	assert_int_equal(b.server.connections, 2);
}

/* --- settings ---------------------------------------------------------------------- */

static void stays_offline(void **state)
{
	const struct http_curl_options options = { .offline = true };
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, NULL, 0);
	http_transport_free(&b.transport);
	make_transport(&b, &options);
	assert_int_equal(get(&b), SCANREQ_E_USAGE);
	assert_non_null(strstr(b.err.message, "127.0.0.1:"));
	assert_false(b.failure.sent);
	bench_stop(&b);
	assert_int_equal(b.server.connections, 0);
}

static void checks_the_ca_file(void **state)
{
	static const char *const paths[] = { "/nonexistent/ca.pem", "/dev/null", "/" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		const struct http_curl_options options = { .ca_file = paths[i] };
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

		make_transport(&b, &options);
		assert_int_equal(url_parse("http://127.0.0.1:1/", NULL, &b.url, NULL), 0);
		for (int again = 0; again < 2; again++) {
			assert_int_equal(get(&b), SCANREQ_E_USAGE);
			assert_non_null(strstr(b.err.message, paths[i]));
			assert_false(b.failure.sent);
		}
	}
}

/* Loopback never goes through a proxy; everything else does where one is set. */
static void uses_proxies(void **state)
{
	static const struct step steps[] = { { .answer = EMPTY }, { .answer = EMPTY } };
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	char proxy[100];

	(void)state;
	bench_start(&b, steps, 2);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", b.port);
	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(get(&b), 0);
	assert_int_equal(setenv("http_proxy", proxy, 1), 0);
	url_free(&b.url);
	assert_int_equal(url_parse("http://registry.test/x", NULL, &b.url, NULL), 0);
	assert_int_equal(get(&b), 0);
	unsetenv("http_proxy");
	bench_stop(&b);
	assert_true(str_prefix(b.server.requests.items[0], "GET /x HTTP/1.1\r\n", NULL));
	assert_true(str_prefix(b.server.requests.items[1], "GET http://registry.test/x HTTP/1.1\r\n",
			       NULL));
}

#define THREADS 4
#define TURNS 5

static void *ask_often(void *arg)
{
	const struct bench *shared = arg;
	static char failed;

	for (int i = 0; i < TURNS; i++) {
		struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
		struct http_failure failure;
		const struct http_request request = {
			.method = "GET", .url = &shared->url, .max_body = 10,
		};

		if (shared->transport->perform(shared->transport, &request, &response, &failure,
					       NULL) || response.body.len != 1)
			return &failed;
	}
	return NULL;
}

static void serves_threads(void **state)
{
	struct step steps[THREADS * TURNS];
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	pthread_t threads[THREADS];

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(steps); i++)
		steps[i] = (struct step){ .answer = OK "Content-Length: 1\r\n\r\nx" };
	bench_start(&b, steps, ARRAY_LENGTH(steps));
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &b), 0);
	for (size_t i = 0; i < THREADS; i++) {
		void *result;

		pthread_join(threads[i], &result);
		assert_null(result);
	}
	bench_stop(&b);
	assert_int_equal(b.server.connections, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_what_is_asked),
		cmocka_unit_test(keeps_one_connection),
		cmocka_unit_test(keeps_the_final_head),
		cmocka_unit_test(leaves_answers_alone),
		cmocka_unit_test(sends_exact_paths),
		cmocka_unit_test(says_what_failed),
		cmocka_unit_test(caps_bodies),
		cmocka_unit_test(caps_heads),
		cmocka_unit_test(knows_that_nothing_was_sent),
		cmocka_unit_test(names_the_phase_of_resolving),
		cmocka_unit_test(names_the_phase_of_tls),
		cmocka_unit_test(gives_up_after_the_timeout),
		cmocka_unit_test(posts_a_body),
		cmocka_unit_test(never_posts_twice),
		cmocka_unit_test(gets_again_after_a_dead_connection),
		cmocka_unit_test(stays_offline),
		cmocka_unit_test(checks_the_ca_file),
		cmocka_unit_test(uses_proxies),
		cmocka_unit_test(serves_threads),
	};

	return cmocka_run_group_tests_name("http-curl", tests, NULL, NULL);
}
