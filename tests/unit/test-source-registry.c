/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "tests/unit/pull.h"

#define ACCEPT                                                                             \
	"Accept: application/vnd.oci.image.manifest.v1+json, "                             \
	"application/vnd.oci.image.index.v1+json, "                                        \
	"application/vnd.docker.distribution.manifest.v2+json, "                           \
	"application/vnd.docker.distribution.manifest.list.v2+json, "                      \
	"application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1, "                \
	"application/vnd.docker.distribution.manifest.v1+json;q=0.1"
#define OTHER "sha256:0000000000000000000000000000000000000000000000000000000000000000"

/* --- where it asks ----------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *plain_http; /* or NULL */
	const char *url;
} places[] = {
	{ "r.example/ns/app:1", NULL, "https://r.example/v2/ns/app/manifests/1" },
	{ "r.example/ns/app", NULL, "https://r.example/v2/ns/app/manifests/latest" },
	{ "R.Example:5000/app:1", NULL, "https://r.example:5000/v2/app/manifests/1" },
	{ "r.example:443/app:1", NULL, "https://r.example/v2/app/manifests/1" },
	{ "r.example/app@" EMPTY, NULL, "https://r.example/v2/app/manifests/" EMPTY },
	{ "r.example/app:1@" EMPTY, NULL, "https://r.example/v2/app/manifests/" EMPTY },
	{ "r.example/app@" EMPTY_512, NULL, "https://r.example/v2/app/manifests/" EMPTY_512 },
	{ "nginx", NULL, "https://registry-1.docker.io/v2/library/nginx/manifests/latest" },
	{ "ns/app:2", NULL, "https://registry-1.docker.io/v2/ns/app/manifests/2" },
	{ "localhost:5000/a:1", NULL, "http://localhost:5000/v2/a/manifests/1" },
	{ "127.0.0.1/a:1", NULL, "http://127.0.0.1/v2/a/manifests/1" },
	{ "[::1]:5000/a:1", NULL, "http://[::1]:5000/v2/a/manifests/1" },
	{ "10.0.0.1/a:1", NULL, "https://10.0.0.1/v2/a/manifests/1" },
	{ "r.example:5000/a:1", "r.example:5000", "http://r.example:5000/v2/a/manifests/1" },
	{ "r.example:5000/a:1", "R.EXAMPLE", "http://r.example:5000/v2/a/manifests/1" },
	{ "r.example/a:1", "r.example", "http://r.example/v2/a/manifests/1" },
	{ "r.example/a:1", "r.example:5000", "https://r.example/v2/a/manifests/1" },
	{ "r.example:5001/a:1", "r.example:5000", "https://r.example:5001/v2/a/manifests/1" },
	{ "sub.r.example/a:1", "r.example", "https://sub.r.example/v2/a/manifests/1" },
	{ "[fd00::1]:5000/a:1", "[fd00::1]:5000", "http://[fd00::1]:5000/v2/a/manifests/1" },
};

static void asks_the_right_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
		const struct exchange exchange = {
			.method = "GET", .url = places[i].url, .status = 200,
			.headers = LIST(ACCEPT), .not_headers = LIST("Authorization"),
		};
		struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

		if (places[i].plain_http)
			strv_add(&b.plain_http, places[i].plain_http);
		pull_start(&b, &exchange, 1, places[i].name);
		if (pull_manifest(&b, NULL))
			fail_msg("%s: %s", places[i].name, b.err.message);
		scripted_done(b.transport);
	}
}

static void lists_one_candidate(void **state)
{
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };
	const struct candidate *c;

	(void)state;
	pull_start(&b, NULL, 0, "r.example/ns/app:1");
	c = b.candidates.items;
	assert_string_equal(b.candidates.kind, "registry");
	assert_string_equal(b.candidates.size_basis, "compressed");
	assert_string_equal(c->reference.path, "ns/app");
	assert_int_equal(c->flags, 0);
	assert_int_equal(c->descriptor.digest.algorithm, DIGEST_NONE);
	assert_null(c->selector);
}

