/* SPDX-License-Identifier: MIT */
/*
 * One contract suite over every back-end. They all hold the same image; what the core and
 * the image room may rely on is asked of each in the same way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/image.h"
#include "oci/media-type.h"
#include "source/archive/archive.h"
#include "source/layout/layout.h"
#include "source/registry/registry.h"
#include "tests/unit/opened.h"
#include "tests/unit/read-one.h"
#include "tests/unit/testdata.h"
#include "tests/unit/unpacked.h"

#define MANIFEST_DIGEST "sha256:f862c21d3dd204b54b76f9547e178d7400700b375f325296f110a0b2e47b909d"
#define CONFIG_DIGEST "sha256:a03fde4ed9faa3961acce63ec8387b15115ae73c529dcfdd2d60a69963b2fe5e"
/* A digest that nothing has. */
#define OTHER_DIGEST "sha256:a03fde4ed9faa3961acce63ec8387b15115ae73c529dcfdd2d60a69963b2fe5f"

/* --- a registry that holds the image ----------------------------------------------- */

/* A transport that serves a manifest and a blob, and 404 for all else. */
struct registry {
	struct http_transport transport; /* first: the two share an address */
	struct registry_auth *auth;
	struct buf manifest;
	struct buf config;
};

static int serve(struct http_transport *transport, const struct http_request *request,
		 struct http_response *response, struct http_failure *failure,
		 struct scanreq_error *err)
{
	struct registry *r = (struct registry *)transport;
	const char *path = request->url->path;
	const struct buf *bytes = NULL;

	if (strcmp(path, "/v2/shop/tools/manifests/2") == 0 ||
	    strcmp(path, "/v2/shop/tools/manifests/" MANIFEST_DIGEST) == 0)
		bytes = &r->manifest;
	else if (strcmp(path, "/v2/shop/tools/blobs/" CONFIG_DIGEST) == 0)
		bytes = &r->config;
	failure->sent = true;
	response->status = bytes ? 200 : 404;
	response->body.max = request->max_body;
	if (bytes)
		buf_add(&response->body, bytes->data, bytes->len);
	return buf_check(&response->body, "the answer", err);
}

static void keep_open(struct http_transport *transport)
{
	(void)transport;
}

static int64_t no_time(struct http_transport *transport)
{
	(void)transport;
	return 0;
}

/* --- the back-ends ----------------------------------------------------------------- */

/* What a row opens, and the registry behind it when it is one. */
struct fixture {
	struct registry registry;
	char *unpacked;
	struct registry_context context;
	struct source source;
	struct candidates candidates;
	struct scanreq_error err;
	bool verify_layers;
};

static int open_archive(struct fixture *b, const char *file)
{
	char *path CLEANUP_FREE = testdata_path(file);
	struct source_options options = { .verify_layers = b->verify_layers };

	return source_archive_open(path, &options, &b->source, &b->err);
}

static int open_layout(struct fixture *b, const char *file)
{
	struct source_options options = { .verify_layers = b->verify_layers };

	b->unpacked = unpack(file);
	return source_layout_open(b->unpacked, &options, &b->source, &b->err);
}

/* The registry serves what the archive `file` holds: the very same bytes. */
static int open_registry(struct fixture *b, const char *file)
{
	struct reference reference CLEANUP_REFERENCE = { 0 };
	struct candidates candidates CLEANUP(candidates_free) = { 0 };
	struct source_document document CLEANUP(source_document_free) = { 0 };
	struct descriptor config = { .size = -1 };
	struct digest digest;

	assert_int_equal(open_archive(b, file), 0);
	assert_int_equal(source_list(&b->source, &candidates, &b->err), 0);
	assert_int_equal(source_manifest(&b->source, candidates.items, NULL, &document, &digest,
					 &b->err), 0);
	assert_true(digest_parse(CONFIG_DIGEST, strlen(CONFIG_DIGEST), &config.digest));
	assert_int_equal(source_config(&b->source, candidates.items, &config,
				       &b->registry.config, &digest, &b->err), 0);
	b->registry.manifest = document.bytes;
	document.bytes = (struct buf){ 0 };
	source_close(&b->source);

	b->registry.transport.perform = serve;
	b->registry.transport.close = keep_open;
	b->registry.transport.now_us = no_time;
	b->registry.transport.paces = paces_new();
	assert_non_null(b->registry.transport.paces);
	assert_int_equal(registry_auth_new(&b->registry.transport, NULL, &b->registry.auth,
					   &b->err), 0);
	b->context.transport = &b->registry.transport;
	b->context.auth = b->registry.auth;
	assert_int_equal(reference_parse("localhost/shop/tools:2", &reference, &b->err), 0);
	return source_registry_open(&b->context, &reference, &b->source, &b->err);
}

