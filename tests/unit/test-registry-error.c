/* SPDX-License-Identifier: MIT */
/* What registries say when they say no: odd bodies, rate limits, and warnings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "source/registry/error.h"
#include "source/registry/warning.h"

#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }

static void answer(struct http_response *response, int status, const char *const *headers,
		   const char *body)
{
	response->status = status;
	response->body.max = MIB;
	for (size_t i = 0; headers && headers[i]; i++)
		assert_int_equal(strv_add(&response->headers, headers[i]), 0);
	buf_puts(&response->body, body ? body : "");
}

/* One answer and what is told of it. */
struct told {
	int status;
	const char *const *headers; /* or NULL */
	const char *body;           /* or NULL */
	int klass;
	const char *code;
	const char *says;
};

static void check_all(const struct told *tests, size_t count)
{
	const struct registry_asked asked = { .host = "r.example", .what = "ns/app:1" };

	for (size_t i = 0; i < count; i++) {
		const struct told *t = &tests[i];
		struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		answer(&response, t->status, t->headers, t->body);
		assert_int_equal(registry_error(&asked, &response, &err), t->klass);
		if (err.klass != t->klass || strcmp(err.service_code, t->code) != 0 ||
		    !strstr(err.message, t->says))
			fail_msg("%zu: %d, code %s: %s", i, err.klass, err.service_code,
				 err.message);
		assert_int_equal(err.http_status, t->status);
	}
}

#define ERRORS(text) "{\"errors\":" text "}"

static void reads_odd_bodies(void **state)
{
	const struct told tests[] = {
		/* registry.redhat.io, Harbor, and lists that are none */
		{ 404, NULL, ERRORS("[{\"code\":\"404\",\"message\":\"Not Found\"}]"),
		  SCANREQ_E_NOT_FOUND, "404", "(HTTP 404 404: Not Found)" },
		{ 404, NULL, ERRORS("[{\"code\":\"NOT_FOUND\",\"message\":\"artifact\"}]"),
		  SCANREQ_E_NOT_FOUND, "NOT_FOUND", "NOT_FOUND: artifact)" },
		{ 404, NULL, ERRORS("[{\"status\":404,\"message\":\"no manifest\"}]"),
		  SCANREQ_E_NOT_FOUND, "", "404: no manifest)" },
		{ 404, NULL, ERRORS("[{\"code\":404}]"), SCANREQ_E_NOT_FOUND, "404", "404 404)" },
		{ 404, NULL, ERRORS("{\"code\":\"X\",\"message\":\"m\"}"),
		  SCANREQ_E_NOT_FOUND, "X", "404 X: m)" },
		{ 404, NULL, ERRORS("\"surely\""), SCANREQ_E_NOT_FOUND, "", "404: surely)" },
		{ 404, NULL, ERRORS("[\"surely\"]"), SCANREQ_E_NOT_FOUND, "", "404: surely)" },
		{ 404, NULL, ERRORS("null"), SCANREQ_E_NOT_FOUND, "", "{\"errors\":null})" },
		{ 404, NULL, "{\"message\":\"route\"}", SCANREQ_E_NOT_FOUND, "", ": route)" },
		{ 404, NULL, "{\"detail\":\"gone\"}", SCANREQ_E_NOT_FOUND, "", "404: gone)" },
		{ 404, NULL, "[]", SCANREQ_E_NOT_FOUND, "", "404: [])" },
		{ 401, NULL, "{\"details\":\"incorrect username or password\"}", SCANREQ_E_DENIED,
		  "", "401: incorrect username or password)" },
		{ 400, NULL,
		  "{\"error\":\"invalid_request\",\"error_description\":\"no scope\"}",
		  SCANREQ_E_UNREADABLE, "invalid_request", "invalid_request: no scope)" },
		{ 403, NULL, "{\"error\":\"may not\"}", SCANREQ_E_DENIED, "", ": may not)" },
		/* what stands before registries */
		{ 502, NULL,
		  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
		  "<center><h1>502 Bad Gateway</h1></center><hr>nginx</body></html>",
		  SCANREQ_E_UNAVAILABLE, "", "(HTTP 502: 502 Bad Gateway)" },
		{ 403, NULL,
		  "<!DOCTYPE html><title> </title><style>p{}</style><script>if (1<2) x()"
		  "</script><!-- <p>no</p> --><p>Not\nfor you",
		  SCANREQ_E_DENIED, "", "(HTTP 403: Not for you)" },
		{ 403, NULL,
		  "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>"
		  "<Message>Expired</Message></Error>",
		  SCANREQ_E_DENIED, "", "(HTTP 403: AccessDenied Expired)" },
		{ 404, NULL, "<", SCANREQ_E_NOT_FOUND, "", "(HTTP 404)" },
		{ 404, NULL, "<script>x", SCANREQ_E_NOT_FOUND, "", "(HTTP 404)" },
		{ 503, NULL, " \r\n\t", SCANREQ_E_UNAVAILABLE, "", "(HTTP 503)" },
		{ 500, NULL, NULL, SCANREQ_E_UNAVAILABLE, "", "(HTTP 500)" },
	};

	(void)state;
	check_all(tests, ARRAY_LENGTH(tests));
}

