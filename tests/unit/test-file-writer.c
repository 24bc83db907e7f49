/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file-writer.h"
#include "base/file.h"

#define NOBODY 65534

/* A directory of its own for each test, which is the working directory meanwhile. */
static int make_place(void **state)
{
	char *path = strdup("/tmp/test-file-writer-XXXXXX");

	if (!path || !mkdtemp(path) || chdir(path) || chmod(path, 0755))
		return -1;
	*state = path;
	return 0;
}

/* The files in it, hidden ones aside. */
static size_t count_files(void)
{
	DIR *dir = opendir(".");
	struct dirent *entry;
	size_t n = 0;

	while ((entry = readdir(dir)))
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

static int remove_place(void **state)
{
	DIR *dir = opendir(*state);
	struct dirent *entry;

	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlink(entry->d_name);
	closedir(dir);
	if (chdir("/") || rmdir(*state))
		return -1;
	free(*state);
	return 0;
}

static void put(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void assert_content(const char *path, const char *text)
{
	struct buf content CLEANUP_BUF = BUF_INIT(4096);

	assert_int_equal(file_read(path, &content, NULL), 0);
	assert_string_equal(buf_str(&content), text);
}

static void write_new(const char *path, const char *text)
{
	struct file_writer w CLEANUP(file_writer_close) = { 0 };

	assert_int_equal(file_writer_open(&w, path, NULL), 0);
	assert_int_equal(file_writer_add(&w, text, strlen(text), NULL), 0);
	assert_int_equal(file_writer_commit(&w, NULL), 0);
}

static void test_replaces(void **state)
{
	struct stat before, after;
	struct file_writer w = { 0 };

	(void)state;
	put("a", "old and longer");
	assert_int_equal(chmod("a", 0604), 0);
	assert_int_equal(stat("a", &before), 0);
	assert_int_equal(file_writer_open(&w, "a", NULL), 0);
	assert_int_equal(file_writer_add(&w, "ne", 2, NULL), 0);
	assert_content("a", "old and longer");
	assert_int_equal(file_writer_add(&w, "w", 1, NULL), 0);
	assert_int_equal(file_writer_commit(&w, NULL), 0);
	assert_content("a", "new");
	assert_int_equal(stat("a", &after), 0);
	assert_int_equal(after.st_mode & 07777, 0604);
	assert_true(before.st_ino != after.st_ino);
	assert_int_equal(count_files(), 1);
}

static void test_throws_away(void **state)
{
	struct file_writer w = { 0 };

	(void)state;
	put("a", "old");
	assert_int_equal(file_writer_open(&w, "a", NULL), 0);
	assert_int_equal(file_writer_add(&w, "new", 3, NULL), 0);
	file_writer_close(&w);
	file_writer_close(&w);
	assert_content("a", "old");
	assert_int_equal(count_files(), 1);
}

static void test_links(void **state)
{
	struct stat st;

	(void)state;
	put("file", "old");
	assert_int_equal(symlink("file", "link"), 0);
	write_new("link", "new");
	assert_content("file", "new");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

/* As the shell's ">" does: the file that the link names comes to be. */
static void test_dangling_links(void **state)
{
	static const char *const names[] = { "relative", "second", "absolute" };
	char *place = *state, *absolute CLEANUP_FREE = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct file_writer w = { 0 };

	assert_true(asprintf(&absolute, "%s/none", place) > 0);
	assert_int_equal(symlink("none", "relative"), 0);
	assert_int_equal(symlink("./relative", "second"), 0);
	assert_int_equal(symlink(absolute, "absolute"), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		struct stat st;

		write_new(names[i], names[i]);
		assert_content("none", names[i]);
		assert_int_equal(lstat(names[i], &st), 0);
		assert_true(S_ISLNK(st.st_mode));
		assert_int_equal(unlink("none"), 0);
	}
	assert_int_equal(symlink("circle", "circle"), 0);
	assert_int_equal(file_writer_open(&w, "circle", &err), SCANREQ_E_USAGE);
	assert_non_null(strstr(err.message, "symbolic links"));
	assert_int_equal(symlink("nowhere/none", "far"), 0);
	assert_int_equal(file_writer_open(&w, "far", &err), SCANREQ_E_USAGE);
}

static void test_mode(void **state)
{
	struct stat st;

	(void)state;
	put("a", "old");
	assert_int_equal(chmod("a", 07750), 0);
	write_new("a", "new");
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
}

/* Nothing new can come into the working directory, not even by root. */
static void close_directory(void)
{
	assert_int_equal(chmod(".", 0555), 0);
	if (geteuid() == 0)
		assert_int_equal(seteuid(NOBODY), 0);
}

static void open_directory(void)
{
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(".", 0700), 0);
}

/* The file may be written, its directory may not. */
static void test_in_place(void **state)
{
	struct file_writer w = { 0 };
	struct stat before, after;

	(void)state;
	put("a", "old and longer");
	assert_int_equal(chmod("a", 0666), 0);
	assert_int_equal(stat("a", &before), 0);
	close_directory();
	/* Opened and given up: what is there stays. */
	assert_int_equal(file_writer_open(&w, "a", NULL), 0);
	file_writer_close(&w);
	assert_content("a", "old and longer");
	write_new("a", "new");
	open_directory();
	assert_content("a", "new");
	assert_int_equal(stat("a", &after), 0);
	assert_true(before.st_ino == after.st_ino);
	assert_int_equal(count_files(), 1);
}

static void test_refused(void **state)
{
	static const char *const paths[] = { "none/a", ".", "/", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		struct file_writer w = { 0 };

		assert_int_equal(file_writer_open(&w, paths[i], &err), SCANREQ_E_USAGE);
		assert_non_null(strstr(err.message, "cannot write"));
		file_writer_close(&w);
	}
	assert_int_equal(count_files(), 0);
}

static void test_append(void **state)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	assert_int_equal(file_append_check("a", NULL), 0);
	assert_int_equal(file_append_check("none/a", &err), SCANREQ_E_USAGE);
	assert_int_equal(file_append("a", "1\n", 2, NULL), 0);
	assert_int_equal(file_append("a", "2\n", 2, NULL), 0);
	assert_content("a", "1\n2\n");
	put("a", "0");
	assert_int_equal(file_append("a", "1\n", 2, NULL), 0);
	assert_content("a", "0\n1\n");
	assert_int_equal(file_append("none/a", "1\n", 2, &err), SCANREQ_E_INTERNAL);
	assert_int_equal(file_append("/dev/full", "1\n", 2, &err), SCANREQ_E_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_replaces, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_throws_away, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_links, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_dangling_links, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_mode, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_in_place, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_refused, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_append, make_place, remove_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