static const struct backend {
	const char *file;
	int (*open)(struct fixture *b, const char *file);
	const char *kind;
	bool has_manifest;
	const char *top; /* the digest of an index that stands above the manifest; or NULL */
} backends[] = {
	{ "testdata/archives/buildx-oci.tar", open_registry, "registry", true, NULL },
	{ "testdata/archives/buildx-oci.tar", open_archive, "oci-archive", true, NULL },
	{ "testdata/archives/podman-oci.tar", open_archive, "oci-archive", true, NULL },
	{ "testdata/archives/buildx-oci.tar", open_layout, "oci", true, NULL },
	{ "testdata/archives/podman-oci.tar", open_layout, "oci", true, NULL },
	{ "testdata/archives/dot-slash-oci.tar", open_layout, "oci", true, NULL },
	{ "testdata/archives/containerd.tar", open_archive, "docker-archive", true,
	  "sha256:79b4f32250daf729743cc658b60882536aca6fe422ba2f864cdfd3a86b21edf8" },
	{ "testdata/archives/podman.tar", open_archive, "docker-archive", false, NULL },
	{ "testdata/archives/nix.tar", open_archive, "docker-archive", false, NULL },
	{ "testdata/archives/jib.tar", open_archive, "docker-archive", false, NULL },
};

static void fixture_free(struct fixture *b)
{
	candidates_free(&b->candidates);
	source_close(&b->source);
	unpacked_free(&b->unpacked);
	registry_auth_free(&b->registry.auth);
	paces_free(&b->registry.transport.paces);
	buf_free(&b->registry.manifest);
	buf_free(&b->registry.config);
}
#define CLEANUP_BENCH CLEANUP(fixture_free)

static void start(struct fixture *b, const struct backend *backend)
{
	if (backend->open(b, backend->file) ||
	    source_list(&b->source, &b->candidates, &b->err))
		fail_msg("%s, %s: %s", backend->kind, backend->file, b->err.message);
}

/* --- the contract ------------------------------------------------------------------ */

static void lists_the_image(const struct backend *backend)
{
	struct fixture b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	unsigned int flags;

	start(&b, backend);
	assert_int_equal(b.candidates.count, 1);
	assert_string_equal(b.candidates.kind, backend->kind);
	assert_non_null(b.candidates.size_basis);
	flags = b.candidates.items[0].flags;
	assert_int_equal(!(flags & CANDIDATE_NO_MANIFEST), backend->has_manifest);
}

static int read_manifest(struct fixture *b, const char *wanted, struct source_document *document,
			 struct digest *digest)
{
	struct descriptor want = { .size = -1 };

	if (wanted)
		assert_true(digest_parse(wanted, strlen(wanted), &want.digest));
	return source_manifest(&b->source, b->candidates.items, wanted ? &want : NULL, document,
			       digest, &b->err);
}

/* By name and by digest, and a second time, the manifest is the same. */
static void gives_the_manifest(const struct backend *backend)
{
	static const char *const wanted[] = { NULL, MANIFEST_DIGEST, NULL };
	struct fixture b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	if (!backend->has_manifest)
		return;
	start(&b, backend);
	for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
		struct source_document document CLEANUP(source_document_free) = { 0 };
		char text[DIGEST_TEXT_MAX];
		struct digest digest;

		assert_int_equal(read_manifest(&b, wanted[i], &document, &digest), 0);
		assert_string_equal(digest_format(&digest, text),
				    wanted[i] || !backend->top ? MANIFEST_DIGEST : backend->top);
	}
}

static void has_no_other_manifest(const struct backend *backend)
{
	struct fixture b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	struct source_document document CLEANUP(source_document_free) = { 0 };
	struct digest digest;
	int failed;

	if (!backend->has_manifest)
		return;
	start(&b, backend);
	failed = read_manifest(&b, OTHER_DIGEST, &document, &digest);
	assert_true(failed == SCANREQ_E_NOT_FOUND || failed == SCANREQ_E_UNREADABLE);
	assert_int_equal(b.err.klass, failed);
	assert_true(*b.err.message != '\0');
}

/* What describes the config: the manifest's descriptor, or what the archive says. */
static struct descriptor config_of(const struct fixture *b, const struct backend *backend)
{
	struct descriptor want = { .size = -1 };

	if (!backend->has_manifest)
		return b->candidates.items[0].config;
	assert_true(digest_parse(CONFIG_DIGEST, strlen(CONFIG_DIGEST), &want.digest));
	return want;
}

