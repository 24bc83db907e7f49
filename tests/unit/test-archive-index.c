/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/limits.h"
#include "source/archive-index.h"
#include "source/archive-magic.h"
#include "source/member-table.h"
#include "tests/unit/tar.h"

/* --- names and the table ----------------------------------------------------------- */

static void test_clean_names(void **state)
{
	static const struct {
		const char *name;
		const char *clean; /* NULL: no name */
	} cases[] = {
		{ "manifest.json", "manifest.json" },
		{ "./manifest.json", "manifest.json" },
		{ "/manifest.json", "manifest.json" },
		{ "././/a//b/./c/", "a/b/c" },
		{ "a/../manifest.json", "manifest.json" },
		{ "a/b/../../c", "c" },
		{ "..a/b..", "..a/b.." },
		{ "...", "..." },
		{ "", NULL },
		{ "/", NULL },
		{ "./", NULL },
		{ "a/..", NULL },
		{ "..", NULL },
		{ "../manifest.json", NULL },
		{ "/../../etc/passwd", NULL },
		{ "a/../../manifest.json", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		char clean[MEMBER_NAME_SIZE];

		if (member_name_clean(cases[i].name, clean) != (cases[i].clean != NULL))
			fail_msg("\"%s\"", cases[i].name);
		if (cases[i].clean)
			assert_string_equal(clean, cases[i].clean);
	}
}

static void test_long_names(void **state)
{
	char name[LIMIT_MEMBER_NAME + 2], clean[MEMBER_NAME_SIZE];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[LIMIT_MEMBER_NAME] = '\0';
	assert_true(member_name_clean(name, clean));
	assert_int_equal(strlen(clean), LIMIT_MEMBER_NAME);
	name[LIMIT_MEMBER_NAME] = 'n';
	name[LIMIT_MEMBER_NAME + 1] = '\0';
	assert_false(member_name_clean(name, clean));
}

static struct member_table *new_table(void)
{
	struct member_table *table = NULL;
	struct scanreq_error err;

	assert_int_equal(member_table_new(&table, &err), 0);
	return table;
}

static void add_file(struct member_table *table, const char *name, int64_t size)
{
	struct member member = { .size = size, .extra = MEMBER_NO_EXTRA };
	struct member *there;
	struct scanreq_error err;

	assert_int_equal(member_table_add(table, name, &member, &there, &err), 0);
	assert_null(there);
}

static void add_link(struct member_table *table, const char *name, const char *target,
		     bool symbolic)
{
	struct member member = { 0 };
	struct member *there;
	struct scanreq_error err;

	assert_int_equal(member_table_link(table, &member, name, target, symbolic, &err), 0);
	assert_int_equal(member_table_add(table, name, &member, &there, &err), 0);
	assert_null(there);
}

static void test_many_members(void **state)
{
	struct member_table *table CLEANUP_MEMBER_TABLE = new_table();
	char name[32];
	size_t index;

	(void)state;
	assert_int_equal(member_table_find(table, "0", &index), MEMBER_ABSENT);
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		add_file(table, name, i);
	}
	assert_int_equal(member_table_count(table), 10000);
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "./%d", i);
		assert_int_equal(member_table_find(table, name, &index), MEMBER_FOUND);
		assert_int_equal(member_table_at(table, index)->size, i);
	}
	assert_int_equal(member_table_find(table, "10000", &index), MEMBER_ABSENT);
	assert_true(member_table_has(table, "9999"));
	assert_false(member_table_has(table, "10000"));
}

