/* SPDX-License-Identifier: MIT */
/* The engine API as docker's two stores and podman speak it, and as nobody should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "cloud/scan/request.h"
#include "image/image.h"
#include "net/http-curl.h"
#include "source/engine/engine.h"
#include "tests/unit/read-one.h"
#include "tests/unit/server.h"

#define ID "49737e25e4fbbdc576edabf65b8e75ae3e3856e15bf52726e6db09189a5631ef"
#define INDEX "5b0bcabd1ed22e9fb1310cf6c2dec7cdef19f0ad69efa1f392e94a4333501270"
#define AMD64 "a8c9f3765684cd8d9053db9523eab58878e99a199217500efd9ae2a860a7e01e"
#define ARM64 "69531ce90189d752f2b9b261555c1352e342721f8d2fa310105af1d3b74a1551"
#define NAME "reg.example.com/shop/web:1.4.2"
#define REPO "reg.example.com/shop/web"

#define CREATED "\"Created\":\"2024-05-14T09:26:53.589793238Z\","
#define PLATFORM "\"Architecture\":\"amd64\",\"Os\":\"linux\","
#define COMMON CREATED PLATFORM "\"Size\":86871"
#define NEVER_TAGGED ",\"Metadata\":{\"LastTagTime\":\"0001-01-01T00:00:00Z\"}"
#define TAGS "\"RepoTags\":[\"" NAME "\"],"
#define DIGESTS(hex) "\"RepoDigests\":[\"" REPO "@sha256:" hex "\"],"
#define DESCRIPTOR(type, hex) \
	",\"Descriptor\":{\"mediaType\":\"application/vnd.oci.image." type ".v1+json\"," \
	"\"digest\":\"sha256:" hex "\",\"size\":1609}"
#define MANIFEST(kind, arch, hex) \
	"{\"ID\":\"sha256:" hex "\",\"Descriptor\":{\"mediaType\":" \
	"\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:" hex "\"," \
	"\"size\":480},\"Available\":true,\"Kind\":\"" kind "\",\"ImageData\":{\"Platform\":{" \
	"\"architecture\":\"" arch "\",\"os\":\"linux\"}}}"

/* dockerd 20 to 28 with its own store: pulled by tag, tagged by a build. */
#define CLASSIC \
	"{\"Id\":\"sha256:" ID "\"," TAGS DIGESTS(INDEX) COMMON \
	",\"Config\":{\"Labels\":{\"team\":\"shop\"}},\"GraphDriver\":{\"Data\":{" \
	"\"MergedDir\":\"/m\"},\"Name\":\"overlay2\"}," \
	"\"Metadata\":{\"LastTagTime\":\"2024-06-03T12:00:00.123456789+02:00\"}}"
#define BUILT "{\"Id\":\"sha256:" ID "\"," TAGS "\"RepoDigests\":[]," COMMON NEVER_TAGGED "}"

/* containerd's store: an index, what is below it, and its kin of older versions. */
#define CONTAINERD(manifests) \
	"{\"Id\":\"sha256:" INDEX "\"," TAGS DIGESTS(INDEX) COMMON DESCRIPTOR("index", INDEX) \
	",\"GraphDriver\":{\"Data\":null,\"Name\":\"overlayfs\"}" manifests NEVER_TAGGED "}"
#define MANIFESTS \
	",\"Manifests\":[" MANIFEST("image", "arm64", ARM64) "," \
	MANIFEST("attestation", "amd64", INDEX) "," MANIFEST("image", "amd64", AMD64) "]"
#define SINGLE \
	"{\"Id\":\"sha256:" AMD64 "\"," TAGS DIGESTS(AMD64) COMMON DESCRIPTOR("manifest", AMD64) "}"
#define OLDER "{\"Id\":\"sha256:" INDEX "\"," TAGS DIGESTS(INDEX) COMMON "}"

#define PODMAN_TWO \
	"{\"Id\":\"sha256:" ID "\"," TAGS "\"RepoDigests\":[\"" REPO "@sha256:" INDEX "\",\"" \
	REPO "@sha256:" AMD64 "\"]," COMMON NEVER_TAGGED "}"
