/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "net/http.h"
#include "tests/unit/transport.h"

static void respond(struct http_response *response, int status, const char *const *headers)
{
	response->status = status;
	for (; headers && *headers; headers++)
		assert_int_equal(strv_add(&response->headers, *headers), 0);
}

static void finds_headers(void **state)
{
	static const char *const headers[] = {
		"Content-Type: text/plain", "WWW-Authenticate:Basic realm=\"a\"",
		"www-authenticate:  \tBearer realm=\"b\"", "X-Empty:", "Location-X: no", NULL
	};
	struct http_response r CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;

	(void)state;
	respond(&r, 401, headers);
	assert_string_equal(http_header(&r, "content-type", 0), "text/plain");
	assert_null(http_header(&r, "Content-Type", 1));
	assert_string_equal(http_header(&r, "WWW-Authenticate", 0), "Basic realm=\"a\"");
	assert_string_equal(http_header(&r, "WWW-Authenticate", 1), "Bearer realm=\"b\"");
	assert_null(http_header(&r, "WWW-Authenticate", 2));
	assert_string_equal(http_header(&r, "X-Empty", 0), "");
	assert_null(http_header(&r, "Location", 0));
	assert_null(http_header(&r, "Content", 0));
}

static void knows_redirects(void **state)
{
	static const int yes[] = { 301, 302, 303, 307, 308 };
	static const int no[] = { 0, 200, 300, 304, 305, 306, 309, 401, 404 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(yes); i++)
		assert_true(http_is_redirect(yes[i]));
	for (size_t i = 0; i < ARRAY_LENGTH(no); i++)
		assert_false(http_is_redirect(no[i]));
}

#define SPECIAL "metadata or reserved address"
#define MACHINE "an address of this machine, and is not at one itself"
#define PRIVATE "a private address, and is not at one itself"

/* From a hop whose name led to `at`. */
#define FOLLOWED(hop, to, becomes, at, next)                                              \
	{ .from = hop, .location = to, .target = becomes, .place = at, .reach = next }
#define REFUSED(hop, to, at, why) { .from = hop, .location = to, .place = at, .says = why }

