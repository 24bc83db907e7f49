/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "source/stream/magic.h"
#include "tests/unit/indexed.h"
#include "tests/unit/tar.h"

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

		check_indexed(index, "a.json", "{\"a\":1}");
		check_indexed(index, "/list", " \r\n\t[1]");
		check_indexed(index, "oci-layout", "any text");
		not_indexed(index, "text", "is no JSON document");
		not_indexed(index, "blank", "is no JSON document");
		not_indexed(index, "empty", "is no JSON document");
		not_indexed(index, "statement", "is no JSON document");
		not_indexed(index, "layer.tar", "is no JSON document");
		not_indexed(index, "pointer", "git-lfs pointer");
		not_indexed(index, "repositories", "git-lfs pointer");
		not_indexed(index, "directory", "is no regular file");
		not_indexed(index, "fifo", "is no regular file");
		not_indexed(index, "device", "is no regular file");
		not_indexed(index, "missing", "is not in the archive");
		not_indexed(index, "../a.json", "leads out of the archive");
		not_indexed(index, "/etc/passwd", "is not in the archive");
		assert_int_equal(indexed_size(index, "layer.tar"), 300000);
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

		check_indexed(index, "manifest.json", "[]");
		check_indexed(index, "hard.json", "[]");
		not_indexed(index, "out.json", "leads out of the archive");
		not_indexed(index, "abs.json", "leads out of the archive");
		not_indexed(index, "loop.json", "leads in circles");
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

		check_indexed(index, "\xc3\xa9.json", "{\"e\":1}");
		snprintf(name, sizeof(name), "%.*s", (int)sizeof(deep), deep);
		check_indexed(index, name, "{\"deep\":1}");
		check_indexed(index, "plain.json", "{\"plain\":1}");
		assert_false(archive_index_has(index, "global.json"));
		assert_false(archive_index_has(index, "short"));
		assert_false(archive_index_has(index, "out.json"));
		assert_int_equal(archive_index_census(index).members, 6);
		assert_int_equal(archive_index_census(index).nameless, 3);
	}
}

/*
 * Names are UTF-8 whatever the locale is (Latin-1 where it is installed), and the locale
 * is the same afterwards.
 */
static void test_pax_names(void **state)
{
	static const char *const locales[] = { "C", "C.UTF-8", "en_US.ISO-8859-1" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(locales); i++) {
		locale_t before = uselocale((locale_t)0);

		if (!setlocale(LC_ALL, locales[i]))
			continue;
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
	check_indexed(index, text, "{}");
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

	check_indexed(index, "a", "{   }");
	check_indexed(index, "b", "{}");
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

	check_indexed(index, "first.json", "{\"small\":1}");
	check_indexed(index, "last.json", "{\"small\":2}");
	check_indexed(index, "manifest.json", large);
	for (int i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "large%d", i);
		not_indexed(index, name, "was not kept");
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
	not_indexed(index, "larger", "is too large");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_link_documents),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_pax_names),
		cmocka_unit_test(test_gnu_long_names),
		cmocka_unit_test(test_pax_size),
		cmocka_unit_test(test_member_cap),
		cmocka_unit_test(test_json_cap),
		cmocka_unit_test(test_large_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
