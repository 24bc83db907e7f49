/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/limits.h"
#include "source/stream/magic.h"
#include "tests/unit/indexed.h"
#include "tests/unit/tar.h"

/* --- damage ------------------------------------------------------------------------ */

static void test_bad_headers(void **state)
{
	static const struct {
		const char *pax_key, *pax_value, *size_field, *message;
		bool bad_checksum;
	} cases[] = {
		{ .size_field = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		  .message = "negative size" },
		{ .size_field = "\x80\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f",
		  .message = "overflow" },
		{ .bad_checksum = true, .message = "damaged after member 1" },
		{ "size", "-5", .message = "negative" },
		{ "GNU.sparse.realsize", "-5", .message = "negative" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf tar CLEANUP_BUF = TAR_INIT;
		struct tar_header header = { .name = "manifest.json",
					     .size_field = cases[i].size_field,
					     .bad_checksum = cases[i].bad_checksum };

		tar_add(&tar, "first", "{}");
		if (cases[i].pax_key)
			tar_add_pax(&tar, 'x', cases[i].pax_key, cases[i].pax_value,
				    strlen(cases[i].pax_value));
		tar_add_header(&tar, &header, "[]", 2);
		tar_end(&tar);
		index_refused(&tar, cases[i].message);
	}
}

static void test_malformed_pax(void **state)
{
	static const char *const records[] = {
		"999 path=manifest.json\n", "x path=manifest.json\n", "22 path=manifest.json ",
		"3 x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(records); i++) {
		struct buf tar CLEANUP_BUF = TAR_INIT;

		tar_add(&tar, "first", "{}");
		tar_add_header(&tar, &(struct tar_header){ .name = "pax", .type = 'x' },
			       records[i], strlen(records[i]));
		tar_add(&tar, "second", "[]");
		tar_end(&tar);
		index_refused(&tar, "the tar is damaged");
	}
}

static void test_huge_pax(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	char *name CLEANUP_FREE = malloc(2 * MIB);

	(void)state;
	assert_non_null(name);
	memset(name, 'n', 2 * MIB);
	tar_add(&tar, "first", "{}");
	tar_add_pax(&tar, 'x', "path", name, 2 * MIB);
	tar_add(&tar, "second", "[]");
	tar_end(&tar);
	index_refused(&tar, "the tar is damaged");
}

/* What a header declares is neither allocated nor believed. */
static void test_declared_sizes(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct buf layer CLEANUP_BUF = TAR_INIT;

	(void)state;
	/* 5 GiB in octal. */
	tar_add_header(&tar, &(struct tar_header){ .name = "manifest.json",
						   .size_field = "50000000000\0" }, "[]", 2);
	tar_end(&tar);
	index_refused(&tar, "manifest.json is larger than 4194304 bytes");
	tar_add_header(&layer, &(struct tar_header){ .name = "layer.tar",
						     .size_field = "50000000000\0" }, "x", 1);
	tar_end(&layer);
	index_refused(&layer, "truncated");
}

/* Cuts a tar, and says whether every reader takes what is left. */
static void check_cut(struct buf *tar, size_t cut, bool taken, bool has_document)
{
	size_t whole = tar->len;

	tar->len = cut;
	for (enum way way = 0; way < WAYS; way++) {
		struct archive_index *index CLEANUP_ARCHIVE_INDEX = NULL;
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		int failed = index_by(way, tar, &index, &err);

		if (!failed != taken)
			fail_msg("cut at %zu, way %d: %s", cut, way,
				 failed ? err.message : "taken");
		if (failed)
			assert_non_null(strstr(err.message,
					       cut > 257 ? "truncated" : "neither a tar"));
		if (has_document)
			check_indexed(index, "manifest.json", "[{}]");
	}
	tar->len = whole;
}

/*
 * Where a tar may end: after a member's data (only padding is missing), between members,
 * after one end block, or in the second one.
 */
static void test_truncated(void **state)
{
	static const struct {
		size_t first, last;
		bool taken;
	} ranges[] = {
		{ 1, 1, false },       { 256, 257, false },   { 262, 263, false },
		{ 511, 513, false },   { 1510, 1511, false }, { 1512, 1513, true },
		{ 1535, 1536, true },  { 1537, 1538, false }, { 2047, 2051, false },
		{ 2052, 2053, true },  { 2559, 2560, true },  { 2561, 2562, false },
		{ 3071, 3071, false }, { 3072, 3074, true },  { 3583, 3584, true },
	};
	struct buf tar CLEANUP_BUF = TAR_INIT;

	(void)state;
	tar_add_filled(&tar, "layer", 'x', 1000);
	tar_add(&tar, "manifest.json", "[{}]");
	tar_end(&tar);
	assert_int_equal(tar.len, 3584);
	for (size_t i = 0; i < ARRAY_LENGTH(ranges); i++)
		for (size_t cut = ranges[i].first; cut <= ranges[i].last; cut++)
			check_cut(&tar, cut, ranges[i].taken, ranges[i].taken && cut >= 2052);
}

static void test_no_end(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;

	(void)state;
	tar_add(&tar, "manifest.json", "[{}]");
	for (enum way way = 0; way < WAYS; way++) {
		struct archive_index *index CLEANUP_ARCHIVE_INDEX = index_of(way, &tar);

		assert_true(archive_index_census(index).no_end);
	}
}

static void test_gzip_damage(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct buf packed CLEANUP_BUF = TAR_INIT;
	struct archive_index *index CLEANUP_ARCHIVE_INDEX = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	tar_add(&tar, "manifest.json", "[{}]");
	tar_end(&tar);
	gzip_add(&packed, tar.data, tar.len);
	/* The tar ends long before the checksum, which must be looked at all the same. */
	packed.data[packed.len - 5] ^= 1;
	assert_int_equal(index_by(BY_FILE, &packed, &index, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "checksum"));
	packed.data[packed.len - 5] ^= 1;
	packed.len -= 3;
	assert_int_equal(index_by(BY_PIPE, &packed, &index, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "gzip data are truncated"));
	packed.len += 3;
	assert_int_equal(index_by(BY_GZIP, &packed, &index, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "compressed twice"));
}

static void test_trailing(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;

	(void)state;
	tar_add(&tar, "manifest.json", "[{}]");
	tar_end(&tar);
	buf_puts(&tar, "garbage after the end blocks, more than a pipe holds:");
	for (int i = 0; i < 3000; i++)
		buf_puts(&tar,
			 "this goes on and on and on and on and on and on and on and on");
	for (enum way way = 0; way < WAYS; way++) {
		struct archive_index *index CLEANUP_ARCHIVE_INDEX = index_of(way, &tar);

		check_indexed(index, "manifest.json", "[{}]");
		assert_false(archive_index_census(index).no_end);
	}
}

/* Whoever goes on for ever is not listened to for ever. */
static void test_endless_trailing(void **state)
{
	struct buf tar CLEANUP_BUF = BUF_INIT(2 * TAR_MAX);
	static const char zeros[MIB];

	(void)state;
	tar_add(&tar, "manifest.json", "[{}]");
	tar_end(&tar);
	for (long n = 0; n <= LIMIT_ARCHIVE_TRAILING; n += MIB)
		buf_add(&tar, zeros, sizeof(zeros));
	for (enum way way = 0; way < WAYS; way++) {
		struct archive_index *index CLEANUP_ARCHIVE_INDEX = NULL;
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		int failed = index_by(way, &tar, &index, &err);

		/* A plain file is not read beyond its end blocks. */
		assert_int_equal(failed, way == BY_FILE ? 0 : SCANREQ_E_UNREADABLE);
		if (failed)
			assert_non_null(strstr(err.message, "follow the end of the tar"));
	}
}

/* --- what is no tar ---------------------------------------------------------------- */

static void test_magic(void **state)
{
#define CASE(bytes, message) { bytes, sizeof(bytes) - 1, message }
	static const struct {
		const char *bytes;
		size_t len;
		const char *message;
	} cases[] = {
		CASE("", "empty"),
		CASE("\x1f\x9d\x90", "compressed with compress"),
		CASE("PK\3\4", "a zip file"),
		CASE("\177ELF\2", "an ELF program"),
		CASE("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
		CASE("\n <!DOCTYPE HTML>", "an HTML page"),
		CASE("<HTML>", "an HTML page"),
		CASE("{\"errors\":[]}", "a JSON document"),
		CASE("#!/bin/sh\n", "a script"),
		CASE("hello", "neither a tar nor a compressed tar"),
		CASE("\0\0\0\0", "nothing but zeros"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf bytes CLEANUP_BUF = TAR_INIT;

		buf_add(&bytes, cases[i].bytes, cases[i].len);
		index_refused(&bytes, cases[i].message);
		buf_add(&bytes, (char[2000]){ 0 }, 2000);
		index_refused(&bytes, i > 0 ? cases[i].message : "nothing but zeros");
	}
}

static void test_old_tar(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	unsigned int sum = 0;
	char field[16];

	(void)state;
	tar_add(&tar, "\xe9", "");
	tar_end(&tar);
	/* A v7 header: no magic, and the sum of signed characters. */
	memset(tar.data + 257, 0, 8);
	memset(tar.data + 148, ' ', 8);
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += (unsigned int)(signed char)tar.data[i];
	snprintf(field, sizeof(field), "%06o", sum);
	memcpy(tar.data + 148, field, 7);
	assert_true(magic_is_tar((unsigned char *)tar.data, TAR_BLOCK));
	tar.data[0]++;
	assert_false(magic_is_tar((unsigned char *)tar.data, TAR_BLOCK));
}

static void test_bad_paths(void **state)
{
	struct archive_input *input = NULL;
	struct scanreq_error err;

	(void)state;
	assert_int_equal(archive_input_open("/nowhere/x.tar", &input, &err),
			 SCANREQ_E_NOT_FOUND);
	assert_string_equal(err.message, "/nowhere/x.tar: No such file or directory");
	assert_int_equal(archive_input_open("/dev/null/x.tar", &input, &err),
			 SCANREQ_E_NOT_FOUND);
	assert_int_equal(archive_input_open("/tmp", &input, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "/tmp is a directory"));
	assert_null(input);
}

/* --- standard input ---------------------------------------------------------------- */

/* Runs with `fd` as standard input, which is put back. */
static int index_standard_input(int fd, struct archive_index **index,
				struct scanreq_error *err)
{
	int saved CLEANUP_CLOSE = dup(STDIN_FILENO);
	struct stat st;
	int failed;

	assert_true(saved >= 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	failed = index_path("-", index, err);
	/* Descriptor 0 must never be free for somebody else's file, nor hold a bad pipe. */
	assert_int_equal(fstat(STDIN_FILENO, &st), 0);
	if (failed)
		assert_false(S_ISFIFO(st.st_mode));
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	return failed;
}

static void test_standard_input_file(void **state)
{
	static const char before[] = "a line before the tar\n";
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct buf file CLEANUP_BUF = TAR_INIT;
	struct archive_index *index CLEANUP_ARCHIVE_INDEX = NULL;
	struct scanreq_error err;

	(void)state;
	tar_add_filled(&tar, "layer", 'x', 200000);
	tar_add(&tar, "manifest.json", "[{}]");
	tar_end(&tar);

	buf_puts(&file, before);
	buf_add(&file, tar.data, tar.len);

	char *path CLEANUP_TEMPORARY = temporary_file(file.data, file.len);
	int fd CLEANUP_CLOSE = open(path, O_RDONLY | O_CLOEXEC);

	assert_int_equal(lseek(fd, (off_t)strlen(before), SEEK_SET), strlen(before));
	assert_int_equal(index_standard_input(fd, &index, &err), 0);
	check_indexed(index, "manifest.json", "[{}]");
	assert_int_equal(indexed_size(index, "layer"), 200000);
}

/* The writer of bytes that are no archive is told at once; /dev/zero must end. */
static void test_standard_input_refused(void **state)
{
	struct buf text CLEANUP_BUF = TAR_INIT;
	struct archive_index *index CLEANUP_ARCHIVE_INDEX = NULL;
	struct scanreq_error err;
	struct feed feed;
	int zero CLEANUP_CLOSE = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_puts(&text, "this is no archive at all\n");
	feed = start_feed(text.data, text.len);
	assert_int_equal(index_standard_input(feed.fd, &index, &err), SCANREQ_E_UNREADABLE);
	assert_false(finish_feed(&feed));
	assert_int_equal(index_standard_input(zero, &index, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "nothing but zeros"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_malformed_pax),
		cmocka_unit_test(test_huge_pax),
		cmocka_unit_test(test_declared_sizes),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_no_end),
		cmocka_unit_test(test_gzip_damage),
		cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_endless_trailing),
		cmocka_unit_test(test_magic),
		cmocka_unit_test(test_old_tar),
		cmocka_unit_test(test_bad_paths),
		cmocka_unit_test(test_standard_input_file),
		cmocka_unit_test(test_standard_input_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
