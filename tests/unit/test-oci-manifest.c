/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "oci/manifest.h"
#include "oci/media-type.h"

#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define SHA_A "\"sha256:" HEX_A "\""
#define SHA_B "\"sha256:" HEX_B "\""

/* Pieces of documents. */
#define V2 "\"schemaVersion\":2"
#define TYPE(t) ",\"mediaType\":\"" t "\""
#define DESCRIPTOR(type, digest, size) \
	"{\"mediaType\":\"" type "\",\"digest\":" digest ",\"size\":" size "}"
#define CONFIG(type) ",\"config\":" DESCRIPTOR(type, SHA_A, "7")
#define OCI_CONFIG CONFIG(MEDIA_TYPE_OCI_CONFIG)
#define LAYER "{\"mediaType\":\"x/layer\",\"digest\":" SHA_B ",\"size\":9}"
#define LAYERS ",\"layers\":[" LAYER "]"
#define MANIFESTS ",\"manifests\":[" DESCRIPTOR(MEDIA_TYPE_OCI_MANIFEST, SHA_A, "5") "]"
#define IMAGE "{" V2 OCI_CONFIG LAYERS "}"
#define INDEX "{" V2 MANIFESTS "}"
#define WITH_CONFIG(json) "{" V2 ",\"config\":" json LAYERS "}"
#define WITH_LAYER(json) "{" V2 OCI_CONFIG ",\"layers\":[" json "]}"
#define WITH_ENTRY(json) "{" V2 ",\"manifests\":[" json "]}"

static int parse(const char *json, const char *claimed, struct document *d,
		 struct scanreq_error *err)
{
	return document_parse(json, strlen(json), claimed, d, err);
}

/* --- media types ------------------------------------------------------------------- */

