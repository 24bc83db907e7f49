/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json-scan.h"
#include "base/json.h"
#include "base/limits.h"

/* --- the scanner ------------------------------------------------------------------- */

static const char *const accepted[] = {
	"0", "-0", "7", "-12", "0.5", "1.25e+10", "1E5", "1e-2",
	"123456789012345678901234567890",
	"true", "false", "null", "\"\"", "[]", "{}", " \t\r\n[ ] \n", "[[],{}]", "[1,2,3]",
	"{\"a\":{\"b\":[{}]},\"c\":null}", "{ \"a\" : 1 , \"b\" : 2 }", "{\"\":1}",
	"\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\uABCD\"", "\"\\ud83d\\ude00\"",
	"\"\\u0000\"",
	"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "\"\x7f\"", "[\"\\u0000\"]",
};

static const struct refused {
	const char *text;
	const char *wrong;
	size_t at;
} refused[] = {
	{ "", "unfinished document", 0 },
	{ " ", "unfinished document", 1 },
	{ "\xef\xbb\xbf{}", "malformed number", 0 }, /* a byte order mark */
	/* after the value */
	{ "{} x", "after the value", 3 },
	{ "[][]", "after the value", 2 },
	{ "1 2", "after the value", 2 },
	{ "nulll", "after the value", 4 },
	{ "{}}", "after the value", 2 },
	{ "01", "after the value", 1 },
	/* what json-c would take */
	{ "NaN", "malformed number", 0 },
	{ "Infinity", "malformed number", 0 },
	{ "-Infinity", "malformed number", 1 },
	{ "'a'", "malformed number", 0 },
	{ "{'a':1}", "without a name", 1 },
	{ "{a:1}", "without a name", 1 },
	{ "True", "malformed number", 0 },
	{ "[1,]", "malformed number", 3 },
	{ "{\"a\":1,}", "without a name", 7 },
	{ "/* x */ 1", "malformed number", 0 },
	{ "// x\n1", "malformed number", 0 },
	/* structure */
	{ "[", "unfinished document", 1 },
	{ "[1", "unfinished document", 2 },
	{ "[1,", "unfinished document", 3 },
	{ "{", "without a name", 1 },
	{ "{\"a\"", "without a colon", 4 },
	{ "{\"a\":", "unfinished document", 5 },
	{ "{\"a\":1", "unfinished document", 6 },
	{ "]", "malformed number", 0 },
	{ "[}", "malformed number", 1 },
	{ "{]", "without a name", 1 },
	{ "[1}", "without a comma", 2 },
	{ "{\"a\":1]", "without a comma", 6 },
	{ "[,]", "malformed number", 1 },
	{ "[1 2]", "without a comma", 3 },
	{ "{\"a\" 1}", "without a colon", 5 },
	{ "{\"a\"}", "without a colon", 4 },
	{ "{1:2}", "without a name", 1 },
	{ "{,}", "without a name", 1 },
	/* words and numbers */
	{ "tru", "unknown word", 0 },
	{ "nul", "unknown word", 0 },
	{ "-", "malformed number", 1 },
	{ "+1", "malformed number", 0 },
	{ ".5", "malformed number", 0 },
	{ "1.", "malformed number", 2 },
	{ "1.e5", "malformed number", 2 },
	{ "1e", "malformed number", 2 },
	{ "1e+", "malformed number", 3 },
	{ "0x10", "after the value", 1 },
	{ "[-01]", "without a comma", 3 },
	/* strings */
	{ "\"a", "unfinished string", 2 },
	{ "\"a\\", "unknown escape", 3 },
	{ "\"\\x41\"", "unknown escape", 2 },
	{ "\"\\'\"", "unknown escape", 2 },
	{ "\"\\U0041\"", "unknown escape", 2 },
	{ "\"\\u12\"", "malformed \\u", 5 },
	{ "\"\\u12g4\"", "malformed \\u", 5 },
	{ "\"a\nb\"", "control character", 2 },
	{ "\"a\tb\"", "control character", 2 },
	{ "\"\x1b[2J\"", "control character", 1 },
	{ "{\"a\nb\":1}", "control character", 3 },
	/* UTF-8 */
	{ "\"\xff\"", "not UTF-8", 1 },
	{ "\"\x80\"", "not UTF-8", 1 },
	{ "\"\xc3\"", "not UTF-8", 1 },
	{ "\"\xc0\xaf\"", "not UTF-8", 1 },
	{ "\"\xe0\x80\x80\"", "not UTF-8", 1 },
	{ "\"\xed\xa0\x80\"", "not UTF-8", 1 },
	{ "\"\xf4\x90\x80\x80\"", "not UTF-8", 1 },
	{ "{\"\xff\":1}", "not UTF-8", 2 },
	/* NUL in names */
	{ "{\"manifests\\u0000x\":1}", "NUL in a name", 17 },
	{ "{\"\\u0000\":1}", "NUL in a name", 8 },
};

