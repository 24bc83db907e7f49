/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "tests/unit/opened.h"
#include "tests/unit/tar.h"

#define CONFIG "{\"os\":\"linux\"}"
#define ONES "1111111111111111111111111111111111111111111111111111111111111111"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define OCI_LAYOUT "{\"imageLayoutVersion\":\"1.0.0\"}"

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

/* A manifest of a config and one layer of 1000 bytes (NULL: none); its digest. */
static char *add_manifest(struct buf *tar, const char *config, const char *layer)
{
	struct buf text CLEANUP_BUF = BUF_INIT(1000);

	buf_addf(&text,
		 "{\"schemaVersion\":2,\"config\":{\"mediaType\":"
		 "\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\","
		 "\"size\":%zu},\"layers\":[",
		 config, strlen(CONFIG));
	if (layer)
		buf_addf(&text, "{\"digest\":\"%s\",\"size\":1000}", layer);
	buf_puts(&text, "]}");
	return add_blob(tar, buf_str(&text));
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
	return add_manifest(tar, config, layer);
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
		assert_int_equal(o.candidates.items[0].flags, CANDIDATE_LISTED);
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
	} cases[] = { { "sha256:" ONES, 1000 }, { "sha256:" ZEROS, 999 }, { NULL, 1000 } };

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
		  "is no JSON document" },
		{ "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"sha256:" ONES
		  "\",\"size\":1}]}",
		  "lists but that were not saved: 1" },
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
		assert_int_equal(o.candidates.items[0].flags, CANDIDATE_LISTED);
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
	must_not_open(&tar, "index.json is there twice, with different content");
}

/* --- pure OCI archives ------------------------------------------------------------- */

static void test_oci_archive(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct buf index CLEANUP_BUF = BUF_INIT(100000);
	struct opened o CLEANUP_OPENED = { 0 };
	char *config CLEANUP_FREE = add_blob(&tar, CONFIG);
	char *first CLEANUP_FREE = add_manifest(&tar, config, "sha256:" ZEROS);
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
		 "{\"digest\":\"sha256:" ONES "\",\"size\":1,\"platform\":"
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
	must_not_open(&tar, "index.json lists no image");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairing),
		cmocka_unit_test(test_other_layers),
		cmocka_unit_test(test_broken_index),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_self_reference),
		cmocka_unit_test(test_index_twice),
		cmocka_unit_test(test_oci_archive),
		cmocka_unit_test(test_oci_nothing),
		cmocka_unit_test(test_foreign_manifest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
