/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/limits.h"
#include "source/source-archive.h"
#include "tests/unit/tar.h"
#include "tests/unit/testdata.h"

#define OCI_LAYOUT "{\"imageLayoutVersion\":\"1.0.0\"}"

/* An open archive, and what it lists. */
struct opened {
	struct source source;
	struct candidates candidates;
	struct scanreq_error err;
};

static void opened_free(struct opened *o)
{
	candidates_free(&o->candidates);
	source_close(&o->source);
}

#define CLEANUP_OPENED CLEANUP(opened_free)

static int open_path(const char *path, struct opened *o)
{
	int failed = source_archive_open(path, NULL, &o->source, &o->err);

	return failed ? failed : source_list(&o->source, &o->candidates, &o->err);
}

static int open_bytes(const struct buf *bytes, struct opened *o)
{
	char *path CLEANUP_TEMPORARY = temporary_file(bytes->data, bytes->len);

	return open_path(path, o);
}

static void must_open(const struct buf *bytes, struct opened *o)
{
	if (open_bytes(bytes, o))
		fail_msg("%s", o->err.message);
}

static void refused(const struct buf *bytes, const char *message)
{
	struct opened o CLEANUP_OPENED = { 0 };

	assert_int_equal(open_bytes(bytes, &o), SCANREQ_E_UNREADABLE);
	if (!strstr(o.err.message, message))
		fail_msg("\"%s\" is not in: %s", message, o.err.message);
}

static void warned(const struct opened *o, const char *message)
{
	for (size_t i = 0; i < o->candidates.warnings.count; i++)
		if (strstr(o->candidates.warnings.items[i], message))
			return;
	fail_msg("no warning of %zu says: %s", o->candidates.warnings.count, message);
}

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
static void check_manifest(struct opened *o, const struct candidate *c,
			   struct descriptor *config, char *const columns[COLUMNS])
{
	struct source_document raw CLEANUP(source_document_free) = { 0 };
	struct document document CLEANUP_DOCUMENT = { 0 };
	struct digest digest;
	char text[DIGEST_TEXT_MAX];