static const char *scan(const char *text, size_t len, size_t *at)
{
	struct json_census census;
	const char *wrong = json_census(text, len, &census);

	*at = census.at;
	return wrong;
}

static void test_scan(void **state)
{
	size_t at;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(accepted); i++) {
		const char *wrong = scan(accepted[i], strlen(accepted[i]), &at);

		if (wrong)
			fail_msg("%s: %s at %zu", accepted[i], wrong, at);
		assert_int_equal(at, strlen(accepted[i]));
	}
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
		const struct refused *r = &refused[i];
		const char *wrong = scan(r->text, strlen(r->text), &at);

		if (!wrong || !strstr(wrong, r->wrong) || at != r->at)
			fail_msg("%s: %s at %zu", r->text, wrong ? wrong : "accepted", at);
	}
}

static void test_scan_nul_bytes(void **state)
{
	size_t at;

	(void)state;
	assert_non_null(scan("{}\0", 3, &at));
	assert_int_equal(at, 2);
	assert_non_null(scan("\0{}", 3, &at));
	assert_non_null(scan("\"\0\"", 3, &at));
	assert_non_null(scan("\"\\\0\"", 4, &at));
	assert_non_null(scan("\"\\u\0000\"", 8, &at));
	assert_non_null(scan("[1\0,2]", 6, &at));
}

/* Nothing is read past the end: the sanitizer watches exact allocations. */
static void test_scan_truncated(void **state)
{
	static const char text[] = "{\"a\":[1.5e+3,true,\"\\u00e9\xe2\x82\xac\"],\"b\":null}";

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		char *exact CLEANUP_FREE = malloc(len ? len : 1);
		size_t at;

		memcpy(exact, text, len);
		assert_non_null(scan(exact, len, &at));
		assert_true(at <= len);
	}
}

static void nest(struct buf *out, int depth, const char *open, const char *inner, char close)
{
	for (int i = 0; i < depth; i++)
		buf_puts(out, open);
	buf_puts(out, inner);
	for (int i = 0; i < depth; i++)
		buf_putc(out, close);
}

static int parse(const char *text, struct json_object **value, struct scanreq_error *err)
{
	return json_parse(text, strlen(text), "the text", value, err);
}

static void check_depth(const char *open, const char *inner, char close)
{
	struct buf fits CLEANUP_BUF = BUF_INIT(MIB);
	struct buf deep CLEANUP_BUF = BUF_INIT(MIB);
	struct json_object *value CLEANUP_JSON = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	nest(&fits, LIMIT_JSON_DEPTH, open, inner, close);
	nest(&deep, LIMIT_JSON_DEPTH + 1, open, inner, close);
	if (parse(buf_str(&fits), &value, &err))
		fail_msg("%s", err.message);
	assert_int_equal(parse(buf_str(&deep), &value, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "too many nested values"));
}

static void test_depth(void **state)
{
	struct buf endless CLEANUP_BUF = BUF_INIT(MIB);
	size_t at;

	(void)state;
	check_depth("[", "1", ']');
	check_depth("[", "", ']');
	check_depth("{\"a\":", "1", '}');
	nest(&endless, 500000, "[", "", ']');
	assert_string_equal(scan(buf_str(&endless), endless.len, &at),
			    "too many nested values");
	assert_int_equal(at, LIMIT_JSON_DEPTH);
}

static const char *scan_list(int count, const char *item)
{
	struct buf text CLEANUP_BUF = BUF_INIT(MIB);
	size_t at;

	buf_putc(&text, '[');
	for (int i = 0; i < count; i++)
		buf_addf(&text, "%s%s", i ? "," : "", item);
	buf_putc(&text, ']');
	return scan(buf_str(&text), text.len, &at);
}

