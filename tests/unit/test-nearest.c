/* SPDX-License-Identifier: MIT */
/* The distance between names, and which one was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/nearest.h"
#include "base/str.h"

static void test_distance(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
		{ "", "", 0 },
		{ "region", "region", 0 },
		{ "RepoName", "repo-name", 0 },
		{ "repo_name", "repo-name", 0 },
		{ "", "abc", 3 },
		{ "regon", "region", 1 },
		{ "regiion", "region", 1 },
		{ "regiom", "region", 1 },
		{ "reigon", "region", 1 },
		{ "inpsect", "inspect", 1 },
		{ "kitten", "sitting", 3 },
		{ "abcdef", "badcfe", 3 },
		{ "ca", "abc", 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		assert_int_equal(nearest_distance(cases[i].a, cases[i].b), cases[i].distance);
		assert_int_equal(nearest_distance(cases[i].b, cases[i].a), cases[i].distance);
		assert_int_equal(nearest_same(cases[i].a, cases[i].b), !cases[i].distance);
	}
}

static void test_long_names(void **state)
{
	char name[NEAREST_NAME_MAX + 2];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[NEAREST_NAME_MAX + 1] = '\0';
	assert_int_equal(nearest_distance(name, "x"), SIZE_MAX);
	assert_int_equal(nearest_distance("x", name), SIZE_MAX);
	name[NEAREST_NAME_MAX] = '\0';
	assert_int_equal(nearest_distance(name, name), 0);
	assert_int_equal(nearest_distance(name, "x"), NEAREST_NAME_MAX - 1);
}

static const char *meant(const char *name)
{
	static const char *const names[] = { "tag", "retry", "repo_name", "RepoName",
					     "platform", "poll" };
	struct nearest search = nearest_to(name);

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		nearest_offer(&search, names[i]);
	return search.best ? search.best : "";
}

static void test_meant(void **state)
{
	(void)state;
	assert_string_equal(meant("platfrom"), "platform");
	assert_string_equal(meant("platfro"), "platform");
	assert_string_equal(meant("platf"), "");
	assert_string_equal(meant("tags"), "tag");
	assert_string_equal(meant("tg"), "");
	assert_string_equal(meant("pool"), "poll");
	assert_string_equal(meant("RepoNam"), "RepoName");
	assert_string_equal(meant("repo_nam"), "repo_name");
	assert_string_equal(meant("colour"), "");
	assert_string_equal(meant(""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