/* References are read elsewhere; what is no host must not become part of a URL. */
static void refuses_bad_hosts(void **state)
{
	static const char *const hosts[] = { "r.example:99999", "r.example/x", "u@r.example",
					     "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
		struct pull b CLEANUP_PULL = {
			.err = SCANREQ_ERROR_INIT,
			.reference = { .domain = strdup(hosts[i]), .path = strdup("a") },
		};

		assert_int_equal(pull_open(&b), SCANREQ_E_USAGE);
		assert_null(b.source.ops);
	}
}

/* --- what it hands out ------------------------------------------------------------- */

static void reads_manifest_and_config(void **state)
{
	const struct exchange exchanges[] = {
		{ .method = "GET",
		  .url = "https://r.example/v2/ns/app/manifests/1",
		  .status = 200,
		  .answer_headers = LIST(
		      "Content-Type: application/vnd.oci.image.index.v1+json",
		      "Docker-Content-Digest: " EMPTY) },
		{ .method = "GET",
		  .url = "https://r.example/v2/ns/app/manifests/" EMPTY,
		  .status = 200,
		  .headers = LIST(ACCEPT) },
		{ .method = "GET",
		  .url = "https://r.example/v2/ns/app/blobs/" EMPTY,
		  .status = 200,
		  .not_headers = LIST("Accept") },
	};
	struct descriptor child = pull_descriptor(EMPTY, 0);
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };
	char text[DIGEST_TEXT_MAX];

	(void)state;
	pull_start(&b, exchanges, 3, "r.example/ns/app:1");
	assert_int_equal(pull_manifest(&b, NULL), 0);
	assert_string_equal(b.document.media_type, "application/vnd.oci.image.index.v1+json");
	assert_string_equal(digest_format(&b.digest, text), EMPTY);
	assert_int_equal(pull_manifest(&b, &child), 0);
	assert_null(b.document.media_type);
	assert_int_equal(pull_config(&b, EMPTY, 0), 0);
	assert_string_equal(digest_format(&b.digest, text), EMPTY);
	scripted_done(b.transport);
}

/* What contradicts a claim is an error whoever made the claim. */
static void verifies(void **state)
{
	static const struct {
		const char *name;
		const char *header; /* Docker-Content-Digest; or NULL */
		const char *body;
		int failed;
		const char *says;
	} tests[] = {
		{ "r.example/a:1", EMPTY, "", 0, NULL },
		{ "r.example/a:1", EMPTY_512, "", 0, NULL },
		{ "r.example/a@" EMPTY_512, EMPTY, "", 0, NULL },
		{ "r.example/a:1", OTHER, "", SCANREQ_E_MISMATCH, "the server says" },
		{ "r.example/a@" EMPTY, OTHER, "", SCANREQ_E_MISMATCH, "the server says" },
		{ "r.example/a:1", EMPTY, "x", SCANREQ_E_MISMATCH, EMPTY },
		{ "r.example/a@" OTHER, NULL, "", SCANREQ_E_MISMATCH, OTHER },
		{ "r.example/a@" OTHER, OTHER, "", SCANREQ_E_MISMATCH, EMPTY },
		{ "r.example/a@" EMPTY_512, NULL, "x", SCANREQ_E_MISMATCH, EMPTY_512 },
		/* registries send it without an algorithm; that claims nothing */
		{ "r.example/a:1", "e3b0c442", "", 0, NULL },
		{ "r.example/a:1", "", "", 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(tests); i++) {
		char header[200], url[300];
		const char *at = strchr(tests[i].name, '@');
		struct exchange exchange = { .method = "GET", .url = url, .status = 200 };
		struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

		snprintf(url, sizeof(url), "https://r.example/v2/a/manifests/%s",
			 at ? at + 1 : "1");
		snprintf(header, sizeof(header), "docker-content-digest: %s",
			 tests[i].header ? tests[i].header : "");
		exchange.answer_headers = LIST(header);
		exchange.answer_body = tests[i].body;
		pull_start(&b, &exchange, 1, tests[i].name);
		assert_int_equal(pull_manifest(&b, NULL), tests[i].failed);
		if (tests[i].says && !strstr(b.err.message, tests[i].says))
			fail_msg("%s does not say %s", b.err.message, tests[i].says);
	}
}

static void verifies_blobs(void **state)
{
	static const struct {
		const char *digest;
		int64_t size;
		const char *body;
		int failed;
		const char *says;
	} tests[] = {
		{ EMPTY, -1, "", 0, NULL },
		{ EMPTY, 0, "", 0, NULL },
		{ EMPTY_512, 0, "", 0, NULL },
		{ EMPTY, 1, "", SCANREQ_E_MISMATCH, "0 bytes, not 1" },
		{ EMPTY, 0, "x", SCANREQ_E_MISMATCH, "1 bytes, not 0" },
		{ OTHER, 0, "", SCANREQ_E_MISMATCH, OTHER },
		{ EMPTY, -1, "x", SCANREQ_E_MISMATCH, EMPTY },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(tests); i++) {
		char url[300];
		const struct exchange exchange = {
			.method = "GET",
			.url = url,
			.status = 200,
			.answer_body = tests[i].body,
		};
		struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

		snprintf(url, sizeof(url), "https://r.example/v2/a/blobs/%s", tests[i].digest);
		pull_start(&b, &exchange, 1, "r.example/a:1");
		assert_int_equal(pull_config(&b, tests[i].digest, tests[i].size),
				 tests[i].failed);
		if (tests[i].says && !strstr(b.err.message, tests[i].says))
			fail_msg("%s does not say %s", b.err.message, tests[i].says);
	}
}

/* A child of an index has a size, too. */
static void verifies_children(void **state)
{
	const struct exchange exchange = {
		.method = "GET",
		.url = "https://r.example/v2/a/manifests/" EMPTY,
		.status = 200,
	};
	struct descriptor child = pull_descriptor(EMPTY, 5);
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, &exchange, 1, "r.example/a:1");
	assert_int_equal(pull_manifest(&b, &child), SCANREQ_E_MISMATCH);
}