#define PODMAN_FIELD "Libpod-Api-Version: 4.3.1\r\n"

/* An engine of the test, and what was learnt from it. */
struct fixture {
	char directory[sizeof("/tmp/engineXXXXXX")];
	char path[40];
	char *answer;
	struct step step;
	struct server server;
	struct http_transport *transport;
	struct scanreq_selection selection;
	struct scanreq_image *image;
	struct scanreq_request *request;
	struct scanreq_error err;
};

static void fixture_free(struct fixture *b)
{
	image_free(&b->image);
	scan_request_free(&b->request);
	platform_free(&b->selection.platform);
	http_transport_free(&b->transport);
	server_free(&b->server);
	unlink(b->path);
	rmdir(b->directory);
	free(b->answer);
}
#define CLEANUP_BENCH CLEANUP(fixture_free)

/* Starts an engine that gives this answer to whatever it is asked. */
static void start(struct fixture *b, const char *status, const char *fields, const char *body)
{
	const struct http_curl_options options = { .user_agent = "tests/1" };

	memcpy(b->directory, "/tmp/engineXXXXXX", sizeof(b->directory));
	assert_non_null(mkdtemp(b->directory));
	snprintf(b->path, sizeof(b->path), "%s/e.sock", b->directory);
	assert_true(asprintf(&b->answer, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s", status,
			     fields, strlen(body), body) > 0);
	b->step.answer = b->answer;
	server_start_unix(&b->server, b->path, &b->step, 1);
	assert_int_equal(http_curl_new(&options, &b->transport, &b->err), 0);
}

static int read_image(struct fixture *b, const char *name)
{
	struct source source CLEANUP_SOURCE = { 0 };
	const struct daemon_context context = { .transport = b->transport, .socket = b->path };
	int failed = source_daemon_open(&context, name, &source, &b->err);

	return failed ? failed
		      : read_one(&source, name, &b->selection, &b->image, &b->err);
}

/* The parameters of an image that must be read from this answer. */
static void learn_by(struct fixture *b, const char *name, const char *fields, const char *body)
{
	start(b, "200 OK", fields, body);
	if (read_image(b, name))
		fail_msg("%s", b->err.message);
	b->request = calloc(1, sizeof(*b->request));
	assert_non_null(b->request);
	assert_int_equal(scan_request_fill(b->request, b->image, &b->err), 0);
}

static void learn(struct fixture *b, const char *body)
{
	learn_by(b, NAME, "", body);
}

/* A parameter that was reported; `value` NULL: that was left out. `says` is in its note. */
static void has(const struct fixture *b, enum scanreq_param param, const char *value,
		const char *says)
{
	const struct scan_param *p = &b->request->params[param];

	if (value) {
		assert_non_null(p->value);
		assert_string_equal(p->value, value);
		assert_int_equal(p->how, SCANREQ_HOW_REPORTED);
	} else {
		assert_null(p->value);
	}
	if (!strstr(p->note, says))
		fail_msg("\"%s\" is not in: %s", says, p->note);
}

static const char *fact(const struct fixture *b, enum scanreq_fact which)
{
	return b->image->facts[which];
}

static void test_requests_as_docker_does(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn_by(&b, REPO "@sha256:" INDEX, "", CLASSIC);
	http_transport_free(&b.transport);
	server_stop(&b.server);
	assert_int_equal(b.server.requests.count, 1);
	assert_true(str_prefix(b.server.requests.items[0],
			       "GET /images/" REPO "@sha256:" INDEX
			       "/json?manifests=1 HTTP/1.1\r\n", NULL));
}

