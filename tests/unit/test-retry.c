/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/error.h"
#include "base/time.h"
#include "net/retry.h"
#include "tests/unit/transport.h"

#define URL "https://registry.test/v2/"
#define GET .method = "GET", .url = URL
#define HEADERS(...) (const char *const[]){ __VA_ARGS__, NULL }

/* --- the rules --------------------------------------------------------------------- */

static void knows_statuses(void **state)
{
	static const int again[] = { 408, 429, 500, 502, 503, 504 };
	int count = 0;

	(void)state;
	for (int status = 100; status < 600; status++)
		count += retry_status(status);
	assert_int_equal(count, ARRAY_LENGTH(again));
	for (size_t i = 0; i < ARRAY_LENGTH(again); i++)
		assert_true(retry_status(again[i]));
}

static void doubles_up_to_a_minute(void **state)
{
	static const struct {
		unsigned int n;
		int64_t most;
	} delays[] = { { 1, 1000 }, { 2, 2000 }, { 3, 4000 }, { 6, 32000 }, { 7, 60000 },
		       { 100, 60000 }, { UINT32_MAX, 60000 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(delays); i++) {
		assert_int_equal(retry_delay(delays[i].n, 0), 0);
		assert_int_equal(retry_delay(delays[i].n, 0x80000000), delays[i].most / 2);
		assert_int_equal(retry_delay(delays[i].n, UINT32_MAX), delays[i].most - 1);
	}
}

static void reads_retry_after(void **state)
{
	static const struct {
		const char *value;
		int64_t ms;
	} fields[] = {
		{ "0", 0 },
		{ "120", 120000 },
		{ "9223372036854775", 9223372036854775000 },
		{ "9223372036854776", INT64_MAX },
		{ "99999999999999999999", INT64_MAX },
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 37000 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", 37000 },
		{ "Sun Nov  6 08:49:37 1994", 37000 },
		{ "Sun, 06 Nov 1994 08:48:59 GMT", 0 },
		{ "Sun, 06 Nov 0001 08:48:59 GMT", 0 },
		{ "", -1 },
		{ "-1", -1 },
		{ "+1", -1 },
		{ "1.5", -1 },
		{ "1s", -1 },
		{ "0x10", -1 },
		{ "soon", -1 },
		{ "Sun, 31 Feb 1995 08:49:37 GMT", -1 },
		{ "Sun, 06 Nov 1994 08:49:37 CET", -1 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT ", -1 },
		{ "Sun, 06 Nov 1994 25:49:37 GMT", -1 },
		{ "Sun, 06 ovD 1994 08:49:37 GMT", -1 },
		{ "Sun, -6 Nov 1994 08:49:37 GMT", -1 },
		{ "1994-11-06T08:49:37Z", -1 },
		/* what sscanf() takes for one */
		{ "Sun, 6 Nov 1994 08:49:37 GMT", -1 },
		{ "Sun,  06 Nov 1994 08:49:37 GMT", -1 },
		{ "Sun,06 Nov 1994 08:49:37 GMT", -1 },
		{ " Sun, 06 Nov 1994 08:49:37 GMT", -1 },
		{ "Sun, +6 Nov 1994 08:49:37 GMT", -1 },
		{ "Sun, 06 Nov +994 08:49:37 GMT", -1 },
		{ "Sun, 06 Nov 94 08:49:37 GMT", -1 },
		{ "Sun, 06 Nov 1994 8:49:37 GMT", -1 },
		{ "Sun, 06 Nov 1994 08:49: 7 GMT", -1 },
		{ "Sun, 06 nov 1994 08:49:37 GMT", -1 },
		{ "Xxx, 06 Nov 1994 08:49:37 GMT", -1 },
		{ "S, 06 Nov 1994 08:49:37 GMT", -1 },
		{ "Sunday, 06 Nov 1994 08:49:37 GMT", -1 },
		{ "Sun, 06-Nov-94 08:49:37 GMT", -1 },
		{ "Sunday, 06-Nov-1994 08:49:37 GMT", -1 },
		{ "Sunday, 6-Nov-94 08:49:37 GMT", -1 },
		{ "Sun Nov 6 08:49:37 1994", -1 },
		{ "Sun Nov 06 08:49:37 1994", 37000 },
		{ "Sun Nov  6 08:49:37 1994 GMT", -1 },
		{ "Sun Nov  6 08:49:37 94", -1 },
	};
	int64_t now;

	(void)state;
	assert_true(time_parse("1994-11-06T08:49:00Z", &now));
	for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
		if (retry_after(fields[i].value, now) != fields[i].ms)
			fail_msg("\"%s\": %lld", fields[i].value,
				 (long long)retry_after(fields[i].value, now));
}

static void settles_the_century(void **state)
{
	int64_t now, ms, expected;

	(void)state;
	assert_true(time_parse("2026-01-01T00:00:00Z", &now));
	assert_true(http_date_parse("Monday, 02-Jan-76 00:00:00 GMT", now, &ms));
	assert_true(time_parse("2076-01-02T00:00:00Z", &expected));
	assert_int_equal(ms, expected);
	assert_true(http_date_parse("Monday, 02-Jan-77 00:00:00 GMT", now, &ms));
	assert_true(time_parse("1977-01-02T00:00:00Z", &expected));
	assert_int_equal(ms, expected);
}

/* --- a GET ------------------------------------------------------------------------- */

struct got {
	int failed;
	int status;
	struct scanreq_error err;
	int64_t waits[8];
	size_t wait_count;
};

static void get(const struct exchange *exchanges, size_t count, int retries, struct got *got)
{
	struct http_transport *t CLEANUP(http_transport_free) = scripted_transport(exchanges,
										   count);
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct url url CLEANUP_URL = { 0 };
	const struct http_request request = { .method = "GET", .url = &url, .max_body = 100 };
	const int64_t *waits;

	*got = (struct got){ .failed = 0 };
	t->retries = retries;
	assert_int_equal(url_parse(URL, NULL, &url, NULL), 0);
	got->failed = retry_get(t, NULL, &request, &response, &got->err);
	got->status = response.status;
	scripted_done(t);
	waits = scripted_waits(t, &got->wait_count);
	assert_true(got->wait_count <= ARRAY_LENGTH(got->waits));
	memcpy(got->waits, waits, got->wait_count * sizeof(*waits));
}

static void tries_again(void **state)
{
	static const struct exchange exchanges[] = {
		{ GET, .fails = SCANREQ_E_UNAVAILABLE, .temporary = true, .sent = true },
		{ GET, .status = 503, .answer_body = "busy" },
		{ GET, .status = 429 },
		{ GET, .status = 200, .answer_body = "fine" },
	};
	struct got got;

	(void)state;
	get(exchanges, 4, 3, &got);
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.status, 200);
	/* A short wait after the 429 is made longer by the pace. */
	assert_in_range(got.wait_count, 3, 4);
	for (size_t i = 0; i < 3; i++)
		assert_in_range(got.waits[i], 0, (1000 << i) - 1);
}

static void gives_up(void **state)
{
	static const struct exchange busy[] = {
		{ GET, .status = 502 }, { GET, .status = 500 }, { GET, .status = 504 },
	};
	static const struct exchange broken[] = {
		{ GET, .status = 408 },
		{ GET, .fails = SCANREQ_E_UNAVAILABLE, .temporary = true },
	};
	struct got got;

	(void)state;
	get(busy, 3, 2, &got);
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.status, 504);
	assert_int_equal(got.wait_count, 2);
	get(broken, 2, 1, &got);
	assert_int_equal(got.failed, SCANREQ_E_UNAVAILABLE);
	assert_string_equal(got.err.message, "scripted failure");
	get(busy, 1, 0, &got);
	assert_int_equal(got.status, 502);
	assert_int_equal(got.wait_count, 0);
}

