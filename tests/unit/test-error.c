/* SPDX-License-Identifier: MIT */
/* Errors: setting and prefixing them, and the table of codes behind them. */
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/code.h"
#include "base/error.h"
#include "base/str.h"
#include "tests/unit/testdata.h"

static void test_set(void **state)
{
	struct scanreq_error err = { .http_status = 404, .host = "h.io" };

	(void)state;
	assert_int_equal(error_set(&err, SCANREQ_CODE_IMAGE_NOT_FOUND, "no %s\n::error::", "tag"),
			 SCANREQ_E_NOT_FOUND);
	assert_int_equal(err.klass, SCANREQ_E_NOT_FOUND);
	assert_int_equal(err.code, SCANREQ_CODE_IMAGE_NOT_FOUND);
	assert_string_equal(err.message, "no tag\\n::error::");
	assert_string_equal(err.setting, "");
	assert_int_equal(err.http_status, 404);
	assert_string_equal(err.host, "h.io");
	assert_int_equal(error_prefix(&err, err.klass, "%s", "web"), SCANREQ_E_NOT_FOUND);
	assert_string_equal(err.message, "web: no tag\\n::error::");
	assert_int_equal(error_system(&err, SCANREQ_CODE_FILE_UNREADABLE, ENOENT, "x"),
			 SCANREQ_E_USAGE);
	assert_int_equal(err.sys_errno, ENOENT);
	assert_string_equal(err.message, "x: No such file or directory");
	assert_int_equal(error_nomem(&err), SCANREQ_E_NOMEM);
	assert_int_equal(err.code, SCANREQ_CODE_OUT_OF_MEMORY);
	assert_string_equal(err.message, "out of memory");
}

static void test_setting(void **state)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	error_set(&err, SCANREQ_CODE_REGION_MISSING, "x");
	assert_string_equal(err.setting, "region");
	assert_int_equal(error_about(error_set(&err, SCANREQ_CODE_SETTING_INVALID, "x"),
				     "poll", &err), SCANREQ_E_USAGE);
	assert_string_equal(err.setting, "poll");
	/* A later error does not inherit the setting of an earlier one. */
	error_set(&err, SCANREQ_CODE_INTERNAL, "x");
	assert_string_equal(err.setting, "");
	assert_int_equal(error_about(0, "poll", &err), 0);
	assert_string_equal(err.setting, "");
}

static void test_null(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, SCANREQ_CODE_SETTING_INVALID, "x"), SCANREQ_E_USAGE);
	assert_int_equal(error_system(NULL, SCANREQ_CODE_SETTING_INVALID, ENOENT, "x"),
			 SCANREQ_E_USAGE);
	assert_int_equal(error_nomem(NULL), SCANREQ_E_NOMEM);
	assert_int_equal(error_prefix(NULL, SCANREQ_E_USAGE, "x"), SCANREQ_E_USAGE);
	assert_int_equal(error_about(SCANREQ_E_USAGE, "x", NULL), SCANREQ_E_USAGE);
}

static void test_long(void **state)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char text[5000];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	error_set(&err, SCANREQ_CODE_SETTING_INVALID, "%s", text);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	assert_true(str_suffix(err.message, "aaa..."));
	error_prefix(&err, SCANREQ_E_USAGE, "%s", text);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	error_system(&err, SCANREQ_CODE_SETTING_INVALID, EIO, "%s", text);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	error_member(err.service_code, sizeof(err.service_code), text);
	assert_int_equal(strlen(err.service_code), sizeof(err.service_code) - 1);
	error_member(err.service_code, sizeof(err.service_code), "No\nSuch");
	assert_string_equal(err.service_code, "No\\nSuch");
}

/* REGION_MISSING as it appears in texts: region-missing. */
static void text_form(const char *enumerator, char text[64])
{
	size_t n = 0;

	for (; enumerator[n] && n < 63; n++)
		text[n] = enumerator[n] == '_' ? '-' : (char)tolower((unsigned char)enumerator[n]);
	text[n] = '\0';
}

/* The public header and the table of codes agree, code by code. */
static void test_codes_of_the_header(void **state)
{
	struct buf header CLEANUP_BUF = BUF_INIT(1 << 20);
	char seen[1024] = { 0 };
	const char *at;
	int count = 0;

	(void)state;
	testdata_read("include/scanreq/error.h", &header);
	at = buf_str(&header);
	while ((at = strstr(at, "SCANREQ_CODE_"))) {
		char enumerator[64], text[64];
		int number;

		at += strlen("SCANREQ_CODE_");
		if (sscanf(at, "%63[A-Z_] = %d,", enumerator, &number) != 2 || number == 0)
			continue;
		text_form(enumerator, text);
		assert_in_range(number, 1, sizeof(seen) - 1);
		assert_false(seen[number]++);
		assert_non_null(code_name(number));
		assert_string_equal(code_name(number), text);
		assert_in_range(-code_class(number), -SCANREQ_E_INTERNAL, -SCANREQ_E_NO_VERDICT);
		count++;
	}
	assert_true(count > 60);
	for (int i = 0; i < (int)sizeof(seen); i++)
		assert_int_equal(code_name(i) != NULL, seen[i]);
}

static void test_unknown_codes(void **state)
{
	(void)state;
	assert_null(code_name(SCANREQ_CODE_NONE));
	assert_null(code_name(100000));
	assert_null(code_name(-100000));
	assert_int_equal(code_class(100000), SCANREQ_E_INTERNAL);
	assert_string_equal(code_setting(100000), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_setting),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_codes_of_the_header),
		cmocka_unit_test(test_unknown_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