static void applies_caps(void **state)
{
	static char large[LIMIT_MANIFEST + 1];
	const struct exchange exchange = {
		.method = "GET", .url = "https://r.example/v2/a/manifests/1", .status = 200,
		.answer_body = large, .answer_len = sizeof(large),
	};
	struct descriptor child = pull_descriptor(EMPTY, LIMIT_MANIFEST + 1);
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, &exchange, 1, "r.example/a:1");
	assert_int_equal(pull_manifest(&b, NULL), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(b.err.message, "a:1"));
	assert_non_null(strstr(b.err.message, "larger than 4194304 bytes"));
	/* what says itself that it is too large is not asked for */
	assert_int_equal(pull_manifest(&b, &child), SCANREQ_E_UNREADABLE);
	assert_int_equal(pull_config(&b, EMPTY, LIMIT_CONFIG + 1), SCANREQ_E_UNREADABLE);
	scripted_done(b.transport);
}

/* --- errors ------------------------------------------------------------------------ */

static const struct {
	int status;
	const char *body;
	int failed;
	const char *code;
	const char *says;
} errors[] = {
	{ 404,
	  "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}",
	  SCANREQ_E_NOT_FOUND, "MANIFEST_UNKNOWN", "r.example has no ns/app:1" },
	{ 404, "", SCANREQ_E_NOT_FOUND, "", "(HTTP 404)" },
	{ 404, "<html>\n<b>no</b>\n</html>", SCANREQ_E_NOT_FOUND, "", "(HTTP 404: no)" },
	{ 404, "{\"errors\":[{\"code\":\"404\"}]}", SCANREQ_E_NOT_FOUND, "404",
	  "(HTTP 404 404)" },
	{ 404, "{\"errors\":[]}", SCANREQ_E_NOT_FOUND, "", "404: {\"errors\":[]})" },
	{ 404, "{\"errors\":[5]}", SCANREQ_E_NOT_FOUND, "", "HTTP 404" },
	{ 404, "{\"errors\":{}}", SCANREQ_E_NOT_FOUND, "", "HTTP 404" },
	{ 404, "{\"errors\":[{\"code\":5,\"message\":[]}]}", SCANREQ_E_NOT_FOUND, "5",
	  "(HTTP 404 5)" },
	{ 404, "{\"errors\":[{\"code\":\"A\\nB\",\"message\":\"c\\u001b[31md\"}]}",
	  SCANREQ_E_NOT_FOUND, "A\\nB", "c\\x1b[31md" },
	{ 403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\"}]}", SCANREQ_E_DENIED,
	  "DENIED", "absent or private" },
	{ 401, "", SCANREQ_E_DENIED, "", "nothing" },
	{ 408, "", SCANREQ_E_UNAVAILABLE, "", "try again" },
	{ 429, "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\"}]}", SCANREQ_E_UNAVAILABLE,
	  "TOOMANYREQUESTS", "wait, or log in" },
	{ 500, "", SCANREQ_E_UNAVAILABLE, "", "HTTP 500" },
	{ 503, "", SCANREQ_E_UNAVAILABLE, "", "HTTP 503" },
	{ 400, "Client sent an HTTP request to an HTTPS server.\n", SCANREQ_E_UNREADABLE, "",
	  "HTTPS server.)" },
	{ 204, "", SCANREQ_E_UNREADABLE, "", "HTTP 204" },
	{ 206, "x", SCANREQ_E_UNREADABLE, "", "HTTP 206" },
	{ 304, "", SCANREQ_E_UNREADABLE, "", "HTTP 304" },
};

