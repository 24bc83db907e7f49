/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/limits.h"
#include "source/archive/archive.h"
#include "tests/unit/opened.h"
#include "tests/unit/tar.h"
#include "tests/unit/testdata.h"

/* --- what each tool writes --------------------------------------------------------- */

/* The columns of testdata/archives/expected.tsv. */
enum column { ARCHIVE, KIND, SELECTOR, NAMES, MANIFEST, SAVED, CONFIG, SIZES, SAME, COLUMNS };

/* "a b c", or "-" for nothing. */
static char *joined(const struct strv *v)
{
	struct buf text = BUF_INIT(10000);

	for (size_t i = 0; i < v->count; i++)
		buf_addf(&text, "%s%s", i ? " " : "", v->items[i]);
	if (v->count == 0)
		buf_puts(&text, "-");
	return buf_take(&text);
}

/* What the sizes are, and which layer is the first of the same identity. */
static void join_layers(const struct candidate *c, struct strv *sizes, struct strv *same)
{
	for (size_t i = 0; i < c->layer_count; i++) {
		size_t first = 0;

		while (c->layers[first].identity != c->layers[i].identity)
			first++;
		strv_addf(sizes, "%jd", (intmax_t)c->layers[i].size);
		strv_addf(same, "%zu", first);
	}
}

static void check_layers(const struct candidate *c, char *const columns[COLUMNS])
{
	struct strv sizes CLEANUP_STRV = { 0 };
	struct strv same CLEANUP_STRV = { 0 };
	char *text CLEANUP_FREE = NULL;

	join_layers(c, &sizes, &same);
	text = joined(&sizes);
	assert_string_equal(text, columns[SIZES]);
	free(text);
	text = joined(&same);
	assert_string_equal(text, columns[SAME]);
}

/* The manifest of an OCI archive says what a docker-archive's candidate says itself. */
static void check_document_layers(const struct document *document,
				  char *const columns[COLUMNS])
{
	struct strv sizes CLEANUP_STRV = { 0 };
	char *text CLEANUP_FREE = NULL;

	for (size_t i = 0; i < document->count; i++)
		strv_addf(&sizes, "%jd", (intmax_t)document->entries[i].size);
	text = joined(&sizes);
	assert_string_equal(text, columns[SIZES]);
}

/* Reads the candidate's manifest, and what config it names. */
/* What manifest.json says is the candidate, or stands beside one that has a manifest. */
static void check_listed(const struct candidate *c, const struct digest *config,
			 char *const columns[COLUMNS])
{
	size_t at = 0;
	const struct candidate *listed = candidate_listed(c, config, &at);

	assert_int_equal(c->flags, listed ? CANDIDATE_LISTED : CANDIDATE_NO_MANIFEST);
	check_layers(listed ? listed : c, columns);
	assert_int_equal(listed && listed->flags & CANDIDATE_SAVED_MANIFEST ? 1 : 0,
			 columns[SAVED][0] == '1');
}

static void read_document(struct opened *o, const struct candidate *c,
			  const struct descriptor *want, struct document *document,
			  struct digest *digest)
{
	struct source_document raw CLEANUP(source_document_free) = { 0 };

	if (source_manifest(&o->source, c, want, &raw, digest, &o->err) ||
	    document_parse(buf_str(&raw.bytes), raw.bytes.len, raw.media_type, document, &o->err))
		fail_msg("%s", o->err.message);
}

/* The candidate's manifest, or the one that its index has first. */
static void check_manifest(struct opened *o, const struct candidate *c,
			   struct descriptor *config, char *const columns[COLUMNS])
{
	struct document index CLEANUP_DOCUMENT = { 0 };
	struct document document CLEANUP_DOCUMENT = { 0 };
	struct digest digest;
	char text[DIGEST_TEXT_MAX];

	read_document(o, c, NULL, &document, &digest);
	if (document.kind == DOCUMENT_INDEX) {
		index = document;
		document = (struct document){ 0 };
		read_document(o, c, &index.entries[0], &document, &digest);
	}
	assert_string_equal(digest_format(&digest, text), columns[MANIFEST]);
	check_document_layers(&document, columns);
	assert_int_equal(descriptor_copy(config, &document.config), 0);
}

