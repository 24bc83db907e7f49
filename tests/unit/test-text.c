/* SPDX-License-Identifier: MIT */
/* The parts of base/ that turn bytes into text and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/encode.h"
#include "base/text.h"
#include "base/time.h"

/* --- encodings --------------------------------------------------------------------- */

static void test_hex(void **state)
{
	char out[7];

	(void)state;
	hex_encode((const unsigned char *)"\x00\xff\x1a", 3, out);
	assert_string_equal(out, "00ff1a");
	assert_true(hex_valid("0123456789abcdef", 16));
	assert_true(hex_valid("abcXYZ", 3));
	assert_true(hex_valid("", 0));
	assert_false(hex_valid("abc", 4));
	assert_false(hex_valid("ABC", 3));
	assert_false(hex_valid("abg", 3));
	/* the text need not end */
	char *exact CLEANUP_FREE = malloc(4);

	memcpy(exact, "beef", 4);
	assert_true(hex_valid(exact, 4));
}

static void test_base64(void **state)
{
	/* RFC 4648 section 10, and bytes of every value of six bits */
	static const struct {
		const char *plain, *coded;
	} cases[] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbe", "+/++" },
	};
	static const char *const wrong[] = {
		"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zh==", "Zm9=", "Zm9vYg==Zm9v",
		"Zm 9", "Zm9v\n", "Zm-_", "=g==", "Zm=v", "Z\xc3\xa9g",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf coded CLEANUP_BUF = BUF_INIT(100);
		struct buf plain CLEANUP_BUF = BUF_INIT(100);

		base64_encode(&coded, cases[i].plain, strlen(cases[i].plain));
		assert_string_equal(buf_str(&coded), cases[i].coded);
		assert_true(base64_decode(&plain, cases[i].coded, strlen(cases[i].coded)));
		assert_string_equal(buf_str(&plain), cases[i].plain);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
		struct buf plain CLEANUP_BUF = BUF_INIT(100);

		if (base64_decode(&plain, wrong[i], strlen(wrong[i])))
			fail_msg("accepted: %s", wrong[i]);
	}
}

static void test_base64_nul(void **state)
{
	struct buf out CLEANUP_BUF = BUF_INIT(100);

	(void)state;
	assert_false(base64_decode(&out, "Zm\0v", 4));
	buf_clear(&out);
	assert_true(base64_decode(&out, "AAA=", 4));
	assert_int_equal(out.len, 2);
	assert_memory_equal(out.data, "\0\0", 2);
}

static void test_percent(void **state)
{
	struct buf out CLEANUP_BUF = BUF_INIT(2000);
	size_t plain = 0;

	(void)state;
	percent_encode(&out, "AZaz09-._~ +/&=%*\xc3\xa9\0", 20);
	assert_string_equal(buf_str(&out), "AZaz09-._~%20%2B%2F%26%3D%25%2A%C3%A9%00");
	buf_clear(&out);
	for (int c = 0; c < 256; c++) {
		char byte = (char)c;

		percent_encode(&out, &byte, 1);
	}
	for (const char *s = buf_str(&out); *s; s++)
		plain += *s == '%';
	assert_int_equal(plain, 256 - 66);
}

/* --- digests ----------------------------------------------------------------------- */

#define SHA256_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA256_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA512_ABC                                                         \
	"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" \
	"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"

static void test_digest_of(void **state)
{
	struct digest d;
	char text[DIGEST_TEXT_MAX];

	(void)state;
	assert_int_equal(digest_of(DIGEST_SHA256, "abc", 3, &d, NULL), 0);
	assert_string_equal(digest_format(&d, text), "sha256:" SHA256_ABC);
	assert_int_equal(digest_of(DIGEST_SHA512, "abc", 3, &d, NULL), 0);
	assert_string_equal(digest_format(&d, text), "sha512:" SHA512_ABC);
	assert_int_equal(digest_of(DIGEST_SHA256, "", 0, &d, NULL), 0);
	assert_string_equal(d.hex, SHA256_EMPTY);
}

static void test_hasher(void **state)
{
	struct hasher *h = hasher_new(DIGEST_SHA256);
	struct digest d;

	(void)state;
	hasher_add(h, "a", 1);
	hasher_add(h, "", 0);
	hasher_add(h, "bc", 2);
	assert_true(hasher_finish(h, &d));
	assert_string_equal(d.hex, SHA256_ABC);
	hasher_free(&h);
	hasher_free(&h);
	assert_null(hasher_new(DIGEST_NONE));
}