static const struct {
	const char *from;
	const char *location;     /* NULL: none */
	const char *target;       /* NULL: refused */
	enum address_place place;
	enum address_place reach; /* of the next request */
	const char *says;         /* of a refusal */
} redirects[] = {
	FOLLOWED("https://a/v2/x", "https://cdn.example/b?sig=1",
		 "https://cdn.example/b?sig=1", ADDRESS_NAME, ADDRESS_LOOPBACK),
	FOLLOWED("https://a:5/v2/x", "/y",
		 "https://a:5/y", ADDRESS_NAME, ADDRESS_NAME),
	FOLLOWED("https://a/v2/x", "//b/y",
		 "https://b/y", ADDRESS_NAME, ADDRESS_LOOPBACK),
	FOLLOWED("http://a/v2/x", "https://a/v2/x",
		 "https://a/v2/x", ADDRESS_NAME, ADDRESS_NAME),
	FOLLOWED("http://a/v2/x", "http://b/",
		 "http://b/", ADDRESS_NAME, ADDRESS_PUBLIC),
	FOLLOWED("http://a/x", "http://b/",
		 "http://b/", ADDRESS_PRIVATE, ADDRESS_PRIVATE),
	FOLLOWED("http://a/x", "http://b/",
		 "http://b/", ADDRESS_LOOPBACK, ADDRESS_LOOPBACK),
	FOLLOWED("http://127.0.0.1:1/x", "http://127.0.0.1:2/y",
		 "http://127.0.0.1:2/y", ADDRESS_NAME, ADDRESS_NAME),
	FOLLOWED("http://127.0.0.1:1/x", "http://[::1]:2/y",
		 "http://[::1]:2/y", ADDRESS_NAME, ADDRESS_LOOPBACK),
	FOLLOWED("http://localhost/x", "http://example.com/",
		 "http://example.com/", ADDRESS_NAME, ADDRESS_LOOPBACK),
	/* outwards, or to another address of the same place */
	FOLLOWED("http://127.0.0.1/x", "http://10.0.0.1/",
		 "http://10.0.0.1/", ADDRESS_NAME, ADDRESS_LOOPBACK),
	FOLLOWED("http://10.0.0.1/x", "http://192.168.7.7/",
		 "http://192.168.7.7/", ADDRESS_NAME, ADDRESS_PRIVATE),
	FOLLOWED("http://192.168.0.1/x", "http://100.118.0.1/",
		 "http://100.118.0.1/", ADDRESS_NAME, ADDRESS_PRIVATE),
	FOLLOWED("http://a/x", "http://10.0.0.1/",
		 "http://10.0.0.1/", ADDRESS_PRIVATE, ADDRESS_PRIVATE),
	FOLLOWED("https://a/x", "https://10.0.0.1/",
		 "https://10.0.0.1/", ADDRESS_PRIVATE, ADDRESS_LOOPBACK),
	FOLLOWED("http://10.0.0.1/x", "http://8.8.8.8/",
		 "http://8.8.8.8/", ADDRESS_NAME, ADDRESS_PRIVATE),
	FOLLOWED("http://169.254.7.7:5000/x", "http://169.254.7.7/",
		 "http://169.254.7.7/", ADDRESS_NAME, ADDRESS_NAME),
	/* the user vouches for it */
	FOLLOWED("http://a/x", "http://allowed.test/",
		 "http://allowed.test/", ADDRESS_NAME, ADDRESS_NAME),
	FOLLOWED("https://a/x", "https://100.100.100.200:9/",
		 "https://100.100.100.200:9/", ADDRESS_NAME, ADDRESS_NAME),
	REFUSED("https://a/x", "http://allowed.test/x",
		ADDRESS_NAME, "http"),
	REFUSED("https://a/x", "http://a/x",
		ADDRESS_NAME, "http"),
	REFUSED("https://127.0.0.1/x", "http://127.0.0.1/x",
		ADDRESS_NAME, "http"),
	REFUSED("https://a/x", "https://127.0.0.1/x",
		ADDRESS_NAME, MACHINE),
	REFUSED("https://a/x", "https://127.0.0.1/x",
		ADDRESS_PRIVATE, MACHINE),
	REFUSED("http://a/x", "http://localhost:2375/x",
		ADDRESS_NAME, MACHINE),
	REFUSED("http://a/x", "http://localhost./x",
		ADDRESS_NAME, MACHINE),
	REFUSED("http://a/x", "http://[::1]/x",
		ADDRESS_NAME, MACHINE),
	REFUSED("http://a/x", "http://2130706433/x",
		ADDRESS_NAME, MACHINE),
	REFUSED("http://a/x", "http://127.1./x",
		ADDRESS_NAME, MACHINE),
	REFUSED("https://a/x", "https://127.0.0.1/x",
		ADDRESS_LOOPBACK, MACHINE),
	REFUSED("http://10.0.0.1/x", "http://127.0.0.1/x",
		ADDRESS_NAME, MACHINE),
	REFUSED("http://a/x", "http://10.0.0.1/x",
		ADDRESS_NAME, PRIVATE),
	REFUSED("http://8.8.8.8/x", "http://100.64.0.1/x",
		ADDRESS_NAME, PRIVATE),
	REFUSED("http://a/x", "http://[fd00::1]/x",
		ADDRESS_PUBLIC, PRIVATE),
	REFUSED("http://a/x", "http://0.0.0.0/x",
		ADDRESS_LOOPBACK, SPECIAL),
	REFUSED("http://a/x", "http://169.254.169.254/latest",
		ADDRESS_NAME, SPECIAL),
	REFUSED("http://127.0.0.1/x", "http://100.100.100.200/latest",
		ADDRESS_NAME, SPECIAL),
	REFUSED("http://10.0.0.1/x", "http://100.100.100.200/latest",
		ADDRESS_NAME, SPECIAL),
	REFUSED("http://169.254.7.7/x", "http://169.254.169.254/",
		ADDRESS_NAME, SPECIAL),
	REFUSED("http://169.254.7.7/x", "http://10.0.0.1/",
		ADDRESS_NAME, PRIVATE),
	REFUSED("https://a/x", "https://100.100.100.200:8/",
		ADDRESS_NAME, "to allow it, set allow-redirect to 100.100.100.200:8"),
	REFUSED("https://a/x", NULL,
		ADDRESS_NAME, "without saying where"),
	REFUSED("https://a/x", "ftp://b/",
		ADDRESS_NAME, "http"),
	REFUSED("https://a/x", "https://user:secret@b/",
		ADDRESS_NAME, "user name"),
	REFUSED("https://a/x", "https://b:99999/",
		ADDRESS_NAME, "malformed"),
};

static void follows_redirects(void **state)
{
	struct strv allowed CLEANUP_STRV = { 0 };

	(void)state;
	assert_int_equal(strv_add(&allowed, "allowed.test"), 0);
	assert_int_equal(strv_add(&allowed, "100.100.100.200:9"), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(redirects); i++) {
		struct http_hop from = { .url = { 0 } }, target = { .url = { 0 } };
		struct http_response r CLEANUP_RESPONSE = { .status = 307,
							    .from = redirects[i].place };
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		char *text CLEANUP_FREE = NULL;
		int failed;

		assert_int_equal(url_parse(redirects[i].from, NULL, &from.url, &err), 0);
		if (redirects[i].location)
			strv_addf(&r.headers, "location: %s", redirects[i].location);
		failed = http_redirect_target(&from, &r, &allowed, &target, &err);
		url_free(&from.url);
		if (!redirects[i].target) {
			if (failed != SCANREQ_E_UNREADABLE || target.url.host ||
			    !strstr(err.message, redirects[i].says))
				fail_msg("%s: %s", redirects[i].location, err.message);
			assert_null(strstr(err.message, "secret"));
			continue;
		}
		if (failed || target.reach != redirects[i].reach)
			fail_msg("%s: reach %d, %s", redirects[i].location, target.reach,
				 err.message);
		text = url_format(&target.url);
		url_free(&target.url);
		assert_string_equal(text, redirects[i].target);
	}
}