static void test_media_kind(void **state)
{
	static const struct {
		const char *type;
		enum media_kind kind;
		const char *canonical;
	} cases[] = {
		{ MEDIA_TYPE_OCI_MANIFEST, MEDIA_MANIFEST, MEDIA_TYPE_OCI_MANIFEST },
		{ MEDIA_TYPE_OCI_INDEX, MEDIA_INDEX, MEDIA_TYPE_OCI_INDEX },
		{ MEDIA_TYPE_DOCKER_MANIFEST, MEDIA_MANIFEST, MEDIA_TYPE_DOCKER_MANIFEST },
		{ MEDIA_TYPE_DOCKER_LIST, MEDIA_INDEX, MEDIA_TYPE_DOCKER_LIST },
		{ MEDIA_TYPE_DOCKER_SCHEMA1, MEDIA_SCHEMA1, MEDIA_TYPE_DOCKER_SCHEMA1 },
		{ MEDIA_TYPE_DOCKER_SCHEMA1_SIGNED, MEDIA_SCHEMA1,
		  MEDIA_TYPE_DOCKER_SCHEMA1_SIGNED },
		{ MEDIA_TYPE_OCI_INDEX "; charset=utf-8", MEDIA_INDEX, MEDIA_TYPE_OCI_INDEX },
		{ MEDIA_TYPE_OCI_INDEX ";q=1;x=y", MEDIA_INDEX, MEDIA_TYPE_OCI_INDEX },
		{ " \t" MEDIA_TYPE_OCI_INDEX " ", MEDIA_INDEX, MEDIA_TYPE_OCI_INDEX },
		{ "Application/VND.oci.Image.Index.v1+JSON", MEDIA_INDEX,
		  MEDIA_TYPE_OCI_INDEX },
		{ NULL, MEDIA_UNKNOWN, NULL },
		{ "", MEDIA_UNKNOWN, NULL },
		{ ";", MEDIA_UNKNOWN, NULL },
		{ "application/json", MEDIA_UNKNOWN, NULL },
		{ "text/plain; charset=utf-8", MEDIA_UNKNOWN, NULL },
		{ MEDIA_TYPE_OCI_INDEX "x", MEDIA_UNKNOWN, NULL },
		{ "application/vnd.oci.image.index.v1", MEDIA_UNKNOWN, NULL },
		{ "x=" MEDIA_TYPE_OCI_INDEX, MEDIA_UNKNOWN, NULL },
		{ MEDIA_TYPE_OCI_CONFIG, MEDIA_UNKNOWN, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		assert_int_equal(media_kind(cases[i].type), cases[i].kind);
		assert_true(
			str_equal(media_type_canonical(cases[i].type), cases[i].canonical));
	}
}

static void test_config_types(void **state)
{
	(void)state;
	assert_true(media_type_image_config(MEDIA_TYPE_OCI_CONFIG));
	assert_true(media_type_image_config(MEDIA_TYPE_DOCKER_CONFIG));
	assert_false(media_type_image_config("application/vnd.oci.empty.v1+json"));
	assert_false(media_type_image_config("application/json"));
	assert_false(media_type_image_config(NULL));
	assert_true(media_type_vague_config(NULL));
	assert_true(media_type_vague_config(""));
	assert_true(media_type_vague_config("application/octet-stream"));
	assert_false(media_type_vague_config(MEDIA_TYPE_OCI_CONFIG));
	assert_false(media_type_vague_config("application/vnd.oci.empty.v1+json"));
}

/* --- what is accepted -------------------------------------------------------------- */

static const struct accepted {
	const char *json;
	const char *claimed;
	enum document_kind kind;
	const char *media_type;
	size_t count;
} accepted[] = {
	/* the four types, by themselves and as they are served */
	{ "{" V2 TYPE(MEDIA_TYPE_OCI_MANIFEST) OCI_CONFIG LAYERS "}", MEDIA_TYPE_OCI_MANIFEST,
	  DOCUMENT_MANIFEST, MEDIA_TYPE_OCI_MANIFEST, 1 },
	{ "{" V2 TYPE(MEDIA_TYPE_DOCKER_MANIFEST) CONFIG(MEDIA_TYPE_DOCKER_CONFIG) LAYERS "}",
	  MEDIA_TYPE_DOCKER_MANIFEST, DOCUMENT_MANIFEST, MEDIA_TYPE_DOCKER_MANIFEST, 1 },
	{ "{" V2 TYPE(MEDIA_TYPE_OCI_INDEX) MANIFESTS "}",
	  MEDIA_TYPE_OCI_INDEX "; charset=utf-8",
	  DOCUMENT_INDEX, MEDIA_TYPE_OCI_INDEX, 1 },
	{ "{" V2 TYPE(MEDIA_TYPE_DOCKER_LIST) MANIFESTS "}", NULL, DOCUMENT_INDEX,
	  MEDIA_TYPE_DOCKER_LIST, 1 },
	{ "{" V2 TYPE(MEDIA_TYPE_OCI_MANIFEST) OCI_CONFIG LAYERS "}",
	  "Application/Vnd.OCI.image.manifest.v1+json", DOCUMENT_MANIFEST,
	  MEDIA_TYPE_OCI_MANIFEST, 1 },
	/* no mediaType, as in OCI 1.0 */
	{ IMAGE, NULL, DOCUMENT_MANIFEST, MEDIA_TYPE_OCI_MANIFEST, 1 },
	{ IMAGE, MEDIA_TYPE_DOCKER_MANIFEST, DOCUMENT_MANIFEST, MEDIA_TYPE_DOCKER_MANIFEST,
	  1 },
	{ INDEX, NULL, DOCUMENT_INDEX, MEDIA_TYPE_OCI_INDEX, 1 },
	{ "{" V2 TYPE("") MANIFESTS "}", "", DOCUMENT_INDEX, MEDIA_TYPE_OCI_INDEX, 1 },
	{ "{" V2 ",\"mediaType\":null" MANIFESTS "}", NULL, DOCUMENT_INDEX,
	  MEDIA_TYPE_OCI_INDEX, 1 },
	/* a Content-Type that claims nothing */
	{ IMAGE, "application/json", DOCUMENT_MANIFEST, MEDIA_TYPE_OCI_MANIFEST, 1 },
	{ INDEX, "text/plain; charset=utf-8", DOCUMENT_INDEX, MEDIA_TYPE_OCI_INDEX, 1 },
	/* empty lists; Docker 25.0 writes index.json with null */
	{ "{" V2 OCI_CONFIG ",\"layers\":[]}", NULL, DOCUMENT_MANIFEST,
	  MEDIA_TYPE_OCI_MANIFEST, 0 },
	{ "{" V2 ",\"manifests\":[]}", NULL, DOCUMENT_INDEX, MEDIA_TYPE_OCI_INDEX, 0 },
	{ "{" V2 ",\"manifests\":null}", NULL, DOCUMENT_INDEX, MEDIA_TYPE_OCI_INDEX, 0 },
	/* null is absent: no contradiction */
	{ "{" V2 OCI_CONFIG LAYERS ",\"manifests\":null,\"fsLayers\":null}", NULL,
	  DOCUMENT_MANIFEST,
	  MEDIA_TYPE_OCI_MANIFEST, 1 },
	{ "{" V2 MANIFESTS ",\"config\":null,\"layers\":null}", NULL, DOCUMENT_INDEX,
	  MEDIA_TYPE_OCI_INDEX, 1 },
	/* both families in one document, and unknown members */
	{ "{" V2 TYPE(MEDIA_TYPE_DOCKER_MANIFEST) OCI_CONFIG LAYERS "}", NULL,
	  DOCUMENT_MANIFEST,
	  MEDIA_TYPE_DOCKER_MANIFEST, 1 },
	{ "{" V2 OCI_CONFIG LAYERS ",\"annotations\":{\"a\":\"b\"},\"subject\":{},\"x\":[1]}",
	  NULL,
	  DOCUMENT_MANIFEST, MEDIA_TYPE_OCI_MANIFEST, 1 },
	/* artifactType beside a real image config */
	{ "{" V2 ",\"artifactType\":\"a/b\"" OCI_CONFIG LAYERS "}", NULL, DOCUMENT_MANIFEST,
	  MEDIA_TYPE_OCI_MANIFEST, 1 },
	/* configs whose type says nothing */
	{ WITH_CONFIG("{\"digest\":" SHA_A ",\"size\":7}"), NULL, DOCUMENT_MANIFEST,
	  MEDIA_TYPE_OCI_MANIFEST, 1 },
	{ "{" V2 CONFIG("application/octet-stream") LAYERS "}", NULL, DOCUMENT_MANIFEST,
	  MEDIA_TYPE_OCI_MANIFEST, 1 },
};

static void test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(accepted); i++) {
		const struct accepted *a = &accepted[i];
		struct document d CLEANUP_DOCUMENT = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (parse(a->json, a->claimed, &d, &err))
			fail_msg("%s: %s", a->json, err.message);
		assert_int_equal(d.kind, a->kind);
		assert_string_equal(d.media_type, a->media_type);
		assert_int_equal(d.count, a->count);
	}
}