static void test_links(void **state)
{
	static const struct {
		const char *name;
		enum member_found found;
	} cases[] = {
		{ "d/file", MEMBER_FOUND },      { "d/sibling", MEMBER_FOUND },
		{ "e/up", MEMBER_FOUND },        { "root", MEMBER_FOUND },
		{ "d/hard", MEMBER_FOUND },      { "d/hops/8", MEMBER_FOUND },
		{ "d/hops/9", MEMBER_TOO_FAR },  { "self", MEMBER_TOO_FAR },
		{ "ping", MEMBER_TOO_FAR },      { "absolute", MEMBER_OUTSIDE },
		{ "d/escape", MEMBER_OUTSIDE },  { "d/nothing", MEMBER_DANGLING },
		{ "d/byluck", MEMBER_DANGLING }, { "hardself", MEMBER_TOO_FAR },
		{ "empty", MEMBER_OUTSIDE },     { "../d/file", MEMBER_OUTSIDE },
	};
	struct member_table *table CLEANUP_MEMBER_TABLE = new_table();
	char name[32], target[32];
	size_t index, file;

	(void)state;
	/* Links may come before what they lead to. */
	add_link(table, "d/sibling", "file", true);
	add_link(table, "e/up", "../d/file", true);
	add_link(table, "root", "d/./file", true);
	add_link(table, "d/hard", "d/file", false);
	add_link(table, "d/hops/1", "../file", true);
	for (int i = 2; i <= 9; i++) {
		snprintf(name, sizeof(name), "d/hops/%d", i);
		snprintf(target, sizeof(target), "%d", i - 1);
		add_link(table, name, target, true);
	}
	add_link(table, "self", "self", true);
	add_link(table, "hardself", "hardself", false);
	add_link(table, "ping", "pong", true);
	add_link(table, "pong", "ping", true);
	add_link(table, "absolute", "/d/file", true);
	add_link(table, "d/escape", "../../d/file", true);
	add_link(table, "d/nothing", "missing", true);
	add_link(table, "d/byluck", "d/file", true);
	add_link(table, "empty", "", true);
	add_file(table, "d/file", 7);
	assert_int_equal(member_table_find(table, "d/file", &file), MEMBER_FOUND);
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		if (member_table_find(table, cases[i].name, &index) != cases[i].found)
			fail_msg("%s", cases[i].name);
		if (cases[i].found == MEMBER_FOUND)
			assert_int_equal(index, file);
	}
}

static void test_twice(void **state)
{
	struct member_table *table CLEANUP_MEMBER_TABLE = new_table();
	struct member again = { .size = 2 };
	struct member *there;
	struct scanreq_error err;
	size_t index;

	(void)state;
	add_file(table, "a", 1);
	assert_int_equal(member_table_add(table, "a", &again, &there, &err), 0);
	assert_non_null(there);
	assert_int_equal(there->size, 1);
	there->flags |= MEMBER_DIFFERS;
	assert_int_equal(member_table_find(table, "a", &index), MEMBER_TWICE);
	add_link(table, "b", "a", true);
	assert_int_equal(member_table_find(table, "b", &index), MEMBER_TWICE);
}

/* --- reading ----------------------------------------------------------------------- */

static int index_path(const char *path, struct archive_index **index,
		      struct scanreq_error *err)
{
	struct archive_input *input CLEANUP_ARCHIVE_INPUT = NULL;
	int failed = archive_input_open(path, &input, err);

	if (!failed)
		failed = archive_input_start(input, err);
	if (!failed)
		failed = archive_index_read(input, index, err);
	if (!failed)
		failed = archive_input_finish(input, err);
	return failed;
}

/* How the bytes of a tar reach the reader. */
enum way { BY_FILE, BY_PIPE, BY_GZIP, BY_GZIP_PIPE, WAYS };

