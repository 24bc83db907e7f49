/* SPDX-License-Identifier: MIT */
/* Which submissions are sent again, after which wait, and what becomes of doubt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/time.h"
#include "tests/unit/fixture.h"

#define THROTTLED "{\"Code\":\"Throttling.User\",\"Message\":\"slow\",\"RequestId\":\"R-1\"}"
#define BUSY "{\"Code\":\"ServiceUnavailable\",\"Message\":\"busy\",\"RequestId\":\"R-1\"}"
#define EXPIRED "{\"Code\":\"InvalidTimeStamp.Expired\",\"Message\":\"m\",\"RequestId\":\"R-1\"}"
#define ANSWER(status_, body_) { FIXTURE_EXCHANGE, .status = (status_), .answer_body = (body_) }
#define HINT(status_, body_, ...) \
	{ FIXTURE_EXCHANGE, .status = (status_), .answer_body = (body_), \
	  .answer_headers = (const char *const[]){ __VA_ARGS__, NULL } }
#define FAILURE(class_, sent_, temporary_) \
	{ FIXTURE_EXCHANGE, .fails = (class_), .sent = (sent_), .temporary = (temporary_) }

static int send_with(struct fixture *b, const struct exchange *exchanges, size_t count, int retries)
{
	int klass;

	fixture_start(b, exchanges, count);
	b->transport->retries = retries;
	klass = fixture_send(b);
	scripted_done(b->transport);
	assert_int_equal(klass, b->err.klass);
	return klass;
}

static const int64_t *waits_of(const struct fixture *b, size_t expected)
{
	size_t count;
	const int64_t *waits = scripted_waits(b->transport, &count);

	assert_int_equal(count, expected);
	return waits;
}

static void assert_state(const struct fixture *b, enum scanreq_status status, int attempts)
{
	assert_int_equal(b->submission->status, status);
	assert_int_equal(b->submission->attempts, attempts);
	assert_no_secrets(b);
}

/* Nothing came of the first ones: the last one's answer counts. */
static void test_harmless_failures_are_repeated(void **state)
{
	const struct exchange exchanges[] = {
		FAILURE(SCANREQ_E_UNAVAILABLE, false, true),
		ANSWER(400, THROTTLED),
		ANSWER(429, "<html>"),
		ANSWER(503, BUSY),
		ANSWER(200, ACCEPTED),
	};
	struct fixture b CLEANUP_BENCH = { 0 };
	const int64_t *waits;
	size_t count;

	(void)state;
	assert_int_equal(send_with(&b, exchanges, 5, 4), 0);
	waits = scripted_waits(b.transport, &count);
	assert_in_range(waits[0], 0, 999);
	/* A short wait after a refusal may be followed by one for the pace. */
	assert_in_range(count, 4, 6);
	assert_state(&b, SCANREQ_STATUS_ACCEPTED, 4);
	assert_string_equal(b.submission->texts[SCANREQ_SUBMISSION_REQUEST_ID],
			    "52870893-48A7-5A9E");
	assert_string_equal(b.err.message, "");
	assert_string_equal(b.err.service_code, "");
}

static void test_retries_are_counted(void **state)
{
	const struct exchange exchanges[] = { ANSWER(400, THROTTLED), ANSWER(400, THROTTLED),
					      ANSWER(400, THROTTLED) };

	(void)state;
	for (int retries = 0; retries < 3; retries++) {
		struct fixture b CLEANUP_BENCH = { 0 };
		size_t count;

		assert_int_equal(send_with(&b, exchanges, (size_t)retries + 1, retries),
				 SCANREQ_E_UNAVAILABLE);
		scripted_waits(b.transport, &count);
		assert_in_range(count, retries, 2 * retries);
		assert_state(&b, SCANREQ_STATUS_FAILED, retries + 1);
		assert_string_equal(b.err.service_code, "Throttling.User");
		assert_string_equal(b.err.host, "tds.cn-shanghai.aliyuncs.com");
	}
}