static void test_dockers_own_store(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn(&b, CLASSIC);
	has(&b, SCANREQ_PARAM_IMAGE_ID, ID, b.path);
	has(&b, SCANREQ_PARAM_DIGEST, INDEX, "or of an index");
	has(&b, SCANREQ_PARAM_IMAGE_SIZE, "86871", b.path);
	has(&b, SCANREQ_PARAM_IMAGE_CREATE, "1715678813589", "2024-05-14T09:26:53.589793238Z");
	has(&b, SCANREQ_PARAM_IMAGE_UPDATE, "1717408800123", "tagged last");
	assert_int_equal(b.request->params[SCANREQ_PARAM_TAG].how, SCANREQ_HOW_GIVEN);
	assert_string_equal(fact(&b, SCANREQ_FACT_UPDATED), "2024-06-03T12:00:00.123456789+02:00");
	assert_string_equal(fact(&b, SCANREQ_FACT_REFERENCE), NAME);
	assert_string_equal(fact(&b, SCANREQ_FACT_CONFIG_DIGEST), "sha256:" ID);
	/* It is not said which of the two it is, so it is neither. */
	assert_null(fact(&b, SCANREQ_FACT_MANIFEST_DIGEST));
	assert_null(fact(&b, SCANREQ_FACT_INDEX_DIGEST));
	assert_string_equal(fact(&b, SCANREQ_FACT_PLATFORM), "linux/amd64");
	assert_string_equal(b.image->config.label_values.items[0], "shop");
	assert_int_equal(b.image->warnings.count, 0);
}

static void test_built_and_never_pushed(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn(&b, BUILT);
	has(&b, SCANREQ_PARAM_IMAGE_ID, ID, "id");
	has(&b, SCANREQ_PARAM_DIGEST, NULL, "neither pulled from there nor pushed");
	has(&b, SCANREQ_PARAM_IMAGE_UPDATE, NULL, "does not report");
	assert_null(fact(&b, SCANREQ_FACT_UPDATED));
}

/* The digest by which another repository knows the image is not this one's. */
static void test_digest_of_another_repository(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn(&b, "{\"Id\":\"sha256:" ID "\"," TAGS
		  "\"RepoDigests\":[\"reg.example.com/other/web@sha256:" AMD64 "\"]," COMMON "}");
	has(&b, SCANREQ_PARAM_DIGEST, NULL, "no digest of the image in its repository");
	has(&b, SCANREQ_PARAM_IMAGE_ID, ID, "id");
}

static void test_containerds_index(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn(&b, CONTAINERD(MANIFESTS));
	has(&b, SCANREQ_PARAM_IMAGE_ID, NULL, "containerd");
	has(&b, SCANREQ_PARAM_DIGEST, AMD64, "of the manifest, by");
	assert_string_equal(fact(&b, SCANREQ_FACT_INDEX_DIGEST), "sha256:" INDEX);
	assert_string_equal(fact(&b, SCANREQ_FACT_MANIFEST_DIGEST), "sha256:" AMD64);
	assert_null(fact(&b, SCANREQ_FACT_CONFIG_DIGEST));
}

static void test_containerds_index_on_request(void **state)
{
	struct fixture b CLEANUP_BENCH = { .selection.digest_of_index = true };

	(void)state;
	learn(&b, CONTAINERD(MANIFESTS));
	has(&b, SCANREQ_PARAM_DIGEST, INDEX, "of the index, by");
}

