/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "source/archive/archive.h"
#include "tests/unit/opened.h"
#include "tests/unit/tar.h"

const struct source_options default_options = { .log = NULL };

void opened_free(struct opened *o)
{
	candidates_free(&o->candidates);
	source_close(&o->source);
}

int open_path(const char *path, struct opened *o)
{
	int failed = source_archive_open(path, &default_options, &o->source, &o->err);

	return failed ? failed : source_list(&o->source, &o->candidates, &o->err);
}

int open_bytes(const struct buf *bytes, struct opened *o)
{
	char *path CLEANUP_TEMPORARY = temporary_file(bytes->data, bytes->len);

	return open_path(path, o);
}

void must_open(const struct buf *bytes, struct opened *o)
{
	if (open_bytes(bytes, o))
		fail_msg("%s", o->err.message);
}

void must_not_open(const struct buf *bytes, const char *message)
{
	struct opened o CLEANUP_OPENED = { 0 };

	assert_int_equal(open_bytes(bytes, &o), SCANREQ_E_UNREADABLE);
	if (!strstr(o.err.message, message))
		fail_msg("\"%s\" is not in: %s", message, o.err.message);
}

void warned(const struct opened *o, const char *message)
{
	for (size_t i = 0; i < o->candidates.warnings.count; i++)
		if (strstr(o->candidates.warnings.items[i], message))
			return;
	fail_msg("no warning of %zu says: %s", o->candidates.warnings.count, message);
}

void add_classic(struct buf *tar, const char *manifest)
{
	tar_add(tar, "config.json", "{\"architecture\":\"amd64\"}");
	tar_add_filled(tar, "layer.tar", 'x', 1000);
	tar_add(tar, "manifest.json", manifest);
	tar_end(tar);
}