/* x-acs-retry-after is in milliseconds and goes before Retry-After, which is in seconds. */
static void test_hints_are_heeded(void **state)
{
	const struct exchange exchanges[] = {
		HINT(400, THROTTLED, "x-acs-retry-after: 1500", "Retry-After: 30"),
		HINT(429, "", "Retry-After: 2"),
		HINT(400, THROTTLED, "X-Acs-Retry-After: soon", "Retry-After: 3"),
		HINT(400, THROTTLED, "x-acs-retry-after: 60000"),
		ANSWER(200, ACCEPTED),
	};
	static const int64_t asked[] = { 1500, 2000, 3000, 60000 };
	struct fixture b CLEANUP_BENCH = { 0 };
	const int64_t *waits;

	(void)state;
	assert_int_equal(send_with(&b, exchanges, 5, 9), 0);
	waits = waits_of(&b, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(waits[i], asked[i]);
}

static void test_hints_that_are_too_long(void **state)
{
	const struct exchange exchanges[] = {
		HINT(400, THROTTLED, "x-acs-retry-after: 600000"),
		HINT(429, THROTTLED, "Retry-After: 600"),
		HINT(503, BUSY, "Retry-After: 99999999999999999999"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(exchanges); i++) {
		struct fixture b CLEANUP_BENCH = { 0 };

		assert_int_equal(send_with(&b, &exchanges[i], 1, 3), SCANREQ_E_UNAVAILABLE);
		waits_of(&b, 0);
		assert_state(&b, SCANREQ_STATUS_FAILED, 1);
		assert_says(b.err.message, "try again in ");
	}
}

static void test_what_is_settled_is_not_repeated(void **state)
{
	static const struct exchange exchanges[] = {
		ANSWER(403, "{\"Code\":\"NoPermission\"}"),
		ANSWER(400, "{\"Code\":\"InvalidParameter\"}"),
		ANSWER(307, ""),
		ANSWER(200, ACCEPTED),
		FAILURE(SCANREQ_E_UNAVAILABLE, false, false),
		FAILURE(SCANREQ_E_USAGE, false, false),
		FAILURE(SCANREQ_E_CANCELLED, false, false),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(exchanges); i++) {
		struct fixture b CLEANUP_BENCH = { 0 };

		send_with(&b, &exchanges[i], 1, 3);
		waits_of(&b, 0);
	}
}

/* --- doubt ------------------------------------------------------------------------- */

static const struct exchange doubtful[] = {
	FAILURE(SCANREQ_E_UNAVAILABLE, true, true),
	FAILURE(SCANREQ_E_UNREADABLE, true, false),
	ANSWER(500, "{\"Code\":\"ServerError\",\"RequestId\":\"R-1\"}"),
	ANSWER(502, ""),
	ANSWER(503, "{\"Code\":\"ServiceUnavailable\"}"),
	HINT(503, "{\"RequestId\":\"R-1\"}", "Retry-After: 1"),
	ANSWER(504, "<html>"),
	ANSWER(200, "{}"),
	ANSWER(400, "{\"Code\":\"SignatureNonceUsed\",\"RequestId\":\"R-1\"}"),
};

static void test_doubt_is_not_repeated(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(doubtful); i++) {
		struct fixture b CLEANUP_BENCH = { 0 };

		assert_int_equal(send_with(&b, &doubtful[i], 1, 3), SCANREQ_E_UNKNOWN);
		waits_of(&b, 0);
		assert_state(&b, SCANREQ_STATUS_UNKNOWN, 1);
	}
}

/* One that is repeated for a reason of its own does not make a doubtful one harmless. */
static void test_doubt_after_a_harmless_failure(void **state)
{
	const struct exchange exchanges[] = { ANSWER(429, ""), ANSWER(502, "") };
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	assert_int_equal(send_with(&b, exchanges, 2, 3), SCANREQ_E_UNKNOWN);
	assert_state(&b, SCANREQ_STATUS_UNKNOWN, 2);
}

static int send_ambiguous(struct fixture *b, const struct exchange *exchanges, size_t count,
			  int retries)
{
	fixture_start(b, exchanges, count);
	b->transport->retries = retries;
	b->context.retry_ambiguous = true;
	return fixture_send(b);
}

static void test_doubt_is_repeated_on_demand(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(doubtful); i++) {
		const struct exchange exchanges[] = { doubtful[i], ANSWER(200, ACCEPTED) };
		struct fixture b CLEANUP_BENCH = { 0 };

		assert_int_equal(send_ambiguous(&b, exchanges, 2, 1), 0);
		scripted_done(b.transport);
		assert_state(&b, SCANREQ_STATUS_ACCEPTED, 2);
		assert_says(buf_str(&b.lines), "may have made a task, too");
	}
}

static void test_doubt_stays(void **state)
{
	static const struct exchange last[] = {
		FAILURE(SCANREQ_E_UNAVAILABLE, false, false),
		ANSWER(403, "{\"Code\":\"NoPermission\"}"),
		ANSWER(400, THROTTLED),
		ANSWER(502, ""),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(last); i++) {
		const struct exchange exchanges[] = { ANSWER(502, ""), last[i] };
		struct fixture b CLEANUP_BENCH = { 0 };

		assert_int_equal(send_ambiguous(&b, exchanges, 2, 1), SCANREQ_E_UNKNOWN);
		scripted_done(b.transport);
		assert_int_equal(b.submission->status, SCANREQ_STATUS_UNKNOWN);
		assert_says(b.err.message, "do not repeat the request blindly");
	}
}

/* --- clocks ------------------------------------------------------------------------ */

static int64_t signed_at(const struct fixture *b)
{
	int64_t ms;

	assert_true(time_parse(fixture_header(b, "x-acs-date"), &ms));
	return ms;
}

#define HOUR_MS (60 * 60 * INT64_C(1000))
#define DAY_MS (24 * HOUR_MS)

/* The Date of a server whose clock is off by so much. */
static const char *date_off_by(int64_t ms, char field[48])
{
	time_t at = (time_t)((time_now() + ms) / 1000);
	struct tm tm;

	assert_non_null(gmtime_r(&at, &tm));
	assert_true(strftime(field, 48, "Date: %a, %d %b %Y %H:%M:%S GMT", &tm) > 0);
	return field;
}

