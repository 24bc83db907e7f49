/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "oci/platform.h"

static const struct {
	const char *text;
	const char *normal;
} parsed[] = {
	{ PLATFORM_DEFAULT, "linux/amd64" },
	{ "linux/x86_64", "linux/amd64" },
	{ "linux/x86-64", "linux/amd64" },
	{ "linux/amd64/v1", "linux/amd64" },
	{ "linux/x86_64/v1", "linux/amd64" },
	{ "linux/amd64/v3", "linux/amd64/v3" },
	{ "Linux/AMD64/V2", "linux/amd64/v2" },
	{ "linux/i386", "linux/386" },
	{ "linux/386", "linux/386" },
	{ "linux/arm64", "linux/arm64" },
	{ "linux/arm64/v8", "linux/arm64" },
	{ "linux/aarch64/8", "linux/arm64" },
	{ "linux/arm64/v8.0", "linux/arm64" },
	{ "linux/aarch64/v8.1", "linux/arm64/v8.1" },
	{ "linux/arm64/v9", "linux/arm64/v9" },
	{ "linux/arm64/9", "linux/arm64/v9" },
	{ "linux/arm64/9.0", "linux/arm64/v9" },
	{ "linux/aarch64/V9.0", "linux/arm64/v9" },
	{ "linux/arm", "linux/arm/v7" },
	{ "linux/arm/7", "linux/arm/v7" },
	{ "linux/arm/v7", "linux/arm/v7" },
	{ "linux/arm/6", "linux/arm/v6" },
	{ "linux/arm/5", "linux/arm/v5" },
	{ "linux/arm/8", "linux/arm/v8" },
	{ "linux/armhf", "linux/arm/v7" },
	{ "linux/armel", "linux/arm/v6" },
	{ "linux/armhf/v5", "linux/arm/v7" },
	{ "linux/ppc64le", "linux/ppc64le" },
	{ "linux/s390x", "linux/s390x" },
	{ "macos/arm64", "darwin/arm64" },
	{ "windows/amd64", "windows/amd64" },
	{ "x_y.z-0/a_b.c-1/v_1.2-3", "x_y.z-0/a_b.c-1/v_1.2-3" },
};

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(parsed); i++) {
		struct platform p CLEANUP_PLATFORM = { 0 };
		char *text CLEANUP_FREE = NULL;

		assert_int_equal(platform_parse(parsed[i].text, &p, NULL), 0);
		text = platform_format(&p);
		assert_string_equal(text, parsed[i].normal);
		assert_true(platform_known(&p));
	}
}

static void test_parse_refuses(void **state)
{
	static const char *const texts[] = {
		"", "linux", "amd64", "/", "linux/", "/amd64", "//", "linux//v7", "linux/arm/",
		"linux/arm/v7/", "linux/arm/v7/x", " linux/amd64", "linux/amd64 ",
		"linux/am d64",
		"linux/amd64\n", "windows(10.0)/amd64", "linux/amd64,linux/arm64", "all",
		"linux/\xc3\xa9", "unknown/s390x", "unknown/arm64", "linux/unknown",
		"unknown/unknown", "Unknown/amd64", "linux/arm64/unknown",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct platform p = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (platform_parse(texts[i], &p, &err) != SCANREQ_E_USAGE)
			fail_msg("\"%s\" was not refused", texts[i]);
		assert_int_equal(err.klass, SCANREQ_E_USAGE);
		assert_non_null(strstr(err.message, "os/architecture[/variant]"));
		assert_null(p.os);
	}
}

static void test_make(void **state)
{
	static const struct {
		const char *os, *architecture, *variant, *text;
		bool known;
	} cases[] = {
		{ "linux", "amd64", NULL, "linux/amd64", true },
		{ "linux", "arm", "", "linux/arm/v7", true },
		{ "linux", "x86_64", NULL, "linux/amd64", true },
		{ NULL, NULL, NULL, "unknown/unknown", false },
		{ "", "", "", "unknown/unknown", false },
		{ "linux", NULL, NULL, "linux/unknown", false },
		{ NULL, "arm64", "v8", "unknown/arm64", false },
		{ "unknown", "unknown", NULL, "unknown/unknown", false },
		{ "linux", "unknown", NULL, "linux/unknown", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct platform p CLEANUP_PLATFORM = { 0 };
		char *text CLEANUP_FREE = NULL;

		assert_int_equal(platform_make(&p, cases[i].os, cases[i].architecture,
					       cases[i].variant), 0);
		text = platform_format(&p);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(platform_known(&p), cases[i].known);
	}
}

static void test_absent_is_null(void **state)
{
	struct platform p CLEANUP_PLATFORM = { 0 };

	(void)state;
	assert_int_equal(platform_make(&p, "", NULL, ""), 0);
	assert_null(p.os);
	assert_null(p.architecture);
	assert_null(p.variant);
}

static bool equal(const char *a, const char *b)
{
	struct platform x CLEANUP_PLATFORM = { 0 };
	struct platform y CLEANUP_PLATFORM = { 0 };

	assert_int_equal(platform_parse(a, &x, NULL), 0);
	assert_int_equal(platform_parse(b, &y, NULL), 0);
	return platform_equal(&x, &y);
}

static void test_equal(void **state)
{
	(void)state;
	assert_true(equal("linux/amd64", "linux/x86_64/v1"));
	assert_true(equal("linux/arm64/v8", "linux/aarch64"));
	assert_true(equal("linux/arm", "linux/armhf"));
	/* no falling back */
	assert_false(equal("linux/amd64", "linux/386"));
	assert_false(equal("linux/amd64", "linux/amd64/v2"));
	assert_false(equal("linux/arm/v7", "linux/arm/v6"));
	assert_false(equal("linux/arm64", "linux/arm/v8"));
	assert_false(equal("linux/amd64", "windows/amd64"));
}

static void test_copy(void **state)
{
	struct platform p CLEANUP_PLATFORM = { 0 };
	struct platform copy CLEANUP_PLATFORM = { 0 };
	struct platform none CLEANUP_PLATFORM = { 0 };

	(void)state;
	assert_int_equal(platform_parse("linux/arm/v6", &p, NULL), 0);
	assert_int_equal(platform_copy(&copy, &p), 0);
	assert_true(platform_equal(&copy, &p));
	assert_ptr_not_equal(copy.os, p.os);
	assert_false(platform_equal(&copy, &none));
	platform_free(&p);
	platform_free(&p);
	assert_int_equal(platform_copy(&p, &none), 0);
	assert_null(p.os);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_absent_is_null),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
