/* SPDX-License-Identifier: MIT */
/* The decision table of docs/verdict.md, row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "cloud/findings/gate.h"

#define SENT_MS INT64_C(1717430400000)
#define FINISH_MS (SENT_MS + 100000)
#define ANY SCANREQ_FAIL_ON_ANY
#define ASAP SCANREQ_FAIL_ON_ASAP
#define LATER SCANREQ_FAIL_ON_LATER
#define MALICIOUS SCANREQ_FAIL_ON_MALICIOUS
#define SENSITIVE SCANREQ_FAIL_ON_SENSITIVE

/* Everything that a pass takes, with nothing reported. */
static struct observed all_is_well(void)
{
	return (struct observed){
		.has_task = true,
		.task = SCANREQ_TASK_STATE_SUCCEEDED,
		.since_ms = SENT_MS,
		.finish_ms = FINISH_MS,
		.asset_seen = true,
		.last_scan_ms = FINISH_MS,
		.first = { .at_ms = FINISH_MS + 1000 },
		.last = { .at_ms = FINISH_MS + GATE_SETTLE_MS },
		.readings = 2,
	};
}

/* Adds findings to both readings. */
static void report(struct observed *o, enum scanreq_category category, int necessity, int64_t n)
{
	struct finding_counts *readings[] = { &o->first, &o->last };

	for (size_t i = 0; i < ARRAY_LENGTH(readings); i++) {
		struct finding_count *c = &readings[i]->categories[category];

		c->total += n;
		if (necessity >= 0)
			c->by[necessity] += n;
	}
}

static void assert_decides(const struct observed *o, unsigned int fail_on,
			   enum gate_reason reason, int klass)
{
	assert_int_equal(gate_decide(o, fail_on), reason);
	assert_int_equal(gate_class(reason), klass);
}

static void assert_no_verdict(const struct observed *o, enum gate_reason reason)
{
	assert_decides(o, ANY | MALICIOUS | SENSITIVE, reason, SCANREQ_E_NO_VERDICT);
}

static void test_nothing_reported_passes(void **state)
{
	struct observed o = all_is_well();

	(void)state;
	assert_decides(&o, ANY | MALICIOUS | SENSITIVE, GATE_NOTHING_REPORTED, 0);
	o.result = "SUCCESS";
	o.asset_result = "";
	assert_decides(&o, ASAP, GATE_NOTHING_REPORTED, 0);
}

static void test_below_the_threshold_passes(void **state)
{
	struct observed o = all_is_well();

	(void)state;
	report(&o, SCANREQ_CATEGORY_SYSTEM, SCANREQ_NECESSITY_NNTF, 3);
	report(&o, SCANREQ_CATEGORY_APPLICATION, SCANREQ_NECESSITY_NNTF, 1);
	assert_decides(&o, LATER, GATE_BELOW_THRESHOLD, 0);
	assert_decides(&o, ASAP, GATE_BELOW_THRESHOLD, 0);
	/* Reported findings need no further minutes. */
	o.last.at_ms = FINISH_MS + 1;
	o.finish_ms = 0;
	assert_decides(&o, ASAP, GATE_BELOW_THRESHOLD, 0);
	report(&o, SCANREQ_CATEGORY_APPLICATION, SCANREQ_NECESSITY_LATER, 1);
	assert_decides(&o, ASAP, GATE_BELOW_THRESHOLD, 0);
}