static void test_value_count(void **state)
{
	(void)state;
	assert_null(scan_list(LIMIT_JSON_VALUES - 1, "1"));
	assert_string_equal(scan_list(LIMIT_JSON_VALUES, "1"), "too many values");
	assert_string_equal(scan_list(LIMIT_JSON_VALUES, "{}"), "too many values");
	assert_string_equal(scan_list(LIMIT_JSON_VALUES / 2, "[{}]"), "too many values");
}

/* --- parsing ----------------------------------------------------------------------- */

static void test_parse(void **state)
{
	(void)state;
	/* Whatever the scanner accepts, json-c must read to its end. */
	for (size_t i = 0; i < ARRAY_LENGTH(accepted); i++) {
		struct json_object *value CLEANUP_JSON = NULL;
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (parse(accepted[i], &value, &err))
			fail_msg("%s: %s", accepted[i], err.message);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
		struct json_object *value = NULL;
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		assert_int_equal(parse(refused[i].text, &value, &err), SCANREQ_E_UNREADABLE);
		assert_int_equal(err.klass, SCANREQ_E_UNREADABLE);
		assert_non_null(strstr(err.message, "the text is not valid JSON: "));
		assert_null(value);
	}
}

/* The values are those of json-c's own reader, which has all the memory it wants here. */
static void test_same_as_json_c(void **state)
{
	static const char *const more[] = {
		"{\"a\":[1,-2,{\"b\":\"c\"},null,true,false,1.5,\"\"],\"d\":{}, \"e\":[ ] }",
		"\"\\ud83d\\ude00 \\ud83d \\ude00 \\ud83d\\u0041 \\ud83dx\\ud83d\\n\\ud83d\"",
		"\"\\u007f\\u0080\\u07ff\\u0800\\uffff\\udbff\\udfff\\/\\b\\f\\r\\t\"",
		"[9223372036854775807,9223372036854775808,18446744073709551615]",
		"[18446744073709551616,-9223372036854775808,-9223372036854775809]",
		"{\"a\\\"b\":\"{[,:]}\",\"\":{\"\":{\"\":[[[]]]}}}",
		"\"a string that is longer than the first block that a buffer has room for\"",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(accepted) + ARRAY_LENGTH(more); i++) {
		const char *text = i < ARRAY_LENGTH(accepted)
					   ? accepted[i]
					   : more[i - ARRAY_LENGTH(accepted)];
		struct json_object *value CLEANUP_JSON = NULL;
		struct json_object *other CLEANUP_JSON = json_tokener_parse(text);

		assert_int_equal(parse(text, &value, NULL), 0);
		if (!json_object_equal(value, other))
			fail_msg("%s is not read as json-c reads it", text);
	}
}

static void test_parse_needs_no_nul(void **state)
{
	struct json_object *value CLEANUP_JSON = NULL;
	char *exact CLEANUP_FREE = malloc(3);

	(void)state;
	memcpy(exact, "123", 3);
	assert_int_equal(json_parse(exact, 3, "the text", &value, NULL), 0);
	assert_int_equal(json_object_get_int(value), 123);
	json_release(&value);
	memcpy(exact, "{ }", 3);
	assert_int_equal(json_parse(exact, 3, "the text", &value, NULL), 0);
	assert_true(json_object_is_type(value, json_type_object));
}

static void test_duplicates(void **state)
{
	static const char *const texts[] = {
		"{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"a\":3}",
		"{\"x\":[{\"a\":1,\"a\":2}]}",
		"{\"manifests\":1,\"m\\u0061nifests\":2}", "{\"\\u00e9\":1,\"\xc3\xa9\":2}",
		"{\"a/b\":1,\"a\\/b\":2}", "{\"\":1,\"\":2}", "{\"a\":null,\"a\":null}",
		"{\"a\":{\"b\":1},\"a\":{\"b\":1}}",
		/* json-c reads both as U+FFFD */
		"{\"\\ud800\":1,\"\\ud801\":2}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct json_object *value = NULL;
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (parse(texts[i], &value, &err) != SCANREQ_E_UNREADABLE)
			fail_msg("not refused: %s", texts[i]);
		assert_string_equal(err.message, "the text has a member twice");
		assert_null(value);
	}
}