/* Reads a tar in one way; of a good one a pipe must be read to its end. */
static int index_by(enum way way, const struct buf *tar, struct archive_index **index,
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

static struct archive_index *index_of(enum way way, const struct buf *tar)
{
	struct archive_index *index = NULL;
	struct scanreq_error err;

	if (index_by(way, tar, &index, &err))
		fail_msg("way %d: %s", way, err.message);
	return index;
}

/* Every way gives this error. */
static void refused(const struct buf *tar, const char *message)
{
	for (enum way way = 0; way < WAYS; way++) {
		struct archive_index *index CLEANUP_ARCHIVE_INDEX = NULL;
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		assert_int_equal(index_by(way, tar, &index, &err), SCANREQ_E_UNREADABLE);
		if (!strstr(err.message, message))
			fail_msg("way %d: \"%s\" is not in: %s", way, message, err.message);
	}
}

static void check_document(const struct archive_index *index, const char *name,
			   const char *text)
{
	struct archive_document document;
	struct scanreq_error err;

	if (archive_index_document(index, name, &document, &err))
		fail_msg("%s", err.message);
	assert_int_equal(document.len, strlen(text));
	assert_memory_equal(document.bytes, text, document.len);
}

static void no_document(const struct archive_index *index, const char *name,
			const char *message)
{
	struct archive_document document;
	struct scanreq_error err;

	assert_int_equal(archive_index_document(index, name, &document, &err),
			 SCANREQ_E_UNREADABLE);
	if (!strstr(err.message, message) || !strstr(err.message, name))
		fail_msg("\"%s\" is not in: %s", message, err.message);
}

static int64_t size_of(const struct archive_index *index, const char *name)
{
	struct archive_file file;

	assert_null(archive_index_find(index, name, &file));
	return file.size;
}

static void test_documents(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;

	(void)state;
	tar_add(&tar, "./a.json", "{\"a\":1}");
	tar_add(&tar, "list", " \r\n\t[1]");
	tar_add(&tar, "text", "no JSON");
	tar_add(&tar, "blank", "   ");
	tar_add(&tar, "empty", "");
	tar_add(&tar, "statement", "{ \"_type\":\"https://in-toto.io/Statement/v0.1\"}");
	tar_add_filled(&tar, "layer.tar", 'x', 300000);
	tar_add(&tar, "oci-layout", "any text");
	tar_add(&tar, "pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
	tar_add(&tar, "repositories", "version https://git-lfs.github.com/spec/v1\n");
	tar_add_header(&tar, &(struct tar_header){ .name = "directory/", .type = '5' }, "", 0);
	tar_add_header(&tar, &(struct tar_header){ .name = "fifo", .type = '6' }, "", 0);
	tar_add_header(&tar, &(struct tar_header){ .name = "device", .type = '3' }, "", 0);
	tar_end(&tar);
	for (enum way way = 0; way < WAYS; way++) {
		struct archive_index *index CLEANUP_ARCHIVE_INDEX = index_of(way, &tar);

		check_document(index, "a.json", "{\"a\":1}");
		check_document(index, "/list", " \r\n\t[1]");
		check_document(index, "oci-layout", "any text");
		no_document(index, "text", "is no JSON document");
		no_document(index, "blank", "is no JSON document");
		no_document(index, "empty", "is no JSON document");
		no_document(index, "statement", "is no JSON document");
		no_document(index, "layer.tar", "is no JSON document");
		no_document(index, "pointer", "git-lfs pointer");
		no_document(index, "repositories", "git-lfs pointer");
		no_document(index, "directory", "is no regular file");
		no_document(index, "fifo", "is no regular file");
		no_document(index, "device", "is no regular file");
		no_document(index, "missing", "is not in the archive");
		no_document(index, "../a.json", "leads out of the archive");
		no_document(index, "/etc/passwd", "is not in the archive");
		assert_int_equal(size_of(index, "layer.tar"), 300000);
		assert_int_equal(archive_index_census(index).members, 13);
		assert_int_equal(archive_index_census(index).nameless, 0);
		assert_int_equal(archive_index_census(index).kept_bytes, 7 + 7);
		assert_false(archive_index_census(index).no_end);
	}
}

static void test_link_documents(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct archive_file a, b;

	(void)state;
	tar_add_symlink(&tar, "id/layer.tar", "../base.tar");
	tar_add_symlink(&tar, "manifest.json", "real.json");
	tar_add(&tar, "real.json", "[]");
	tar_add_hardlink(&tar, "hard.json", "real.json");
	tar_add_symlink(&tar, "out.json", "../../etc/passwd");
	tar_add_symlink(&tar, "abs.json", "/etc/passwd");
	tar_add_symlink(&tar, "loop.json", "loop.json");
	tar_add_filled(&tar, "base.tar", 'x', 5000);
	tar_end(&tar);
	for (enum way way = 0; way < WAYS; way++) {
		struct archive_index *index CLEANUP_ARCHIVE_INDEX = index_of(way, &tar);

		check_document(index, "manifest.json", "[]");
		check_document(index, "hard.json", "[]");
		no_document(index, "out.json", "leads out of the archive");
		no_document(index, "abs.json", "leads out of the archive");
		no_document(index, "loop.json", "leads in circles");
		assert_null(archive_index_find(index, "id/layer.tar", &a));
		assert_null(archive_index_find(index, "base.tar", &b));
		assert_int_equal(a.size, 5000);
		assert_int_equal(a.identity, b.identity);
	}
}

static void test_duplicates(void **state)
{
	static const char *const same[] = { "same.json", "layer", "link", "directory" };
	static const char *const different[] = { "other.json", "longer", "kind", "links",
						 "type" };
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct archive_file file;

	(void)state;
	for (int i = 0; i < 2; i++) {
		tar_add(&tar, i ? "./same.json" : "x/../same.json", "{}");
		tar_add_filled(&tar, "layer", i ? 'x' : 'y', 1000);
		tar_add_symlink(&tar, "link", i ? "layer" : "./layer");
		tar_add_header(&tar, &(struct tar_header){ .name = "directory", .type = '5' },
			       "", 0);
		tar_add(&tar, "other.json", i ? "{\"a\":1}" : "{\"a\":2}");
		tar_add_filled(&tar, "longer", 'x', i ? 1000 : 1001);
		tar_add(&tar, "kind", i ? "{}" : "ab");
		tar_add_symlink(&tar, "links", i ? "layer" : "same.json");
		if (i)
			tar_add_symlink(&tar, "type", "layer");
		else
			tar_add(&tar, "type", "");
	}
	tar_end(&tar);

	struct archive_index *index CLEANUP_ARCHIVE_INDEX = index_of(BY_FILE, &tar);

	for (size_t i = 0; i < ARRAY_LENGTH(same); i++) {
		const char *wrong = archive_index_find(index, same[i], &file);

		if (wrong && strcmp(wrong, "is no regular file") != 0)
			fail_msg("%s %s", same[i], wrong);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(different); i++) {
		const char *wrong = archive_index_find(index, different[i], &file);

		if (!wrong || !strstr(wrong, "twice"))
			fail_msg("%s is taken", different[i]);
	}
	assert_int_equal(archive_index_census(index).kept_bytes, 2 + 7 + 0);
}

/* --- names in pax headers ---------------------------------------------------------- */

static void pax_names(void)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	char deep[300];

	memset(deep, 'd', sizeof(deep));
	tar_add_pax(&tar, 'x', "path", "\xc3\xa9.json", 7);
	tar_add(&tar, "short", "{\"e\":1}");
	tar_add_pax(&tar, 'x', "path", "\xff.json", 6);
	tar_add(&tar, "short", "{\"bad\":1}");
	tar_add_pax(&tar, 'x', "path", deep, sizeof(deep));
	tar_add(&tar, "short", "{\"deep\":1}");
	tar_add_pax(&tar, 'g', "path", "global.json", 11);
	tar_add(&tar, "plain.json", "{\"plain\":1}");
	tar_add(&tar, "raw\xff.json", "{\"raw\":1}");
	tar_add(&tar, "../out.json", "{\"out\":1}");
	tar_end(&tar);
	for (enum way way = 0; way < WAYS; way++) {
		struct archive_index *index CLEANUP_ARCHIVE_INDEX = index_of(way, &tar);
		char name[sizeof(deep) + 1];

		check_document(index, "\xc3\xa9.json", "{\"e\":1}");
		snprintf(name, sizeof(name), "%.*s", (int)sizeof(deep), deep);
		check_document(index, name, "{\"deep\":1}");
		check_document(index, "plain.json", "{\"plain\":1}");
		assert_false(archive_index_has(index, "global.json"));
		assert_false(archive_index_has(index, "short"));
		assert_false(archive_index_has(index, "out.json"));
		assert_int_equal(archive_index_census(index).members, 6);
		assert_int_equal(archive_index_census(index).nameless, 3);
	}
}

/* Names are UTF-8 whatever the locale is, and the locale is the same afterwards. */
static void test_pax_names(void **state)
{
	static const char *const locales[] = { "C", "C.UTF-8" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(locales); i++) {
		locale_t before = uselocale((locale_t)0);

		assert_non_null(setlocale(LC_ALL, locales[i]));
		pax_names();
		assert_ptr_equal(uselocale((locale_t)0), before);
	}
	setlocale(LC_ALL, "C");
}

static void test_gnu_long_names(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	char name[200];

	(void)state;
	memset(name, 'n', sizeof(name));
	tar_add_header(&tar, &(struct tar_header){ .name = "././@LongLink", .type = 'L' },
		       name, sizeof(name));
	tar_add(&tar, "short", "{}");
	tar_end(&tar);

	struct archive_index *index CLEANUP_ARCHIVE_INDEX = index_of(BY_FILE, &tar);
	char text[sizeof(name) + 1];

	snprintf(text, sizeof(text), "%.*s", (int)sizeof(name), name);
	check_document(index, text, "{}");
}

/* Seen by what a pax size says, the next header is where the ustar size would not have it. */
static void test_pax_size(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;

	(void)state;
	tar_add_pax(&tar, 'x', "size", "5", 1);
	tar_add_header(&tar, &(struct tar_header){ .name = "a", .size_field = "00000000000" },
		       "{   }", 5);
	tar_add(&tar, "b", "{}");
	tar_end(&tar);

	struct archive_index *index CLEANUP_ARCHIVE_INDEX = index_of(BY_FILE, &tar);

	check_document(index, "a", "{   }");
	check_document(index, "b", "{}");
}

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
		refused(&tar, cases[i].message);
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
		refused(&tar, "the tar is damaged");
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
	refused(&tar, "the tar is damaged");
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
	refused(&tar, "manifest.json is larger than 4194304 bytes");
	tar_add_header(&layer, &(struct tar_header){ .name = "layer.tar",
						     .size_field = "50000000000\0" }, "x", 1);
	tar_end(&layer);
	refused(&layer, "truncated");
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
			check_document(index, "manifest.json", "[{}]");
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

		check_document(index, "manifest.json", "[{}]");
		assert_false(archive_index_census(index).no_end);
	}
}