	if (source_manifest(&o->source, c, NULL, &raw, &digest, &o->err))
		fail_msg("%s", o->err.message);
	assert_string_equal(digest_format(&digest, text), columns[MANIFEST]);
	assert_int_equal(document_parse(buf_str(&raw.bytes), raw.bytes.len, raw.media_type,
					&document, &o->err), 0);
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
	assert_int_equal(c->flags & CANDIDATE_SAVED_MANIFEST ? 1 : 0, atoi(columns[SAVED]));
	assert_int_equal(c->flags & CANDIDATE_NO_MANIFEST ? 1 : 0,
			 columns[MANIFEST][0] == '-');
	if (strcmp(columns[KIND], "docker-archive") == 0)
		check_layers(c, columns);
	if (columns[MANIFEST][0] != '-')
		check_manifest(&o, c, &config, columns);
	else
		assert_int_equal(descriptor_copy(&config, &c->config), 0);
	if (source_config(&o.source, c, &config, &bytes, &digest, &o.err))
		fail_msg("%s", o.err.message);
	assert_string_equal(digest_format(&digest, text), columns[CONFIG]);
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

/* --- manifest.json ----------------------------------------------------------------- */

/* An archive with one manifest.json, a config, and a layer of 1000 bytes. */
static void classic(struct buf *tar, const char *manifest)
{
	tar_add(tar, "config.json", "{\"architecture\":\"amd64\"}");
	tar_add_filled(tar, "layer.tar", 'x', 1000);
	tar_add(tar, "manifest.json", manifest);
	tar_end(tar);
}

static void test_bad_manifests(void **state)
{
	static const struct {
		const char *manifest;
		const char *message;
	} cases[] = {
		{ "null", "is no list of images" },
		{ "[]", "lists no image" },
		{ "{}", "is no list of images" },
		{ "\"list\"", "is no list of images" },
		{ "[null]", "image @0: it is no object" },
		{ "[1]", "image @0: it is no object" },
		{ "[{}]", "image @0: it names no \"Config\"" },
		{ "[{\"Config\":null}]", "it names no \"Config\"" },
		{ "[{\"Config\":\"\"}]", "it names no \"Config\"" },
		{ "[{\"Config\":1}]", "\"Config\" is no string" },
		{ "[{\"Config\":\"a\\u0000b\"}]", "NUL" },
		{ "[{\"Config\":\"a\",\"Layers\":\"b\"}]", "\"Layers\" is no array" },
		{ "[{\"Config\":\"a\",\"Layers\":[1]}]",
		  "\"Layers\" has an item that is no string" },
		{ "[{\"Config\":\"a\",\"Layers\":[null]}]", "no string" },
		{ "[{\"Config\":\"a\",\"RepoTags\":{}}]", "\"RepoTags\" is no array" },
		{ "[{\"Config\":\"a\",\"RepoTags\":[[]]}]", "no string" },
		{ "[{\"Config\":\"a\",\"LayerSources\":[]}]",
		  "\"LayerSources\" is no object" },
		{ "[{\"Config\":\"a\"},{\"Layers\":[]}]", "image @1: it names no \"Config\"" },
		{ "[{\"Config\":\"a\",\"config\":\"b\"}]", "differ in case alone" },
		{ "[{\"Config\":\"a\",\"Layers\":[],\"layer\xc5\xbf\":[]}]",
		  "differ in case alone" },
		{ "[{\"Config\":\"a\",\"Config\":\"b\"}]", "twice" },
		{ "[{\"Config\":\"a\"}] trailing", "not valid JSON" },
		{ "[{\"Config\":\"a\"}", "not valid JSON" },
		{ "\xef\xbb\xbf[{\"Config\":\"a\"}]", "not valid JSON" },
		{ "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "not valid JSON" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf tar CLEANUP_BUF = TAR_INIT;

		classic(&tar, cases[i].manifest);
		refused(&tar, cases[i].message);
	}
}

static void test_member_case(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };

	(void)state;
	classic(&tar, "[{\"CONFIG\":\"config.json\",\"layer\xc5\xbf\":[\"layer.tar\"],"
		      "\"repotags\":[\"a:1\",\"a:1\",\"b\"]}]");
	must_open(&tar, &o);
	assert_string_equal(o.candidates.items[0].config_name, "config.json");
	assert_int_equal(o.candidates.items[0].config.size, 24);
	assert_int_equal(o.candidates.items[0].layer_count, 1);
	assert_int_equal(o.candidates.items[0].layers[0].size, 1000);
	assert_int_equal(o.candidates.items[0].names.count, 2);
}

static void test_missing_layers(void **state)
{
	static const char *const warnings[] = {
		"layer gone.tar of image @0 is not in the archive: its size is not known",
		"layer ../../etc/passwd of image @0 leads out of the archive",
		"layer loop of image @0 is a link that leads in circles",
		"layer directory of image @0 is no regular file",
		"layer twice of image @0 is there twice",
		"layer pointer of image @0 is a git-lfs pointer",
	};
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };
	const struct candidate *c;

	(void)state;
	tar_add_symlink(&tar, "loop", "loop");
	tar_add_header(&tar, &(struct tar_header){ .name = "directory/", .type = '5' }, "", 0);
	tar_add_filled(&tar, "twice", 'a', 10);
	tar_add_filled(&tar, "twice", 'a', 11);
	tar_add(&tar, "pointer", "version https://git-lfs.github.com/spec/v1\n");
	classic(&tar,
		"[{\"Config\":\"config.json\",\"Layers\":[\"gone.tar\",\"../../etc/passwd\","
		"\"loop\",\"directory\",\"twice\",\"pointer\",\"gone.tar\",\"layer.tar\"]}]");
	must_open(&tar, &o);
	c = &o.candidates.items[0];
	assert_int_equal(c->layer_count, 8);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(c->layers[i].size, -1);
		for (size_t j = 0; j < i; j++)
			assert_true(c->layers[i].identity != c->layers[j].identity);
	}
	assert_int_equal(c->layers[7].size, 1000);
	for (size_t i = 0; i < ARRAY_LENGTH(warnings); i++)
		warned(&o, warnings[i]);
}