/* Who stays on a host keeps the reach that led there. */
static void keeps_the_reach(void **state)
{
	struct http_hop from = { .reach = ADDRESS_PUBLIC }, target = { .url = { 0 } };
	struct http_response r CLEANUP_RESPONSE = { .status = 307, .from = ADDRESS_PUBLIC };

	(void)state;
	assert_int_equal(url_parse("http://a/x", NULL, &from.url, NULL), 0);
	strv_add(&r.headers, "Location: /y");
	assert_int_equal(http_redirect_target(&from, &r, NULL, &target, NULL), 0);
	assert_int_equal(target.reach, ADDRESS_PUBLIC);
	url_free(&from.url);
	url_free(&target.url);
}

static const struct {
	const char *said;
	const char *line;
} lines[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ " \r\n <html>\n\t<title>502</title>\n</html>\n",
	  "<html> <title>502</title> </html>" },
	{ "a\x1b[31mb\x7f", "a\\x1b[31mb\\x7f" },
	{ "token hunter22 was refused", "token *** was refused" },
	{ "bad \xff byte", "bad \\xff byte" },
};

static void makes_lines(void **state)
{
	struct log *log CLEANUP(log_free) = log_new(LOG_LEVEL_WARNING, NULL, NULL);
	char line[HTTP_LINE_SIZE];

	(void)state;
	assert_int_equal(log_secret(log, "hunter22"), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
		http_said_line(log, lines[i].said, line);
		assert_string_equal(line, lines[i].line);
	}
	http_said_line(NULL, lines[4].said, line);
	assert_string_equal(line, lines[4].said);
}

/* A secret that would be cut in the middle must be masked before. */
static void cuts_lines(void **state)
{
	struct log *log CLEANUP(log_free) = log_new(LOG_LEVEL_WARNING, NULL, NULL);
	char line[HTTP_LINE_SIZE], said[5000], secret[4001];

	(void)state;
	memset(secret, 's', sizeof(secret));
	secret[sizeof(secret) - 1] = '\0';
	assert_int_equal(log_secret(log, secret), 0);
	snprintf(said, sizeof(said), "said: %s.", secret);
	http_said_line(log, said, line);
	assert_string_equal(line, "said: ***.");
	memset(said, 'x', sizeof(said));
	said[sizeof(said) - 1] = '\0';
	http_said_line(log, said, line);
	assert_int_equal(strlen(line), 300);
	assert_string_equal(line + 297, "...");
}

struct lines {
	struct buf text;
};

static void collect(void *arg, enum log_level level, const char *line)
{
	struct lines *l = arg;

	(void)level;
	buf_addf(&l->text, "%s\n", line);
}

static void logs_requests(void **state)
{
	static const struct exchange exchanges[] = {
		{ .method = "GET", .url = "https://h/a?sig=s3cret", .status = 204 },
		{ .method = "GET",
		  .url = "https://h/a?sig=s3cret",
		  .fails = SCANREQ_E_UNAVAILABLE,
		  .sent = true },
	};
	struct http_transport *t CLEANUP(http_transport_free) = scripted_transport(exchanges,
										   2);
	struct lines l = { .text = BUF_INIT(1000) };
	struct log *log CLEANUP(log_free) = log_new(LOG_LEVEL_DEBUG, collect, &l);
	struct url url CLEANUP_URL = { 0 };
	struct http_response r CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct http_failure failure = { false };
	struct http_request request = { .method = "GET", .url = &url, .max_body = 10 };

	(void)state;
	assert_int_equal(url_parse("https://h/a?sig=s3cret", NULL, &url, NULL), 0);
	assert_int_equal(http_send(t, log, &request, &r, &failure, NULL), 0);
	assert_int_equal(r.status, 204);
	assert_int_equal(http_send(t, log, &request, &r, &failure, NULL),
			 SCANREQ_E_UNAVAILABLE);
	assert_true(failure.sent);
	scripted_done(t);
	assert_string_equal(buf_str(&l.text), "GET https://h/a: 204, 0 bytes\n"
					      "GET https://h/a: scripted failure\n");
	buf_free(&l.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_headers),
		cmocka_unit_test(knows_redirects),
		cmocka_unit_test(follows_redirects),
		cmocka_unit_test(keeps_the_reach),
		cmocka_unit_test(makes_lines),
		cmocka_unit_test(cuts_lines),
		cmocka_unit_test(logs_requests),
	};

	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
