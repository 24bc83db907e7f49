/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/unit/testdata.h"

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

char *testdata_path(const char *relative)
{
	const char *top = getenv("TOP_SRCDIR");
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", top ? top : ".", relative) > 0);
	return path;
}

void testdata_read(const char *relative, struct buf *out)
{
	char *path CLEANUP_FREE = testdata_path(relative);
	FILE *file CLEANUP(close_file) = fopen(path, "rb");
	char block[4096];
	size_t n;

	if (!file)
		fail_msg("cannot open %s", path);
	while ((n = fread(block, 1, sizeof(block), file)) > 0)
		buf_add(out, block, n);
	assert_int_equal(out->failed, 0);
}