/* Before API 1.48 nothing is said of what is below an index; two that fit are none. */
static void test_containerds_index_alone(void **state)
{
	static const char *const answers[] = {
		CONTAINERD(""),
		CONTAINERD(",\"Manifests\":[" MANIFEST("image", "amd64", AMD64) "," MANIFEST(
			"image", "amd64", ARM64) "]"),
		CONTAINERD(",\"Manifests\":[" MANIFEST("image", "arm64", ARM64) "]"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(answers); i++) {
		struct fixture b CLEANUP_BENCH = { 0 };

		learn(&b, answers[i]);
		has(&b, SCANREQ_PARAM_DIGEST, NULL, "digest-of to index");
		has(&b, SCANREQ_PARAM_IMAGE_ID, NULL, "containerd");
		assert_null(fact(&b, SCANREQ_FACT_MANIFEST_DIGEST));
	}
}

static void test_containerds_manifest(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn(&b, SINGLE);
	has(&b, SCANREQ_PARAM_DIGEST, AMD64, "of the manifest, by");
	has(&b, SCANREQ_PARAM_IMAGE_ID, NULL, "containerd");
	assert_null(fact(&b, SCANREQ_FACT_INDEX_DIGEST));
}

/* Without a Descriptor the store gives itself away: the id is a RepoDigest. */
static void test_containerds_store_of_older_engines(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn(&b, OLDER);
	has(&b, SCANREQ_PARAM_DIGEST, INDEX, "or of an index");
	has(&b, SCANREQ_PARAM_IMAGE_ID, NULL, "containerd");
	assert_null(fact(&b, SCANREQ_FACT_CONFIG_DIGEST));
}

/* podman keeps the index's digest and the manifest's, and does not say which is which. */
static void test_podman_with_two_digests(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn_by(&b, NAME, PODMAN_FIELD, PODMAN_TWO);
	has(&b, SCANREQ_PARAM_DIGEST, NULL, "several digests");
	has(&b, SCANREQ_PARAM_IMAGE_ID, ID, "id");
}

static void test_digest_that_was_asked_by(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn_by(&b, REPO "@sha256:" AMD64, PODMAN_FIELD, PODMAN_TWO);
	has(&b, SCANREQ_PARAM_DIGEST, AMD64, "or of an index");
	assert_string_equal(fact(&b, SCANREQ_FACT_REFERENCE), REPO "@sha256:" AMD64);
}

/* Nothing tells the store of an image without names; docker's drivers list directories. */
static void test_image_without_a_name(void **state)
{
	static const struct {
		const char *driver;
		const char *id;
	} cases[] = {
		{ "", NULL },
		{ ",\"GraphDriver\":{\"Data\":null,\"Name\":\"overlayfs\"}", NULL },
		{ ",\"GraphDriver\":{\"Data\":{\"UpperDir\":\"/u\"},\"Name\":\"overlay2\"}", ID },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct fixture b CLEANUP_BENCH = { 0 };
		char body[1000];

		snprintf(body, sizeof(body),
			 "{\"Id\":\"sha256:" ID "\",\"RepoTags\":[\"<none>:<none>\"],"
			 "\"RepoDigests\":[\"<none>@<none>\"]," COMMON "%s}", cases[i].driver);
		learn_by(&b, "sha256:" ID, "", body);
		has(&b, SCANREQ_PARAM_IMAGE_ID, cases[i].id, "id");
		has(&b, SCANREQ_PARAM_DIGEST, NULL, "by no name");
		assert_int_equal(b.image->names.count, 0);
		assert_null(fact(&b, SCANREQ_FACT_REFERENCE));
	}
}

static void test_name_that_is_not_the_images(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn_by(&b, "reg.example.com/shop/other:1", "", BUILT);
	assert_int_equal(b.image->warnings.count, 1);
	assert_non_null(strstr(b.image->warnings.items[0], "does not list it as"));
	/* What is reported is the engine's name of it. */
	assert_string_equal(fact(&b, SCANREQ_FACT_REFERENCE), NAME);
	assert_int_equal(b.request->params[SCANREQ_PARAM_TAG].how, SCANREQ_HOW_REPORTED);
}

static void test_what_is_not_told(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	learn(&b, "{\"Id\":\"" ID "\"," TAGS "\"RepoDigests\":null,\"Created\":\"\"}");
	has(&b, SCANREQ_PARAM_IMAGE_SIZE, NULL, "does not report the size");
	has(&b, SCANREQ_PARAM_IMAGE_CREATE, NULL, "no creation time");
	has(&b, SCANREQ_PARAM_IMAGE_UPDATE, NULL, "does not report");
	has(&b, SCANREQ_PARAM_IMAGE_ID, ID, "id");
	assert_non_null(strstr(b.image->warnings.items[0], "no creation time"));
}

/* Whoever asks for bytes is told, in place of getting none. */
static void test_hands_out_no_documents(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };
	struct source source CLEANUP_SOURCE = { 0 };
	struct candidates candidates CLEANUP(candidates_free) = { 0 };
	struct source_document document CLEANUP(source_document_free) = { 0 };
	struct buf config CLEANUP_BUF = BUF_INIT(1000);
	struct daemon_context context;
	struct descriptor want = { .size = -1 };
	struct digest digest;

	(void)state;
	start(&b, "200 OK", "", BUILT);
	context = (struct daemon_context){ .transport = b.transport, .socket = b.path };
	assert_int_equal(source_daemon_open(&context, NAME, &source, &b.err), 0);
	assert_int_equal(source_list(&source, &candidates, &b.err), 0);
	assert_int_equal(source_manifest(&source, candidates.items, NULL, &document, &digest,
					 &b.err), SCANREQ_E_UNREADABLE);
	assert_int_equal(source_config(&source, candidates.items, &want, &config, &digest,
				       &b.err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(b.err.message, "gives no documents"));
}

static void test_platform_is_checked(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	b.selection.platforms = PLATFORMS_ONE;
	assert_int_equal(platform_parse("linux/arm64", &b.selection.platform, NULL), 0);
	start(&b, "200 OK", "", BUILT);
	assert_int_equal(read_image(&b, NAME), SCANREQ_E_PLATFORM);
	assert_non_null(strstr(b.err.message, "linux/amd64"));
}

#define SURELY "\"Id\":\"sha256:" ID "\","

static const struct hostile {
	const char *body;
	int klass;
	const char *says;
} hostiles[] = {
	{ "", SCANREQ_E_UNREADABLE, "answer" },
	{ "null", SCANREQ_E_UNREADABLE, "no JSON object" },
	{ "[]", SCANREQ_E_UNREADABLE, "no JSON object" },
	{ "{}", SCANREQ_E_UNREADABLE, "\"Id\" is no digest" },
	{ "{\"Id\":7}", SCANREQ_E_UNREADABLE, "Id" },
	{ "{\"Id\":\"sha256:../../x\"}", SCANREQ_E_UNREADABLE, "\"Id\" is no digest" },
	{ "{" SURELY "\"id\":\"x\"}", SCANREQ_E_UNREADABLE, "id" },
	{ "{" SURELY "\"Id\":\"x\"}", SCANREQ_E_UNREADABLE, "a member twice" },
	{ "{" SURELY "\"RepoTags\":{}}", SCANREQ_E_UNREADABLE, "RepoTags" },
	{ "{" SURELY "\"RepoTags\":[1]}", SCANREQ_E_UNREADABLE, "RepoTags[0]" },
	{ "{" SURELY "\"RepoDigests\":[null]}", SCANREQ_E_UNREADABLE, "RepoDigests[0]" },
	{ "{" SURELY "\"Size\":-1}", SCANREQ_E_UNREADABLE, "Size" },
	{ "{" SURELY "\"Size\":99999999999999999999}", SCANREQ_E_UNREADABLE, "Size" },
	{ "{" SURELY "\"Size\":\"1\"}", SCANREQ_E_UNREADABLE, "Size" },
	{ "{" SURELY "\"Created\":7}", SCANREQ_E_UNREADABLE, "Created" },
	{ "{" SURELY "\"Config\":[]}", SCANREQ_E_UNREADABLE, "Config" },
	{ "{" SURELY "\"Config\":{\"Labels\":[]}}", SCANREQ_E_UNREADABLE, "Labels" },
	{ "{" SURELY "\"Metadata\":1}", SCANREQ_E_UNREADABLE, "Metadata" },
	{ "{" SURELY "\"Descriptor\":{\"digest\":\"sha256:1\"}}", SCANREQ_E_UNREADABLE,
	  "descriptor" },
	{ "{" SURELY "\"Descriptor\":[]}", SCANREQ_E_UNREADABLE, "Descriptor" },
	{ "{" SURELY "\"Manifests\":7,\"Descriptor\":{\"digest\":\"sha256:" INDEX "\","
	  "\"mediaType\":\"application/vnd.oci.image.index.v1+json\"}}", SCANREQ_E_UNREADABLE,
	  "Manifests" },
	{ "{" SURELY "\"Manifests\":[null],\"Descriptor\":{\"digest\":\"sha256:" INDEX "\","
	  "\"mediaType\":\"application/vnd.oci.image.index.v1+json\"}}", SCANREQ_E_UNREADABLE,
	  "no object" },
};

static void test_refuses_what_is_malformed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(hostiles); i++) {
		struct fixture b CLEANUP_BENCH = { 0 };
		int failed;

		start(&b, "200 OK", "", hostiles[i].body);
		failed = read_image(&b, NAME);
		if (failed != hostiles[i].klass || !strstr(b.err.message, hostiles[i].says))
			fail_msg("%s: %d, %s", hostiles[i].body, failed, b.err.message);
		assert_non_null(strstr(b.err.message, b.path));
	}
}

