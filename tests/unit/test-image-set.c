/* SPDX-License-Identifier: MIT */
/* Images of an index by the set, over a source that holds an index with all in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/limits.h"
#include "image/open.h"
#include "oci/media-type.h"

#define CONFIG(architecture)                                              \
	"{\"architecture\":\"" architecture "\",\"os\":\"linux\","       \
	"\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"

/* --- an index in memory ------------------------------------------------------------ */

static int list(void *context, struct candidates *candidates, struct scanreq_error *err)
{
	struct candidate *candidate = candidates_add(candidates);

	(void)context;
	(void)err;
	assert_non_null(candidate);
	candidates->kind = "registry";
	candidates->size_basis = "compressed";
	return reference_parse("example.com/a:1", &candidate->reference, NULL);
}

/* Everything else stands in the index, so that nothing but it may be asked for. */
static int manifest(void *context, const struct candidate *candidate,
		    const struct descriptor *want, struct source_document *document,
		    struct scanreq_error *err)
{
	(void)candidate;
	(void)err;
	assert_null(want);
	buf_puts(&document->bytes, context);
	return 0;
}

static int blob(void *context, const struct candidate *candidate,
		const struct descriptor *want, struct sink *sink, struct scanreq_error *err)
{
	(void)context;
	(void)candidate;
	(void)want;
	(void)sink;
	(void)err;
	fail();
	return SCANREQ_E_INTERNAL;
}

static void close_nothing(void *context)
{
	(void)context;
}

static const struct source_ops ops = {
	.list = list,
	.manifest = manifest,
	.blob = blob,
	.close = close_nothing,
};

/* A descriptor of `bytes` that has them as its data, with more members after it. */
static void add_descriptor(struct buf *out, const char *type, const char *bytes,
			   const char *more)
{
	char text[DIGEST_TEXT_MAX];
	struct digest digest;

	assert_int_equal(digest_of(DIGEST_SHA256, bytes, strlen(bytes), &digest, NULL), 0);
	buf_addf(out, "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu,\"data\":\"", type,
		 digest_format(&digest, text), strlen(bytes));
	base64_encode(out, bytes, strlen(bytes));
	buf_addf(out, "\"%s}", more);
}

static void add_image(struct buf *index, const char *config, const char *more)
{
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);

	buf_puts(&text, "{\"schemaVersion\":2,\"layers\":[],\"config\":");
	add_descriptor(&text, MEDIA_TYPE_OCI_CONFIG, config, "");
	buf_puts(&text, "}");
	if (index->len > 0)
		buf_puts(index, ",");
	add_descriptor(index, MEDIA_TYPE_OCI_MANIFEST, buf_str(&text), more);
}

#define FOR(architecture) \
	",\"platform\":{\"os\":\"linux\",\"architecture\":\"" architecture "\"}"
#define ATTESTS ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}"

/* An index of these entries, read with or without platform "all". */
static int read_entries(const struct buf *entries, bool all, struct scanreq_image_set *set,
			struct scanreq_error *err)
{
	struct buf index CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	const struct scanreq_selection selection = { .platforms = all ? PLATFORMS_ALL
									   : PLATFORMS_DEFAULT };
	struct source source = { .ops = &ops };

	buf_addf(&index, "{\"schemaVersion\":2,\"manifests\":[%s]}", buf_str(entries));
	assert_false(index.failed);
	source.context = index.data;
	return image_set_read(&source, "the input", &selection, set, err);
}

#define CLEANUP_IMAGE CLEANUP(image_free)

/* --- the tests --------------------------------------------------------------------- */