static void test_digest_parse(void **state)
{
	static const char *const wrong[] = {
		"", ":", "sha256", "sha256:", SHA256_ABC, "sha256:" SHA256_ABC "0",
		"sha256:" SHA256_ABC "\n", "SHA256:" SHA256_ABC, "sha512:" SHA256_ABC,
		"sha256:" SHA512_ABC, "sha384:" SHA256_ABC "00000000000000000000000000000000",
		"sha256-" SHA256_ABC, " sha256:" SHA256_ABC,
		"sha256:../../../../../../../../../../../x",
		"sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
	};
	struct digest d = { 0 }, other = { 0 };
	char text[DIGEST_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++)
		if (digest_parse(wrong[i], strlen(wrong[i]), &d))
			fail_msg("accepted: %s", wrong[i]);
	assert_string_equal(digest_format(&d, text), "");
	assert_true(digest_equal(&d, &other));
	/* only `len` bytes count, and they need not end */
	assert_true(digest_parse("sha256:" SHA256_ABC "/x", 71, &d));
	assert_int_equal(d.algorithm, DIGEST_SHA256);
	assert_false(digest_equal(&d, &other));
	other = d;
	assert_true(digest_equal(&d, &other));
	other.hex[0] = '0';
	assert_false(digest_equal(&d, &other));
	assert_false(digest_parse("sha256:" SHA256_ABC, 70, &d));
	char *exact CLEANUP_FREE = malloc(71);

	memcpy(exact, "sha256:" SHA256_ABC, 71);
	assert_true(digest_parse(exact, 71, &d));
}

/* --- text -------------------------------------------------------------------------- */