static void test_manifest_members(void **state)
{
	struct document d CLEANUP_DOCUMENT = { 0 };
	char digest[DIGEST_TEXT_MAX];

	(void)state;
	assert_int_equal(parse("{" V2 OCI_CONFIG ",\"layers\":[" LAYER ","
			       "{\"digest\":" SHA_A ",\"size\":9223372036854775806}]}",
			       NULL, &d, NULL), 0);
	assert_string_equal(d.config.media_type, MEDIA_TYPE_OCI_CONFIG);
	assert_string_equal(digest_format(&d.config.digest, digest), "sha256:" HEX_A);
	assert_int_equal(d.config.size, 7);
	assert_int_equal(d.count, 2);
	assert_string_equal(d.entries[0].media_type, "x/layer");
	assert_string_equal(digest_format(&d.entries[0].digest, digest), "sha256:" HEX_B);
	assert_int_equal(d.entries[0].size, 9);
	assert_null(d.entries[1].media_type);
	assert_true(d.entries[1].size == INT64_MAX - 1);
	assert_false(d.entries[0].attestation);
	assert_null(d.entries[0].ref_name);
}

static void test_index_members(void **state)
{
	static const char json[] =
		"{" V2 ",\"manifests\":["
		"{\"digest\":" SHA_A ",\"size\":0,\"platform\":{\"os\":\"linux\","
		"\"architecture\":\"aarch64\",\"variant\":\"v8\",\"os.version\":\"1\"},"
		"\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\","
		"\"io.containerd.image.name\":\"docker.io/library/x:latest\"}},"
		"{\"digest\":" SHA_B ",\"size\":1,\"platform\":null,\"annotations\":null},"
		"{\"digest\":" SHA_B ",\"size\":2,\"platform\":{\"os\":\"unknown\","
		"\"architecture\":\"unknown\"},"
		"\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}},"
		"{\"digest\":" SHA_B ",\"size\":3,\"platform\":{},"
		"\"annotations\":{\"vnd.docker.reference.type\":\"other\",\"x\":1}}]}";
	struct document d CLEANUP_DOCUMENT = { 0 };

	(void)state;
	assert_int_equal(parse(json, NULL, &d, NULL), 0);
	assert_int_equal(d.count, 4);
	assert_string_equal(d.entries[0].platform.architecture, "arm64");
	assert_null(d.entries[0].platform.variant);
	assert_string_equal(d.entries[0].ref_name, "latest");
	assert_string_equal(d.entries[0].image_name, "docker.io/library/x:latest");
	assert_null(d.entries[1].platform.os);
	assert_true(d.entries[2].attestation);
	assert_string_equal(d.entries[2].platform.os, "unknown");
	assert_false(platform_known(&d.entries[2].platform));
	assert_false(d.entries[3].attestation);
	assert_null(d.entries[3].platform.os);
}

