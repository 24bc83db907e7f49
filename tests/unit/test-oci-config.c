/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "oci/config.h"

#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_A "\"sha256:" HEX_A "\""

static int parse(const char *json, struct image_config *c, struct scanreq_error *err)
{
	return image_config_parse(json, strlen(json), c, err);
}

static const struct {
	const char *json;
	enum created_state state;
	int64_t ms;
	const char *created;
} times[] = {
	{ "\"1970-01-01T00:00:00Z\"", CREATED_OK, 0, "1970-01-01T00:00:00Z" },
	{ "\"1980-01-01T00:00:01Z\"", CREATED_OK, 315532801000, "1980-01-01T00:00:01Z" },
	{ "\"2024-02-29T12:34:56.789012345Z\"", CREATED_OK, 1709210096789,
	  "2024-02-29T12:34:56.789012345Z" },
	{ "\"2015-10-31T22:22:56-07:00\"", CREATED_OK, 1446355376000,
	  "2015-10-31T22:22:56-07:00" },
	{ "\"2015-10-31t22:22:56z\"", CREATED_OK, 1446330176000, "2015-10-31t22:22:56z" },
	{ "null", CREATED_ABSENT, 0, NULL },
	{ "\"0001-01-01T00:00:00Z\"", CREATED_TOO_OLD, 0, "0001-01-01T00:00:00Z" },
	{ "\"1969-12-31T23:59:59.999Z\"", CREATED_TOO_OLD, 0, "1969-12-31T23:59:59.999Z" },
	{ "\"1970-01-01T00:00:00+00:01\"", CREATED_TOO_OLD, 0, "1970-01-01T00:00:00+00:01" },
	{ "\"\"", CREATED_UNREADABLE, 0, "" },
	{ "\"yesterday\"", CREATED_UNREADABLE, 0, "yesterday" },
	{ "\"2024-02-30T00:00:00Z\"", CREATED_UNREADABLE, 0, "2024-02-30T00:00:00Z" },
	{ "\"2024-01-01T00:00:00\"", CREATED_UNREADABLE, 0, "2024-01-01T00:00:00" },
	{ "\"2024-01-01 00:00:00Z\"", CREATED_UNREADABLE, 0, "2024-01-01 00:00:00Z" },
	{ "\"2024-01-01T00:00:00Z\\u0000\"", CREATED_UNREADABLE, 0, NULL },
	{ "1700000000", CREATED_UNREADABLE, 0, NULL },
	{ "{}", CREATED_UNREADABLE, 0, NULL },
	{ "false", CREATED_UNREADABLE, 0, NULL },
};

static void test_created(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(times); i++) {
		struct image_config c CLEANUP_IMAGE_CONFIG = { 0 };
		struct buf json CLEANUP_BUF = BUF_INIT(LIMIT_CONFIG);

		buf_addf(&json, "{\"created\":%s,\"os\":\"linux\"}", times[i].json);
		assert_int_equal(parse(buf_str(&json), &c, NULL), 0);
		if (c.created_state != times[i].state || c.created_ms != times[i].ms)
			fail_msg("%s: state %d, %lld ms", times[i].json, c.created_state,
				 (long long)c.created_ms);
		assert_true(str_equal(c.created, times[i].created));
		assert_string_equal(c.platform.os, "linux");
	}
}

static void test_nothing(void **state)
{
	static const char *const texts[] = {
		"{}",
		"{\"created\":null,\"os\":null,\"architecture\":null,\"variant\":null}",
		"{\"config\":null,\"rootfs\":null}",
		"{\"os\":\"\",\"architecture\":\"\",\"config\":{},\"rootfs\":{}}",
		"{\"config\":{\"Labels\":null},\"rootfs\":{\"type\":\"x\",\"diff_ids\":null}}",
		"{\"config\":{\"Labels\":{}},\"rootfs\":{\"diff_ids\":[]}}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct image_config c CLEANUP_IMAGE_CONFIG = { 0 };

		assert_int_equal(parse(texts[i], &c, NULL), 0);
		assert_int_equal(c.created_state, CREATED_ABSENT);
		assert_null(c.created);
		assert_false(platform_known(&c.platform));
		assert_null(c.platform.os);
		assert_int_equal(c.label_names.count, 0);
		assert_int_equal(c.diff_id_count, 0);
	}
}

static void test_platform(void **state)
{
	static const char json[] =
		"{\"os\":\"Linux\",\"architecture\":\"aarch64\",\"variant\":\"v8\"}";
	struct image_config c CLEANUP_IMAGE_CONFIG = { 0 };

	(void)state;
	assert_int_equal(parse(json, &c, NULL), 0);
	assert_string_equal(c.platform.os, "linux");
	assert_string_equal(c.platform.architecture, "arm64");
	assert_null(c.platform.variant);
}