static void test_utf8(void **state)
{
	static const struct {
		const char *text;
		size_t length;
	} cases[] = {
		{ "a", 1 },
		{ "\x7f", 1 },
		{ "\xc2\x80", 2 },
		{ "\xdf\xbf", 2 },
		{ "\xe0\xa0\x80", 3 },
		{ "\xed\x9f\xbf", 3 },
		{ "\xee\x80\x80", 3 },
		{ "\xf0\x90\x80\x80", 4 },
		{ "\xf4\x8f\xbf\xbf", 4 },
		{ "", 0 },
		{ "\x80", 0 },
		{ "\xbf\xbf", 0 },
		{ "\xc0\x80", 0 },
		{ "\xc1\xbf", 0 },
		{ "\xc2", 0 },
		{ "\xc2\x41", 0 },
		{ "\xe0\x9f\xbf", 0 },
		{ "\xe2\x82", 0 },
		{ "\xed\xa0\x80", 0 },
		{ "\xf0\x8f\xbf\xbf", 0 },
		{ "\xf0\x9f\x98", 0 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf5\x80\x80\x80", 0 },
		{ "\xff\xff\xff\xff", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		const char *text = cases[i].text;

		assert_int_equal(utf8_length(text, strlen(text)), cases[i].length);
	}
	assert_true(utf8_valid("", 0));
	assert_true(utf8_valid("a\0\xc3\xa9", 4));
	assert_false(utf8_valid("a\xc3", 2));
	assert_false(utf8_valid("\xc3\xa9\xff", 3));
}

static const struct {
	const char *text, *shown;
} escapes[] = {
	{ "plain \xc3\xa9 \xf0\x9f\x98\x80", "plain \xc3\xa9 \xf0\x9f\x98\x80" },
	{ "a\nb\rc\td", "a\\nb\\rc\\td" },
	{ "\x1b[2J\a\x7f", "\\x1b[2J\\x07\\x7f" },
	{ "\xc2\x9b" "31m", "\\x9b31m" },
	{ "\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}" },
	{ "\xe2\x80\xae\xe2\x81\xa6\xd8\x9c", "\\u{202e}\\u{2066}\\u{061c}" },
	{ "\xef\xbb\xbf", "\\u{feff}" },
	{ "\xff\xc3", "\\xff\\xc3" },
	{ "\\", "\\" },
};

static void test_escape(void **state)
{
	char out[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(escapes); i++) {
		struct buf b CLEANUP_BUF = BUF_INIT(100);

		text_escape(out, sizeof(out), escapes[i].text, strlen(escapes[i].text));
		assert_string_equal(out, escapes[i].shown);
		buf_add_escaped(&b, escapes[i].text, strlen(escapes[i].text));
		assert_string_equal(buf_str(&b), escapes[i].shown);
	}
	text_escape(out, sizeof(out), "a\0b", 3);
	assert_string_equal(out, "a\\x00b");
}

static void test_escape_cuts(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *shown;
	} cases[] = {
		{ "abcdefg", 8, "abcdefg" },
		{ "abcdefgh", 8, "abcd..." },
		{ "abc\xc3\xa9" "fgh", 8, "abc..." },
		{ "abc\n\n\n", 8, "abc..." },
		{ "\xf0\x9f\x98\x80\xf0\x9f\x98\x80", 8, "\xf0\x9f\x98\x80..." },
		{ "\xe2\x80\xae", 8, "..." },
		{ "abcd", 4, "..." },
		{ "abcd", 3, ".." },
		{ "abcd", 1, "" },
		{ "", 1, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		char *out CLEANUP_FREE = malloc(cases[i].size);

		text_escape(out, cases[i].size, cases[i].text, strlen(cases[i].text));
		assert_string_equal(out, cases[i].shown);
	}
}

/* --- time -------------------------------------------------------------------------- */

static void test_time_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01t00:00:00z", 0 },
		{ "2024-02-29T23:59:59Z", 1709251199000 },
		{ "2000-02-29T00:00:00Z", 951782400000 },
		{ "2024-12-31T00:00:00Z", 1735603200000 },
		{ "2100-03-01T00:00:00Z", 4107542400000 },
		{ "9999-12-31T23:59:59.999Z", 253402300799999 },
		{ "0001-01-01T00:00:00Z", -62135596800000 },
		{ "1969-12-31T23:59:59.999Z", -1 },
		{ "1969-12-31T23:59:59Z", -1000 },
		{ "1970-01-01T00:00:00.1Z", 100 },
		{ "1970-01-01T00:00:00.01Z", 10 },
		{ "1970-01-01T00:00:00.0019999999999999999999999Z", 1 },
		{ "1970-01-01T00:00:00.000999Z", 0 },
		{ "1970-01-01T01:00:00+01:00", 0 },
		{ "1969-12-31T16:30:00-07:30", 0 },
		{ "1970-01-01T00:00:00-00:00", 0 },
		{ "1970-01-01T23:59:00+23:59", 0 },
		{ "2016-12-31T23:59:60Z", 1483228800000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		int64_t ms = 1;

		if (!time_parse(cases[i].text, &ms) || ms != cases[i].ms)
			fail_msg("%s: %lld", cases[i].text, (long long)ms);
	}
}

static void test_time_refuses(void **state)
{
	static const char *const texts[] = {
		"", "1970", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z",
		"1970-01-01T00:00Z", "1970-01-01T00:00:00ZZ", "1970-01-01T00:00:00Z ",
		" 1970-01-01T00:00:00Z", "70-01-01T00:00:00Z", "19700-01-01T00:00:00Z",
		"1970-1-01T00:00:00Z", "1970-00-01T00:00:00Z", "1970-13-01T00:00:00Z",
		"1970-01-00T00:00:00Z", "1970-01-32T00:00:00Z", "1970-04-31T00:00:00Z",
		"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
		"2024-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "1970-01-01T24:00:00Z",
		"1970-01-01T00:60:00Z", "1970-01-01T00:00:61Z", "1970-01-01T00:00:00.Z",
		"1970-01-01T00:00:00,5Z", "1970-01-01T00:00:00.5", "1970-01-01T00:00:00+1:00",
		"1970-01-01T00:00:00+0100", "1970-01-01T00:00:00+24:00",
		"1970-01-01T00:00:00+01:60",
		"1970-01-01T00:00:00+01", "1970-01-01T00:00:00 01:00", "-970-01-01T00:00:00Z",
		"1970/01/01T00:00:00Z", "+1970-01-01T00:00:00Z", "1970-01-01T0x:00:00Z",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		int64_t ms = 1;

		if (time_parse(texts[i], &ms))
			fail_msg("accepted: %s", texts[i]);
		assert_int_equal(ms, 1);
	}
}

static void test_time_format(void **state)
{
	char text[TIME_TEXT_SIZE];

	(void)state;
	time_format(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	time_format(1709251199999, text);
	assert_string_equal(text, "2024-02-29T23:59:59Z");
	time_format(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59Z");
	time_format(INT64_MAX, text);
	assert_true(strlen(text) < sizeof(text));
	assert_true(time_now() > 1700000000000);
}

static void test_trim(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "", "" },
		{ " \t\r\n\v\f ", "" },
		{ "a b", "a b" },
		{ " \ta b\r\n", "a b" },
		{ "\xef\xbb\xbf" "a\xc2\xa0", "a" },
		{ "\xe3\x80\x80 a\xe3\x80\x80" "b \xe3\x80\x80", "a\xe3\x80\x80" "b" },
		{ "\xe2\x80\x80" "a\xe2\x80\x8b\xe2\x81\x9f\xe2\x80\xa8", "a" },
		/* marks, letters and bytes that are no character are no blanks */
		{ "\xe2\x80\x8e" "a\xc3\xa0", "\xe2\x80\x8e" "a\xc3\xa0" },
		{ "a\xa0", "a\xa0" },
		{ "\xc2", "\xc2" },
		{ " \xa0 ", "\xa0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		char *copy CLEANUP_FREE = strdup(cases[i].text);
		const char *s = cases[i].text;
		size_t len = strlen(s);

		assert_string_equal(text_trimmed(copy), cases[i].expected);
		text_trim(&s, &len);
		assert_int_equal(len, strlen(cases[i].expected));
		assert_memory_equal(s, cases[i].expected, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_base64_nul),
		cmocka_unit_test(test_percent),
		cmocka_unit_test(test_digest_of),
		cmocka_unit_test(test_hasher),
		cmocka_unit_test(test_digest_parse),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_escape_cuts),
		cmocka_unit_test(test_time_parse),
		cmocka_unit_test(test_time_refuses),
		cmocka_unit_test(test_time_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