static void test_sha512(void **state)
{
	static const char json[] =
		WITH_LAYER("{\"digest\":\"sha512:" HEX_A HEX_B "\",\"size\":1}");
	struct document d CLEANUP_DOCUMENT = { 0 };

	(void)state;
	assert_int_equal(parse(json, NULL, &d, NULL), 0);
	assert_int_equal(d.entries[0].digest.algorithm, DIGEST_SHA512);
}

/* --- what is refused --------------------------------------------------------------- */

#define BAD_DIGEST(text) WITH_LAYER("{\"digest\":" text ",\"size\":1}")
#define BAD_SIZE(text) WITH_LAYER("{\"digest\":" SHA_A ",\"size\":" text "}")

static const struct refused {
	const char *json;
	const char *claimed;
	const char *reason; /* part of the message */
} refused[] = {
	/* no document at all */
	{ "", NULL, "not valid JSON" },
	{ IMAGE "x", NULL, "not valid JSON" },
	{ "{" V2 "," V2 "}", NULL, "twice" },
	{ "[]", NULL, "no JSON object" },
	{ "null", NULL, "no JSON object" },
	{ "2", NULL, "no JSON object" },
	{ "{}", NULL, "neither an image manifest nor an index" },
	{ "{" V2 "}", MEDIA_TYPE_OCI_INDEX, "neither an image manifest nor an index" },
	{ "{" V2 TYPE(MEDIA_TYPE_OCI_INDEX) "}", NULL,
	  "neither an image manifest nor an index" },
	/* the version */
	{ "{\"x\":1" OCI_CONFIG LAYERS "}", NULL, "\"schemaVersion\" is missing" },
	{ "{\"schemaVersion\":3" MANIFESTS "}", NULL, "must be 2" },
	{ "{\"schemaVersion\":0" MANIFESTS "}", NULL, "must be 2" },
	{ "{\"schemaVersion\":2.0" MANIFESTS "}", NULL, "\"schemaVersion\" is no int" },
	{ "{\"schemaVersion\":\"2\"" MANIFESTS "}", NULL, "\"schemaVersion\" is no int" },
	{ "{\"schemaVersion\":-2" MANIFESTS "}", NULL, "out of range" },
	/* Docker schema 1 */
	{ "{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[],\"signatures\":[]}", NULL,
	  "push" },
	{ "{\"schemaVersion\":1}", NULL, "Docker schema 1" },
	{ "{\"fsLayers\":[]}", NULL, "Docker schema 1" },
	{ "{" V2 ",\"history\":[]}", NULL, "Docker schema 1" },
	{ "{\"schemaVersion\":1" OCI_CONFIG LAYERS "}", NULL, "Docker schema 1" },
	{ "{" V2 TYPE(MEDIA_TYPE_DOCKER_SCHEMA1_SIGNED) "}", NULL, "Docker schema 1" },
	/* several kinds at once */
	{ "{" V2 OCI_CONFIG LAYERS MANIFESTS "}", NULL, "several kinds" },
	{ "{" V2 OCI_CONFIG MANIFESTS "}", NULL, "several kinds" },
	{ "{" V2 LAYERS MANIFESTS "}", NULL, "several kinds" },
	{ "{" V2 LAYERS ",\"manifests\":[]}", NULL, "several kinds" },
	{ "{" V2 ",\"layers\":[],\"manifests\":[]}", NULL, "several kinds" },
	{ "{" V2 OCI_CONFIG LAYERS ",\"fsLayers\":[]}", NULL, "several kinds" },
	{ "{" V2 OCI_CONFIG LAYERS ",\"history\":[]}", NULL, "several kinds" },
	{ "{" V2 MANIFESTS ",\"signatures\":{}}", NULL, "several kinds" },
	{ "{\"schemaVersion\":1" MANIFESTS ",\"fsLayers\":[]}", NULL, "several kinds" },
	/* the same with another case, as Go reads it */
	{ "{" V2 OCI_CONFIG LAYERS ",\"Manifests\":[]}", NULL, "differs from \"manifests\"" },
	{ WITH_ENTRY("{\"digest\":" SHA_A ",\"size\":5,\"Data\":\"\"}"), NULL,
	  "differs from \"data\"" },
	{ WITH_ENTRY("{\"digest\":" SHA_A ",\"size\":5,\"data\":1}"), NULL,
	  "\"data\" is no string" },
	{ "{" V2 MANIFESTS ",\"CONFIG\":{}}", NULL, "differs from \"config\"" },
	{ "{" V2 MANIFESTS ",\"layer\xc5\xbf\":[]}", NULL, "differs from \"layers\"" },
	{ "{" V2 MANIFESTS ",\"fslayers\":[]}", NULL, "differs from \"fsLayers\"" },
	{ "{" V2 MANIFESTS ",\"mediatype\":\"\"}", NULL, "differs from \"mediaType\"" },
	{ WITH_LAYER("{\"digest\":" SHA_A ",\"Digest\":" SHA_B ",\"size\":1}"), NULL,
	  "layers[0]: member \"Digest\"" },
	{ WITH_CONFIG("{\"digest\":" SHA_A ",\"size\":1,\"Size\":2}"), NULL,
	  "config: member \"Size\"" },
	{ WITH_ENTRY("{\"digest\":" SHA_A ",\"size\":1,\"platform\":{\"OS\":\"linux\"}}"),
	  NULL,
	  "differs from \"os\"" },
	/* types that contradict each other or the shape */
	{ "{" V2 TYPE(MEDIA_TYPE_OCI_INDEX) OCI_CONFIG LAYERS "}", NULL,
	  "members of an image" },
	{ "{" V2 TYPE(MEDIA_TYPE_OCI_MANIFEST) MANIFESTS "}", NULL, "members of an index" },
	{ "{" V2 TYPE("application/json") MANIFESTS "}", NULL,
	  "\"mediaType\" is application/json" },
	{ "{" V2 TYPE(MEDIA_TYPE_OCI_INDEX ";x=y") MANIFESTS "}", NULL, "\"mediaType\" is" },
	{ "{" V2 TYPE("Application/vnd.oci.image.index.v1+json") MANIFESTS "}", NULL,
	  "\"mediaType\" is" },
	{ IMAGE, MEDIA_TYPE_OCI_INDEX, "served or listed as " MEDIA_TYPE_OCI_INDEX },
	{ INDEX, MEDIA_TYPE_DOCKER_MANIFEST "; charset=utf-8", "members of an index" },
	{ IMAGE, MEDIA_TYPE_DOCKER_SCHEMA1_SIGNED, "served or listed as" },
	{ "{" V2 TYPE(MEDIA_TYPE_OCI_MANIFEST) OCI_CONFIG LAYERS "}",
	  MEDIA_TYPE_DOCKER_MANIFEST,
	  "but its \"mediaType\" is " MEDIA_TYPE_OCI_MANIFEST },
	{ "{" V2 TYPE(MEDIA_TYPE_DOCKER_LIST) MANIFESTS "}", MEDIA_TYPE_OCI_INDEX,
	  "but its \"mediaType\" is " MEDIA_TYPE_DOCKER_LIST },
	/* members that are missing or of another type */
	{ "{" V2 LAYERS "}", NULL, "\"config\" is missing" },
	{ "{" V2 OCI_CONFIG "}", NULL, "\"layers\" is missing" },
	{ "{" V2 OCI_CONFIG ",\"layers\":null}", NULL, "\"layers\" is missing" },
	{ "{" V2 ",\"config\":[]" LAYERS "}", NULL, "\"config\" is no object" },
	{ "{" V2 OCI_CONFIG ",\"layers\":{}}", NULL, "\"layers\" is no array" },
	{ "{" V2 ",\"manifests\":{}}", NULL, "\"manifests\" is no array" },
	{ "{" V2 ",\"mediaType\":1" MANIFESTS "}", NULL, "\"mediaType\" is no string" },
	{ "{" V2 ",\"mediaType\":\"a\\u0000b\"" MANIFESTS "}", NULL, "has a NUL" },
	/* descriptors */
	{ WITH_LAYER("null"), NULL, "layers[0]: the parent of" },
	{ WITH_LAYER("[]"), NULL, "layers[0]: the parent of" },
	{ WITH_LAYER(LAYER ",1"), NULL, "layers[1]: the parent of" },
	{ WITH_LAYER("{\"size\":1}"), NULL, "\"digest\" is missing" },
	{ WITH_LAYER("{\"digest\":" SHA_A "}"), NULL, "\"size\" is missing" },
	{ WITH_LAYER("{\"mediaType\":7,\"digest\":" SHA_A ",\"size\":1}"), NULL,
	  "\"mediaType\" is no" },
	{ WITH_ENTRY("{\"size\":1}"), NULL,
	  "the manifest: manifests[0]: \"digest\" is missing" },
	{ WITH_CONFIG("{\"size\":1}"), NULL, "the manifest: config: \"digest\" is missing" },
	{ BAD_DIGEST("7"), NULL, "\"digest\" is no string" },
	{ BAD_DIGEST("\"\""), NULL, "no sha256 or sha512 digest" },
	{ BAD_DIGEST("\"" HEX_A "\""), NULL, "no sha256 or sha512 digest" },
	{ BAD_DIGEST("\"sha256:" HEX_A "0\""), NULL, "no sha256 or sha512 digest" },
	{ BAD_DIGEST("\"sha256:../../../etc/passwd\""), NULL, "no sha256 or sha512 digest" },
	{ BAD_DIGEST("\"sha384:" HEX_A HEX_A "\""), NULL, "no sha256 or sha512 digest" },
	{ BAD_DIGEST("\"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""),
	  NULL, "no sha256 or sha512 digest" },
	{ BAD_SIZE("-1"), NULL, "\"size\" is out of range" },
	{ BAD_SIZE("9223372036854775807"), NULL, "\"size\" is out of range" },
	{ BAD_SIZE("99999999999999999999999"), NULL, "\"size\" is out of range" },
	{ BAD_SIZE("-99999999999999999999999"), NULL, "\"size\" is out of range" },
	{ BAD_SIZE("1.5"), NULL, "\"size\" is no int" },
	{ BAD_SIZE("1e3"), NULL, "\"size\" is no int" },
	{ BAD_SIZE("true"), NULL, "\"size\" is no int" },
	{ BAD_SIZE("\"12\""), NULL, "\"size\" is no int" },
	{ WITH_ENTRY("{\"digest\":" SHA_A ",\"size\":1,\"platform\":\"linux\"}"), NULL,
	  "\"platform\" is no object" },
	{ WITH_ENTRY("{\"digest\":" SHA_A ",\"size\":1,\"platform\":{\"os\":1}}"), NULL,
	  "\"os\" is no string" },
	{ WITH_ENTRY("{\"digest\":" SHA_A ",\"size\":1,\"annotations\":[]}"), NULL,
	  "\"annotations\" is no object" },
	{ WITH_ENTRY("{\"digest\":" SHA_A ",\"size\":1,\"annotations\":"
		     "{\"io.containerd.image.name\":{}}}"), NULL, "is no string" },
	/* artifacts */
	{ "{" V2 CONFIG("application/vnd.oci.empty.v1+json") LAYERS "}", NULL,
	  "OCI artifact (application/vnd.oci.empty.v1+json) and no image: it has no image "
	  "config" },
	{ "{" V2 ",\"artifactType\":\"a/b\"" CONFIG("application/vnd.oci.empty.v1+json")
	  LAYERS "}",
	  NULL, "OCI artifact (a/b)" },
	{ "{" V2 CONFIG("application/vnd.cncf.helm.config.v1+json") LAYERS "}", NULL,
	  "OCI artifact" },
	{ "{" V2 ",\"artifactType\":\"a/b\"" LAYERS "}", NULL, "OCI artifact (a/b)" },
	{ "{" V2 ",\"artifactType\":\"a/b\",\"blobs\":[]}", NULL, "OCI artifact (a/b)" },
	{ "{" V2 ",\"artifactType\":\"a/b\"" CONFIG("application/json") LAYERS "}", NULL,
	  "OCI artifact (a/b)" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
		const struct refused *r = &refused[i];
		struct document d = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (parse(r->json, r->claimed, &d, &err) != SCANREQ_E_UNREADABLE)
			fail_msg("not refused: %s", r->json);
		assert_int_equal(err.klass, SCANREQ_E_UNREADABLE);
		if (!strstr(err.message, r->reason))
			fail_msg("%s: no \"%s\" in: %s", r->json, r->reason, err.message);
		assert_true(str_prefix(err.message, "the manifest", NULL));
		assert_null(d.entries);
		assert_null(d.media_type);
		assert_int_equal(parse(r->json, r->claimed, &d, NULL), SCANREQ_E_UNREADABLE);
	}
}

/* Every document, cut anywhere, is refused and nothing is read past its end. */
static void test_truncated(void **state)
{
	static const char json[] = "{" V2 TYPE(MEDIA_TYPE_OCI_MANIFEST) OCI_CONFIG LAYERS "}";

	(void)state;
	for (size_t len = 0; len < sizeof(json) - 1; len++) {
		char *exact CLEANUP_FREE = malloc(len ? len : 1);
		struct document d = { 0 };

		memcpy(exact, json, len);
		assert_int_equal(document_parse(exact, len, NULL, &d, NULL),
				 SCANREQ_E_UNREADABLE);
	}
}

static int parse_many(size_t count, size_t *got, struct scanreq_error *err)
{
	struct buf json CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	struct document d CLEANUP_DOCUMENT = { 0 };
	int failed;

	buf_puts(&json, "{" V2 ",\"manifests\":[");
	for (size_t i = 0; i < count; i++)
		buf_addf(&json, "%s{\"digest\":" SHA_A ",\"size\":%zu}", i ? "," : "", i);
	buf_puts(&json, "]}");
	failed = document_parse(json.data, json.len, NULL, &d, err);
	*got = d.count;
	return failed;
}

static void test_many_entries(void **state)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	size_t got;

	(void)state;
	assert_int_equal(parse_many(LIMIT_LAYERS, &got, &err), 0);
	assert_int_equal(got, LIMIT_LAYERS);
	assert_int_equal(parse_many(LIMIT_LAYERS + 1, &got, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "\"manifests\" has more than 5000 entries"));
	assert_int_equal(got, 0);
}