static void takes_no_for_an_answer(void **state)
{
	static const struct exchange certain[] = {
		{ GET, .status = 404 },
		{ GET, .status = 401 },
		{ GET, .status = 307 },
		{ GET, .status = 501 },
		{ GET, .fails = SCANREQ_E_UNAVAILABLE },
		{ GET, .fails = SCANREQ_E_UNREADABLE, .sent = true },
	};
	struct got got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(certain); i++) {
		get(&certain[i], 1, 3, &got);
		assert_int_equal(got.failed, certain[i].fails);
		assert_int_equal(got.wait_count, 0);
	}
}

static void comes_back_when_told(void **state)
{
	const struct exchange exchanges[] = {
		{ GET, .status = 429, .answer_headers = HEADERS("Retry-After: 7") },
		{ GET, .status = 503,
		  .answer_headers = HEADERS("date: Sun, 06 Nov 1994 08:49:37 GMT",
					    "retry-after: Sun, 06 Nov 1994 08:50:37 GMT") },
		{ GET, .status = 503, .answer_headers = HEADERS("Retry-After: -5") },
		{ GET, .status = 429, .answer_headers = HEADERS("Retry-After: 61") },
		{ GET, .status = 429, .answer_headers = HEADERS("Retry-After: 600") },
	};
	struct got got;

	(void)state;
	get(exchanges, 5, 1, &got);
	assert_int_equal(got.status, 429);
	/* A short wait of its own is made longer by the pace. */
	assert_in_range(got.wait_count, 4, 5);
	assert_int_equal(got.waits[0], 7000);
	assert_int_equal(got.waits[1], 60000);
	assert_in_range(got.waits[2], 0, 999); /* the one attempt that it may spend */
	assert_int_equal(got.waits[got.wait_count - 1], 61000);
}

