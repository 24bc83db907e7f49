/* SPDX-License-Identifier: MIT */
/* The pace of requests to a host: spacing, refusals, growth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "net/pace.h"

#define SECOND 1000000

struct test {
	struct paces *paces;
	struct url url;
	char host[LIMIT_HOST + 2];
};

static int begin(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->paces = paces_new();
	assert_non_null(t->paces);
	memcpy(t->host, "tds.example.com", sizeof("tds.example.com"));
	t->url = (struct url){ .https = true, .host = t->host, .port = 443 };
	*state = t;
	return 0;
}

static int end(void **state)
{
	struct test *t = *state;

	paces_free(&t->paces);
	free(t);
	return 0;
}

static int64_t take(struct test *t, int64_t now_us)
{
	return pace_take(t->paces, &t->url, now_us).at_us - now_us;
}

static void hosts_without_a_limit_have_no_pace(void **state)
{
	for (int i = 0; i < 1000; i++)
		assert_int_equal(take(*state, 5), 0);
}

static void turns_are_evenly_spaced(void **state)
{
	struct test *t = *state;

	pace_limit(t->paces, &t->url, 8);
	for (int i = 0; i < 20; i++)
		assert_int_equal(take(t, 0), i * SECOND / 8);
	/* What was not used is not made up for. */
	assert_int_equal(take(t, 60 * SECOND), 0);
	assert_int_equal(take(t, 60 * SECOND), SECOND / 8);
}

static void limits_can_be_below_one_a_second(void **state)
{
	struct test *t = *state;

	pace_limit(t->paces, &t->url, 0.25);
	assert_int_equal(take(t, 0), 0);
	assert_int_equal(take(t, 0), 4 * SECOND);
}

static void hosts_are_paced_apart(void **state)
{
	struct test *t = *state;
	struct url other = t->url;

	pace_limit(t->paces, &t->url, 1);
	assert_int_equal(take(t, 0), 0);
	other.port = 8443;
	assert_int_equal(pace_take(t->paces, &other, 0).at_us, 0);
	other = t->url;
	other.https = false;
	assert_int_equal(pace_take(t->paces, &other, 0).at_us, 0);
	assert_int_equal(take(t, 0), SECOND);
}

static void refusals_halve_the_rate_once_a_second(void **state)
{
	struct test *t = *state;

	pace_limit(t->paces, &t->url, 8);
	take(t, 0);
	pace_refused(t->paces, &t->url, -1, 0);
	pace_refused(t->paces, &t->url, -1, SECOND / 2); /* it was sent at the old rate */
	assert_int_equal(take(t, SECOND / 2), SECOND / 4);
	assert_int_equal(take(t, SECOND / 2), SECOND / 2);
	pace_refused(t->paces, &t->url, -1, 2 * SECOND);
	assert_int_equal(take(t, 2 * SECOND), SECOND / 2);
	for (int i = 3; i < 40; i++)
		pace_refused(t->paces, &t->url, -1, i * SECOND);
	assert_int_equal(take(t, 39 * SECOND), 10 * SECOND); /* the lowest rate */
}

static void hints_are_heeded_exactly(void **state)
{
	struct test *t = *state;

	pace_limit(t->paces, &t->url, 8);
	pace_refused(t->paces, &t->url, 20000, 0);
	assert_int_equal(take(t, SECOND), 19 * SECOND);
	assert_int_equal(take(t, SECOND), 19 * SECOND + SECOND / 4); /* one by one */
	pace_refused(t->paces, &t->url, INT64_MAX, 0);
	assert_true(take(t, SECOND) > INT64_C(300) * 24 * 3600 * SECOND);
}

static void refusals_cancel_the_turns_that_are_waited_for(void **state)
{
	struct test *t = *state;
	struct pace_turn first, second;

	pace_limit(t->paces, &t->url, 1);
	first = pace_take(t->paces, &t->url, 0);
	second = pace_take(t->paces, &t->url, 0);
	assert_true(pace_keeps(t->paces, &t->url, &first));
	pace_refused(t->paces, &t->url, 5000, 0);
	assert_false(pace_keeps(t->paces, &t->url, &second));
	second = pace_take(t->paces, &t->url, SECOND);
	assert_int_equal(second.at_us, 5 * SECOND);
	assert_true(pace_keeps(t->paces, &t->url, &second));
}

static void the_rate_grows_back_to_the_limit(void **state)
{
	struct test *t = *state;
	int64_t now = 0, gap = 0;

	pace_limit(t->paces, &t->url, 8);
	pace_refused(t->paces, &t->url, 0, 0);
	for (int answers = 0; answers < 200; answers++) {
		int64_t wait = take(t, now);

		assert_true(answers < 2 || wait <= gap);
		gap = answers ? wait : SECOND / 4;
		now += wait;
		pace_passed(t->paces, &t->url);
	}
	assert_int_equal(gap, SECOND / 8);
}

static void a_host_without_a_limit_is_forgiven(void **state)
{
	struct test *t = *state;

	for (int i = 0; i < 400; i++)
		take(t, i);
	pace_refused(t->paces, &t->url, 0, 1000);
	assert_int_equal(take(t, 1000), 0);
	assert_int_equal(take(t, 1000), SECOND / 200);
	for (int i = 0; i < 20000; i++)
		pace_passed(t->paces, &t->url);
	take(t, 60 * SECOND);
	assert_int_equal(take(t, 60 * SECOND), 0);
}

/* A cloud of blob hosts takes the places of those that were asked the longest time ago. */
static void places_are_taken_over(void **state)
{
	struct test *t = *state;
	char host[32];
	struct url other = { .https = true, .host = host, .port = 443 };

	pace_limit(t->paces, &t->url, 1);
	assert_int_equal(take(t, 10 * SECOND), 0);
	for (int i = 0; i < 3 * LIMIT_PACES; i++) {
		snprintf(host, sizeof(host), "blob%d.example.com", i);
		assert_int_equal(pace_take(t->paces, &other, i).at_us, i);
	}
	assert_int_equal(take(t, 10 * SECOND), SECOND);
}

static void hosts_that_are_too_long_have_no_pace(void **state)
{
	struct test *t = *state;

	memset(t->host, 'a', LIMIT_HOST + 1);
	pace_limit(t->paces, &t->url, 1);
	pace_refused(t->paces, &t->url, 1000, 0);
	pace_passed(t->paces, &t->url);
	assert_int_equal(take(t, 0), 0);
	assert_int_equal(take(t, 0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hosts_without_a_limit_have_no_pace),
		TEST(turns_are_evenly_spaced),
		TEST(limits_can_be_below_one_a_second),
		TEST(hosts_are_paced_apart),
		TEST(refusals_halve_the_rate_once_a_second),
		TEST(hints_are_heeded_exactly),
		TEST(refusals_cancel_the_turns_that_are_waited_for),
		TEST(the_rate_grows_back_to_the_limit),
		TEST(a_host_without_a_limit_is_forgiven),
		TEST(places_are_taken_over),
		TEST(hosts_that_are_too_long_have_no_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