/* A thousand missing layers are not worth a thousand lines. */
static void test_warnings_cap(void **state)
{
	struct buf manifest CLEANUP_BUF = BUF_INIT(100000);
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };

	(void)state;
	buf_puts(&manifest, "[{\"Config\":\"config.json\",\"Layers\":[\"x0\"");
	for (int i = 1; i < 1000; i++)
		buf_addf(&manifest, ",\"x%d\"", i);
	buf_puts(&manifest, "]}]");
	classic(&tar, buf_str(&manifest));
	must_open(&tar, &o);
	assert_int_equal(o.candidates.items[0].layer_count, 1000);
	assert_int_equal(o.candidates.warnings.count, LIMIT_WARNINGS);
}

static void test_too_many(void **state)
{
	static const struct {
		const char *begin, *repeat, *end, *message;
		int count;
	} cases[] = {
		{ "[{\"Config\":\"a\",\"Layers\":[\"\"", ",\"\"", "]}]",
		  "more than 5000 \"Layers\"", LIMIT_LAYERS },
		{ "[{\"Config\":\"a\",\"RepoTags\":[\"\"", ",\"\"", "]}]",
		  "more than 5000 \"RepoTags\"", LIMIT_NAMES },
		{ "[1", ",1", "]", "more than 10000 images", LIMIT_CANDIDATES },
		{ "[1", ",1", "]", "not valid JSON", LIMIT_JSON_VALUES },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf manifest CLEANUP_BUF = BUF_INIT(1000000);
		struct buf tar CLEANUP_BUF = TAR_INIT;

		buf_puts(&manifest, cases[i].begin);
		for (int n = 0; n < cases[i].count; n++)
			buf_puts(&manifest, cases[i].repeat);
		buf_puts(&manifest, cases[i].end);
		classic(&tar, buf_str(&manifest));
		refused(&tar, cases[i].message);
	}
}

/* --- configs ----------------------------------------------------------------------- */

static void test_bad_configs(void **state)
{
	static const struct {
		const char *config;
		const char *message;
	} cases[] = {
		{ "missing.json",
		  "missing.json, which the image needs, is not in the archive" },
		{ "../../etc/passwd", "leads out of the archive" },
		{ "/etc/passwd", "is not in the archive" },
		{ "link.json", "leads out of the archive" },
		{ "loop.json", "leads in circles" },
		{ "directory", "is no regular file" },
		{ "twice.json", "is there twice, with different content" },
		{ "layer.tar", "is no JSON document" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf tar CLEANUP_BUF = TAR_INIT;
		struct buf manifest CLEANUP_BUF = BUF_INIT(1000);
		struct buf bytes CLEANUP_BUF = BUF_INIT(LIMIT_CONFIG);
		struct opened o CLEANUP_OPENED = { 0 };
		struct digest digest;

		tar_add_symlink(&tar, "link.json", "/etc/passwd");
		tar_add_symlink(&tar, "loop.json", "loop.json");
		tar_add_header(&tar, &(struct tar_header){ .name = "directory", .type = '5' },
			       "", 0);
		tar_add(&tar, "twice.json", "{\"a\":1}");
		tar_add(&tar, "./twice.json", "{\"a\":2}");
		buf_addf(&manifest, "[{\"Config\":\"%s\",\"Layers\":null}]", cases[i].config);
		classic(&tar, buf_str(&manifest));
		must_open(&tar, &o);
		assert_int_equal(source_config(&o.source, &o.candidates.items[0],
					       &o.candidates.items[0].config, &bytes, &digest,
					       &o.err),
				 SCANREQ_E_UNREADABLE);
		if (!strstr(o.err.message, cases[i].message))
			fail_msg("\"%s\" is not in: %s", cases[i].message, o.err.message);
	}
}

static void test_no_manifest(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };
	struct source_document raw CLEANUP(source_document_free) = { 0 };
	struct descriptor want CLEANUP_DESCRIPTOR = { 0 };
	struct digest digest;

	(void)state;
	classic(&tar, "[{\"Config\":\"config.json\"}]");
	must_open(&tar, &o);
	assert_true(source_manifest(&o.source, &o.candidates.items[0], NULL, &raw, &digest,
				    &o.err) < 0);
	assert_int_equal(digest_of(DIGEST_SHA256, "x", 1, &want.digest, NULL), 0);
	want.size = -1;
	assert_int_equal(source_manifest(&o.source, &o.candidates.items[0], &want, &raw,
					 &digest, &o.err),
			 SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(o.err.message, "is not in the archive"));
	/* Listing again reads nothing again. */
	candidates_free(&o.candidates);
	assert_int_equal(source_list(&o.source, &o.candidates, &o.err), 0);
	assert_int_equal(o.candidates.count, 1);
}