static void check_line(char *const columns[COLUMNS])
{
	struct opened o CLEANUP_OPENED = { 0 };
	struct descriptor config CLEANUP_DESCRIPTOR = { 0 };
	struct buf bytes CLEANUP_BUF = BUF_INIT(LIMIT_CONFIG);
	struct digest digest;
	const struct candidate *c;
	char text[DIGEST_TEXT_MAX];
	char *relative CLEANUP_FREE = NULL;
	char *path CLEANUP_FREE = NULL;
	char *names CLEANUP_FREE = NULL;
	size_t number = (size_t)(columns[SELECTOR][1] - '0');

	assert_true(asprintf(&relative, "testdata/%s", columns[ARCHIVE]) > 0);
	path = testdata_path(relative);
	if (open_path(path, &o))
		fail_msg("%s", o.err.message);
	assert_int_equal(o.candidates.warnings.count, 0);
	assert_string_equal(o.candidates.kind, columns[KIND]);
	assert_string_equal(o.candidates.size_basis, "stored");
	assert_true(number < o.candidates.count);
	c = &o.candidates.items[number];
	assert_string_equal(c->selector, columns[SELECTOR]);
	names = joined(&c->names);
	assert_string_equal(names, columns[NAMES]);
	assert_int_equal(c->flags & CANDIDATE_NO_MANIFEST ? 1 : 0,
			 columns[MANIFEST][0] == '-');
	if (columns[MANIFEST][0] != '-')
		check_manifest(&o, c, &config, columns);
	else
		assert_int_equal(descriptor_copy(&config, &c->config), 0);
	if (source_config(&o.source, c, &config, &bytes, &digest, &o.err))
		fail_msg("%s", o.err.message);
	assert_string_equal(digest_format(&digest, text), columns[CONFIG]);
	if (strcmp(columns[KIND], "docker-archive") == 0)
		check_listed(c, &digest, columns);
}

static void test_every_tool(void **state)
{
	struct buf expected CLEANUP_BUF = BUF_INIT(100000);
	char *rest, *line;
	int lines = 0;

	(void)state;
	testdata_read("testdata/archives/expected.tsv", &expected);
	rest = expected.data;
	strsep(&rest, "\n"); /* the names of the columns */
	while ((line = strsep(&rest, "\n")) && *line) {
		char *columns[COLUMNS];

		for (int i = 0; i < COLUMNS; i++) {
			columns[i] = strsep(&line, "\t");
			assert_non_null(columns[i]);
		}
		print_message("# %s %s\n", columns[ARCHIVE], columns[SELECTOR]);
		check_line(columns);
		lines++;
	}
	assert_true(lines >= 20);
}

static void test_no_images(void **state)
{
	static const struct {
		const char *archive;
		const char *message;
	} cases[] = {
		{ "not-v1.tar", "saved by Docker older than 1.10" },
		{ "not-dir-layout.tar", "dir: layout" },
		{ "not-imgpkg.tar", "imgpkg bundle" },
		{ "not-nomad.tar", "index.json: " },
		{ "not-rootfs.tar", "a file system" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct opened o CLEANUP_OPENED = { 0 };
		char *relative CLEANUP_FREE = NULL;
		char *path CLEANUP_FREE = NULL;

		assert_true(asprintf(&relative, "testdata/archives/%s", cases[i].archive) > 0);
		path = testdata_path(relative);
		assert_int_equal(open_path(path, &o), SCANREQ_E_UNREADABLE);
		assert_non_null(strstr(o.err.message, path));
		if (!strstr(o.err.message, cases[i].message))
			fail_msg("\"%s\" is not in: %s", cases[i].message, o.err.message);
	}
}

/* --- the root ---------------------------------------------------------------------- */

static void test_manifest_twice(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct buf same CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };

	(void)state;
	tar_add(&same, "/manifest.json", "[{\"Config\":\"config.json\"}]");
	add_classic(&same, "[{\"Config\":\"config.json\"}]");
	must_open(&same, &o);
	tar_add(&tar, "manifest.json", "[{\"Config\":\"other.json\"}]");
	add_classic(&tar, "[{\"Config\":\"config.json\"}]");
	must_not_open(&tar, "manifest.json is there twice, with different content");
}