/* The code decides where the status says little, and nowhere else. */
static void refines_by_code(void **state)
{
	const struct told tests[] = {
		{ 400, NULL, ERRORS("[{\"code\":\"NAME_UNKNOWN\"}]"), SCANREQ_E_NOT_FOUND,
		  "NAME_UNKNOWN", "has no" },
		{ 400, NULL, ERRORS("[{\"code\":\"MANIFEST_UNKNOWN\"}]"), SCANREQ_E_NOT_FOUND,
		  "MANIFEST_UNKNOWN", "check the name" },
		{ 400, NULL, ERRORS("[{\"code\":\"DENIED\"}]"), SCANREQ_E_DENIED, "DENIED",
		  "absent or private" },
		{ 400, NULL, ERRORS("[{\"code\":\"TAG_INVALID\"}]"), SCANREQ_E_UNREADABLE,
		  "TAG_INVALID", "HTTP 400" },
		{ 403, NULL, ERRORS("[{\"code\":\"toomanyrequests\"}]"), SCANREQ_E_UNAVAILABLE,
		  "toomanyrequests", "limits the rate" },
		{ 403, NULL, ERRORS("[{\"code\":\"NAME_UNKNOWN\"}]"), SCANREQ_E_DENIED,
		  "NAME_UNKNOWN", "absent or private" },
		{ 404, NULL, ERRORS("[{\"code\":\"DENIED\"}]"), SCANREQ_E_NOT_FOUND, "DENIED",
		  "has no" },
		{ 500, NULL, ERRORS("[{\"code\":\"NAME_UNKNOWN\"}]"), SCANREQ_E_UNAVAILABLE,
		  "NAME_UNKNOWN", "cannot serve" },
		{ 429, NULL, ERRORS("[{\"code\":\"DENIED\"}]"), SCANREQ_E_UNAVAILABLE, "DENIED",
		  "limits the rate" },
	};

	(void)state;
	check_all(tests, ARRAY_LENGTH(tests));
}

#define DATE "Date: Mon, 03 Jun 2024 10:00:00 GMT"

static void tells_limits(void **state)
{
	const struct told tests[] = {
		{ 429, NULL, NULL, SCANREQ_E_UNAVAILABLE, "", "; wait, or log in (HTTP 429)" },
		{ 429, LIST("Retry-After: 120"), NULL, SCANREQ_E_UNAVAILABLE, "",
		  "; try again in 120 s (at 2" },
		{ 429, LIST(DATE, "Retry-After: Mon, 03 Jun 2024 10:02:00 GMT"), NULL,
		  SCANREQ_E_UNAVAILABLE, "", "; try again in 120 s (at 2" },
		{ 429, LIST("RateLimit-Reset: 60"), NULL, SCANREQ_E_UNAVAILABLE, "",
		  "; try again in 60 s (at 2" },
		{ 429, LIST("Retry-After: soon", "ratelimit-limit: 100;w=21600",
			    "ratelimit-remaining: 0;w=21600"),
		  NULL, SCANREQ_E_UNAVAILABLE, "",
		  "; wait, or log in; 0 of 100 requests in 21600 s are left (HTTP 429)" },
		{ 429, LIST("ratelimit-limit: 100"), NULL, SCANREQ_E_UNAVAILABLE, "",
		  "; the limit is 100 requests (HTTP 429)" },
		{ 429, LIST("ratelimit-limit: \x1b[31m", "Retry-After: 99999999999999999999"),
		  NULL, SCANREQ_E_UNAVAILABLE, "", "; wait, or log in (HTTP 429)" },
		{ 429, LIST("Retry-After: 0", "ratelimit-limit: 9999999999"), NULL,
		  SCANREQ_E_UNAVAILABLE, "", "; wait, or log in (HTTP 429)" },
		/* what is not limited says nothing of limits; what passes says when */
		{ 404, LIST("Retry-After: 120", "ratelimit-limit: 100"), NULL,
		  SCANREQ_E_NOT_FOUND, "", "; check the name and the tag (HTTP 404)" },
		{ 503, LIST("Retry-After: 30", "ratelimit-limit: 100"), NULL,
		  SCANREQ_E_UNAVAILABLE, "", "Z) (HTTP 503)" },
	};

	(void)state;
	check_all(tests, ARRAY_LENGTH(tests));
}