/* --- index.json -------------------------------------------------------------------- */

/* A blob; its digest in text. */
static char *add_blob(struct buf *tar, const char *text)
{
	struct digest digest;
	char formatted[DIGEST_TEXT_MAX], path[200];

	assert_int_equal(digest_of(DIGEST_SHA256, text, strlen(text), &digest, NULL), 0);
	snprintf(path, sizeof(path), "blobs/sha256/%s", digest.hex);
	tar_add(tar, path, text);
	return strdup(digest_format(&digest, formatted));
}

/* A manifest of a config and one layer of 1000 bytes; its digest. */
static char *add_manifest(struct buf *tar, const char *config, size_t config_size,
			  const char *layer)
{
	char *text CLEANUP_FREE = NULL;

	assert_true(asprintf(&text,
			     "{\"schemaVersion\":2,\"config\":{\"mediaType\":"
			     "\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\","
			     "\"size\":%zu},\"layers\":[{\"digest\":\"%s\",\"size\":1000}]}",
			     config, config_size, layer) > 0);
	return add_blob(tar, text);
}

static char *index_text(const char *digest, const char *annotations)
{
	char *text = NULL;

	assert_true(asprintf(&text,
			     "{\"schemaVersion\":2,\"manifests\":"
			     "[{\"digest\":\"%s\",\"size\":9%s%s}]}",
			     digest, annotations ? ",\"annotations\":" : "",
			     annotations ? annotations : "") > 0);
	return text;
}

#define CONFIG "{\"os\":\"linux\"}"
#define ONES "1111111111111111111111111111111111111111111111111111111111111111"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/*
 * A hybrid: blobs, and a manifest.json whose Config is the blob, or else a member
 * config.json with the same bytes. The manifest's digest.
 */
static char *add_hybrid(struct buf *tar, const char *layer, size_t size, bool blob_names)
{
	char *config CLEANUP_FREE = add_blob(tar, CONFIG);
	char *text CLEANUP_FREE = NULL;

	tar_add(tar, "config.json", CONFIG);
	tar_add_filled(tar, "blobs/sha256/" ZEROS, 'x', size);
	assert_true(asprintf(&text,
			     "[{\"Config\":\"%s%s\",\"RepoTags\":[\"busybox:1\"],"
			     "\"Layers\":[\"blobs/sha256/" ZEROS "\"]}]",
			     blob_names ? "blobs/sha256/" : "",
			     blob_names ? config + 7 : "config.json") > 0);
	tar_add(tar, "manifest.json", text);
	return add_manifest(tar, config, strlen(CONFIG), layer);
}