/* --- caps -------------------------------------------------------------------------- */

static void test_member_cap(void **state)
{
	struct buf tar CLEANUP_BUF =
		BUF_INIT(LIMIT_ARCHIVE_MEMBERS * (long)TAR_BLOCK + 2 * MIB);
	struct buf header CLEANUP_BUF = TAR_INIT;
	struct archive_index *index CLEANUP_ARCHIVE_INDEX = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	tar_add(&header, "same", "");
	for (int i = 0; i < LIMIT_ARCHIVE_MEMBERS; i++)
		buf_add(&tar, header.data, header.len);
	tar_add(&tar, "one too many", "");
	tar_end(&tar);
	assert_int_equal(index_by(BY_PIPE, &tar, &index, &err), SCANREQ_E_UNREADABLE);
	assert_string_equal(err.message, "the archive has more than 250000 members");
}

/* Of too much JSON the larger documents go first, so that configs stay. */
static void test_json_cap(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	char *large CLEANUP_FREE = malloc(3 * MIB + 1);
	char name[32];

	(void)state;
	assert_non_null(large);
	memset(large, ' ', 3 * MIB);
	large[0] = '{';
	large[3 * MIB - 1] = '}';
	large[3 * MIB] = '\0';
	tar_add(&tar, "first.json", "{\"small\":1}");
	for (int i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "large%d", i);
		tar_add(&tar, name, large);
	}
	tar_add(&tar, "last.json", "{\"small\":2}");
	tar_add(&tar, "manifest.json", large);
	tar_end(&tar);

	struct archive_index *index CLEANUP_ARCHIVE_INDEX = index_of(BY_FILE, &tar);

	check_document(index, "first.json", "{\"small\":1}");
	check_document(index, "last.json", "{\"small\":2}");
	check_document(index, "manifest.json", large);
	for (int i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "large%d", i);
		no_document(index, name, "was not kept");
	}
	assert_int_equal(archive_index_census(index).kept_bytes, 22);
}

