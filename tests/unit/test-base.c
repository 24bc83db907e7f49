/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <malloc.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"

#define SECRET "tr0ub4dor&3/hush+hush"

/* --- memory that is given back ----------------------------------------------------- */

/*
 * The linker routes the library's free() and realloc() through these (--wrap), which see
 * whether a block that is given back still holds the secret.
 */
void __real_free(void *block);
void *__real_realloc(void *block, size_t size);
void __wrap_free(void *block);
void *__wrap_realloc(void *block, size_t size);

static int leaks;

static void look(void *block)
{
	if (!block || !memmem(block, malloc_usable_size(block), SECRET, strlen(SECRET)))
		return;
	leaks++;
	memset(block, 0, malloc_usable_size(block)); /* or whoever has it next is blamed */
}

void __wrap_free(void *block)
{
	look(block);
	__real_free(block);
}

void *__wrap_realloc(void *block, size_t size)
{
	look(block);
	return __real_realloc(block, size);
}

static int forget_leaks(void **state)
{
	(void)state;
	leaks = 0;
	return 0;
}

/* --- buf --------------------------------------------------------------------------- */

static void test_buf_adds(void **state)
{
	struct buf b CLEANUP_BUF = BUF_INIT(1000);
	char *text CLEANUP_FREE = NULL;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	buf_puts(&b, "a");
	buf_putc(&b, 'b');
	buf_add(&b, "c\0d", 3);
	buf_add(&b, NULL, 0);
	buf_addf(&b, "%d-%s", 42, "x");
	assert_int_equal(b.len, 9);
	assert_memory_equal(buf_str(&b), "abc\0d42-x", 10);
	assert_int_equal(buf_check(&b, "x", NULL), 0);
	buf_clear(&b);
	assert_string_equal(buf_str(&b), "");
	for (int i = 0; i < 500; i++)
		buf_addf(&b, "%02d", i % 100);
	assert_int_equal(b.len, 1000);
	text = buf_take(&b);
	assert_int_equal(strlen(text), 1000);
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	assert_int_equal(b.max, 1000);
}

static void test_buf_maximum(void **state)
{
	struct buf b CLEANUP_BUF = BUF_INIT(4);
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	buf_puts(&b, "abcd");
	assert_int_equal(buf_check(&b, "x", &err), 0);
	buf_puts(&b, "");
	assert_int_equal(b.failed, 0);
	buf_puts(&b, "e");
	buf_add(&b, "f", SIZE_MAX); /* no overflow on the way to the comparison */
	buf_addf(&b, "%s", "");
	assert_string_equal(buf_str(&b), "abcd");
	assert_int_equal(buf_check(&b, "the thing", &err), SCANREQ_E_UNREADABLE);
	assert_string_equal(err.message, "the thing is larger than 4 bytes");
	assert_int_equal(buf_check(&b, NULL, &err), SCANREQ_E_INTERNAL);
	assert_null(buf_take(&b));
	/* empty and usable again */
	assert_int_equal(b.failed, 0);
	buf_addf(&b, "%s", "wxyz");
	assert_string_equal(buf_str(&b), "wxyz");
	buf_addf(&b, "%d", 1);
	assert_int_equal(b.failed, SCANREQ_E_UNREADABLE);
	buf_clear(&b);
	assert_int_equal(b.failed, 0);
}

static void test_buf_take_empty(void **state)
{
	struct buf b CLEANUP_BUF = BUF_INIT(0);
	char *text CLEANUP_FREE = buf_take(&b);

	(void)state;
	assert_string_equal(text, "");
	buf_putc(&b, 'x');
	assert_int_equal(b.failed, SCANREQ_E_UNREADABLE);
}

static void test_buf_secret(void **state)
{
	struct buf open = BUF_INIT(MIB);
	struct buf secret = BUF_SECRET_INIT(MIB);

	(void)state;
	/* The watch sees a buffer that is not secret... */
	buf_puts(&open, SECRET);
	buf_free(&open);
	assert_int_equal(leaks, 1);
	/* ...and none that is, when it grows, is cleared, or is freed. */
	buf_puts(&secret, SECRET);
	for (int i = 0; i < 100; i++)
		buf_addf(&secret, "%d %s", i, SECRET);
	assert_non_null(strstr(buf_str(&secret), "99 " SECRET));
	assert_true(str_prefix(buf_str(&secret), SECRET "0 " SECRET, NULL));
	buf_clear(&secret);
	buf_free(&secret);
	buf_free(&secret);
	assert_int_equal(leaks, 1);
}

/* --- str --------------------------------------------------------------------------- */

