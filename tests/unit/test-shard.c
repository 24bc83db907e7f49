/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "pipeline/shard.h"

static const char *no_variable(const char *name)
{
	(void)name;
	return NULL;
}

static void test_forms(void **state)
{
	static const struct {
		const char *text;
		int64_t index, count;
	} good[] = {
		{ "1/1", 0, 1 }, { "1/3", 0, 3 }, { "3/3", 2, 3 }, { "7/100000", 6, 100000 }
	};
	static const char *const bad[] = {
		"",	"1",	 "/",	   "0/3",      "4/3",
		"1/0",	"-1/3",	 "1/-3",   "1/3/3",    "a/3",
		"1/b",	"1 /3",	 "1/3 ",   "1/100001", "9223372036854775808/9",
		"auto", "auto/", "auto/3", "AUTO",
	};
	struct scanreq_error err;
	struct shard shard;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		assert_int_equal(shard_parse(good[i].text, no_variable, &shard, &err), 0);
		assert_int_equal(shard.index, good[i].index);
		assert_int_equal(shard.count, good[i].count);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		if (shard_parse(bad[i], no_variable, &shard, &err) != SCANREQ_E_USAGE)
			fail_msg("\"%s\" is taken for a shard", bad[i]);
}

/* The environment of the systems that number parallel jobs. */
static const char *gitlab(const char *name)
{
	return strcmp(name, "CI_NODE_INDEX") == 0   ? "2"
	       : strcmp(name, "CI_NODE_TOTAL") == 0 ? "5"
						    : NULL;
}

static const char *circleci(const char *name)
{
	return strcmp(name, "CIRCLE_NODE_INDEX") == 0	? "0"
	       : strcmp(name, "CIRCLE_NODE_TOTAL") == 0 ? "4"
	       : strcmp(name, "CI_NODE_TOTAL") == 0	? ""
							: NULL;
}

static const char *indexed_job(const char *name)
{
	return strcmp(name, "JOB_COMPLETION_INDEX") == 0 ? "3" : NULL;
}

static const char *contradiction(const char *name)
{
	return strcmp(name, "CI_NODE_INDEX") == 0   ? "6"
	       : strcmp(name, "CI_NODE_TOTAL") == 0 ? "5"
						    : NULL;
}

static void test_auto(void **state)
{
	struct scanreq_error err;
	struct shard shard;

	(void)state;
	assert_int_equal(shard_parse("auto", gitlab, &shard, &err), 0);
	assert_int_equal(shard.index, 1);
	assert_int_equal(shard.count, 5);
	assert_int_equal(shard_parse("auto", circleci, &shard, &err), 0);
	assert_int_equal(shard.index, 0);
	assert_int_equal(shard.count, 4);
	assert_int_equal(shard_parse("auto/4", indexed_job, &shard, &err), 0);
	assert_int_equal(shard.index, 3);
	assert_int_equal(shard.count, 4);
	assert_int_equal(shard_parse("auto/3", indexed_job, &shard, &err), SCANREQ_E_USAGE);
	assert_int_equal(shard_parse("auto", contradiction, &shard, &err), SCANREQ_E_USAGE);
}

/* Each image is in exactly one of seven shards, and no shard is empty. */
static void test_cover(void **state)
{
	int in_shard[7] = { 0 };

	(void)state;
	for (int n = 0; n < 1000; n++) {
		char name[64];
		int owners = 0;

		snprintf(name, sizeof(name), "registry.example.com/shop/web-%d:1.0", n);
		for (int k = 0; k < 7; k++) {
			const struct shard shard = { .index = k, .count = 7 };
			bool mine;

			assert_int_equal(shard_has(&shard, name, &mine, NULL), 0);
			owners += mine;
			in_shard[k] += mine;
		}
		assert_int_equal(owners, 1);
	}
	for (int k = 0; k < 7; k++)
		assert_true(in_shard[k] > 80);
}

/* The rule is public: other tools may work out who has what. */
static void test_stable(void **state)
{
	/* printf %s alpine:3 | sha256sum begins with effe2ff6bfe48798; modulo 10 it is 2. */
	const struct shard all = { 0 };
	bool mine = false;
	int owner = -1;

	(void)state;
	for (int k = 0; k < 10; k++) {
		const struct shard shard = { .index = k, .count = 10 };

		assert_int_equal(shard_has(&shard, "alpine:3", &mine, NULL), 0);
		if (mine)
			owner = k;
	}
	assert_int_equal(owner, 2);
	assert_int_equal(shard_has(&all, "alpine:3", &mine, NULL), 0);
	assert_true(mine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_auto),
		cmocka_unit_test(test_cover),
		cmocka_unit_test(test_stable),
	};

	return cmocka_run_group_tests_name("shard", tests, NULL, NULL);
}
