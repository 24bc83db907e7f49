/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include <archive.h>
#include <archive_entry.h>
#include <ftw.h>
#include <string.h>

#include "base/cleanup.h"
#include "tests/unit/testdata.h"
#include "tests/unit/unpacked.h"

static void extract(struct archive *from, struct archive_entry *entry, const char *directory)
{
	char *path CLEANUP_FREE = NULL;

	assert_true(asprintf(&path, "%s/%s", directory, archive_entry_pathname(entry)) > 0);
	archive_entry_set_pathname(entry, path);
	assert_true(archive_read_extract(from, entry, 0) >= ARCHIVE_WARN);
}

char *unpack(const char *relative)
{
	char *directory = strdup("/tmp/scanreq-test-XXXXXX");
	char *path CLEANUP_FREE = testdata_path(relative);
	struct archive *from = archive_read_new();
	struct archive_entry *entry;

	assert_non_null(mkdtemp(directory));
	assert_non_null(from);
	assert_int_equal(archive_read_support_format_tar(from), ARCHIVE_OK);
	if (archive_read_open_filename(from, path, 10240) != ARCHIVE_OK)
		fail_msg("%s: %s", path, archive_error_string(from));
	while (archive_read_next_header(from, &entry) == ARCHIVE_OK)
		extract(from, entry, directory);
	archive_read_free(from);
	return directory;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void unpacked_free(char **directory)
{
	if (*directory)
		nftw(*directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(*directory);
	*directory = NULL;
}
