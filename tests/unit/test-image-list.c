/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "pipeline/image-list.h"

/* Opens a list with this text; the file has no name any more. */
static struct image_list *open_text(const char *text, size_t len)
{
	char path[] = "/tmp/scanreq-list-XXXXXX";
	int fd CLEANUP_CLOSE = mkstemp(path);
	struct image_list *list = NULL;
	struct scanreq_error err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	assert_int_equal(image_list_open(path, &list, &err), 0);
	unlink(path);
	return list;
}

static void expect(struct image_list *list, const char *image)
{
	struct image_entry entry CLEANUP_ENTRY = { 0 };
	struct scanreq_error err;

	if (!image) {
		assert_int_equal(image_list_next(list, &entry, &err), 0);
		return;
	}
	assert_int_equal(image_list_next(list, &entry, &err), 1);
	assert_string_equal(entry.image, image);
	assert_int_equal(entry.error.klass, 0);
	assert_int_equal(entry.names.count, 0);
}

static void test_lines(void **state)
{
	static const char text[] = "\xef\xbb\xbf# images of the shop\n"
				   "shop/web:1\r\n"
				   "\n"
				   " \t \n"
				   "  shop/api:2 \t\n"
				   "\xef\xbb\xbf# a second file\n"
				   "shop/wide:3\xe3\x80\x80\xc2\xa0\r\n"
				   "\xe3\x80\x80\n"
				   "./saved #1.tar\n"
				   "#shop/old:1\n"
				   "shop/last";
	struct image_list *list CLEANUP(image_list_close) = open_text(text, sizeof(text) - 1);

	(void)state;
	expect(list, "shop/web:1");
	expect(list, "shop/api:2");
	expect(list, "shop/wide:3");
	expect(list, "./saved #1.tar");
	expect(list, "shop/last");
	expect(list, NULL);
	expect(list, NULL);
}

static void test_objects(void **state)
{
	static const char text[] =
		"{\"image\": \"shop/web:1\", \"repo_name\": \"web\","
		" \"image-size\": 42, \"tag\": null}\n";
	struct image_list *list CLEANUP(image_list_close) = open_text(text, sizeof(text) - 1);
	struct image_entry entry CLEANUP_ENTRY = { 0 };
	struct scanreq_error err;

	(void)state;
	assert_int_equal(image_list_next(list, &entry, &err), 1);
	assert_int_equal(entry.error.klass, 0);
	assert_string_equal(entry.image, "shop/web:1");
	assert_int_equal(entry.names.count, 2);
	assert_string_equal(entry.names.items[0], "repo-name");
	assert_string_equal(entry.values.items[0], "web");
	assert_string_equal(entry.names.items[1], "image-size");
	assert_string_equal(entry.values.items[1], "42");
}

/* A faulty line is an entry with an error that names the line, and the next one is read. */
static void test_faults(void **state)
{
	static const char *const lines[] = {
		"--platform",
		"-",
		"docker-archive:-",
		"oci-archive:-",
		"{\"tag\": \"1\"}",
		"{\"image\": \"\"}",
		"{\"image\": 5}",
		"{\"image\": \"a\", \"image\": \"b\"}",
		"{\"image\": \"a\", \"tag\": [1]}",
		"{\"image\": \"a\", \"tag\": true}",
		"{\"image\": \"a\", \"tag\": \"b\\u0000c\"}",
		"{\"image\": \"-\"}",
		"{\"image\"",
		"shop/\xff",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
		char text[128];
		int len = snprintf(text, sizeof(text), "a\n%s\nb\n", lines[i]);
		struct image_list *list CLEANUP(image_list_close) =
			open_text(text, (size_t)len);
		struct image_entry entry CLEANUP_ENTRY = { 0 };
		struct scanreq_error err;

		expect(list, "a");
		assert_int_equal(image_list_next(list, &entry, &err), 1);
		if (entry.error.klass != SCANREQ_E_USAGE ||
		    !strstr(entry.error.message, "line 2"))
			fail_msg("%s: %d %s", lines[i], entry.error.klass,
				 entry.error.message);
		expect(list, "b");
		expect(list, NULL);
	}
}

static void test_nul_and_length(void **state)
{
	size_t len = (size_t)LIMIT_LIST_LINE + 8;
	char *large CLEANUP_FREE = malloc(len);
	struct image_list *list CLEANUP(image_list_close) = NULL;
	struct image_entry nul CLEANUP_ENTRY = { 0 }, over CLEANUP_ENTRY = { 0 };
	struct scanreq_error err;

	(void)state;
	memset(large, 'a', len);
	memcpy(large, "x\0y\n", 4);
	memcpy(large + len - 3, "\nb\n", 3);
	list = open_text(large, len);
	assert_int_equal(image_list_next(list, &nul, &err), 1);
	assert_int_equal(nul.error.klass, SCANREQ_E_USAGE);
	assert_int_equal(image_list_next(list, &over, &err), 1);
	assert_int_equal(over.error.klass, SCANREQ_E_USAGE);
	assert_non_null(strstr(over.error.message, "longer"));
	expect(list, "b");
	expect(list, NULL);
}

static void test_no_file(void **state)
{
	struct image_list *list = NULL;
	struct scanreq_error err;

	(void)state;
	assert_int_equal(image_list_open("/nonexistent/list", &list, &err), SCANREQ_E_USAGE);
	assert_null(list);
	/* A directory opens; it is reading that fails. */
	assert_int_equal(image_list_open("/", &list, &err), 0);
	{
		struct image_entry entry CLEANUP_ENTRY = { 0 };

		assert_int_equal(image_list_next(list, &entry, &err), SCANREQ_E_USAGE);
	}
	image_list_close(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),	cmocka_unit_test(test_objects),
		cmocka_unit_test(test_faults),	cmocka_unit_test(test_nul_and_length),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests_name("image-list", tests, NULL, NULL);
}
