/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/ini.h"
#include "base/limits.h"

static void parse(const char *text, struct ini *ini)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (ini_parse(text, strlen(text), "the file", ini, &err))
		fail_msg("%s: %s", text, err.message);
}

static void test_values(void **state)
{
	static const char *const lines[][2] = {
		{ "k=v", "v" },
		{ "k = v", "v" },
		{ "\tk\t:\tv \r", "v" },
		{ "k = a=b:c", "a=b:c" },
		{ "k =", "" },
		{ "k = # nothing", "" },
		{ "k = v # comment", "v" },
		{ "k = v ; comment", "v" },
		{ "k = v#w;x", "v#w;x" },
		{ "k = \"v # w\"", "v # w" },
		{ "k = ' v ' ; comment", " v " },
		{ "k = it's", "it's" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
		struct ini ini CLEANUP_INI = { 0 };
		char text[100];

		snprintf(text, sizeof(text), "[s]\n%s\n", lines[i][0]);
		parse(text, &ini);
		assert_string_equal(ini_value(&ini, "s", "k"), lines[i][1]);
	}
}

static void test_sections(void **state)
{
	struct ini ini CLEANUP_INI = { 0 };

	(void)state;
	parse("\xef\xbb\xbf# c\n\n[a]\nk=1\n [ b ] ; c\nk=2\n[a]\nj=3\n[empty]", &ini);
	assert_string_equal(ini_value(&ini, "a", "k"), "1");
	assert_string_equal(ini_value(&ini, "a", "j"), "3");
	assert_string_equal(ini_value(&ini, "b", "k"), "2");
	assert_null(ini_value(&ini, "b", "j"));
	assert_null(ini_value(&ini, "A", "k"));
	assert_null(ini_value(&ini, "a", "K"));
	assert_true(ini_has_section(&ini, "empty"));
	assert_false(ini_has_section(&ini, "Empty"));
}

/* Security tokens are longer than the lines that other readers keep. */
static void test_long_value(void **state)
{
	struct ini ini CLEANUP_INI = { 0 };
	char text[20000] = "[s]\nk=";
	size_t head = strlen(text);

	(void)state;
	memset(text + head, 'x', sizeof(text) - head - 1);
	parse(text, &ini);
	assert_int_equal(strlen(ini_value(&ini, "s", "k")), sizeof(text) - head - 1);
}

static void test_refused(void **state)
{
	static const char *const texts[][2] = {
		{ "k=hunter2", "line 1 of the file has a key before" },
		{ "[s]\n\nhunter2", "line 3 of the file is neither" },
		{ "[s\nk=v", "line 1 of the file has a \"[\"" },
		{ "[]", "is not a section" },
		{ "[s] x", "is not a section" },
		{ "[s]\n=hunter2", "has no key" },
		{ "[s]\nk=\"hunter2", "quotes" },
		{ "[s]\nk='hunter2' x", "quotes" },
		{ "[s]\nk=1\n[t]\n[s]\nk=2", "line 5 of the file repeats a key" },
		{ "[s]\nk=\xff", "UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct ini ini CLEANUP_INI = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		assert_int_equal(ini_parse(texts[i][0], strlen(texts[i][0]), "the file", &ini,
					   &err),
				 SCANREQ_E_UNREADABLE);
		if (!strstr(err.message, texts[i][1]))
			fail_msg("\"%s\" does not say \"%s\"", err.message, texts[i][1]);
		assert_null(strstr(err.message, "hunter2"));
		assert_int_equal(ini.sections.count + ini.names.count, 0);
	}
	assert_int_equal(ini_parse("[s]\nk=\0", 7, "the file", &(struct ini){ 0 }, NULL),
			 SCANREQ_E_UNREADABLE);
}

static void test_too_many(void **state)
{
	struct buf text CLEANUP_BUF = BUF_INIT(1 * MIB);
	struct ini ini CLEANUP_INI = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	buf_puts(&text, "[s]\n");
	for (int i = 0; i <= LIMIT_INI_KEYS; i++)
		buf_addf(&text, "k%d=v\n", i);
	assert_int_equal(ini_parse(buf_str(&text), text.len, "the file", &ini, &err),
			 SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "line 4098 of the file is one key too many"));
	buf_clear(&text);
	for (int i = 0; i <= LIMIT_INI_KEYS; i++)
		buf_addf(&text, "[%d]\n", i);
	assert_int_equal(ini_parse(buf_str(&text), text.len, "the file", &ini, &err),
			 SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "line 4097 of the file is one section too many"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),   cmocka_unit_test(test_sections),
		cmocka_unit_test(test_long_value), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