static void test_pairing(void **state)
{
	(void)state;
	for (int blob_names = 0; blob_names < 2; blob_names++) {
		struct buf tar CLEANUP_BUF = TAR_INIT;
		struct opened o CLEANUP_OPENED = { 0 };
		char *digest CLEANUP_FREE =
			add_hybrid(&tar, "sha256:" ZEROS, 1000, blob_names == 1);
		char *index CLEANUP_FREE = index_text(
			digest,
			"{\"io.containerd.image.name\":\"docker.io/library/busybox:1\"}");
		char formatted[DIGEST_TEXT_MAX];

		tar_add(&tar, "index.json", index);
		tar_end(&tar);
		must_open(&tar, &o);
		assert_int_equal(o.candidates.warnings.count, 0);
		assert_int_equal(o.candidates.items[0].flags, 0);
		assert_string_equal(
			digest_format(&o.candidates.items[0].descriptor.digest, formatted),
			digest);
		/* Two spellings of a name are one name. */
		assert_int_equal(o.candidates.items[0].names.count, 1);
		assert_string_equal(o.candidates.items[0].names.items[0], "busybox:1");
	}
}

/* The manifest lists another layer, or one of another size: it is not that image's. */
static void test_other_layers(void **state)
{
	static const struct {
		const char *layer;
		size_t size;
	} cases[] = { { "sha256:" ONES, 1000 }, { "sha256:" ZEROS, 999 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf tar CLEANUP_BUF = TAR_INIT;
		struct opened o CLEANUP_OPENED = { 0 };
		char *digest CLEANUP_FREE =
			add_hybrid(&tar, cases[i].layer, cases[i].size, true);
		char *index CLEANUP_FREE = index_text(digest, NULL);

		tar_add(&tar, "index.json", index);
		tar_end(&tar);
		must_open(&tar, &o);
		assert_int_equal(o.candidates.items[0].flags, CANDIDATE_NO_MANIFEST);
		warned(&o, "other layers in index.json than in manifest.json");
	}
}

static void test_broken_index(void **state)
{
	static const struct {
		const char *index;
		const char *warning; /* NULL: nothing is wrong, and nothing pairs */
	} cases[] = {
		{ "not JSON", "index.json is not used" },
		{ "{\"schemaVersion\":2}", "index.json is not used" },
		{ "{\"schemaVersion\":2,\"manifests\":"
		  "[{\"digest\":\"sha256:../../x\",\"size\":1}]}",
		  "index.json is not used" },
		{ "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:" ZEROS
		  "\",\"size\":1},\"layers\":[]}",
		  "index.json is not used" },
		{ "{\"schemaVersion\":2,\"manifests\":null}", NULL },
		{ "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"sha256:" ZEROS
		  "\",\"size\":1}]}",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf tar CLEANUP_BUF = TAR_INIT;
		struct opened o CLEANUP_OPENED = { 0 };

		free(add_hybrid(&tar, "sha256:" ZEROS, 1000, true));
		tar_add(&tar, "index.json", cases[i].index);
		tar_end(&tar);
		must_open(&tar, &o);
		assert_int_equal(o.candidates.items[0].flags, CANDIDATE_NO_MANIFEST);
		if (cases[i].warning)
			warned(&o, cases[i].warning);
		else
			assert_int_equal(o.candidates.warnings.count, 0);
	}
}

/* Wraps what `digest` names in `levels` indexes; the outermost one's digest. */
static char *nest(struct buf *tar, const char *digest, int levels)
{
	char *outer = strdup(digest);

	for (int i = 0; i < levels; i++) {
		char *text CLEANUP_FREE = index_text(outer, NULL);

		free(outer);
		outer = add_blob(tar, text);
	}
	return outer;
}

static void test_nesting(void **state)
{
	(void)state;
	for (int levels = 0; levels <= LIMIT_INDEX_DEPTH + 1; levels++) {
		struct buf tar CLEANUP_BUF = TAR_INIT;
		struct opened o CLEANUP_OPENED = { 0 };
		char *digest CLEANUP_FREE = add_hybrid(&tar, "sha256:" ZEROS, 1000, true);
		char *outer CLEANUP_FREE = nest(&tar, digest, levels);
		char *index CLEANUP_FREE = index_text(
			outer, "{\"io.containerd.image.name\":\"shop/web:2\"}");

		tar_add(&tar, "index.json", index);
		tar_end(&tar);
		must_open(&tar, &o);
		if (levels > LIMIT_INDEX_DEPTH) {
			assert_int_equal(o.candidates.items[0].flags, CANDIDATE_NO_MANIFEST);
			continue;
		}
		/* The name of the outer index is the manifest's name too. */
		assert_int_equal(o.candidates.items[0].flags, 0);
		assert_int_equal(o.candidates.items[0].names.count, 2);
		assert_string_equal(o.candidates.items[0].names.items[1], "shop/web:2");
	}
}

/* An index that lists itself (its digest is a lie) and passes many names on. */
static void test_self_reference(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };
	struct buf index CLEANUP_BUF = BUF_INIT(1000000);

	(void)state;
	buf_puts(&index, "{\"schemaVersion\":2,\"manifests\":[");
	for (int i = 0; i < 500; i++)
		buf_addf(&index,
			 "%s{\"digest\":\"sha256:" ZEROS "\",\"size\":1,\"annotations\":"
			 "{\"io.containerd.image.name\":\"name/of:%d\"}}", i ? "," : "", i);
	buf_puts(&index, "]}");
	tar_add(&tar, "blobs/sha256/" ZEROS, buf_str(&index));
	tar_add(&tar, "config.json", CONFIG);
	tar_add(&tar, "index.json", buf_str(&index));
	tar_add(&tar, "manifest.json", "[{\"Config\":\"config.json\"}]");
	tar_end(&tar);
	must_open(&tar, &o);
	assert_int_equal(o.candidates.items[0].flags, CANDIDATE_NO_MANIFEST);
}

static void test_index_twice(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;

	(void)state;
	tar_add(&tar, "index.json", "{\"schemaVersion\":2,\"manifests\":[]}");
	tar_add(&tar, "./index.json", "{\"schemaVersion\":2,\"manifests\":null}");
	tar_end(&tar);
	refused(&tar, "index.json is there twice, with different content");
}

static void test_manifest_twice(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct buf same CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };

	(void)state;
	tar_add(&same, "/manifest.json", "[{\"Config\":\"config.json\"}]");
	classic(&same, "[{\"Config\":\"config.json\"}]");
	must_open(&same, &o);
	tar_add(&tar, "manifest.json", "[{\"Config\":\"other.json\"}]");
	classic(&tar, "[{\"Config\":\"config.json\"}]");
	refused(&tar, "manifest.json is there twice, with different content");
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
		refused(&tar, cases[i].message);
	}
}

