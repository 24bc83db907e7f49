/* SPDX-License-Identifier: MIT */
/*
 * The image room over a source in memory: choosing, verifying, and the facts. The source
 * answers by digest alone, so that what is read is what was named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/image.h"
#include "oci/media-type.h"
#include "tests/unit/codes.h"
#include "tests/unit/read-one.h"

#define ROOTFS "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}"
#define AMD64                                                                      \
	"{\"architecture\":\"amd64\",\"os\":\"linux\","                           \
	"\"created\":\"2024-05-01T10:20:30.123456Z\","                             \
	"\"config\":{\"Labels\":{\"a\":\"1\"}}," ROOTFS "}"
#define ARM64 "{\"architecture\":\"arm64\",\"os\":\"linux\"," ROOTFS "}"
#define DIGEST_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* --- a source in memory ------------------------------------------------------------ */

struct memory {
	struct strv blobs;            /* found by digest */
	char *top;                    /* what a registry serves for the tag, or NULL */
	struct candidate candidates[3]; /* shallow: their parts are copied by list() */
	size_t count;
};

static void digest_text(const char *bytes, char out[DIGEST_TEXT_MAX])
{
	struct digest digest;

	assert_int_equal(digest_of(DIGEST_SHA256, bytes, strlen(bytes), &digest, NULL), 0);
	digest_format(&digest, out);
}

static const char *find_blob(const struct memory *m, const struct digest *digest)
{
	for (size_t i = 0; i < m->blobs.count; i++) {
		struct digest own;

		digest_of(DIGEST_SHA256, m->blobs.items[i], strlen(m->blobs.items[i]), &own, NULL);
		if (digest_equal(&own, digest))
			return m->blobs.items[i];
	}
	return NULL;
}

static int memory_list(void *context, struct candidates *candidates, struct scanreq_error *err)
{
	const struct memory *m = context;

	(void)err;
	candidates->kind = m->top ? "registry" : "docker-archive";
	candidates->size_basis = "stored";
	for (size_t i = 0; i < m->count; i++) {
		const struct candidate *from = &m->candidates[i];
		struct candidate *c = candidates_add(candidates);

		assert_non_null(c);
		c->flags = from->flags;
		c->listed = from->listed;
		for (size_t n = 0; n < from->names.count; n++)
			assert_int_equal(strv_add(&c->names, from->names.items[n]), 0);
		c->selector = from->selector ? strdup(from->selector) : NULL;
		assert_int_equal(reference_copy(&c->reference, &from->reference), 0);
		assert_int_equal(descriptor_copy(&c->descriptor, &from->descriptor), 0);
		c->config.digest = from->config.digest;
		c->config.size = -1;
		c->layer_count = from->layer_count;
		c->layers = calloc(from->layer_count + 1, sizeof(*c->layers));
		for (size_t n = 0; n < from->layer_count; n++)
			c->layers[n] = from->layers[n];
	}
	return 0;
}

static int memory_manifest(void *context, const struct candidate *candidate,
			   const struct descriptor *want, struct source_document *document,
			   struct scanreq_error *err)
{
	const struct memory *m = context;
	const struct descriptor *d = want ? want : &candidate->descriptor;
	const char *bytes = d->digest.algorithm == DIGEST_NONE ? m->top : find_blob(m, &d->digest);

	if (!bytes)
		return error_set(err, a_code_of(SCANREQ_E_NOT_FOUND), "no such document");
	buf_add(&document->bytes, bytes, strlen(bytes));
	return 0;
}

static int memory_blob(void *context, const struct candidate *candidate,
		       const struct descriptor *want, struct sink *sink, struct scanreq_error *err)
{
	const struct memory *m = context;
	const char *bytes = want->digest.algorithm == DIGEST_NONE ? m->blobs.items[0]
								  : find_blob(m, &want->digest);

	(void)candidate;
	if (!bytes)
		return error_set(err, a_code_of(SCANREQ_E_NOT_FOUND), "no such blob");
	return sink->write(sink->arg, bytes, strlen(bytes), err);
}

static void memory_close(void *context)
{
	(void)context;
}

static const struct source_ops memory_ops = {
	.list = memory_list,
	.manifest = memory_manifest,
	.blob = memory_blob,
	.close = memory_close,
};

static void memory_free(struct memory *m)
{
	strv_free(&m->blobs);
	free(m->top);
	for (size_t i = 0; i < m->count; i++) {
		strv_free(&m->candidates[i].names);
		reference_free(&m->candidates[i].reference);
		descriptor_free(&m->candidates[i].descriptor);
	}
}
#define CLEANUP_MEMORY CLEANUP(memory_free)