/* The second attempt bears the service's time, whichever way the clocks differ. */
static void test_clock_is_corrected_once(void **state)
{
	static const struct {
		int64_t off_ms;
		const char *says;
	} clocks[] = {
		{ -2 * HOUR_MS, "ahead of" },
		{ 2 * HOUR_MS, "behind" },
		{ DAY_MS - HOUR_MS, "behind" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(clocks); i++) {
		char date[48];
		const struct exchange exchanges[] = {
			HINT(400, EXPIRED, date_off_by(clocks[i].off_ms, date)),
			ANSWER(200, ACCEPTED),
		};
		struct fixture b CLEANUP_BENCH = { 0 };
		int64_t theirs = time_now() + clocks[i].off_ms;

		assert_int_equal(send_with(&b, exchanges, 2, 0), 0);
		waits_of(&b, 0);
		assert_state(&b, SCANREQ_STATUS_ACCEPTED, 2);
		assert_in_range(signed_at(&b) - theirs + 5000, 0, 120000);
		assert_says(buf_str(&b.lines), clocks[i].says);
	}
}

/* A date that no clock shows which merely runs wrong is not signed by. */
static void test_clock_is_not_corrected_by_days(void **state)
{
	static const int64_t off_ms[] = { DAY_MS + HOUR_MS, -DAY_MS - HOUR_MS, 20000 * DAY_MS };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(off_ms); i++) {
		char date[48];
		const struct exchange exchanges[] = {
			HINT(400, EXPIRED, date_off_by(off_ms[i], date)),
		};
		struct fixture b CLEANUP_BENCH = { 0 };

		assert_int_equal(send_with(&b, exchanges, 1, 3), SCANREQ_E_USAGE);
		assert_state(&b, SCANREQ_STATUS_FAILED, 1);
		assert_says(buf_str(&b.lines), "too far to use its time");
		assert_int_equal(atomic_load(&b.clock.skew_ms), 0);
	}
}

/* The next submission of the run is signed right at once, and nothing is told again. */
static void test_clock_is_remembered(void **state)
{
	char date[48];
	const struct exchange exchanges[] = {
		HINT(400, EXPIRED, date_off_by(-2 * HOUR_MS, date)),
		ANSWER(200, ACCEPTED),
		ANSWER(200, ACCEPTED),
	};
	struct fixture b CLEANUP_BENCH = { 0 };
	const char *warning;
	int64_t theirs = time_now() - 2 * HOUR_MS;

	(void)state;
	fixture_start(&b, exchanges, 3);
	assert_int_equal(fixture_send(&b), 0);
	submission_free(&b.submission);
	assert_int_equal(fixture_send(&b), 0);
	scripted_done(b.transport);
	assert_int_equal(b.submission->attempts, 1);
	assert_in_range(signed_at(&b) - theirs + 5000, 0, 120000);
	warning = strstr(buf_str(&b.lines), "set the clock");
	assert_non_null(warning);
	assert_null(strstr(warning + 1, "set the clock"));
}

static void test_clock_is_not_corrected_twice(void **state)
{
	char date[2][48];
	const struct exchange exchanges[] = {
		HINT(400, EXPIRED, date_off_by(-2 * HOUR_MS, date[0])),
		HINT(400, EXPIRED, date_off_by(-3 * HOUR_MS, date[1])),
	};
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	assert_int_equal(send_with(&b, exchanges, 2, 3), SCANREQ_E_USAGE);
	assert_state(&b, SCANREQ_STATUS_FAILED, 2);
	assert_says(b.err.message, "set it");
}

static void test_clock_without_a_date(void **state)
{
	const struct exchange exchanges[] = {
		ANSWER(400, EXPIRED),
		HINT(400, EXPIRED, "Date: today"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(exchanges); i++) {
		struct fixture b CLEANUP_BENCH = { 0 };

		assert_int_equal(send_with(&b, &exchanges[i], 1, 3), SCANREQ_E_USAGE);
		assert_state(&b, SCANREQ_STATUS_FAILED, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_harmless_failures_are_repeated),
		cmocka_unit_test(test_retries_are_counted),
		cmocka_unit_test(test_hints_are_heeded),
		cmocka_unit_test(test_hints_that_are_too_long),
		cmocka_unit_test(test_what_is_settled_is_not_repeated),
		cmocka_unit_test(test_doubt_is_not_repeated),
		cmocka_unit_test(test_doubt_after_a_harmless_failure),
		cmocka_unit_test(test_doubt_is_repeated_on_demand),
		cmocka_unit_test(test_doubt_stays),
		cmocka_unit_test(test_clock_is_corrected_once),
		cmocka_unit_test(test_clock_is_not_corrected_by_days),
		cmocka_unit_test(test_clock_is_remembered),
		cmocka_unit_test(test_clock_is_not_corrected_twice),
		cmocka_unit_test(test_clock_without_a_date),
	};

	return cmocka_run_group_tests_name("attempts", tests, NULL, NULL);
}