static void test_descriptor_copy(void **state)
{
	static const char json[] =
		WITH_ENTRY("{\"mediaType\":\"a/b\",\"digest\":" SHA_B ",\"size\":3,"
			   "\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\"},"
			   "\"annotations\":{\"vnd.docker.reference.type\":"
			   "\"attestation-manifest\",\"io.containerd.image.name\":\"n\","
			   "\"org.opencontainers.image.ref.name\":\"r\"}}");
	struct document d CLEANUP_DOCUMENT = { 0 };
	struct descriptor copy CLEANUP_DESCRIPTOR = { 0 };

	(void)state;
	assert_int_equal(parse(json, NULL, &d, NULL), 0);
	assert_int_equal(descriptor_copy(&copy, &d.entries[0]), 0);
	document_free(&d);
	document_free(&d);
	assert_string_equal(copy.media_type, "a/b");
	assert_string_equal(copy.digest.hex, HEX_B);
	assert_int_equal(copy.size, 3);
	assert_string_equal(copy.platform.variant, "v7");
	assert_string_equal(copy.image_name, "n");
	assert_string_equal(copy.ref_name, "r");
	assert_true(copy.attestation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_media_kind),
		cmocka_unit_test(test_config_types),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_manifest_members),
		cmocka_unit_test(test_index_members),
		cmocka_unit_test(test_sha512),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_many_entries),
		cmocka_unit_test(test_descriptor_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