/* --- pure OCI archives ------------------------------------------------------------- */

static void test_oci_archive(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct buf index CLEANUP_BUF = BUF_INIT(100000);
	struct opened o CLEANUP_OPENED = { 0 };
	char *config CLEANUP_FREE = add_blob(&tar, CONFIG);
	char *first CLEANUP_FREE = add_manifest(&tar, config, strlen(CONFIG), "sha256:" ZEROS);
	const struct candidate *c;

	(void)state;
	buf_addf(&index,
		 "{\"schemaVersion\":2,\"manifests\":["
		 "{\"digest\":\"%s\",\"size\":1,\"annotations\":"
		 "{\"org.opencontainers.image.ref.name\":\"latest\","
		 "\"io.containerd.image.name\":\"docker.io/library/a:latest\"}},"
		 "{\"digest\":\"sha256:" ZEROS "\",\"size\":1,\"annotations\":"
		 "{\"org.opencontainers.image.ref.name\":\"latest\"}},"
		 "{\"digest\":\"%s\",\"size\":1,\"annotations\":"
		 "{\"org.opencontainers.image.ref.name\":\"localhost/b:2\"}},"
		 "{\"digest\":\"sha256:" ZEROS "\",\"size\":1,\"platform\":"
		 "{\"os\":\"unknown\",\"architecture\":\"unknown\"},\"annotations\":"
		 "{\"vnd.docker.reference.type\":\"attestation-manifest\"}}]}",
		 first, first);
	tar_add(&tar, "index.json", buf_str(&index));
	tar_add(&tar, "oci-layout", OCI_LAYOUT);
	tar_end(&tar);
	must_open(&tar, &o);
	assert_string_equal(o.candidates.kind, "oci-archive");
	assert_int_equal(o.candidates.count, 2);
	c = &o.candidates.items[0];
	assert_int_equal(c->flags, 0);
	assert_string_equal(c->selector, "@0");
	assert_int_equal(c->names.count, 2);
	assert_string_equal(c->names.items[0], "docker.io/library/a:latest");
	assert_string_equal(c->names.items[1], "localhost/b:2");
	assert_string_equal(o.candidates.items[1].selector, "@1");
	assert_int_equal(o.candidates.items[1].names.count, 0);
}