static void test_another_id_than_asked_for(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	start(&b, "200 OK", "", BUILT);
	assert_int_equal(read_image(&b, "sha256:" AMD64), SCANREQ_E_MISMATCH);
	assert_non_null(strstr(b.err.message, ID));
}

static void test_answer_over_the_cap(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };
	char *body CLEANUP_FREE = malloc(5 << 20);

	(void)state;
	assert_non_null(body);
	memset(body, ' ', 5 << 20);
	body[(5 << 20) - 1] = '\0';
	start(&b, "200 OK", "", body);
	assert_int_equal(read_image(&b, NAME), SCANREQ_E_UNREADABLE);
}

static const struct engine_refusal {
	const char *status;
	const char *body;
	int klass;
	const char *says;
} refusals[] = {
	{ "404 Not Found", "{\"message\":\"No such image: web\"}", SCANREQ_E_NOT_FOUND,
	  "No such image: web" },
	{ "404 Not Found", "page not found", SCANREQ_E_NOT_FOUND, "page not found" },
	{ "500 Internal Server Error", "{\"message\":\"disk\\u001b[2J full\"}",
	  SCANREQ_E_UNAVAILABLE, "disk" },
	{ "500 Internal Server Error", "", SCANREQ_E_UNAVAILABLE, "HTTP 500" },
	{ "400 Bad Request", "{\"message\":7}", SCANREQ_E_UNREADABLE, "HTTP 400" },
	{ "301 Moved", "", SCANREQ_E_UNREADABLE, "HTTP 301" },
};