static void test_same_name_elsewhere(void **state)
{
	struct json_object *value CLEANUP_JSON = NULL;

	(void)state;
	assert_int_equal(parse("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}],\"A\":3}", &value,
			       NULL), 0);
}

static void test_release(void **state)
{
	struct json_object *value = NULL;

	(void)state;
	json_release(&value);
	assert_int_equal(parse("{\"a\":[\"secret\",{\"b\":\"\"},1,null]}", &value, NULL), 0);
	/* A second owner sees what is left of the strings. */
	struct json_object *kept = json_object_get(value);
	struct json_object *list = json_object_object_get(kept, "a");

	json_release(&value);
	assert_null(value);
	assert_memory_equal(json_object_get_string(json_object_array_get_idx(list, 0)),
			    "\0\0\0\0\0\0", 6);
	json_release(&kept);
}

/* --- getters ----------------------------------------------------------------------- */

#define OBJECT                                                                    \
	"{\"s\":\"text\",\"e\":\"\",\"z\":\"a\\u0000b\",\"n\":null,\"i\":12,\"zero\":0," \
	"\"neg\":-1,\"d\":1.0,\"max\":9223372036854775807,\"most\":9223372036854775806," \
	"\"big\":18446744073709551615,\"huge\":99999999999999999999,\"t\":true,"        \
	"\"o\":{},\"a\":[]}"

static void test_member(void **state)
{
	struct json_object *object CLEANUP_JSON = NULL;
	struct json_object *member;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	assert_int_equal(parse(OBJECT, &object, NULL), 0);
	assert_int_equal(json_member(object, "o", json_type_object, &member, &err), 0);
	assert_non_null(member);
	assert_int_equal(json_member(object, "n", json_type_object, &member, &err), 0);
	assert_null(member);
	assert_int_equal(json_member(object, "absent", json_type_array, &member, &err), 0);
	assert_null(member);
	assert_int_equal(err.klass, SCANREQ_OK);
	assert_int_equal(json_member(object, "o", json_type_array, &member, &err),
			 SCANREQ_E_UNREADABLE);
	assert_null(member);
	assert_string_equal(err.message, "\"o\" is no array");
	assert_int_equal(json_member(NULL, "o", json_type_array, &member, &err),
			 SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "the parent of \"o\""));
}

static void test_string(void **state)
{
	static const char *const others[] = { "i", "d", "t", "o", "a" };
	struct json_object *object CLEANUP_JSON = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	const char *value;

	(void)state;
	assert_int_equal(parse(OBJECT, &object, NULL), 0);
	assert_int_equal(json_string(object, "s", &value, &err), 0);
	assert_string_equal(value, "text");
	assert_int_equal(json_string(object, "e", &value, &err), 0);
	assert_string_equal(value, "");
	assert_int_equal(json_string(object, "n", &value, &err), 0);
	assert_null(value);
	assert_int_equal(json_string(object, "absent", &value, &err), 0);
	assert_null(value);
	assert_int_equal(json_string(object, "z", &value, &err), SCANREQ_E_UNREADABLE);
	assert_null(value);
	for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
		assert_int_equal(json_string(object, others[i], &value, &err),
				 SCANREQ_E_UNREADABLE);
		assert_null(value);
	}
}

static void test_text(void **state)
{
	static const struct {
		const char *name;
		const char *text;
	} cases[] = {
		{ "s", "text" },
		{ "e", "" },
		{ "i", "12" },
		{ "neg", "-1" },
		{ "max", "9223372036854775807" },
		{ "big", "18446744073709551615" },
		{ "z", NULL },
		{ "n", NULL },
		{ "d", NULL },
		{ "t", NULL },
		{ "o", NULL },
		{ "a", NULL },
	};
	struct json_object *object CLEANUP_JSON = NULL;

	(void)state;
	assert_int_equal(parse(OBJECT, &object, NULL), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		char number[JSON_NUMBER_SIZE];
		const char *text =
			json_text(json_object_object_get(object, cases[i].name), number);

		if (!cases[i].text)
			assert_null(text);
		else
			assert_string_equal(text, cases[i].text);
	}
}