/* --- documents --------------------------------------------------------------------- */

/* An OCI manifest over a config, with two layers of which one is listed twice. */
static char *manifest_of(const char *config)
{
	char digest[DIGEST_TEXT_MAX];
	char *text = NULL;

	digest_text(config, digest);
	assert_true(asprintf(&text,
			     "{\"schemaVersion\":2,\"mediaType\":\"%s\","
			     "\"config\":{\"mediaType\":\"%s\","
			     "\"digest\":\"%s\",\"size\":%zu},\"layers\":["
			     "{\"mediaType\":\"x\",\"digest\":\"%s\",\"size\":100},"
			     "{\"mediaType\":\"x\",\"digest\":\"%s\",\"size\":20},"
			     "{\"mediaType\":\"x\",\"digest\":\"%s\",\"size\":100}]}",
			     MEDIA_TYPE_OCI_MANIFEST, MEDIA_TYPE_OCI_CONFIG, digest, strlen(config),
			     DIGEST_A, DIGEST_B, DIGEST_A) > 0);
	return text;
}

static void add_entry(struct buf *index, const char *type, const char *bytes, const char *rest)
{
	char digest[DIGEST_TEXT_MAX];

	digest_text(bytes, digest);
	buf_addf(index, "%s{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu%s}",
		 index->data[index->len - 1] == '[' ? "" : ",", type, digest, strlen(bytes), rest);
}

static void begin_index(struct buf *index)
{
	buf_addf(index, "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[",
		 MEDIA_TYPE_OCI_INDEX);
}

#define PLATFORM_AMD64 ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}"
#define PLATFORM_ARM64                                                             \
	",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}"
#define ATTESTATION ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}," \
		    "\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}"

/* A registry that serves an index of amd64 and arm64 with an attestation. */
static void make_index(struct memory *m)
{
	struct buf index CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	char *amd64 CLEANUP_FREE = manifest_of(AMD64);
	char *arm64 CLEANUP_FREE = manifest_of(ARM64);

	begin_index(&index);
	add_entry(&index, MEDIA_TYPE_OCI_MANIFEST, arm64, PLATFORM_ARM64);
	add_entry(&index, MEDIA_TYPE_OCI_MANIFEST, amd64, PLATFORM_AMD64);
	add_entry(&index, MEDIA_TYPE_OCI_MANIFEST, "{}", ATTESTATION);
	buf_puts(&index, "]}");
	assert_int_equal(strv_add(&m->blobs, AMD64) | strv_add(&m->blobs, ARM64) |
				 strv_add(&m->blobs, amd64) | strv_add(&m->blobs, arm64), 0);
	m->top = buf_take(&index);
	m->count = 1;
	assert_int_equal(reference_parse("example.com/shop/web:1",
					 &m->candidates[0].reference, NULL), 0);
}

/* An archive of two images that have configs and no manifests. */
static void make_archive(struct memory *m, struct stored_layer *layers, size_t layer_count)
{
	static const char *const names[] = { "busybox:latest", "registry.example.com/app:2" };

	assert_int_equal(strv_add(&m->blobs, AMD64), 0);
	m->count = ARRAY_LENGTH(names);
	for (size_t i = 0; i < m->count; i++) {
		struct candidate *c = &m->candidates[i];

		c->flags = CANDIDATE_NO_MANIFEST;
		assert_int_equal(strv_add(&c->names, names[i]), 0);
		c->selector = (char *)(uintptr_t)(i ? "@1" : "@0");
		c->layers = layers;
		c->layer_count = layer_count;
	}
}

static int read_memory(struct memory *m, const struct scanreq_selection *selection,
		       struct scanreq_image **image, struct scanreq_error *err)
{
	static const struct scanreq_selection none;
	struct source source = { .ops = &memory_ops, .context = m };

	*image = NULL;
	return read_one(&source, "the input", selection ? selection : &none, image, err);
}

#define CLEANUP_IMAGE CLEANUP(image_free)
#define CLEANUP_SELECTION CLEANUP(selection_clear)

static void ask_platform(struct scanreq_selection *selection, const char *text)
{
	selection->platforms = PLATFORMS_ONE;
	assert_int_equal(platform_parse(text, &selection->platform, NULL), 0);
}

static void selection_clear(struct scanreq_selection *s)
{
	free(s->image);
	platform_free(&s->platform);
	reference_free(&s->name);
}

