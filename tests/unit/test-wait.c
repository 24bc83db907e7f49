/* SPDX-License-Identifier: MIT */
/* How often a task is looked at, how long between the looks, and what an answer means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "cloud/scan/wait.h"
#include "tests/unit/fixture.h"

#define HEX "a8c9f3765684cd8d9053db9523eab58878e99a199217500efd9ae2a860a7e01e"
#define ID "fc98d58eb56f699d49bf7ebbd6d70000"
#define LATEST "https://tds.cn-shanghai.aliyuncs.com/?Digest=" HEX
#define HOUR_MS (60L * 60 * 1000)

#define SAYS(id, status_) \
	"{\"RequestId\":\"R-1\",\"Task\":[{\"TaskId\":\"" id "\",\"Status\":\"" status_ "\"}]}"
#define LOOK(http, body_) \
	{ .method = "POST", .url = LATEST, .status = (http), .answer_body = (body_) }
#define HINT(http, body_, ...) \
	{ .method = "POST", .url = LATEST, .status = (http), .answer_body = (body_), \
	  .answer_headers = (const char *const[]){ __VA_ARGS__, NULL } }

static const struct wait_for patient = {
	.digest = "sha256:" HEX, .task_id = ID, .timeout_ms = HOUR_MS, .poll_ms = 1000
};

struct wait_bench {
	struct fixture b;
	struct scanreq_task *task;
	const int64_t *waits;
	size_t wait_count;
	int retries; /* of the transport */
};

static void wait_bench_free(struct wait_bench *w)
{
	task_free(&w->task);
	fixture_free(&w->b);
}
#define CLEANUP_WAIT_BENCH CLEANUP(wait_bench_free)

/* Plays the exchanges, all of which must happen, and returns the class. */
static int wait_with(struct wait_bench *w, const struct wait_for *what,
		     const struct exchange *exchanges, size_t count)
{
	int klass;

	fixture_start(&w->b, exchanges, count);
	w->b.transport->retries = w->retries;
	klass = wait_for_task(&w->b.context, what, &w->task, &w->b.err);
	scripted_done(w->b.transport);
	w->waits = scripted_waits(w->b.transport, &w->wait_count);
	assert_int_equal(klass, w->b.err.klass);
	assert_non_null(w->task);
	assert_int_equal(w->task->polls, count);
	return klass;
}

static void test_the_wait_grows(void **state)
{
	const struct exchange looks[] = {
		LOOK(200, SAYS(ID, "START")), LOOK(200, SAYS(ID, "START")),
		LOOK(200, SAYS(ID, "START")), LOOK(200, SAYS(ID, "SUCCESS")),
	};
	struct wait_bench w CLEANUP_WAIT_BENCH = { 0 };

	(void)state;
	assert_int_equal(wait_with(&w, &patient, looks, 4), 0);
	assert_int_equal(w.wait_count, 3);
	assert_int_equal(w.waits[0], 1000);
	assert_int_equal(w.waits[1], 1500);
	assert_int_equal(w.waits[2], 2250);
	assert_int_equal(w.task->state, SCANREQ_TASK_STATE_SUCCEEDED);
}

static void test_the_wait_has_a_maximum(void **state)
{
	(void)state;
	assert_int_equal(wait_longer(5000), 7500);
	assert_int_equal(wait_longer(50000), WAIT_POLL_MAX_MS);
	assert_int_equal(wait_longer(WAIT_POLL_MAX_MS), WAIT_POLL_MAX_MS);
	/* Who asks for rarer looks gets them. */
	assert_int_equal(wait_longer(2 * WAIT_POLL_MAX_MS), 2 * WAIT_POLL_MAX_MS);
}

/* x-acs-retry-after is milliseconds. */
static void test_a_server_that_asks_for_a_wait_gets_it(void **state)
{
	const struct exchange looks[] = {
		HINT(400, "{\"Code\":\"Throttling.User\"}", "x-acs-retry-after: 7000"),
		LOOK(200, SAYS(ID, "SUCCESS")),
	};
	struct wait_bench w CLEANUP_WAIT_BENCH = { 0 };

	(void)state;
	assert_int_equal(wait_with(&w, &patient, looks, 2), 0);
	assert_int_equal(w.wait_count, 1);
	assert_int_equal(w.waits[0], 7000);
}

/* Neither within the time that is left, nor afterwards. */
static void test_a_server_that_asks_for_too_long_a_wait_is_left_alone(void **state)
{
	static const char *const fields[] = { "Retry-After: 3600", "x-acs-retry-after: 3600000" };
	const struct wait_for once = { .digest = HEX, .task_id = ID };
	const struct wait_for short_one = {
		.digest = HEX, .task_id = ID, .timeout_ms = HOUR_MS / 2, .poll_ms = 1000,
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LENGTH(fields); i++) {
		const struct exchange looks[] = {
			HINT(429, "{\"Code\":\"Throttling.User\"}", fields[i % 2]),
		};
		struct wait_bench w CLEANUP_WAIT_BENCH = { .retries = 3 };

		assert_int_equal(wait_with(&w, i < 2 ? &once : &short_one, looks, 1),
				 SCANREQ_E_UNSEEN);
		assert_int_equal(w.wait_count, 0);
		assert_non_null(strstr(w.b.err.message, "a wait of 3600 s, too long to wait for"));
		assert_non_null(strstr(w.b.err.message, "Throttling.User"));
	}
}