static void test_size(void **state)
{
	static const struct {
		const char *name;
		int result;
		int64_t value;
	} cases[] = {
		{ "i", 0, 12 },
		{ "zero", 0, 0 },
		{ "most", 0, INT64_MAX - 1 },
		{ "n", 0, -7 },
		{ "absent", 0, -7 },
		{ "neg", SCANREQ_E_UNREADABLE, -7 },
		{ "max", SCANREQ_E_UNREADABLE, -7 },
		{ "big", SCANREQ_E_UNREADABLE, -7 },
		{ "huge", SCANREQ_E_UNREADABLE, -7 },
		{ "d", SCANREQ_E_UNREADABLE, -7 },
		{ "s", SCANREQ_E_UNREADABLE, -7 },
		{ "t", SCANREQ_E_UNREADABLE, -7 },
	};
	struct json_object *object CLEANUP_JSON = NULL;

	(void)state;
	assert_int_equal(parse(OBJECT, &object, NULL), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		int64_t value = -7;
		int result = json_size(object, cases[i].name, &value, NULL);

		if (result != cases[i].result || value != cases[i].value)
			fail_msg("%s: %d, %lld", cases[i].name, result, (long long)value);
	}
}

static int refuse_variants(const char *text)
{
	static const char *const names[] = { "config", "layers", "fsLayers", "token" };
	struct json_object *object CLEANUP_JSON = NULL;

	assert_int_equal(parse(text, &object, NULL), 0);
	return json_refuse_case_variants(object, names, ARRAY_LENGTH(names), NULL);
}

static void test_case_variants(void **state)
{
	(void)state;
	assert_int_equal(refuse_variants("{}"), 0);
	assert_int_equal(refuse_variants("[\"Config\"]"), 0);
	assert_int_equal(refuse_variants("null"), 0);
	assert_int_equal(refuse_variants("{\"config\":1,\"layers\":2,\"fsLayers\":3}"), 0);
	assert_int_equal(refuse_variants("{\"configs\":1,\"confi\":2,\"\":3,\"Layer\":4}"), 0);
	assert_int_equal(refuse_variants("{\"x\":{\"Config\":1}}"), 0);
	assert_int_equal(refuse_variants("{\"Config\":1}"), SCANREQ_E_UNREADABLE);
	assert_int_equal(refuse_variants("{\"config\":1,\"CONFIG\":2}"), SCANREQ_E_UNREADABLE);
	assert_int_equal(refuse_variants("{\"fslayers\":1}"), SCANREQ_E_UNREADABLE);
	assert_int_equal(refuse_variants("{\"layer\xc5\xbf\":1}"), SCANREQ_E_UNREADABLE);
	assert_int_equal(refuse_variants("{\"to\\u212aen\":1}"), SCANREQ_E_UNREADABLE);
	assert_int_equal(refuse_variants("{\"to\\u212ben\":1}"), 0);
}

static void test_any_case(void **state)
{
	static const struct {
		const char *name;
		enum json_type type;
		int result;
		bool found;
	} cases[] = {
		{ "config", json_type_object, 0, true },
		{ "Layers", json_type_array, 0, true },
		{ "N", json_type_array, 0, false },
		{ "x", json_type_array, 0, false },
		{ "CONFIG", json_type_array, SCANREQ_E_UNREADABLE, false },
		{ "a", json_type_int, SCANREQ_E_UNREADABLE, false }, /* which of the two? */
	};
	static const char json[] =
		"{\"Config\":{},\"a\":1,\"A\":1,\"n\":null,\"layer\\u017f\":[]}";
	struct json_object *object CLEANUP_JSON = NULL;
	struct json_object *member;

	(void)state;
	assert_int_equal(parse(json, &object, NULL), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		assert_int_equal(json_member_any_case(object, cases[i].name, cases[i].type,
						      &member, NULL), cases[i].result);
		assert_int_equal(member != NULL, cases[i].found);
	}
	assert_int_equal(json_member_any_case(NULL, "a", json_type_int, &member, NULL),
			 SCANREQ_E_UNREADABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_scan_nul_bytes),
		cmocka_unit_test(test_scan_truncated),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_value_count),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_same_as_json_c),
		cmocka_unit_test(test_parse_needs_no_nul),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_same_name_elsewhere),
		cmocka_unit_test(test_release),
		cmocka_unit_test(test_member),
		cmocka_unit_test(test_string),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_case_variants),
		cmocka_unit_test(test_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