static void assert_fact(const struct scanreq_image *image, enum scanreq_fact fact,
			const char *expected)
{
	if (!expected) {
		assert_null(image->facts[fact]);
		return;
	}
	assert_non_null(image->facts[fact]);
	assert_string_equal(image->facts[fact], expected);
}

/* --- the tests --------------------------------------------------------------------- */

static void index_gives_linux_amd64(void **state)
{
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char *manifest CLEANUP_FREE = manifest_of(AMD64);
	char expected[DIGEST_TEXT_MAX];

	(void)state;
	make_index(&m);
	assert_int_equal(read_memory(&m, NULL, &image, &err), 0);
	digest_text(manifest, expected);
	assert_fact(image, SCANREQ_FACT_MANIFEST_DIGEST, expected);
	digest_text(m.top, expected);
	assert_fact(image, SCANREQ_FACT_INDEX_DIGEST, expected);
	digest_text(AMD64, expected);
	assert_fact(image, SCANREQ_FACT_CONFIG_DIGEST, expected);
	assert_fact(image, SCANREQ_FACT_PLATFORM, "linux/amd64");
	assert_fact(image, SCANREQ_FACT_REPOSITORY, "shop/web");
	assert_fact(image, SCANREQ_FACT_NAMESPACE, "shop");
	assert_fact(image, SCANREQ_FACT_REPO_NAME, "web");
	assert_fact(image, SCANREQ_FACT_TAG, "1");
	assert_fact(image, SCANREQ_FACT_CREATED, "2024-05-01T10:20:30.123456Z");
	assert_int_equal(image->config.created_ms, 1714558830123);
	assert_int_equal(image->platforms.count, 2);
	assert_int_equal(image->origin, MANIFEST_REGISTRY);
	assert_true(image->reference_given && image->config_verified);
	assert_int_equal(image->size_layers, 220);
	assert_int_equal(image->size_total, 220 + (int64_t)strlen(AMD64));
	assert_int_equal(image->size_unique, 120 + (int64_t)strlen(AMD64));
}

static void index_gives_what_was_asked(void **state)
{
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_selection s CLEANUP_SELECTION = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	make_index(&m);
	ask_platform(&s, "linux/arm64/v8");
	assert_int_equal(read_memory(&m, &s, &image, &err), 0);
	assert_fact(image, SCANREQ_FACT_PLATFORM, "linux/arm64");
	assert_int_equal(image->config.created_state, CREATED_ABSENT);
}

static void index_without_platform_lists(void **state)
{
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_selection s CLEANUP_SELECTION = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	make_index(&m);
	ask_platform(&s, "linux/s390x");
	assert_int_equal(read_memory(&m, &s, &image, &err), SCANREQ_E_PLATFORM);
	assert_non_null(strstr(err.message, "linux/arm64, linux/amd64"));
	assert_null(strstr(err.message, "unknown"));
}

/* One image beside its attestation is taken whatever its platform. */
static void single_image_with_attestation(void **state)
{
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct buf index CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	char *arm64 CLEANUP_FREE = manifest_of(ARM64);

	(void)state;
	begin_index(&index);
	add_entry(&index, MEDIA_TYPE_OCI_MANIFEST, "{}", ATTESTATION);
	add_entry(&index, MEDIA_TYPE_OCI_MANIFEST, arm64, PLATFORM_ARM64);
	buf_puts(&index, "]}");
	assert_int_equal(strv_add(&m.blobs, ARM64) | strv_add(&m.blobs, arm64), 0);
	m.top = buf_take(&index);
	m.count = 1;
	assert_int_equal(reference_parse("example.com/a", &m.candidates[0].reference, NULL), 0);
	assert_int_equal(read_memory(&m, NULL, &image, &err), 0);
	assert_fact(image, SCANREQ_FACT_PLATFORM, "linux/arm64");
}

/* The index says amd64, the config arm64: an explicit platform catches it. */
static void lying_index(void **state)
{
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_selection s CLEANUP_SELECTION = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct buf index CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	char *arm64 CLEANUP_FREE = manifest_of(ARM64);

	(void)state;
	begin_index(&index);
	add_entry(&index, MEDIA_TYPE_OCI_MANIFEST, arm64, PLATFORM_AMD64);
	buf_puts(&index, "]}");
	assert_int_equal(strv_add(&m.blobs, ARM64) | strv_add(&m.blobs, arm64), 0);
	m.top = buf_take(&index);
	m.count = 1;
	assert_int_equal(reference_parse("example.com/a", &m.candidates[0].reference, NULL), 0);
	assert_int_equal(read_memory(&m, NULL, &image, &err), 0);
	assert_true(strv_has(&image->warnings, "the index says linux/amd64, the image's config "
					       "linux/arm64"));
	image_free(&image);
	ask_platform(&s, "linux/amd64");
	assert_int_equal(read_memory(&m, &s, &image, &err), SCANREQ_E_MISMATCH);
}