static void each_image_is_taken_once(void **state)
{
	struct buf entries CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	struct scanreq_image_set set CLEANUP_IMAGE_SET = { 0 };
	struct scanreq_image *amd64 CLEANUP_IMAGE = NULL;
	struct scanreq_image *arm64 CLEANUP_IMAGE = NULL;
	struct scanreq_image *none;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	add_image(&entries, CONFIG("amd64"), FOR("amd64"));
	add_image(&entries, CONFIG("amd64"), ATTESTS);
	add_image(&entries, CONFIG("arm64"), FOR("arm64"));
	assert_int_equal(read_entries(&entries, true, &set, &err), 0);
	assert_int_equal(set.count, 2);
	assert_int_equal(image_set_take(&set, 1, &arm64, &err), 0);
	assert_int_equal(image_set_take(&set, 0, &amd64, &err), 0);
	assert_string_equal(amd64->facts[SCANREQ_FACT_PLATFORM], "linux/amd64");
	assert_string_equal(arm64->facts[SCANREQ_FACT_PLATFORM], "linux/arm64");
	assert_true(digest_equal(&amd64->index_digest, &arm64->index_digest));
	assert_int_equal(amd64->index_bytes.len, arm64->index_bytes.len);
	assert_int_equal(image_set_take(&set, 0, &none, &err), SCANREQ_E_USAGE);
	assert_null(none);
	assert_int_equal(image_set_take(&set, 2, &none, NULL), SCANREQ_E_USAGE);
}

static void one_failure_is_its_own(void **state)
{
	struct buf entries CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	struct scanreq_image_set set CLEANUP_IMAGE_SET = { 0 };
	struct scanreq_image *image CLEANUP_IMAGE = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	add_image(&entries, CONFIG("amd64"), FOR("amd64"));
	add_image(&entries, "[]", FOR("arm64"));
	assert_int_equal(read_entries(&entries, true, &set, &err), 0);
	assert_int_equal(set.count, 2);
	assert_int_equal(image_set_take(&set, 1, &image, &err), SCANREQ_E_UNREADABLE);
	assert_int_equal(err.klass, SCANREQ_E_UNREADABLE);
	assert_ptr_equal(strstr(err.message, "linux/arm64: "), err.message);
	assert_int_equal(image_set_take(&set, 0, &image, &err), 0);
}

/* Without "all" what is wrong with the image is wrong with the whole. */
static void without_all(void **state)
{
	struct buf entries CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	struct buf bad CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	struct scanreq_image_set set CLEANUP_IMAGE_SET = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	add_image(&entries, CONFIG("arm64"), FOR("arm64"));
	add_image(&entries, CONFIG("amd64"), FOR("amd64"));
	assert_int_equal(read_entries(&entries, false, &set, &err), 0);
	assert_int_equal(set.count, 1);
	assert_string_equal(set.items[0].image->facts[SCANREQ_FACT_PLATFORM], "linux/amd64");
	image_set_clear(&set);
	add_image(&bad, "[]", FOR("amd64"));
	assert_int_equal(read_entries(&bad, false, &set, &err), SCANREQ_E_UNREADABLE);
	assert_int_equal(set.count, 0);
}

static void no_image_at_all(void **state)
{
	struct buf entries CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	struct scanreq_image_set set CLEANUP_IMAGE_SET = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	add_image(&entries, CONFIG("amd64"), ATTESTS);
	assert_int_equal(read_entries(&entries, true, &set, &err), SCANREQ_E_PLATFORM);
}

/* Who asks for one image cannot have said that all are wanted. */
static void all_where_one_is_opened(void **state)
{
	const struct scanreq_selection all = { .platforms = PLATFORMS_ALL };
	const struct image_context context = { .engine_socket = NULL };
	struct scanreq_image *image = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	assert_int_equal(image_open(&context, "./absent", &all, &image, &err), SCANREQ_E_USAGE);
	assert_null(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_image_is_taken_once),
		cmocka_unit_test(one_failure_is_its_own),
		cmocka_unit_test(without_all),
		cmocka_unit_test(no_image_at_all),
		cmocka_unit_test(all_where_one_is_opened),
	};

	return cmocka_run_group_tests_name("image-set", tests, NULL, NULL);
}
