/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/indexed.h"
#include "tests/unit/tar.h"

int index_path(const char *path, struct archive_index **index,
		      struct scanreq_error *err)
{
	struct archive_input *input CLEANUP_ARCHIVE_INPUT = NULL;
	int failed = archive_input_open(path, &input, err);

	if (!failed)
		failed = archive_input_start(input, err);
	if (!failed)
		failed = archive_index_read(input, false, index, err);
	if (!failed)
		failed = archive_input_finish(input, err);
	return failed;
}

int index_by(enum way way, const struct buf *tar, struct archive_index **index,
		    struct scanreq_error *err)
{
	struct buf packed CLEANUP_BUF = BUF_INIT(TAR_MAX);
	const struct buf *bytes = tar;
	char path[64];
	struct feed feed;
	int failed;

	archive_index_free(index);
	if (way == BY_GZIP || way == BY_GZIP_PIPE) {
		gzip_add(&packed, tar->data, tar->len);
		bytes = &packed;
	}
	if (way == BY_FILE || way == BY_GZIP) {
		char *file CLEANUP_TEMPORARY = temporary_file(bytes->data, bytes->len);

		return index_path(file, index, err);
	}
	feed = start_feed(bytes->data, bytes->len);
	snprintf(path, sizeof(path), "/dev/fd/%d", feed.fd);
	failed = index_path(path, index, err);
	if (!finish_feed(&feed) && !failed)
		fail_msg("the pipe was not read to its end");
	return failed;
}

struct archive_index *index_of(enum way way, const struct buf *tar)
{
	struct archive_index *index = NULL;
	struct scanreq_error err;

	if (index_by(way, tar, &index, &err))
		fail_msg("way %d: %s", way, err.message);
	return index;
}

void index_refused(const struct buf *tar, const char *message)
{
	for (enum way way = 0; way < WAYS; way++) {
		struct archive_index *index CLEANUP_ARCHIVE_INDEX = NULL;
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		assert_int_equal(index_by(way, tar, &index, &err), SCANREQ_E_UNREADABLE);
		if (!strstr(err.message, message))
			fail_msg("way %d: \"%s\" is not in: %s", way, message, err.message);
	}
}

void check_indexed(const struct archive_index *index, const char *name,
			   const char *text)
{
	struct archive_document document;
	struct scanreq_error err;

	if (archive_index_document(index, name, &document, &err))
		fail_msg("%s", err.message);
	assert_int_equal(document.len, strlen(text));
	assert_memory_equal(document.bytes, text, document.len);
}

void not_indexed(const struct archive_index *index, const char *name,
			const char *message)
{
	struct archive_document document;
	struct scanreq_error err;

	assert_int_equal(archive_index_document(index, name, &document, &err),
			 SCANREQ_E_UNREADABLE);
	if (!strstr(err.message, message) || !strstr(err.message, name))
		fail_msg("\"%s\" is not in: %s", message, err.message);
}

int64_t indexed_size(const struct archive_index *index, const char *name)
{
	struct archive_file file;

	assert_null(archive_index_find(index, name, &file));
	return file.size;
}