/* A look past the end comes no earlier than the service asks for. */
static void test_a_wish_at_the_end_is_heeded(void **state)
{
	const struct exchange looks[] = {
		HINT(429, "{}", "Retry-After: 30"), LOOK(200, SAYS(ID, "SUCCESS")),
	};
	const struct wait_for short_one = {
		.digest = HEX, .task_id = ID, .timeout_ms = 10000, .poll_ms = 1000,
	};
	struct wait_bench w CLEANUP_WAIT_BENCH = { .retries = 1 };

	(void)state;
	assert_int_equal(wait_with(&w, &short_one, looks, 2), 0);
	assert_int_equal(w.wait_count, 1);
	assert_int_equal(w.waits[0], 30000);
}

static void test_looking_once_asks_once(void **state)
{
	const struct exchange looks[] = { LOOK(200, SAYS(ID, "PROCESSING")) };
	const struct wait_for once = { .digest = HEX, .task_id = ID };
	struct wait_bench w CLEANUP_WAIT_BENCH = { 0 };

	(void)state;
	assert_int_equal(wait_with(&w, &once, looks, 1), SCANREQ_E_UNSEEN);
	assert_int_equal(w.wait_count, 0);
	assert_int_equal(w.task->state, SCANREQ_TASK_STATE_RUNNING);
	assert_non_null(strstr(w.b.err.message, "PROCESSING"));
}

static void test_another_task_is_believed_the_third_time(void **state)
{
	const struct exchange looks[] = {
		LOOK(200, SAYS("0000", "SUCCESS")), LOOK(200, SAYS("0000", "SUCCESS")),
		LOOK(200, SAYS("0000", "SUCCESS")),
	};
	struct wait_bench w CLEANUP_WAIT_BENCH = { 0 };

	(void)state;
	assert_int_equal(wait_with(&w, &patient, looks, 3), SCANREQ_E_UNSEEN);
	assert_int_equal(w.task->state, SCANREQ_TASK_STATE_UNSEEN);
}

static void test_a_refusal_is_final(void **state)
{
	const struct exchange looks[] = {
		LOOK(403, "{\"Code\":\"NoPermission\",\"Message\":\"m\",\"RequestId\":\"R-7\"}"),
	};
	struct wait_bench w CLEANUP_WAIT_BENCH = { 0 };

	(void)state;
	assert_int_equal(wait_with(&w, &patient, looks, 1), SCANREQ_E_UNSEEN);
	assert_string_equal(w.b.err.service_code, "NoPermission");
	assert_string_equal(w.b.err.request_id, "R-7");
	assert_int_equal(w.b.err.http_status, 403);
	assert_non_null(strstr(w.b.err.message, "yundun-sas:DescribeImageLatestScanTask"));
}

static void test_a_cancelled_wait_is_cancelled(void **state)
{
	const struct exchange looks[] = {
		{ .method = "POST", .url = LATEST, .fails = SCANREQ_E_CANCELLED },
	};
	struct wait_bench w CLEANUP_WAIT_BENCH = { 0 };

	(void)state;
	assert_int_equal(wait_with(&w, &patient, looks, 1), SCANREQ_E_CANCELLED);
}

static void test_what_is_wrong_here_is_never_asked(void **state)
{
	static const struct wait_for wrong[] = {
		{ .digest = NULL, .task_id = ID },
		{ .digest = "", .task_id = ID },
		{ .digest = "sha512:" HEX, .task_id = ID },
		{ .digest = HEX "0", .task_id = ID },
		{ .digest = "A8c9f3765684cd8d9053db9523eab58878e99a199217500efd9ae2a860a7e01e",
		  .task_id = ID },
		{ .digest = HEX, .task_id = "" },
		{ .digest = HEX, .task_id = NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct wait_bench w CLEANUP_WAIT_BENCH = { 0 };

		assert_int_equal(wait_with(&w, &wrong[i], NULL, 0), SCANREQ_E_USAGE);
	}
}

static void test_states(void **state)
{
	(void)state;
	assert_int_equal(task_state_of("SUCCESS"), SCANREQ_TASK_STATE_SUCCEEDED);
	assert_int_equal(task_state_of("FAIL"), SCANREQ_TASK_STATE_FAILED);
	assert_int_equal(task_state_of("TIMOUT"), SCANREQ_TASK_STATE_TIMED_OUT);
	assert_int_equal(task_state_of("TIMEOUT"), SCANREQ_TASK_STATE_TIMED_OUT);
	assert_int_equal(task_state_of("success"), SCANREQ_TASK_STATE_RUNNING);
	assert_int_equal(task_state_of("A_STATE_OF_TOMORROW"), SCANREQ_TASK_STATE_RUNNING);
	assert_int_equal(task_state_of(NULL), SCANREQ_TASK_STATE_RUNNING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_wait_grows),
		cmocka_unit_test(test_the_wait_has_a_maximum),
		cmocka_unit_test(test_a_server_that_asks_for_a_wait_gets_it),
		cmocka_unit_test(test_a_server_that_asks_for_too_long_a_wait_is_left_alone),
		cmocka_unit_test(test_a_wish_at_the_end_is_heeded),
		cmocka_unit_test(test_looking_once_asks_once),
		cmocka_unit_test(test_another_task_is_believed_the_third_time),
		cmocka_unit_test(test_a_refusal_is_final),
		cmocka_unit_test(test_a_cancelled_wait_is_cancelled),
		cmocka_unit_test(test_what_is_wrong_here_is_never_asked),
		cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