static void test_tells_what_the_engine_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++) {
		struct fixture b CLEANUP_BENCH = { 0 };

		start(&b, refusals[i].status, "Location: http://localhost/\r\n", refusals[i].body);
		assert_int_equal(read_image(&b, NAME), refusals[i].klass);
		if (!strstr(b.err.message, refusals[i].says))
			fail_msg("%s: %s", refusals[i].says, b.err.message);
		assert_null(strchr(b.err.message, '\033'));
		assert_string_equal(b.err.host, b.path);
	}
}

static void test_engine_that_hangs_up(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	start(&b, "200 OK", "", BUILT);
	b.step = (struct step){ .answer = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
				.close = true };
	assert_int_equal(read_image(&b, NAME), SCANREQ_E_UNAVAILABLE);
	assert_non_null(strstr(b.err.message, b.path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests_as_docker_does),
		cmocka_unit_test(test_dockers_own_store),
		cmocka_unit_test(test_built_and_never_pushed),
		cmocka_unit_test(test_digest_of_another_repository),
		cmocka_unit_test(test_containerds_index),
		cmocka_unit_test(test_containerds_index_on_request),
		cmocka_unit_test(test_containerds_index_alone),
		cmocka_unit_test(test_containerds_manifest),
		cmocka_unit_test(test_containerds_store_of_older_engines),
		cmocka_unit_test(test_podman_with_two_digests),
		cmocka_unit_test(test_digest_that_was_asked_by),
		cmocka_unit_test(test_image_without_a_name),
		cmocka_unit_test(test_name_that_is_not_the_images),
		cmocka_unit_test(test_what_is_not_told),
		cmocka_unit_test(test_hands_out_no_documents),
		cmocka_unit_test(test_platform_is_checked),
		cmocka_unit_test(test_refuses_what_is_malformed),
		cmocka_unit_test(test_another_id_than_asked_for),
		cmocka_unit_test(test_answer_over_the_cap),
		cmocka_unit_test(test_tells_what_the_engine_says),
		cmocka_unit_test(test_engine_that_hangs_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
