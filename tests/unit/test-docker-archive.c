/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "tests/unit/opened.h"
#include "tests/unit/tar.h"

/* --- manifest.json ----------------------------------------------------------------- */

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

		add_classic(&tar, cases[i].manifest);
		must_not_open(&tar, cases[i].message);
	}
}

static void test_member_case(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct opened o CLEANUP_OPENED = { 0 };

	(void)state;
	add_classic(&tar, "[{\"CONFIG\":\"config.json\",\"layer\xc5\xbf\":[\"layer.tar\"],"
		      "\"repotags\":[\"a:1\",\"a:1\",\"b\"],\"layersources\":{}}]");
	must_open(&tar, &o);
	assert_string_equal(o.candidates.items[0].config_name, "config.json");
	assert_int_equal(o.candidates.items[0].config.size, 24);
	assert_int_equal(o.candidates.items[0].layer_count, 1);
	assert_int_equal(o.candidates.items[0].layers[0].size, 1000);
	assert_int_equal(o.candidates.items[0].names.count, 2);
	assert_int_equal(o.candidates.items[0].flags,
			 CANDIDATE_NO_MANIFEST | CANDIDATE_SAVED_MANIFEST);
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
	add_classic(&tar,
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
	add_classic(&tar, buf_str(&manifest));
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
		add_classic(&tar, buf_str(&manifest));
		must_not_open(&tar, cases[i].message);
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
		add_classic(&tar, buf_str(&manifest));
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
	add_classic(&tar, "[{\"Config\":\"config.json\"}]");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_manifests),
		cmocka_unit_test(test_member_case),
		cmocka_unit_test(test_missing_layers),
		cmocka_unit_test(test_warnings_cap),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_bad_configs),
		cmocka_unit_test(test_no_manifest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