static void test_labels(void **state)
{
	static const char json[] =
		"{\"config\":{\"Labels\":{\"z\":\"1\",\"n\":2,\"a\":\"\",\"x\":null,"
		"\"u\":\"a\\u0000b\",\"labels\":\"\xc3\xa9\\n\"}}}";
	struct image_config c CLEANUP_IMAGE_CONFIG = { 0 };

	(void)state;
	assert_int_equal(parse(json, &c, NULL), 0);
	assert_int_equal(c.label_names.count, 3);
	assert_int_equal(c.label_values.count, 3);
	assert_string_equal(c.label_names.items[0], "z");
	assert_string_equal(c.label_values.items[0], "1");
	assert_string_equal(c.label_names.items[1], "a");
	assert_string_equal(c.label_values.items[1], "");
	assert_string_equal(c.label_names.items[2], "labels");
	assert_string_equal(c.label_values.items[2], "\xc3\xa9\n");
}

static void test_diff_ids(void **state)
{
	static const char json[] =
		"{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" SHA_A ","
		"\"sha512:" HEX_A HEX_A "\"]},\"history\":[{\"created_by\":\"x\"}]}";
	struct image_config c CLEANUP_IMAGE_CONFIG = { 0 };

	(void)state;
	assert_int_equal(parse(json, &c, NULL), 0);
	assert_int_equal(c.diff_id_count, 2);
	assert_int_equal(c.diff_ids[0].algorithm, DIGEST_SHA256);
	assert_string_equal(c.diff_ids[0].hex, HEX_A);
	assert_int_equal(c.diff_ids[1].algorithm, DIGEST_SHA512);
	image_config_free(&c);
	image_config_free(&c);
}

static void test_refused(void **state)
{
	static const struct {
		const char *json;
		const char *reason;
	} cases[] = {
		{ "", "not valid JSON" },
		{ "{} {}", "not valid JSON" },
		{ "{\"os\":\"a\",\"os\":\"b\"}", "twice" },
		{ "[]", "no JSON object" },
		{ "null", "no JSON object" },
		{ "{\"os\":1}", "\"os\" is no string" },
		{ "{\"architecture\":[]}", "\"architecture\" is no string" },
		{ "{\"variant\":{}}", "\"variant\" is no string" },
		{ "{\"os\":\"li\\u0000nux\"}", "has a NUL" },
		{ "{\"config\":[]}", "\"config\" is no object" },
		{ "{\"config\":{\"Labels\":[]}}", "\"Labels\" is no object" },
		{ "{\"rootfs\":[]}", "\"rootfs\" is no object" },
		{ "{\"rootfs\":{\"diff_ids\":{}}}", "\"diff_ids\" is no array" },
		{ "{\"rootfs\":{\"diff_ids\":[" SHA_A ",null]}}", "diff_ids[1] is no" },
		{ "{\"rootfs\":{\"diff_ids\":[1]}}", "diff_ids[0] is no" },
		{ "{\"rootfs\":{\"diff_ids\":[\"sha256:../x\"]}}", "diff_ids[0] is no" },
		{ "{\"rootfs\":{\"diff_ids\":[\"sha256:" HEX_A "\\u0000\"]}}", "diff_ids[0]" },
		{ "{\"Created\":\"2024-01-01T00:00:00Z\"}", "differs from \"created\"" },
		{ "{\"oS\":\"linux\"}", "differs from \"os\"" },
		{ "{\"rootf\xc5\xbf\":{}}", "differs from \"rootfs\"" },
		{ "{\"config\":{\"labels\":{}}}", "differs from \"Labels\"" },
		{ "{\"rootfs\":{\"Diff_IDs\":[]}}", "differs from \"diff_ids\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct image_config c = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (parse(cases[i].json, &c, &err) != SCANREQ_E_UNREADABLE)
			fail_msg("not refused: %s", cases[i].json);
		assert_int_equal(err.klass, SCANREQ_E_UNREADABLE);
		if (!strstr(err.message, cases[i].reason))
			fail_msg("%s: no \"%s\" in: %s", cases[i].json, cases[i].reason,
				 err.message);
		assert_true(str_prefix(err.message, "the image config", NULL));
		assert_null(c.platform.os);
		assert_null(c.diff_ids);
	}
}

static void test_many_diff_ids(void **state)
{
	struct buf json CLEANUP_BUF = BUF_INIT(LIMIT_CONFIG);
	struct image_config c = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	buf_puts(&json, "{\"rootfs\":{\"diff_ids\":[" SHA_A);
	for (int i = 0; i < LIMIT_LAYERS; i++)
		buf_puts(&json, "," SHA_A);
	buf_puts(&json, "]}}");
	assert_int_equal(parse(buf_str(&json), &c, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "more than 5000 entries"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_created),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_platform),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_diff_ids),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_many_diff_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
