/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "source/archive/members.h"

static void test_clean_names(void **state)
{
	static const struct {
		const char *name;
		const char *clean; /* NULL: no name */
	} cases[] = {
		{ "manifest.json", "manifest.json" },
		{ "./manifest.json", "manifest.json" },
		{ "/manifest.json", "manifest.json" },
		{ "././/a//b/./c/", "a/b/c" },
		{ "a/../manifest.json", "manifest.json" },
		{ "a/b/../../c", "c" },
		{ "..a/b..", "..a/b.." },
		{ "...", "..." },
		{ "", NULL },
		{ "/", NULL },
		{ "./", NULL },
		{ "a/..", NULL },
		{ "..", NULL },
		{ "../manifest.json", NULL },
		{ "/../../etc/passwd", NULL },
		{ "a/../../manifest.json", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		char clean[MEMBER_NAME_SIZE];

		if (member_name_clean(cases[i].name, clean) != (cases[i].clean != NULL))
			fail_msg("\"%s\"", cases[i].name);
		if (cases[i].clean)
			assert_string_equal(clean, cases[i].clean);
	}
}

static void test_long_names(void **state)
{
	char name[LIMIT_MEMBER_NAME + 2], clean[MEMBER_NAME_SIZE];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[LIMIT_MEMBER_NAME] = '\0';
	assert_true(member_name_clean(name, clean));
	assert_int_equal(strlen(clean), LIMIT_MEMBER_NAME);
	name[LIMIT_MEMBER_NAME] = 'n';
	name[LIMIT_MEMBER_NAME + 1] = '\0';
	assert_false(member_name_clean(name, clean));
}

static struct member_table *new_table(void)
{
	struct member_table *table = NULL;
	struct scanreq_error err;

	assert_int_equal(member_table_new(&table, &err), 0);
	return table;
}

static void add_file(struct member_table *table, const char *name, int64_t size)
{
	struct member member = { .size = size, .extra = MEMBER_NO_EXTRA };
	struct member *there;
	struct scanreq_error err;

	assert_int_equal(member_table_add(table, name, &member, &there, &err), 0);
	assert_null(there);
}

static void add_link(struct member_table *table, const char *name, const char *target,
		     bool symbolic)
{
	struct member member = { 0 };
	struct member *there;
	struct scanreq_error err;

	assert_int_equal(member_table_link(table, &member, name, target, symbolic, &err), 0);
	assert_int_equal(member_table_add(table, name, &member, &there, &err), 0);
	assert_null(there);
}

static void test_many_members(void **state)
{
	struct member_table *table CLEANUP_MEMBER_TABLE = new_table();
	char name[32];
	size_t index;

	(void)state;
	assert_int_equal(member_table_find(table, "0", &index), MEMBER_ABSENT);
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		add_file(table, name, i);
	}
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "./%d", i);
		assert_int_equal(member_table_find(table, name, &index), MEMBER_FOUND);
		assert_int_equal(member_table_at(table, index)->size, i);
	}
	assert_int_equal(member_table_find(table, "10000", &index), MEMBER_ABSENT);
	assert_true(member_table_has(table, "9999"));
	assert_false(member_table_has(table, "10000"));
}

static void test_links(void **state)
{
	static const struct {
		const char *name;
		enum member_found found;
	} cases[] = {
		{ "d/file", MEMBER_FOUND },      { "d/sibling", MEMBER_FOUND },
		{ "e/up", MEMBER_FOUND },        { "root", MEMBER_FOUND },
		{ "d/hard", MEMBER_FOUND },      { "d/hops/8", MEMBER_FOUND },
		{ "d/hops/9", MEMBER_TOO_FAR },  { "self", MEMBER_TOO_FAR },
		{ "ping", MEMBER_TOO_FAR },      { "absolute", MEMBER_OUTSIDE },
		{ "d/escape", MEMBER_OUTSIDE },  { "d/nothing", MEMBER_DANGLING },
		{ "d/byluck", MEMBER_DANGLING }, { "hardself", MEMBER_TOO_FAR },
		{ "empty", MEMBER_OUTSIDE },     { "../d/file", MEMBER_OUTSIDE },
	};
	struct member_table *table CLEANUP_MEMBER_TABLE = new_table();
	char name[32], target[32];
	size_t index, file;

	(void)state;
	/* Links may come before what they lead to. */
	add_link(table, "d/sibling", "file", true);
	add_link(table, "e/up", "../d/file", true);
	add_link(table, "root", "d/./file", true);
	add_link(table, "d/hard", "d/file", false);
	add_link(table, "d/hops/1", "../file", true);
	for (int i = 2; i <= 9; i++) {
		snprintf(name, sizeof(name), "d/hops/%d", i);
		snprintf(target, sizeof(target), "%d", i - 1);
		add_link(table, name, target, true);
	}
	add_link(table, "self", "self", true);
	add_link(table, "hardself", "hardself", false);
	add_link(table, "ping", "pong", true);
	add_link(table, "pong", "ping", true);
	add_link(table, "absolute", "/d/file", true);
	add_link(table, "d/escape", "../../d/file", true);
	add_link(table, "d/nothing", "missing", true);
	add_link(table, "d/byluck", "d/file", true);
	add_link(table, "empty", "", true);
	add_file(table, "d/file", 7);
	assert_int_equal(member_table_find(table, "d/file", &file), MEMBER_FOUND);
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		if (member_table_find(table, cases[i].name, &index) != cases[i].found)
			fail_msg("%s", cases[i].name);
		if (cases[i].found == MEMBER_FOUND)
			assert_int_equal(index, file);
	}
}

static void test_twice(void **state)
{
	struct member_table *table CLEANUP_MEMBER_TABLE = new_table();
	struct member again = { .size = 2 };
	struct member *there;
	struct scanreq_error err;
	size_t index;

	(void)state;
	add_file(table, "a", 1);
	assert_int_equal(member_table_add(table, "a", &again, &there, &err), 0);
	assert_non_null(there);
	assert_int_equal(there->size, 1);
	there->flags |= MEMBER_DIFFERS;
	assert_int_equal(member_table_find(table, "a", &index), MEMBER_TWICE);
	add_link(table, "b", "a", true);
	assert_int_equal(member_table_find(table, "b", &index), MEMBER_TWICE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_names),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_many_members),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
