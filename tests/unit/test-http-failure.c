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
#include "tests/unit/loopback.h"

#define STEPS(...) (const struct step[]){ __VA_ARGS__ }

/* --- failures ---------------------------------------------------------------------- */

static const struct {
	struct step step;
	int failed;
	const char *says;
} failures[] = {
	{ { .answer = OK "Content-Length: 5\r\n\r\nbody", .close = true },
	  SCANREQ_E_UNAVAILABLE,
	  "reading the answer of 127.0.0.1:" },
	{ { .answer = OK "Transfer-Encoding: chunked\r\n\r\n4\r\nbo", .close = true },
	  SCANREQ_E_UNAVAILABLE,
	  "reading" },
	{ { .answer = OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", .close = true },
	  SCANREQ_E_UNAVAILABLE,
	  "reading" },
	{ { .answer = OK "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", .close = true },
	  SCANREQ_E_UNAVAILABLE,
	  "reading" },
	{ { .answer = OK "A: 1\r\n", .close = true }, SCANREQ_E_UNAVAILABLE, "reading" },
	{ { .answer = "HTTP/1.1 100 Continue\r\n\r\n", .close = true },
	  SCANREQ_E_UNAVAILABLE,
	  "reading" },
	{ { .close = true }, SCANREQ_E_UNAVAILABLE, "waiting for the answer of 127.0.0.1:" },
	{ { .answer = "SSH-2.0-OpenSSH\r\n", .close = true },
	  SCANREQ_E_UNAVAILABLE,
	  "waiting" },
	{ { .answer = OK "A: b\0c\r\n\r\n",
	    .len = sizeof(OK "A: b\0c\r\n\r\n") - 1,
	    .close = true },
	  0,
	  NULL },
};

static void says_what_failed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(failures); i++) {
		struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
		char host[30];
		int failed;

		loopback_start(&b, &failures[i].step, 1);
		failed = loopback_get(&b);
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
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	loopback_start(&b, steps, ARRAY_LENGTH(steps));
	assert_int_equal(loopback_perform(&b, &request), 0);
	request.max_body = 3;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(loopback_perform(&b, &request), SCANREQ_E_UNREADABLE);
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
		/* Lines that libcurl itself does not take, and heads. */
		{ 1, 120 * KIB, SCANREQ_E_UNREADABLE },
		{ 1, 600 * KIB, SCANREQ_E_UNREADABLE },
		{ 5, LIMIT_HEADER_FIELD - 10, SCANREQ_E_UNREADABLE },
		{ 3, LIMIT_HEADER_FIELD - 10, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(tests); i++) {
		struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
		struct buf answer CLEANUP_BUF = BUF_INIT(1 << 20);

		add_fields(&answer, tests[i].count, tests[i].len);
		loopback_start(&b, STEPS({ .answer = buf_str(&answer), .close = true }), 1);
		assert_int_equal(loopback_get(&b), tests[i].failed);
		if (tests[i].failed)
			assert_non_null(strstr(b.err.message, "127.0.0.1"));
		loopback_stop(&b); /* before the answer goes out of scope */
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
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
	int port, fd CLEANUP_CLOSE = hold_port(&port);
	char url[100];

	(void)state;
	assert_true(fd >= 0);
	loopback_transport(&b, NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	assert_int_equal(url_parse(url, NULL, &b.url, NULL), 0);
	assert_int_equal(loopback_get(&b), SCANREQ_E_UNAVAILABLE);
	assert_false(b.failure.sent);
	assert_int_equal(b.err.sys_errno, ECONNREFUSED);
	snprintf(url, sizeof(url), "cannot connect to 127.0.0.1:%d: Connection refused", port);
	assert_non_null(strstr(b.err.message, url));
	assert_int_equal(loopback_post(&b, "body"), SCANREQ_E_UNAVAILABLE);
	assert_false(b.failure.sent);
	b.url.https = true;
	assert_int_equal(loopback_post(&b, ""), SCANREQ_E_UNAVAILABLE);
	assert_false(b.failure.sent);
}

/* RFC 6761: the name never resolves; a resolver that lies is not tested. */
static void names_the_phase_of_resolving(void **state)
{
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	loopback_transport(&b, NULL);
	assert_int_equal(url_parse("https://nobody.invalid/", NULL, &b.url, NULL), 0);
	assert_int_equal(loopback_post(&b, "body"), SCANREQ_E_UNAVAILABLE);
	assert_false(b.failure.sent);
	assert_non_null(strstr(b.err.message, "cannot resolve the name of nobody.invalid"));
	assert_string_equal(b.err.host, "nobody.invalid");
}

static void names_the_phase_of_tls(void **state)
{
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	loopback_start(&b, STEPS({ .answer = "HTTP/1.1 400 Bad Request\r\n\r\n", .first = true,
				.close = true }), 1);
	b.url.https = true;
	assert_int_equal(loopback_post(&b, "body"), SCANREQ_E_UNAVAILABLE);
	assert_false(b.failure.sent);
	assert_non_null(strstr(b.err.message, "no TLS connection with 127.0.0.1:"));
	assert_non_null(strstr(b.err.message, "plain-http"));
}

static void gives_up_after_the_timeout(void **state)
{
	const struct http_curl_options options = { .timeout_ms = 50 };
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	loopback_start(&b, STEPS({ .answer = NULL }), 1);
	http_transport_free(&b.transport);
	loopback_transport(&b, &options);
	assert_int_equal(loopback_get(&b), SCANREQ_E_UNAVAILABLE);
	assert_non_null(strstr(b.err.message, "timed out"));
}

/* --- bodies that are sent ---------------------------------------------------------- */

static void posts_a_body(void **state)
{
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };
	struct buf large CLEANUP_BUF = BUF_INIT(300000);
	const char *sent;

	(void)state;
	while (large.len < 300000)
		buf_putc(&large, 'x');
	loopback_start(&b,
		       STEPS({ .answer = EMPTY }, { .answer = EMPTY }, { .answer = EMPTY }),
		       3);
	strv_add(&b.headers, "Content-Type: text/x");
	strv_add(&b.headers, "Expect:");
	strv_add(&b.headers, "Accept:");
	assert_int_equal(loopback_post(&b, "a=b"), 0);
	assert_int_equal(loopback_post(&b, buf_str(&large)), 0);
	assert_int_equal(loopback_post(&b, ""), 0);
	loopback_stop(&b);
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
		struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

		loopback_start(&b, steps, 2);
		assert_int_equal(loopback_get(&b), 0);
		assert_int_equal(loopback_post(&b, bodies[i]), SCANREQ_E_UNAVAILABLE);
		assert_true(b.failure.sent);
		assert_non_null(strstr(b.err.message, "waiting for the answer"));
		loopback_stop(&b);
		assert_int_equal(b.server.requests.count, 2);
	}
}

/* A GET that a dead kept connection swallowed may go again; its answer is the second's. */
static void gets_again_after_a_dead_connection(void **state)
{
	static const struct step steps[] = {
		{ .answer = EMPTY },
		{ .close = true },
		{ .answer = OK "Content-Length: 1\r\n\r\nx" },
	};
	struct loopback b CLEANUP_LOOPBACK = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	loopback_start(&b, steps, 3);
	assert_int_equal(loopback_get(&b), 0);
	assert_int_equal(loopback_get(&b), 0);
	assert_string_equal(buf_str(&b.response.body), "x");
	loopback_stop(&b);
	assert_int_equal(b.server.connections, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests_name("http-failure", tests, NULL, NULL);
}