/* --- warnings ---------------------------------------------------------------------- */

static void keep(void *arg, enum log_level level, const char *line)
{
	assert_int_equal(level, LOG_LEVEL_WARNING);
	assert_int_equal(strv_add(arg, line), 0);
}

static void told_once(struct strv *lines, const char *const *headers)
{
	struct log *log CLEANUP(log_free) = log_new(LOG_LEVEL_WARNING, keep, lines);
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;

	answer(&response, 200, headers, NULL);
	registry_warnings(log, "r.example", &response);
	registry_warnings(log, "r.example", &response);
	registry_warnings(NULL, "r.example", &response);
	log_warn_once(log, "our own");
	log_warn_once(log, "our own");
}

static void tells_warnings_once(void **state)
{
	struct strv lines CLEANUP_STRV = { 0 };

	(void)state;
	told_once(&lines, LIST("Warning: 299 - \"the \\\"old\\\" name goes\tat noon\"",
			       "warning: 299 - \"second\"", "Warning: 299 - \"second\"",
			       "Warning: 299 - \"\"", "Warning: 110 - \"stale\"",
			       "Warning: 299 agent \"x\"", "Warning: 299"));
	assert_int_equal(lines.count, 3);
	assert_string_equal(lines.items[0], "r.example warns: the \"old\" name goes at noon");
	assert_string_equal(lines.items[1], "r.example warns: second");
	assert_string_equal(lines.items[2], "our own");
}

static void tells_lists_of_warnings(void **state)
{
	struct strv lines CLEANUP_STRV = { 0 };

	(void)state;
	told_once(&lines, LIST("Warning: 299 - \"a\", 110 x.example:80 \"stale\" \"Sun\" ,"
			       "299 - \"b, c\" \"Sun, 06 Nov 1994 08:49:37 GMT\""));
	assert_int_equal(lines.count, 3);
	assert_string_equal(lines.items[0], "r.example warns: a");
	assert_string_equal(lines.items[1], "r.example warns: b, c");
}

static void tells_no_malformed_warning(void **state)
{
	struct strv lines CLEANUP_STRV = { 0 };

	(void)state;
	told_once(&lines, LIST("Warning: 299 - \"no end", "Warning: 299 - \"no end\\\"",
			       "Warning: 299 - \"\\", "Warning: 299 - \"esc \x1b[31m\"",
			       "Warning: 299 - \"del \x7f\"", "Warning: 299 - \"more\" behind",
			       "Warning: 299 - \"more\"behind", "Warning: 299 - no quotes",
			       "Warning: 299 - \"bad date\" \"Sun", "Warning: 299  - \"x\"",
			       "Warning: 299 -\"x\"", "Warning: 2990 - \"x\"",
			       "Warning: 299 - \"good\", 299 - \"bad", "Warning: , 299 - \"x\"",
			       "Warning: 299 - \"x\","));
	assert_int_equal(lines.count, 1);
	assert_string_equal(lines.items[0], "our own");
}

/* A registry cannot fill the screen, nor keep what we say from it. */
static void tells_few_warnings(void **state)
{
	struct strv lines CLEANUP_STRV = { 0 };
	char texts[2 * LIMIT_WARNINGS][40];
	const char *headers[2 * LIMIT_WARNINGS + 1] = { NULL };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		snprintf(texts[i], sizeof(texts[i]), "Warning: 299 - \"number %zu\"", i);
		headers[i] = texts[i];
	}
	told_once(&lines, headers);
	assert_int_equal(lines.count, LIMIT_WARNINGS + 1);
	assert_string_equal(lines.items[LIMIT_WARNINGS], "our own");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_odd_bodies),
		cmocka_unit_test(refines_by_code),
		cmocka_unit_test(tells_limits),
		cmocka_unit_test(tells_warnings_once),
		cmocka_unit_test(tells_lists_of_warnings),
		cmocka_unit_test(tells_no_malformed_warning),
		cmocka_unit_test(tells_few_warnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