static void test_odd_roots(void **state)
{
	static const struct {
		const char *name;
		char type;
		const char *link;
		const char *message;
	} cases[] = {
		{ "manifest.json", '5', NULL, "manifest.json is no regular file" },
		{ "manifest.json", '6', NULL, "manifest.json is no regular file" },
		{ "manifest.json", '3', NULL, "manifest.json is no regular file" },
		{ "manifest.json", '2', "/etc/passwd",
		  "manifest.json leads out of the archive" },
		{ "manifest.json", '2', "manifest.json",
		  "manifest.json is a link that leads in circles" },
		{ "manifest.json", '1', "gone", "manifest.json is a link to nothing" },
		{ "index.json", '5', NULL, "index.json is no regular file" },
		{ "._manifest.json", 0, NULL, "neither manifest.json nor index.json" },
		{ "sub/manifest.json", 0, NULL, "neither manifest.json nor index.json" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf tar CLEANUP_BUF = TAR_INIT;
		struct tar_header header = { .name = cases[i].name, .type = cases[i].type,
					     .link = cases[i].link };

		tar_add(&tar, "a", "b");
		tar_add_header(&tar, &header, "", 0);
		tar_end(&tar);
		must_not_open(&tar, cases[i].message);
	}
}

/* --- the whole archive ------------------------------------------------------------- */

/* What is left over is a warning after a whole tar, and may be what a cut one lacks. */
static void test_warnings(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct buf packed CLEANUP_BUF = TAR_INIT;
	struct buf cut CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };
	struct opened other CLEANUP_OPENED = { 0 };

	(void)state;
	tar_add(&tar, "../out", "");
	add_classic(&tar, "[{\"Config\":\"config.json\"}]");
	gzip_add(&packed, tar.data, tar.len);
	buf_puts(&packed, "garbage");
	must_open(&packed, &o);
	warned(&o, "what follows the compressed data");
	warned(&o, "members of the archive without a usable name: 1");
	assert_int_equal(o.candidates.warnings.count, 2);
	gzip_add(&cut, tar.data, tar.len - 1024);
	must_open(&cut, &other);
	warned(&other, "the tar has no end");
	buf_puts(&cut, "garbage");
	must_not_open(&cut, "the tar in them has no end");
}

static void test_open_errors(void **state)
{
	struct source source = { 0 };
	struct scanreq_error err;

	(void)state;
	assert_int_equal(source_archive_open("/nowhere", &default_options, &source, &err),
			 SCANREQ_E_NOT_FOUND);
	assert_int_equal(source_archive_open("/tmp", &default_options, &source, &err),
			 SCANREQ_E_UNREADABLE);
	assert_null(source.ops);
}

/* Standard input is a pipe here; its writer must see everything taken, or be told. */
static bool list_standard_input(const struct buf *bytes, struct opened *o, int *failed)
{
	struct feed feed = start_feed(bytes->data, bytes->len);
	int saved CLEANUP_CLOSE = dup(STDIN_FILENO);

	assert_int_equal(dup2(feed.fd, STDIN_FILENO), STDIN_FILENO);
	close(feed.fd);
	feed.fd = -1;
	*failed = open_path("-", o);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	return finish_feed(&feed);
}

static void test_standard_input(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct opened good CLEANUP_OPENED = { 0 };
	struct opened bad CLEANUP_OPENED = { 0 };
	int failed;

	(void)state;
	tar_add_filled(&tar, "other", 'x', 1000000);
	add_classic(&tar, "[{\"Config\":\"config.json\"}]");
	for (int i = 0; i < 100; i++)
		tar_end(&tar);
	assert_true(list_standard_input(&tar, &good, &failed));
	assert_int_equal(failed, 0);
	tar.data[0] ^= 1;
	assert_false(list_standard_input(&tar, &bad, &failed));
	assert_int_equal(failed, SCANREQ_E_UNREADABLE);
	assert_string_equal(bad.err.message,
			    "standard input: a damaged tar (the checksum of its first header "
			    "does not match): get the file again");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_tool),
		cmocka_unit_test(test_no_images),
		cmocka_unit_test(test_manifest_twice),
		cmocka_unit_test(test_odd_roots),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_open_errors),
		cmocka_unit_test(test_standard_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