static void says_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(errors); i++) {
		const struct exchange exchange = { MANIFEST, .status = errors[i].status,
						   .answer_body = errors[i].body };
		struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

		pull_start(&b, &exchange, 1, "r.example/ns/app:1");
		assert_int_equal(pull_manifest(&b, NULL), errors[i].failed);
		assert_int_equal(b.err.klass, errors[i].failed);
		assert_int_equal(b.err.http_status, errors[i].status);
		assert_string_equal(b.err.host, "r.example");
		assert_string_equal(b.err.service_code, errors[i].code);
		if (!strstr(b.err.message, errors[i].says))
			fail_msg("%s does not say %s", b.err.message, errors[i].says);
	}
}

/* A registry that repeats the login in its error must not make us show it. */
static void masks_what_it_says(void **state)
{
	const struct exchange exchanges[] = {
		{ MANIFEST, DENIES(CHALLENGE) },
		ISSUES("long-secret-token"),
		{ MANIFEST, WITH("Bearer long-secret-token"), .status = 403,
		  .answer_body = "you sent long-secret-token" },
	};
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, exchanges, 3, "r.example/ns/app:1");
	assert_int_equal(pull_manifest(&b, NULL), SCANREQ_E_DENIED);
	assert_non_null(strstr(b.err.message, "you sent ***"));
}

static void passes_on_failures(void **state)
{
	const struct exchange exchanges[] = {
		{ MANIFEST, .fails = SCANREQ_E_UNAVAILABLE },
		{ MANIFEST, DENIES(CHALLENGE) },
		{ .method = "GET", .url = TOKEN_URL, .fails = SCANREQ_E_UNAVAILABLE },
		{ MANIFEST, DENIES("Date: now") },
	};
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, exchanges, 4, "r.example/ns/app:1");
	assert_int_equal(pull_manifest(&b, NULL), SCANREQ_E_UNAVAILABLE);
	assert_string_equal(b.err.message, "scripted failure");
	assert_int_equal(pull_manifest(&b, NULL), SCANREQ_E_UNAVAILABLE);
	assert_int_equal(pull_manifest(&b, NULL), SCANREQ_E_DENIED);
	assert_int_equal(b.err.http_status, 401);
	scripted_done(b.transport);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_the_right_place),
		cmocka_unit_test(lists_one_candidate),
		cmocka_unit_test(refuses_bad_hosts),
		cmocka_unit_test(reads_manifest_and_config),
		cmocka_unit_test(verifies),
		cmocka_unit_test(verifies_blobs),
		cmocka_unit_test(verifies_children),
		cmocka_unit_test(applies_caps),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(masks_what_it_says),
		cmocka_unit_test(passes_on_failures),
	};

	return cmocka_run_group_tests_name("source-registry", tests, NULL, NULL);
}