/* A config without a variant does not contradict the one that the index states. */
static void variant_of_the_index(void **state)
{
	static const char config[] = "{\"architecture\":\"arm\",\"os\":\"linux\"," ROOTFS "}";
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_selection s CLEANUP_SELECTION = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct buf index CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	char *manifest CLEANUP_FREE = manifest_of(config);

	(void)state;
	begin_index(&index);
	add_entry(&index, MEDIA_TYPE_OCI_MANIFEST, manifest,
		  ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v6\"}");
	buf_puts(&index, "]}");
	assert_int_equal(strv_add(&m.blobs, config) | strv_add(&m.blobs, manifest), 0);
	m.top = buf_take(&index);
	m.count = 1;
	assert_int_equal(reference_parse("example.com/a", &m.candidates[0].reference, NULL), 0);
	ask_platform(&s, "linux/arm/v6");
	assert_int_equal(read_memory(&m, &s, &image, &err), 0);
	assert_fact(image, SCANREQ_FACT_PLATFORM, "linux/arm/v6");
	for (size_t i = 0; i < image->warnings.count; i++)
		assert_null(strstr(image->warnings.items[i], "arm"));
}

static void deep_indexes(void **state)
{
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char *inner CLEANUP_FREE = manifest_of(AMD64);

	(void)state;
	assert_int_equal(strv_add(&m.blobs, AMD64) | strv_add(&m.blobs, inner), 0);
	m.count = 1;
	assert_int_equal(reference_parse("example.com/a", &m.candidates[0].reference, NULL), 0);
	for (int depth = 1; depth <= LIMIT_INDEX_DEPTH + 1; depth++) {
		struct buf index CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);

		begin_index(&index);
		add_entry(&index, depth == 1 ? MEDIA_TYPE_OCI_MANIFEST : MEDIA_TYPE_OCI_INDEX,
			  inner, "");
		buf_puts(&index, "]}");
		free(inner);
		inner = buf_take(&index);
		assert_int_equal(strv_add(&m.blobs, inner), 0);
		free(m.top);
		m.top = strdup(inner);
		if (depth <= LIMIT_INDEX_DEPTH) {
			assert_int_equal(read_memory(&m, NULL, &image, &err), 0);
			image_free(&image);
		}
	}
	assert_int_equal(read_memory(&m, NULL, &image, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "nested"));
}

static void ambiguous_archive_lists(void **state)
{
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	make_archive(&m, NULL, 0);
	assert_int_equal(read_memory(&m, NULL, &image, &err), SCANREQ_E_AMBIGUOUS);
	assert_non_null(strstr(err.message, "@0 (busybox:latest), "
					    "@1 (registry.example.com/app:2)"));
}

static const struct selected {
	const char *selector;
	int result;
	const char *reference;
} selected[] = {
	{ "@0", 0, "docker.io/library/busybox:latest" },
	{ "@1", 0, "registry.example.com/app:2" },
	{ "busybox", 0, "docker.io/library/busybox:latest" },
	{ "docker.io/library/busybox:latest", 0, "docker.io/library/busybox:latest" },
	{ "registry.example.com/app:2", 0, "registry.example.com/app:2" },
	{ "@2", SCANREQ_E_NOT_FOUND, NULL },
	{ "@-1", SCANREQ_E_USAGE, NULL },
	{ "@x", SCANREQ_E_USAGE, NULL },
	{ "@", SCANREQ_E_USAGE, NULL },
	{ "busybox:1", SCANREQ_E_NOT_FOUND, NULL },
	{ "Bad Name", SCANREQ_E_USAGE, NULL },
};

static void selects(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(selected); i++) {
		struct memory m CLEANUP_MEMORY = { 0 };
		struct scanreq_image *image CLEANUP_IMAGE = NULL;
		struct scanreq_selection s CLEANUP_SELECTION = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		make_archive(&m, NULL, 0);
		s.image = strdup(selected[i].selector);
		assert_int_equal(read_memory(&m, &s, &image, &err), selected[i].result);
		if (!selected[i].reference)
			continue;
		assert_fact(image, SCANREQ_FACT_REFERENCE, selected[i].reference);
		assert_false(image->reference_given);
	}
}