static void test_str_parts(void **state)
{
	const char *rest = NULL;

	(void)state;
	assert_true(str_prefix("abc", "ab", &rest));
	assert_string_equal(rest, "c");
	assert_true(str_prefix("abc", "", NULL));
	assert_false(str_prefix("ab", "abc", &rest));
	assert_true(str_suffix("abc", "bc"));
	assert_true(str_suffix("abc", ""));
	assert_false(str_suffix("bc", "abc"));
	assert_false(str_suffix("abcd", "bc"));
	assert_true(str_equal(NULL, NULL));
	assert_true(str_equal("a", "a"));
	assert_false(str_equal("a", NULL));
	assert_false(str_equal(NULL, "a"));
	assert_false(str_equal("a", "b"));
}

static void test_str_to_int64(void **state)
{
	static const char *const wrong[] = {
		"", "-", "+1", " 1", "1 ", "1x", "0x10", "--1", "9223372036854775808",
		"-9223372036854775809", "99999999999999999999999999", "1.0", "\n1",
	};
	int64_t n = 5;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++)
		assert_false(str_to_int64(wrong[i], &n));
	assert_int_equal(n, 5);
	assert_true(str_to_int64("9223372036854775807", &n) && n == INT64_MAX);
	assert_true(str_to_int64("-9223372036854775808", &n) && n == INT64_MIN);
	assert_true(str_to_int64("-0", &n) && n == 0);
	assert_true(str_to_int64("007", &n) && n == 7);
}

static void test_str_to_duration(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} right[] = {
		{ "0", 0 },         { "90", 90000 },       { "90s", 90000 },
		{ "250ms", 250 },   { "5m", 300000 },      { "2h", 7200000 },
		{ "24h", 86400000 }, { "86400", 86400000 }, { "86400000ms", 86400000 },
	};
	static const char *const wrong[] = {
		"", "s", "-1", "1.5s", "1 s", "1d", "1S", "25h", "86401", "86400001ms",
		"99999999999999999999", "1s ", "1h30m", "9223372036854775807",
	};
	int64_t ms = -1;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++)
		assert_false(str_to_duration(wrong[i], &ms));
	assert_int_equal(ms, -1);
	for (size_t i = 0; i < ARRAY_LENGTH(right); i++)
		assert_true(str_to_duration(right[i].text, &ms) && ms == right[i].ms);
}

static void test_str_to_bool(void **state)
{
	bool value = false;

	(void)state;
	assert_true(str_to_bool("1", &value) && value);
	assert_true(str_to_bool("No", &value) && !value);
	assert_true(str_to_bool("TRUE", &value) && value);
	assert_true(str_to_bool("0", &value) && !value);
	assert_true(str_to_bool("yes", &value) && value);
	assert_true(str_to_bool("false", &value) && !value);
	assert_false(str_to_bool("", &value) || str_to_bool("2", &value) ||
		     str_to_bool("on", &value) || str_to_bool("true ", &value));
}

static void test_add_int64(void **state)
{
	int64_t sum = INT64_MAX - 1;

	(void)state;
	assert_true(add_int64(&sum, 1));
	assert_false(add_int64(&sum, 1));
	assert_true(sum == INT64_MAX);
	assert_true(add_int64(&sum, INT64_MIN));
	assert_int_equal(sum, -1);
	assert_false(add_int64(&sum, INT64_MIN));
	assert_int_equal(sum, -1);
}

static void test_str_copy_and_wipe(void **state)
{
	char *copy = NULL;

	(void)state;
	assert_int_equal(str_copy(&copy, NULL), 0);
	assert_null(copy);
	str_wipe(&copy);
	assert_int_equal(str_copy(&copy, SECRET), 0);
	assert_string_equal(copy, SECRET);
	str_wipe(&copy);
	assert_null(copy);
	assert_int_equal(leaks, 0);
}

static void test_strv(void **state)
{
	struct strv v CLEANUP_STRV = { 0 };

	(void)state;
	assert_false(strv_has(&v, "a"));
	assert_int_equal(strv_add(&v, "a"), 0);
	assert_int_equal(strv_addf(&v, "%s-%d", "b", 1), 0);
	assert_int_equal(strv_add_new(&v, "a"), 0);
	assert_int_equal(v.count, 2);
	assert_int_equal(strv_add(&v, "a"), 0);
	assert_int_equal(v.count, 3);
	assert_true(strv_has(&v, "b-1"));
	assert_string_equal(v.items[2], "a");
	strv_free(&v);
	assert_int_equal(v.count, 0);
	assert_null(v.items);
}

/* --- the log ----------------------------------------------------------------------- */

struct lines {
	int count;
	enum log_level level;
	char last[LIMIT_LINE + 1];
};

static void take_line(void *arg, enum log_level level, const char *line)
{
	struct lines *lines = arg;

	lines->count++;
	lines->level = level;
	snprintf(lines->last, sizeof(lines->last), "%s", line);
}