/* The host asks one request to wait: those after it wait for their turns, other hosts' do not. */
static void leaves_the_host_alone(void **state)
{
	const struct exchange exchanges[] = {
		{ GET, .status = 429, .answer_headers = HEADERS("Retry-After: 40") },
		{ GET, .status = 200 },
		{ GET, .status = 200 },
		{ "GET", "https://other.example.com/v2/", .status = 200 },
	};
	struct http_transport *t CLEANUP(http_transport_free) = scripted_transport(exchanges, 4);
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct url url CLEANUP_URL = { 0 }, other CLEANUP_URL = { 0 };
	struct http_request request = { .method = "GET", .url = &url, .max_body = 100 };
	const int64_t *waits;
	size_t count;

	(void)state;
	assert_int_equal(url_parse(URL, NULL, &url, NULL), 0);
	assert_int_equal(url_parse(exchanges[3].url, NULL, &other, NULL), 0);
	t->retries = 1;
	assert_int_equal(retry_get(t, NULL, &request, &response, NULL), 0);
	waits = scripted_waits(t, &count);
	assert_int_equal(count, 1);
	assert_int_equal(waits[0], 40000);
	assert_int_equal(retry_get(t, NULL, &request, &response, NULL), 0);
	waits = scripted_waits(t, &count);
	assert_int_equal(count, 2);
	assert_in_range(waits[1], 1, 125);
	request.url = &other;
	assert_int_equal(retry_get(t, NULL, &request, &response, NULL), 0);
	scripted_waits(t, &count);
	assert_int_equal(count, 2);
	scripted_done(t);
}

static void stops_when_cancelled(void **state)
{
	struct http_transport *t CLEANUP(http_transport_free) = scripted_transport(NULL, 0);
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct url url CLEANUP_URL = { 0 };
	const struct http_request request = { .method = "GET", .url = &url, .max_body = 100 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	assert_int_equal(url_parse(URL, NULL, &url, NULL), 0);
	t->retries = 3;
	http_transport_cancel(t);
	assert_int_equal(retry_get(t, NULL, &request, &response, &err), SCANREQ_E_CANCELLED);
	assert_int_equal(err.klass, SCANREQ_E_CANCELLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_statuses),
		cmocka_unit_test(doubles_up_to_a_minute),
		cmocka_unit_test(reads_retry_after),
		cmocka_unit_test(settles_the_century),
		cmocka_unit_test(tries_again),
		cmocka_unit_test(gives_up),
		cmocka_unit_test(takes_no_for_an_answer),
		cmocka_unit_test(comes_back_when_told),
		cmocka_unit_test(leaves_the_host_alone),
		cmocka_unit_test(stops_when_cancelled),
	};

	return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
