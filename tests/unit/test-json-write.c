/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/limits.h"

static void write_sample(struct json_writer *w)
{
	json_write_begin(w, '{');
	json_write_name(w, "a");
	json_write_begin(w, '[');
	json_write_int(w, INT64_MIN);
	json_write_int(w, 1);
	json_write_null(w);
	json_write_begin(w, '{');
	json_write_end(w, '}');
	json_write_begin(w, '[');
	json_write_end(w, ']');
	json_write_end(w, ']');
	json_write_name(w, "b");
	json_write_string(w, NULL);
	json_write_name(w, "c");
	json_write_string(w, "d");
	json_write_end(w, '}');
}

static void test_write(void **state)
{
	struct buf lines CLEANUP_BUF = BUF_INIT(MIB);
	struct buf line CLEANUP_BUF = BUF_INIT(MIB);
	struct json_writer indented = { .out = &lines };
	struct json_writer compact = { .out = &line, .compact = true };

	(void)state;
	write_sample(&indented);
	write_sample(&compact);
	assert_string_equal(buf_str(&line), "{\"a\":[-9223372036854775808,1,null,{},[]],"
					    "\"b\":null,\"c\":\"d\"}");
	assert_string_equal(buf_str(&lines), "{\n"
					     "  \"a\": [\n"
					     "    -9223372036854775808,\n"
					     "    1,\n"
					     "    null,\n"
					     "    {},\n"
					     "    []\n"
					     "  ],\n"
					     "  \"b\": null,\n"
					     "  \"c\": \"d\"\n"
					     "}");
}

static void test_write_string(void **state)
{
	static const struct {
		const char *value, *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "a/b", "\"a/b\"" },
		{ "\"\\", "\"\\\"\\\\\"" },
		{ "\n\t\x1b\x7f", "\"\\u000a\\u0009\\u001b\\u007f\"" },
		{ "\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\"" },
		{ "\xc2\x9b\xe2\x80\xae\xe2\x80\xa8", "\"\\u009b\\u202e\\u2028\"" },
		{ "a\xff\xc3", "\"a\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf out CLEANUP_BUF = BUF_INIT(MIB);
		struct json_writer w = { .out = &out };
		struct json_object *back CLEANUP_JSON = NULL;

		json_write_string(&w, cases[i].value);
		assert_string_equal(buf_str(&out), cases[i].json);
		assert_int_equal(json_parse(buf_str(&out), out.len, "the text", &back, NULL), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