/* Sizes of stored layers: shared members count once in `unique`, unknown ones spoil all. */
static void stored_sizes(void **state)
{
	struct stored_layer layers[] = {
		{ .size = 10, .identity = 1 },
		{ .size = 10, .identity = 1 },
		{ .size = 5, .identity = 2 },
	};
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_selection s CLEANUP_SELECTION = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	make_archive(&m, layers, ARRAY_LENGTH(layers));
	s.image = strdup("@0");
	assert_int_equal(read_memory(&m, &s, &image, &err), 0);
	assert_int_equal(image->size_layers, 25);
	assert_int_equal(image->size_unique, 15 + (int64_t)strlen(AMD64));
	assert_int_equal(image->origin, MANIFEST_NONE);
	assert_fact(image, SCANREQ_FACT_MANIFEST_DIGEST, NULL);
	assert_false(image->config_verified);
	image_free(&image);

	layers[2].size = -1;
	assert_int_equal(read_memory(&m, &s, &image, &err), 0);
	assert_int_equal(image->size_total, -1);
	assert_non_null(image->size_unknown);
	image_free(&image);

	layers[0].size = INT64_MAX;
	layers[2].size = 5;
	assert_int_equal(read_memory(&m, &s, &image, &err), SCANREQ_E_UNREADABLE);
}

static void given_name_wins(void **state)
{
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_selection s CLEANUP_SELECTION = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	make_archive(&m, NULL, 0);
	s.image = strdup("@1");
	assert_int_equal(reference_parse("example.com/other/app:9", &s.name, &err), 0);
	assert_int_equal(read_memory(&m, &s, &image, &err), 0);
	assert_fact(image, SCANREQ_FACT_REFERENCE, "example.com/other/app:9");
	assert_true(image->reference_given);
	assert_int_equal(image->names.count, 1);
}

/* A manifest whose layers are the diff_ids was made by `docker save`. */
static void manifest_made_by_save(void **state)
{
	static const char config[] =
		"{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
		"\"diff_ids\":[\"" DIGEST_A "\",\"" DIGEST_B "\",\"" DIGEST_A "\"]}}";
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char *manifest CLEANUP_FREE = manifest_of(config);
	char digest[DIGEST_TEXT_MAX];
	struct candidate *c = &m.candidates[0];
	struct candidate saved = { .flags = CANDIDATE_SAVED_MANIFEST };
	const struct listed_images listed = { .items = &saved, .count = 1 };

	(void)state;
	assert_int_equal(strv_add(&m.blobs, config) | strv_add(&m.blobs, manifest), 0);
	m.count = 1;
	c->selector = (char *)(uintptr_t)"@0";
	c->listed = &listed;
	assert_int_equal(digest_of(DIGEST_SHA256, config, strlen(config), &saved.config.digest,
				   NULL), 0);
	digest_text(manifest, digest);
	assert_true(digest_parse(digest, strlen(digest), &c->descriptor.digest));
	c->descriptor.size = (int64_t)strlen(manifest);
	assert_int_equal(read_memory(&m, NULL, &image, &err), 0);
	assert_int_equal(image->origin, MANIFEST_MADE);
	assert_fact(image, SCANREQ_FACT_MANIFEST_DIGEST, NULL);
	assert_fact(image, SCANREQ_FACT_ARCHIVE_MANIFEST_DIGEST, digest);
	image_free(&image);

	c->listed = NULL;
	assert_int_equal(read_memory(&m, NULL, &image, &err), 0);
	assert_int_equal(image->origin, MANIFEST_ARCHIVE);
	assert_fact(image, SCANREQ_FACT_MANIFEST_DIGEST, digest);
}

static void no_image_at_all(void **state)
{
	struct memory m CLEANUP_MEMORY = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	assert_int_equal(read_memory(&m, NULL, &image, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "holds no image"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_gives_linux_amd64),
		cmocka_unit_test(index_gives_what_was_asked),
		cmocka_unit_test(index_without_platform_lists),
		cmocka_unit_test(single_image_with_attestation),
		cmocka_unit_test(lying_index),
		cmocka_unit_test(variant_of_the_index),
		cmocka_unit_test(deep_indexes),
		cmocka_unit_test(ambiguous_archive_lists),
		cmocka_unit_test(selects),
		cmocka_unit_test(stored_sizes),
		cmocka_unit_test(given_name_wins),
		cmocka_unit_test(manifest_made_by_save),
		cmocka_unit_test(no_image_at_all),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