static void test_at_the_threshold_fails(void **state)
{
	static const struct {
		int category, necessity;
		unsigned int fail_on;
	} rows[] = {
		{ SCANREQ_CATEGORY_SYSTEM, SCANREQ_NECESSITY_ASAP, ASAP },
		{ SCANREQ_CATEGORY_APPLICATION, SCANREQ_NECESSITY_ASAP, LATER },
		{ SCANREQ_CATEGORY_SYSTEM, SCANREQ_NECESSITY_UNCLASSIFIED, ASAP },
		{ SCANREQ_CATEGORY_APPLICATION, SCANREQ_NECESSITY_LATER, LATER },
		{ SCANREQ_CATEGORY_SYSTEM, SCANREQ_NECESSITY_NNTF, ANY },
		{ SCANREQ_CATEGORY_MALICIOUS, -1, MALICIOUS },
		{ SCANREQ_CATEGORY_SENSITIVE, -1, ASAP | SENSITIVE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct observed o = all_is_well();

		report(&o, (enum scanreq_category)rows[i].category, rows[i].necessity, 2);
		assert_decides(&o, rows[i].fail_on, GATE_REPORTED, SCANREQ_E_FINDINGS);
		assert_int_equal(gate_at_threshold(&o.last, rows[i].fail_on), 2);
		o.readings = 1;
		assert_decides(&o, rows[i].fail_on, GATE_REPORTED, SCANREQ_E_FINDINGS);
	}
}

/* Findings of categories that the gate does not ask about do not fail it. */
static void test_other_categories_do_not_count(void **state)
{
	struct observed o = all_is_well();

	(void)state;
	report(&o, SCANREQ_CATEGORY_BASELINE, -1, 5);
	report(&o, SCANREQ_CATEGORY_MALICIOUS, -1, 5);
	report(&o, SCANREQ_CATEGORY_SENSITIVE, -1, 5);
	assert_decides(&o, ANY, GATE_NOTHING_REPORTED, 0);
}

static void test_on_record_fails_and_never_passes(void **state)
{
	struct observed o = all_is_well();

	(void)state;
	o.task = SCANREQ_TASK_STATE_UNSEEN;
	report(&o, SCANREQ_CATEGORY_SYSTEM, SCANREQ_NECESSITY_LATER, 1);
	assert_decides(&o, ANY, GATE_ON_RECORD, SCANREQ_E_FINDINGS);
	assert_decides(&o, ASAP, GATE_TASK_UNSEEN, SCANREQ_E_NO_VERDICT);
	o.has_task = false;
	assert_decides(&o, ANY, GATE_ON_RECORD, SCANREQ_E_FINDINGS);
	assert_decides(&o, ASAP, GATE_NO_TASK, SCANREQ_E_NO_VERDICT);
	o = all_is_well();
	o.last_scan_ms = SENT_MS - 1;
	report(&o, SCANREQ_CATEGORY_SYSTEM, SCANREQ_NECESSITY_LATER, 1);
	assert_decides(&o, ANY, GATE_ON_RECORD, SCANREQ_E_FINDINGS);
}

static void test_the_task(void **state)
{
	struct observed o = all_is_well();

	(void)state;
	o.has_task = false;
	assert_no_verdict(&o, GATE_NO_TASK);
	o.has_task = true;
	o.task = SCANREQ_TASK_STATE_UNSEEN;
	assert_no_verdict(&o, GATE_TASK_UNSEEN);
	o.task = SCANREQ_TASK_STATE_RUNNING;
	assert_no_verdict(&o, GATE_TASK_RUNNING);
	o.task = SCANREQ_TASK_STATE_FAILED;
	assert_no_verdict(&o, GATE_TASK_FAILED);
	o.task = SCANREQ_TASK_STATE_TIMED_OUT;
	assert_no_verdict(&o, GATE_TASK_FAILED);
}

static void test_error_words(void **state)
{
	struct observed o = all_is_well();

	(void)state;
	o.result = "TASK_NOT_SUPPORT_REGION";
	assert_no_verdict(&o, GATE_ERROR_WORD);
	o.result = "success";
	assert_no_verdict(&o, GATE_ERROR_WORD);
	o.result = NULL;
	o.asset_result = "TASK_NOT_EXISTS";
	assert_no_verdict(&o, GATE_ERROR_WORD);
}

static void test_unknown_counts(void **state)
{
	(void)state;
	for (int i = 0; i <= SCANREQ_CATEGORY_APPLICATION; i++) {
		struct observed o = all_is_well();

		o.last.categories[i].total = -1;
		assert_no_verdict(&o, GATE_COUNTS_UNKNOWN);
		for (int k = 0; k < SCANREQ_NECESSITY_COUNT_; k++) {
			o = all_is_well();
			o.last.categories[i].by[k] = -1;
			assert_no_verdict(&o, GATE_COUNTS_UNKNOWN);
		}
	}
}

static void test_unknown_categories(void **state)
{
	static const enum scanreq_category files[] = { SCANREQ_CATEGORY_MALICIOUS,
						       SCANREQ_CATEGORY_SENSITIVE };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
		struct observed o = all_is_well();

		o.first.categories[files[i]].total = o.last.categories[files[i]].total = -1;
		assert_no_verdict(&o, GATE_CATEGORY_UNKNOWN);
		assert_decides(&o, ANY, GATE_NOTHING_REPORTED, 0);
	}
}

static void test_the_asset(void **state)
{
	struct observed o = all_is_well();

	(void)state;
	o.asset_seen = false;
	assert_no_verdict(&o, GATE_ASSET_UNKNOWN);
	o = all_is_well();
	o.last_scan_ms = SENT_MS - 1;
	assert_no_verdict(&o, GATE_ASSET_OLD);
	o.last_scan_ms = 0;
	assert_no_verdict(&o, GATE_ASSET_OLD);
	o.last_scan_ms = SENT_MS;
	assert_decides(&o, ANY, GATE_NOTHING_REPORTED, 0);
	o.since_ms = 0;
	assert_no_verdict(&o, GATE_ASSET_OLD);
}

static void test_two_readings(void **state)
{
	struct observed o = all_is_well();

	(void)state;
	o.readings = 1;
	assert_no_verdict(&o, GATE_ONE_READING);
	o = all_is_well();
	o.first.categories[SCANREQ_CATEGORY_SYSTEM].total = 1;
	assert_no_verdict(&o, GATE_READINGS_DIFFER);
}

static void test_zero_needs_five_minutes(void **state)
{
	struct observed o = all_is_well();

	(void)state;
	o.last.at_ms = FINISH_MS + GATE_SETTLE_MS - 1;
	assert_no_verdict(&o, GATE_TOO_EARLY);
	o = all_is_well();
	o.finish_ms = 0;
	assert_no_verdict(&o, GATE_TOO_EARLY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_reported_passes),
		cmocka_unit_test(test_below_the_threshold_passes),
		cmocka_unit_test(test_at_the_threshold_fails),
		cmocka_unit_test(test_other_categories_do_not_count),
		cmocka_unit_test(test_on_record_fails_and_never_passes),
		cmocka_unit_test(test_the_task),
		cmocka_unit_test(test_error_words),
		cmocka_unit_test(test_unknown_counts),
		cmocka_unit_test(test_unknown_categories),
		cmocka_unit_test(test_the_asset),
		cmocka_unit_test(test_two_readings),
		cmocka_unit_test(test_zero_needs_five_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