static void test_log_levels(void **state)
{
	struct lines lines = { 0 };
	struct log *log CLEANUP(log_free) = log_new(LOG_LEVEL_INFO, take_line, &lines);
	struct log *silent CLEANUP(log_free) = log_new(LOG_LEVEL_DEBUG, NULL, NULL);

	(void)state;
	log_debug(log, "no");
	log_info(silent, "no");
	log_info(NULL, "no");
	assert_int_equal(lines.count, 0);
	log_info(log, "%d\n\x1b[2J%s", 1, "\xff");
	assert_string_equal(lines.last, "1\\n\\x1b[2J\\xff");
	assert_int_equal(lines.level, LOG_LEVEL_INFO);
	log_write(log, LOG_LEVEL_WARNING, "w");
	assert_int_equal(lines.count, 2);
	assert_int_equal(lines.level, LOG_LEVEL_WARNING);
}

static void test_log_masks(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "a " SECRET " b", "a *** b" },
		{ SECRET SECRET, "******" },
		{ "tr0ub4dor%263%2Fhush%2Bhush", "***" },
		{ "Basic dHIwdWI0ZG9yJjMvaHVzaCtodXNo.", "Basic ***." },
		{ "tr0ub4dor", "tr0ub4dor" },
		{ "prefix of it", "prefix of it" },
		/* the longer of two secrets that begin alike, and one within another */
		{ "hush-longer!", "***!" },
		{ "hush-long!", "***!" },
		{ "ab", "ab" },
	};
	struct lines lines = { 0 };
	struct log *log CLEANUP(log_free) = log_new(LOG_LEVEL_DEBUG, take_line, &lines);

	(void)state;
	assert_int_equal(log_secret(log, SECRET), 0);
	assert_int_equal(log_secret(log, SECRET), 0);
	assert_int_equal(log_secret(log, "hush-long"), 0);
	assert_int_equal(log_secret(log, "hush-longer"), 0);
	assert_int_equal(log_secret(log, "ab"), 0); /* too short to mask */
	assert_int_equal(log_secret(log, ""), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf masked CLEANUP_BUF = BUF_INIT(1000);

		log_debug(log, "%s", cases[i].text);
		assert_string_equal(lines.last, cases[i].shown);
		log_mask(log, cases[i].text, &masked);
		assert_string_equal(buf_str(&masked), cases[i].shown);
	}
}

/* What is masked is whole: a secret with a line break, one at the cut of a long line. */
static void test_log_masks_before_escaping(void **state)
{
	struct lines lines = { 0 };
	struct log *log CLEANUP(log_free) = log_new(LOG_LEVEL_DEBUG, take_line, &lines);
	struct buf text CLEANUP_BUF = BUF_INIT(MIB);

	(void)state;
	assert_int_equal(log_secret(log, "two\nlines"), 0);
	log_debug(log, "x two\nlines y");
	assert_string_equal(lines.last, "x *** y");
	while (text.len < LIMIT_LINE - 8)
		buf_putc(&text, 'a');
	buf_puts(&text, "two\nlines");
	log_debug(log, "%s", buf_str(&text));
	assert_null(strstr(lines.last, "tw"));
}

static void test_log_mask_fixed(void **state)
{
	struct log *log CLEANUP(log_free) = log_new(LOG_LEVEL_DEBUG, NULL, NULL);
	char text[32] = "no " SECRET "!";
	struct buf masked CLEANUP_BUF = BUF_INIT(100);

	(void)state;
	assert_int_equal(log_secret(log, SECRET), 0);
	log_mask_fixed(log, text, sizeof(text));
	assert_string_equal(text, "no ***!");
	log_mask(NULL, "x", &masked);
	assert_string_equal(buf_str(&masked), "x");
}

static void test_log_wipes(void **state)
{
	struct lines lines = { 0 };
	struct log *log = log_new(LOG_LEVEL_DEBUG, take_line, &lines);
	struct buf masked CLEANUP_BUF = BUF_INIT(1000);

	(void)state;
	assert_int_equal(log_secret(log, SECRET), 0);
	log_debug(log, "%s", "x " SECRET);
	log_mask(log, SECRET, &masked);
	log_free(&log);
	log_free(&log);
	assert_int_equal(leaks, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf_adds),
		cmocka_unit_test(test_buf_maximum),
		cmocka_unit_test(test_buf_take_empty),
		cmocka_unit_test_setup(test_buf_secret, forget_leaks),
		cmocka_unit_test(test_str_parts),
		cmocka_unit_test(test_str_to_int64),
		cmocka_unit_test(test_str_to_duration),
		cmocka_unit_test(test_str_to_bool),
		cmocka_unit_test(test_add_int64),
		cmocka_unit_test_setup(test_str_copy_and_wipe, forget_leaks),
		cmocka_unit_test(test_strv),
		cmocka_unit_test(test_log_levels),
		cmocka_unit_test(test_log_masks),
		cmocka_unit_test(test_log_masks_before_escaping),
		cmocka_unit_test(test_log_mask_fixed),
		cmocka_unit_test_setup(test_log_wipes, forget_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