static void test_large_document(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;

	(void)state;
	tar_add_filled(&tar, "largest", '{', LIMIT_CONFIG);
	tar_add_filled(&tar, "larger", '{', LIMIT_CONFIG + 1);
	tar_end(&tar);

	struct archive_index *index CLEANUP_ARCHIVE_INDEX = index_of(BY_FILE, &tar);
	struct archive_document document;
	struct scanreq_error err;

	assert_int_equal(archive_index_document(index, "largest", &document, &err), 0);
	assert_int_equal(document.len, LIMIT_CONFIG);
	no_document(index, "larger", "is too large");
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
		CASE("\xfd\67zXZ\0", "compressed with xz, which is not supported: decompress it"),
		CASE("\x28\xb5\x2f\xfd", "compressed with zstd"),
		CASE("\x5a\x2a\x4d\x18", "compressed with zstd"),
		CASE("BZh9", "compressed with bzip2"),
		CASE("\x04\x22\x4d\x18", "compressed with lz4"),
		CASE("\x1f\x9d\x90", "compressed with compress"),
		CASE("PK\3\4", "a zip file"),
		CASE("\177ELF\2", "an ELF program"),
		CASE("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
		CASE("\n <!DOCTYPE HTML>", "an HTML page"),
		CASE("<HTML>", "an HTML page"),
		CASE("{\"errors\":[]}", "a JSON document"),
		CASE("#!/bin/sh\n", "a script"),
		CASE("hello", "neither a tar nor a gzip-compressed tar"),
		CASE("\0\0\0\0", "nothing but zeros"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf bytes CLEANUP_BUF = TAR_INIT;

		buf_add(&bytes, cases[i].bytes, cases[i].len);
		refused(&bytes, cases[i].message);
		buf_add(&bytes, (char[2000]){ 0 }, 2000);
		refused(&bytes, i > 0 ? cases[i].message : "nothing but zeros");
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
	int failed;

	assert_true(saved >= 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	failed = index_path("-", index, err);
	/* Descriptor 0 must never be free for somebody else's file. */
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
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
	check_document(index, "manifest.json", "[{}]");
	assert_int_equal(size_of(index, "layer"), 200000);
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
		cmocka_unit_test(test_clean_names),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_many_members),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_link_documents),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_pax_names),
		cmocka_unit_test(test_gnu_long_names),
		cmocka_unit_test(test_pax_size),
		cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_malformed_pax),
		cmocka_unit_test(test_huge_pax),
		cmocka_unit_test(test_declared_sizes),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_no_end),
		cmocka_unit_test(test_gzip_damage),
		cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_member_cap),
		cmocka_unit_test(test_json_cap),
		cmocka_unit_test(test_large_document),
		cmocka_unit_test(test_magic),
		cmocka_unit_test(test_old_tar),
		cmocka_unit_test(test_bad_paths),
		cmocka_unit_test(test_standard_input_file),
		cmocka_unit_test(test_standard_input_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