static int read_config(struct fixture *b, const struct descriptor *want, struct digest *digest)
{
	struct buf bytes CLEANUP_BUF = { 0 };
	int failed = source_config(&b->source, b->candidates.items, want, &bytes, digest, &b->err);

	assert_true(failed || bytes.len > 0);
	return failed;
}

static void gives_the_config(const struct backend *backend)
{
	struct fixture b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	char text[DIGEST_TEXT_MAX];
	struct descriptor want;
	struct digest digest;

	start(&b, backend);
	want = config_of(&b, backend);
	for (int twice = 0; twice < 2; twice++) {
		assert_int_equal(read_config(&b, &want, &digest), 0);
		assert_string_equal(digest_format(&digest, text), CONFIG_DIGEST);
	}
}

/* Bytes that are not what was named are a mismatch, or were never found. */
static void refuses_another_config(const struct backend *backend)
{
	struct fixture b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	struct descriptor want;
	struct digest digest;
	int failed;

	start(&b, backend);
	want = config_of(&b, backend);
	assert_true(digest_parse(OTHER_DIGEST, strlen(OTHER_DIGEST), &want.digest));
	failed = read_config(&b, &want, &digest);
	assert_true(failed == SCANREQ_E_MISMATCH || failed == SCANREQ_E_NOT_FOUND ||
		    failed == SCANREQ_E_UNREADABLE);

	want = config_of(&b, backend);
	assert_true(digest_parse(CONFIG_DIGEST, strlen(CONFIG_DIGEST), &want.digest));
	want.size = 7;
	assert_int_equal(read_config(&b, &want, &digest), SCANREQ_E_MISMATCH);
	want.size = LIMIT_CONFIG + 1;
	assert_int_equal(read_config(&b, &want, &digest), SCANREQ_E_UNREADABLE);
}

/* Whatever it came out of, it is the same image. */
static void is_the_same_image(const struct backend *backend)
{
	static const struct scanreq_selection none;
	struct fixture b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	struct scanreq_image *image CLEANUP(image_free) = NULL;

	assert_int_equal(backend->open(&b, backend->file), 0);
	assert_int_equal(read_one(&b.source, "the input", &none, &image, &b.err), 0);
	assert_string_equal(image->facts[SCANREQ_FACT_CONFIG_DIGEST], CONFIG_DIGEST);
	assert_string_equal(image->facts[SCANREQ_FACT_SOURCE], backend->kind);
	assert_string_equal(image->facts[SCANREQ_FACT_PLATFORM], "linux/amd64");
	assert_int_equal(image->layer_count, 2);
	assert_true(image->size_total > 0);
	assert_int_equal(image->config_verified, backend->has_manifest);
	if (backend->has_manifest)
		assert_string_equal(image->facts[SCANREQ_FACT_MANIFEST_DIGEST], MANIFEST_DIGEST);
	else
		assert_null(image->facts[SCANREQ_FACT_MANIFEST_DIGEST]);
}

/* Where layers can be read they hold; where not, that is said. */
static void verifies_layers(const struct backend *backend)
{
	static const struct scanreq_selection checked = { .verify_layers = true };
	struct fixture b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT, .verify_layers = true };
	struct scanreq_image *image CLEANUP(image_free) = NULL;
	int failed;

	assert_int_equal(backend->open(&b, backend->file), 0);
	failed = read_one(&b.source, "the input", &checked, &image, &b.err);
	if (!b.source.ops->layer) {
		assert_int_equal(failed, SCANREQ_E_USAGE);
		return;
	}
	assert_int_equal(failed, 0);
	assert_true(image->layers_verified);
	assert_int_equal(image->layer_count, 2);
}

static void closes_once(const struct backend *backend)
{
	struct fixture b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	assert_int_equal(backend->open(&b, backend->file), 0);
	source_close(&b.source);
	source_close(&b.source);
	assert_null(b.source.ops);
}

/* --- all of it over all of them ---------------------------------------------------- */

typedef void (*contract_fn)(const struct backend *backend);

static void over_all(void **state)
{
	const contract_fn *contract = *state;

	for (size_t i = 0; i < ARRAY_LENGTH(backends); i++)
		(*contract)(&backends[i]);
}

#define CONTRACT(name) \
	{ #name, over_all, NULL, NULL, (contract_fn[]){ name } }

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT(lists_the_image),
		CONTRACT(gives_the_manifest),
		CONTRACT(has_no_other_manifest),
		CONTRACT(gives_the_config),
		CONTRACT(refuses_another_config),
		CONTRACT(is_the_same_image),
		CONTRACT(verifies_layers),
		CONTRACT(closes_once),
	};

	return cmocka_run_group_tests_name("source-contract", tests, NULL, NULL);
}
