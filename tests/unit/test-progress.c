/* SPDX-License-Identifier: MIT */
/* The line of progress, and what the library tells of reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cli/progress.h"
#include "image/image.h"
#include "source/archive/archive.h"
#include "source/layout/layout.h"
#include "tests/unit/opened.h"
#include "tests/unit/read-one.h"
#include "tests/unit/tar.h"
#include "tests/unit/testdata.h"
#include "tests/unit/unpacked.h"

#define GIB (INT64_C(1) << 30)

static void line_says_what_is_known(void **state)
{
	static const struct {
		int64_t bytes, total, ms;
		const char *line;
	} lines[] = {
		{ 0, -1, 0, "scanreq: reading 0.0 KiB" },
		{ 1536, -1, 0, "scanreq: reading 1.5 KiB" },
		{ 3 << 20, -1, 1500, "scanreq: reading 3.0 MiB, 2.0 MiB/s" },
		{ 3 << 20, -1, 199, "scanreq: reading 3.0 MiB" },
		{ GIB, 4 * GIB, 2000, "scanreq: reading 1.0 GiB of 4.0 GiB, 25%, 512.0 MiB/s" },
		/* Cut, not rounded: 100% is the end. */
		{ 999, 1000, 0, "scanreq: reading 1.0 KiB of 1.0 KiB, 99%" },
		{ 1000, 1000, 0, "scanreq: reading 1.0 KiB of 1.0 KiB, 100%" },
		/* The file grew while it was read. */
		{ 4096, 2048, 0, "scanreq: reading 4.0 KiB of 2.0 KiB, 100%" },
		{ 0, 0, 0, "scanreq: reading 0.0 KiB" },
		{ INT64_MAX, INT64_MAX, INT64_MAX,
		  "scanreq: reading 8.0 EiB of 8.0 EiB, 100%, 1.0 KiB/s" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
		char line[PROGRESS_LINE_SIZE];

		progress_line(line, lines[i].bytes, lines[i].total, lines[i].ms);
		assert_string_equal(line, lines[i].line);
	}
}

/* What was told, in order. */
struct told {
	size_t calls;
	int64_t bytes, total;
	char name[200];
};

static void tell(void *arg, const char *name, int64_t bytes, int64_t total)
{
	struct told *told = arg;

	assert_true(bytes >= told->bytes);
	if (told->calls > 0)
		assert_int_equal(total, told->total);
	told->calls++;
	told->bytes = bytes;
	told->total = total;
	snprintf(told->name, sizeof(told->name), "%s", name);
}

static void read_told(const char *path, struct told *told)
{
	struct opened o CLEANUP_OPENED = { 0 };
	const struct progress progress = { .tell = tell, .arg = told };
	const struct source_options options = { .progress = &progress };

	*told = (struct told){ .calls = 0 };
	assert_int_equal(source_archive_open(path, &options, &o.source, &o.err), 0);
	if (source_list(&o.source, &o.candidates, &o.err))
		fail_msg("%s", o.err.message);
	assert_true(told->calls > 0);
}

/* Stored bytes count, not those that come out of the compression. */
static void tells_of_a_file(void **state)
{
	char *path CLEANUP_FREE = testdata_path("testdata/archives/docker.tar.gz");
	struct buf stored CLEANUP_BUF = BUF_INIT(TAR_MAX);
	struct told told;

	(void)state;
	testdata_read("testdata/archives/docker.tar.gz", &stored);
	read_told(path, &told);
	assert_string_equal(told.name, path);
	assert_int_equal(told.total, stored.len);
	assert_int_equal(told.bytes, stored.len);
}

static void tells_of_a_pipe(void **state)
{
	struct buf stored CLEANUP_BUF = BUF_INIT(TAR_MAX);
	struct told told;
	struct feed feed;
	char path[32];

	(void)state;
	testdata_read("testdata/archives/docker.tar.gz", &stored);
	feed = start_feed(stored.data, stored.len);
	snprintf(path, sizeof(path), "/dev/fd/%d", feed.fd);
	read_told(path, &told);
	assert_int_equal(told.total, -1);
	assert_int_equal(told.bytes, stored.len);
	assert_true(finish_feed(&feed));
}

/* Of a directory only layers are long, and how much they are in all is not known before. */
static void tells_of_the_layers_of_a_layout(void **state)
{
	const struct scanreq_selection selection = { .verify_layers = true };
	char *path CLEANUP(unpacked_free) = unpack("testdata/archives/buildx-oci.tar");
	struct scanreq_image *image CLEANUP(image_free) = NULL;
	struct source source CLEANUP_SOURCE = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct told told = { .calls = 0 };
	const struct progress progress = { .tell = tell, .arg = &told };
	const struct source_options options = { .verify_layers = true, .progress = &progress };

	(void)state;
	assert_int_equal(source_layout_open(path, &options, &source, &err), 0);
	if (read_one(&source, path, &selection, &image, &err))
		fail_msg("%s", err.message);
	assert_string_equal(told.name, path);
	assert_int_equal(told.total, -1);
	assert_int_equal(told.bytes, image->size_unique - (int64_t)image->config_bytes.len);
}

/* Nobody listens: that is the rule, and no call is made. */
static void tells_nobody(void **state)
{
	char *path CLEANUP_FREE = testdata_path("testdata/archives/docker.tar.gz");
	struct opened o CLEANUP_OPENED = { 0 };
	const struct progress nobody = { .tell = NULL };
	const struct source_options options = { .progress = &nobody };

	(void)state;
	assert_int_equal(source_archive_open(path, &options, &o.source, &o.err), 0);
	assert_int_equal(source_list(&o.source, &o.candidates, &o.err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_says_what_is_known),
		cmocka_unit_test(tells_of_a_file),
		cmocka_unit_test(tells_of_a_pipe),
		cmocka_unit_test(tells_of_the_layers_of_a_layout),
		cmocka_unit_test(tells_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
