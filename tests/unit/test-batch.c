/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "pipeline/batch.h"

#define ITEMS 2000

/* A run over numbers, and what it must hold to. */
struct numbers {
	pthread_mutex_t mutex;
	intptr_t count;	     /* of the list */
	intptr_t fail_at;    /* next() fails there; 0: never */
	intptr_t stop_after; /* done() stops there; 0: never */
	intptr_t signal_at;  /* stopped() holds once this was begun; 0: never */
	intptr_t made, taken;
	int at_work, most_at_work;
	intptr_t most_in_memory;
	intptr_t worked, not_worked;
	bool overtaken; /* an item was made while stopped() was asked about another */
	pthread_t caller;
};

static int next(void *arg, void **item)
{
	struct numbers *n = arg;

	pthread_mutex_lock(&n->mutex);
	n->made++;
	if (n->made - n->taken > n->most_in_memory)
		n->most_in_memory = n->made - n->taken;
	*item = (void *)n->made;
	pthread_mutex_unlock(&n->mutex);
	if (n->fail_at && n->made == n->fail_at)
		return SCANREQ_E_USAGE;
	return n->made <= n->count;
}

static void work(void *arg, void *item)
{
	struct numbers *n = arg;

	pthread_mutex_lock(&n->mutex);
	if (++n->at_work > n->most_at_work)
		n->most_at_work = n->at_work;
	pthread_mutex_unlock(&n->mutex);
	for (intptr_t i = 0; i < (intptr_t)item % 7;
	     i++) /* so that they overtake each other */
		sched_yield();
	pthread_mutex_lock(&n->mutex);
	n->at_work--;
	pthread_mutex_unlock(&n->mutex);
}

static bool done(void *arg, void *item, bool worked)
{
	struct numbers *n = arg;
	intptr_t number = (intptr_t)item;
	bool go_on;

	pthread_mutex_lock(&n->mutex);
	assert_true(pthread_equal(pthread_self(), n->caller));
	assert_int_equal(number, n->taken + 1);
	n->taken = number;
	n->worked += worked;
	n->not_worked += !worked;
	/* Once stopped, nothing is begun any more. */
	assert_true(!worked || n->not_worked == 0);
	go_on = !n->stop_after || number < n->stop_after;
	pthread_mutex_unlock(&n->mutex);
	return go_on;
}

static intptr_t made(struct numbers *n)
{
	intptr_t number;

	pthread_mutex_lock(&n->mutex);
	number = n->made;
	pthread_mutex_unlock(&n->mutex);
	return number;
}

static bool stopped(void *arg)
{
	struct numbers *n = arg;
	intptr_t before = made(n), after;
	bool is;

	for (int i = 0; i < 5; i++) /* so that the others overtake, if they can */
		sched_yield();
	after = made(n);
	pthread_mutex_lock(&n->mutex);
	n->overtaken = n->overtaken || after != before;
	is = n->signal_at && n->made >= n->signal_at;
	pthread_mutex_unlock(&n->mutex);
	return is;
}

static int run(struct numbers *n, size_t jobs)
{
	const struct batch batch = {
		.jobs = jobs,
		.next = next,
		.work = work,
		.done = done,
		.stopped = stopped,
		.arg = n,
	};
	int failed;

	pthread_mutex_init(&n->mutex, NULL);
	n->caller = pthread_self();
	failed = batch_run(&batch);
	pthread_mutex_destroy(&n->mutex);
	assert_false(n->overtaken);
	return failed;
}

static void test_all_in_order(void **state)
{
	static const size_t jobs[] = { 1, 2, 5, 32 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(jobs); i++) {
		struct numbers n = { .count = ITEMS };

		assert_int_equal(run(&n, jobs[i]), 0);
		assert_int_equal(n.taken, ITEMS);
		assert_int_equal(n.worked, ITEMS);
		assert_true(n.most_at_work <= (int)jobs[i]);
		assert_true(n.most_in_memory <= (intptr_t)jobs[i] * 4 + 1);
	}
}

static void test_empty(void **state)
{
	struct numbers one = { .count = 0 }, many = { .count = 0 };

	(void)state;
	assert_int_equal(run(&one, 1), 0);
	assert_int_equal(run(&many, 8), 0);
	assert_int_equal(one.taken + many.taken, 0);
}

/* The list fails in the middle: what was read before still gets its result. */
static void test_list_fails(void **state)
{
	static const size_t jobs[] = { 1, 6 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(jobs); i++) {
		struct numbers n = { .count = ITEMS, .fail_at = 100 };

		assert_int_equal(run(&n, jobs[i]), SCANREQ_E_USAGE);
		assert_int_equal(n.taken, 99);
		assert_int_equal(n.worked, 99);
	}
}

/* After a stop the rest comes through, in order, without having been worked on. */
static void test_stop(void **state)
{
	static const size_t jobs[] = { 1, 6 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(jobs); i++) {
		struct numbers n = { .count = ITEMS, .stop_after = 50 };

		assert_int_equal(run(&n, jobs[i]), 0);
		assert_int_equal(n.taken, ITEMS);
		assert_true(n.worked >= 50);
		/* More than the window cannot have been begun meanwhile. */
		assert_true(n.worked <= 50 + 6 * 4 + 1);
	}
}

static void test_signal(void **state)
{
	static const size_t jobs[] = { 1, 6 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(jobs); i++) {
		struct numbers n = { .count = ITEMS, .signal_at = 20 };

		assert_int_equal(run(&n, jobs[i]), 0);
		assert_int_equal(n.taken, ITEMS);
		assert_true(n.worked < 20);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_in_order), cmocka_unit_test(test_empty),
		cmocka_unit_test(test_list_fails),   cmocka_unit_test(test_stop),
		cmocka_unit_test(test_signal),
	};

	return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