static void test_oci_nothing(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;

	(void)state;
	tar_add(&tar, "index.json", "{\"schemaVersion\":2,\"manifests\":[]}");
	tar_add(&tar, "oci-layout", OCI_LAYOUT);
	tar_end(&tar);
	refused(&tar, "index.json lists no image");
}

/* Some other tool's manifest.json beside a good index.json is passed over, and said. */
static void test_foreign_manifest(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };
	char *index CLEANUP_FREE = index_text("sha256:" ZEROS, NULL);

	(void)state;
	tar_add(&tar, "manifest.json", "{\"name\":\"something else\"}");
	tar_add(&tar, "index.json", index);
	tar_end(&tar);
	must_open(&tar, &o);
	assert_string_equal(o.candidates.kind, "oci-archive");
	warned(&o, "manifest.json is no list of images");
}

/* --- the whole archive ------------------------------------------------------------- */

static void test_warnings(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct buf packed CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };

	(void)state;
	tar_add(&tar, "../out", "");
	classic(&tar, "[{\"Config\":\"config.json\"}]");
	tar.len -= 1024;
	gzip_add(&packed, tar.data, tar.len);
	buf_puts(&packed, "garbage");
	must_open(&packed, &o);
	warned(&o, "what follows the gzip data");
	warned(&o, "the tar has no end");
	warned(&o, "members of the archive without a usable name: 1");
}

static void test_open_errors(void **state)
{
	struct source source = { 0 };
	struct scanreq_error err;

	(void)state;
	assert_int_equal(source_archive_open("/nowhere", NULL, &source, &err),
			 SCANREQ_E_NOT_FOUND);
	assert_int_equal(source_archive_open("/tmp", NULL, &source, &err),
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
	classic(&tar, "[{\"Config\":\"config.json\"}]");
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
		cmocka_unit_test(test_bad_manifests),
		cmocka_unit_test(test_member_case),
		cmocka_unit_test(test_missing_layers),
		cmocka_unit_test(test_warnings_cap),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_bad_configs),
		cmocka_unit_test(test_no_manifest),
		cmocka_unit_test(test_pairing),
		cmocka_unit_test(test_other_layers),
		cmocka_unit_test(test_broken_index),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_self_reference),
		cmocka_unit_test(test_index_twice),
		cmocka_unit_test(test_manifest_twice),
		cmocka_unit_test(test_odd_roots),
		cmocka_unit_test(test_oci_archive),
		cmocka_unit_test(test_oci_nothing),
		cmocka_unit_test(test_foreign_manifest),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_open_errors),
		cmocka_unit_test(test_standard_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
