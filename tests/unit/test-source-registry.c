/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "source/source-registry.h"
#include "tests/unit/transport.h"

#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }
#define ACCEPT                                                                             \
	"Accept: application/vnd.oci.image.manifest.v1+json, "                             \
	"application/vnd.oci.image.index.v1+json, "                                        \
	"application/vnd.docker.distribution.manifest.v2+json, "                           \
	"application/vnd.docker.distribution.manifest.list.v2+json, "                      \
	"application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1, "                \
	"application/vnd.docker.distribution.manifest.v1+json;q=0.1"
/* The empty text's digests. */
#define EMPTY "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OTHER "sha256:0000000000000000000000000000000000000000000000000000000000000000"
#define EMPTY_512                                                                          \
	"sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"          \
	"47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
#define BASIC "Basic YWxpY2U6aHVudGVyMg==" /* alice:hunter2 */
#define CHALLENGE "WWW-Authenticate: Bearer realm=\"https://auth.example/t\",service=\"s\""
#define TOKEN_URL "https://auth.example/t?service=s&scope=repository%3Ans%2Fapp%3Apull"

/* One registry source, opened by a reference. */
struct bench {
	struct http_transport *transport;
	struct log *log;
	struct registry_auth *auth;
	struct strv plain_http;
	struct reference reference;
	struct source source;
	struct candidates candidates;
	struct source_document document;
	struct buf config;
	struct digest digest;
	struct scanreq_error err;
};

static int find_alice(void *arg, const struct reference *reference, struct credential *credential,
		      struct scanreq_error *err)
{
	(void)arg;
	(void)reference;
	(void)err;
	credential->username = strdup("alice");
	credential->password = strdup("hunter2");
	credential->from = strdup("auth.json");
	return 0;
}

static int bench_open(struct bench *b)
{
	const struct registry_context context = {
		.transport = b->transport,
		.auth = b->auth,
		.log = b->log,
		.plain_http = &b->plain_http,
	};

	return source_registry_open(&context, &b->reference, &b->source, &b->err);
}

static void bench_start(struct bench *b, const struct exchange *exchanges, size_t count,
			const char *name)
{
	b->transport = scripted_transport(exchanges, count);
	b->log = log_new(LOG_LEVEL_WARNING, NULL, NULL);
	assert_int_equal(registry_auth_new(b->transport, b->log, &b->auth, &b->err), 0);
	assert_int_equal(reference_parse(name, &b->reference, &b->err), 0);
	assert_int_equal(bench_open(b), 0);
	assert_int_equal(source_list(&b->source, &b->candidates, &b->err), 0);
	assert_int_equal(b->candidates.count, 1);
}

static void bench_free(struct bench *b)
{
	source_document_free(&b->document);
	buf_free(&b->config);
	candidates_free(&b->candidates);
	source_close(&b->source);
	registry_auth_free(&b->auth);
	http_transport_free(&b->transport);
	log_free(&b->log);
	reference_free(&b->reference);
	strv_free(&b->plain_http);
}

#define CLEANUP_BENCH CLEANUP(bench_free)

static int manifest(struct bench *b, const struct descriptor *want)
{
	source_document_free(&b->document);
	memset(&b->document, 0, sizeof(b->document));
	return source_manifest(&b->source, b->candidates.items, want, &b->document, &b->digest,
			       &b->err);
}

static struct descriptor descriptor(const char *digest, int64_t size)
{
	struct descriptor d = { .size = size };

	assert_true(digest_parse(digest, strlen(digest), &d.digest));
	return d;
}

static int config(struct bench *b, const char *digest, int64_t size)
{
	struct descriptor want = descriptor(digest, size);

	buf_free(&b->config);
	return source_config(&b->source, b->candidates.items, &want, &b->config, &b->digest,
			     &b->err);
}

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
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

		if (places[i].plain_http)
			strv_add(&b.plain_http, places[i].plain_http);
		bench_start(&b, &exchange, 1, places[i].name);
		if (manifest(&b, NULL))
			fail_msg("%s: %s", places[i].name, b.err.message);
		scripted_done(b.transport);
	}
}

static void lists_one_candidate(void **state)
{
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	const struct candidate *c;

	(void)state;
	bench_start(&b, NULL, 0, "r.example/ns/app:1");
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
	static const char *const hosts[] = { "r.example:99999", "r.example/x", "u@r.example", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
		struct bench b CLEANUP_BENCH = {
			.err = SCANREQ_ERROR_INIT,
			.reference = { .domain = strdup(hosts[i]), .path = strdup("a") },
		};

		assert_int_equal(bench_open(&b), SCANREQ_E_USAGE);
		assert_null(b.source.ops);
	}
}

/* --- what it hands out ------------------------------------------------------------- */

static void reads_manifest_and_config(void **state)
{
	const struct exchange exchanges[] = {
		{ .method = "GET", .url = "https://r.example/v2/ns/app/manifests/1", .status = 200,
		  .answer_headers = LIST("Content-Type: application/vnd.oci.image.index.v1+json",
					 "Docker-Content-Digest: " EMPTY) },
		{ .method = "GET", .url = "https://r.example/v2/ns/app/manifests/" EMPTY,
		  .status = 200, .headers = LIST(ACCEPT) },
		{ .method = "GET", .url = "https://r.example/v2/ns/app/blobs/" EMPTY, .status = 200,
		  .not_headers = LIST("Accept") },
	};
	struct descriptor child = descriptor(EMPTY, 0);
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };
	char text[DIGEST_TEXT_MAX];

	(void)state;
	bench_start(&b, exchanges, 3, "r.example/ns/app:1");
	assert_int_equal(manifest(&b, NULL), 0);
	assert_string_equal(b.document.media_type, "application/vnd.oci.image.index.v1+json");
	assert_string_equal(digest_format(&b.digest, text), EMPTY);
	assert_int_equal(manifest(&b, &child), 0);
	assert_null(b.document.media_type);
	assert_int_equal(config(&b, EMPTY, 0), 0);
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
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

		snprintf(url, sizeof(url), "https://r.example/v2/a/manifests/%s", at ? at + 1 : "1");
		snprintf(header, sizeof(header), "docker-content-digest: %s",
			 tests[i].header ? tests[i].header : "");
		exchange.answer_headers = LIST(header);
		exchange.answer_body = tests[i].body;
		bench_start(&b, &exchange, 1, tests[i].name);
		assert_int_equal(manifest(&b, NULL), tests[i].failed);
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
			.method = "GET", .url = url, .status = 200, .answer_body = tests[i].body,
		};
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

		snprintf(url, sizeof(url), "https://r.example/v2/a/blobs/%s", tests[i].digest);
		bench_start(&b, &exchange, 1, "r.example/a:1");
		assert_int_equal(config(&b, tests[i].digest, tests[i].size), tests[i].failed);
		if (tests[i].says && !strstr(b.err.message, tests[i].says))
			fail_msg("%s does not say %s", b.err.message, tests[i].says);
	}
}

/* A child of an index has a size, too. */
static void verifies_children(void **state)
{
	const struct exchange exchange = {
		.method = "GET", .url = "https://r.example/v2/a/manifests/" EMPTY, .status = 200,
	};
	struct descriptor child = descriptor(EMPTY, 5);
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, &exchange, 1, "r.example/a:1");
	assert_int_equal(manifest(&b, &child), SCANREQ_E_MISMATCH);
}

static void applies_caps(void **state)
{
	static char large[LIMIT_MANIFEST + 1];
	const struct exchange exchange = {
		.method = "GET", .url = "https://r.example/v2/a/manifests/1", .status = 200,
		.answer_body = large, .answer_len = sizeof(large),
	};
	struct descriptor child = descriptor(EMPTY, LIMIT_MANIFEST + 1);
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, &exchange, 1, "r.example/a:1");
	assert_int_equal(manifest(&b, NULL), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(b.err.message, "a:1"));
	assert_non_null(strstr(b.err.message, "larger than 4194304 bytes"));
	/* what says itself that it is too large is not asked for */
	assert_int_equal(manifest(&b, &child), SCANREQ_E_UNREADABLE);
	assert_int_equal(config(&b, EMPTY, LIMIT_CONFIG + 1), SCANREQ_E_UNREADABLE);
	scripted_done(b.transport);
}

/* --- logins ------------------------------------------------------------------------ */

#define MANIFEST .method = "GET", .url = "https://r.example/v2/ns/app/manifests/1"
#define BLOB .method = "GET", .url = "https://r.example/v2/ns/app/blobs/" EMPTY
#define ANONYMOUS .not_headers = LIST("Authorization")
#define WITH(value) .headers = LIST("Authorization: " value)
#define DENIES(challenge) .status = 401, .answer_headers = LIST(challenge)
#define ISSUES(token) \
	{ .method = "GET", .url = TOKEN_URL, .status = 200, \
	  .answer_body = "{\"token\":\"" token "\",\"expires_in\":300}" }

static void answers_the_challenge(void **state)
{
	const struct exchange exchanges[] = {
		{ MANIFEST, ANONYMOUS, DENIES(CHALLENGE) },
		ISSUES("one"),
		{ MANIFEST, WITH("Bearer one"), .status = 200 },
		{ BLOB, WITH("Bearer one"), .status = 200 },
	};
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, exchanges, 4, "r.example/ns/app:1");
	assert_int_equal(manifest(&b, NULL), 0);
	assert_int_equal(config(&b, EMPTY, 0), 0);
	scripted_done(b.transport);
}

/* A token that ends between two requests is replaced. */
static void renews_the_token(void **state)
{
	const struct exchange exchanges[] = {
		{ MANIFEST, DENIES(CHALLENGE) },
		ISSUES("one"),
		{ MANIFEST, WITH("Bearer one"), .status = 200 },
		{ BLOB, WITH("Bearer one"), DENIES(CHALLENGE ",error=\"invalid_token\"") },
		ISSUES("two"),
		{ BLOB, WITH("Bearer two"), .status = 200 },
	};
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, exchanges, 6, "r.example/ns/app:1");
	assert_int_equal(manifest(&b, NULL), 0);
	assert_int_equal(config(&b, EMPTY, 0), 0);
	scripted_done(b.transport);
}

/* Docker Hub's answer for what is absent: one token is tried, and no second one. */
static void gives_up_on_a_refused_token(void **state)
{
	const struct exchange exchanges[] = {
		{ .method = "GET", .url = "https://registry-1.docker.io/v2/ns/app/manifests/1",
		  DENIES(CHALLENGE) },
		ISSUES("one"),
		{ .method = "GET", .url = "https://registry-1.docker.io/v2/ns/app/manifests/1",
		  WITH("Bearer one"), DENIES(CHALLENGE ",error=\"insufficient_scope\"") },
	};
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, exchanges, 3, "ns/app:1");
	assert_int_equal(manifest(&b, NULL), SCANREQ_E_DENIED);
	scripted_done(b.transport);
	assert_int_equal(b.err.http_status, 401);
	assert_string_equal(b.err.host, "registry-1.docker.io");
	assert_non_null(strstr(b.err.message, "docker.io/ns/app is absent or private"));
}

static void widens_the_scope(void **state)
{
	const struct exchange exchanges[] = {
		{ MANIFEST, DENIES(CHALLENGE) },
		ISSUES("one"),
		{ MANIFEST, WITH("Bearer one"), DENIES(CHALLENGE ",scope=\"wide\"") },
		{ .method = "GET", .url = "https://auth.example/t?service=s&scope=wide",
		  .status = 200, .answer_body = "{\"token\":\"two\"}" },
		{ MANIFEST, WITH("Bearer two"), DENIES(CHALLENGE ",scope=\"wider\"") },
	};
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, exchanges, 5, "r.example/ns/app:1");
	assert_int_equal(manifest(&b, NULL), SCANREQ_E_DENIED);
	scripted_done(b.transport);
}

static void logs_in_with_basic(void **state)
{
	const struct exchange exchanges[] = {
		{ MANIFEST, ANONYMOUS, DENIES("WWW-Authenticate: Basic realm=\"r\"") },
		{ MANIFEST, WITH(BASIC), .status = 200 },
		{ BLOB, WITH(BASIC), DENIES("WWW-Authenticate: Basic realm=\"r\"") },
		{ BLOB, WITH(BASIC), DENIES("WWW-Authenticate: Basic realm=\"r\"") },
	};
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, exchanges, 4, "r.example/ns/app:1");
	assert_int_equal(registry_auth_provider(b.auth, find_alice, NULL), 0);
	assert_int_equal(manifest(&b, NULL), 0);
	assert_int_equal(config(&b, EMPTY, 0), SCANREQ_E_DENIED);
	assert_non_null(strstr(b.err.message, "r.example refused the credentials of alice"));
	assert_null(strstr(b.err.message, "hunter2"));
	scripted_done(b.transport);
}

/* --- redirects --------------------------------------------------------------------- */

#define LEADS(to) .status = 307, .answer_headers = LIST("Location: " to)

/* A login belongs to one origin: what leaves it stays without, even on the way back. */
static void leaves_the_login_behind(void **state)
{
	static const char *const away[] = {
		"https://cdn.example/x?sig=1", "https://r.example:444/x", "https://sub.r.example/x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(away); i++) {
		char location[200];
		const struct exchange exchanges[] = {
			{ MANIFEST, DENIES(CHALLENGE) },
			ISSUES("one"),
			{ MANIFEST, WITH("Bearer one"), .status = 200 },
			{ BLOB, WITH("Bearer one"), .status = 307, .answer_headers = LIST(location) },
			{ .method = "GET", .url = away[i], ANONYMOUS,
			  LEADS("https://r.example/v2/back") },
			{ .method = "GET", .url = "https://r.example/v2/back", ANONYMOUS,
			  .status = 200 },
		};
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

		snprintf(location, sizeof(location), "Location: %s", away[i]);
		bench_start(&b, exchanges, 6, "r.example/ns/app:1");
		assert_int_equal(manifest(&b, NULL), 0);
		assert_int_equal(config(&b, EMPTY, 0), 0);
		scripted_done(b.transport);
	}
}

/* CVE-2020-15157: a challenge of another host is not answered. */
static void answers_no_challenge_elsewhere(void **state)
{
	const struct exchange exchanges[] = {
		{ BLOB, LEADS("https://evil.example/x") },
		{ .method = "GET", .url = "https://evil.example/x", ANONYMOUS,
		  DENIES("WWW-Authenticate: Basic realm=\"r\"") },
	};
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, exchanges, 2, "r.example/ns/app:1");
	assert_int_equal(registry_auth_provider(b.auth, find_alice, NULL), 0);
	assert_int_equal(config(&b, EMPTY, 0), SCANREQ_E_DENIED);
	assert_string_equal(b.err.host, "evil.example");
	scripted_done(b.transport);
}

static void keeps_the_login_within_the_origin(void **state)
{
	const struct exchange exchanges[] = {
		{ BLOB, DENIES(CHALLENGE) },
		ISSUES("one"),
		{ BLOB, WITH("Bearer one"), LEADS("/v2/moved?x") },
		{ .method = "GET", .url = "https://r.example/v2/moved?x", WITH("Bearer one"),
		  .status = 200 },
	};
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, exchanges, 4, "r.example/ns/app:1");
	assert_int_equal(config(&b, EMPTY, 0), 0);
	scripted_done(b.transport);
}

static void stops_following(void **state)
{
	const char *const *location = LIST("Location: /again");
	struct exchange exchanges[HTTP_REDIRECTS + 1] = { { BLOB } };
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(exchanges); i++) {
		exchanges[i].method = "GET";
		exchanges[i].url = i ? "https://r.example/again" : exchanges[0].url;
		exchanges[i].status = 302;
		exchanges[i].answer_headers = location;
	}
	bench_start(&b, exchanges, ARRAY_LENGTH(exchanges), "r.example/ns/app:1");
	assert_int_equal(config(&b, EMPTY, 0), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(b.err.message, "more than 10 times"));
	scripted_done(b.transport);
}

static void refuses_bad_redirects(void **state)
{
	static const char *const bad[] = {
		"http://r.example/x", "https://127.0.0.1/x", "ftp://r.example/x", "https://u:p@h/",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		char location[200];
		const struct exchange exchange = { BLOB, .status = 302,
						   .answer_headers = LIST(location) };
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

		snprintf(location, sizeof(location), "Location: %s", bad[i]);
		bench_start(&b, &exchange, 1, "r.example/ns/app:1");
		assert_int_equal(config(&b, EMPTY, 0), SCANREQ_E_UNREADABLE);
		scripted_done(b.transport);
	}
}

/* --- errors ------------------------------------------------------------------------ */

static const struct {
	int status;
	const char *body;
	int failed;
	const char *code;
	const char *says;
} errors[] = {
	{ 404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}",
	  SCANREQ_E_NOT_FOUND, "MANIFEST_UNKNOWN", "r.example has no ns/app:1" },
	{ 404, "", SCANREQ_E_NOT_FOUND, "", "(HTTP 404)" },
	{ 404, "<html>\n<b>no</b>\n</html>", SCANREQ_E_NOT_FOUND, "", "404: <html> <b>no</b> </html>)" },
	{ 404, "{\"errors\":[{\"code\":\"404\"}]}", SCANREQ_E_NOT_FOUND, "404", "(HTTP 404 404)" },
	{ 404, "{\"errors\":[]}", SCANREQ_E_NOT_FOUND, "", "404: {\"errors\":[]})" },
	{ 404, "{\"errors\":[5]}", SCANREQ_E_NOT_FOUND, "", "HTTP 404" },
	{ 404, "{\"errors\":{}}", SCANREQ_E_NOT_FOUND, "", "HTTP 404" },
	{ 404, "{\"errors\":[{\"code\":5,\"message\":[]}]}", SCANREQ_E_NOT_FOUND, "", "HTTP 404" },
	{ 404, "{\"errors\":[{\"code\":\"A\\nB\",\"message\":\"c\\u001b[31md\"}]}",
	  SCANREQ_E_NOT_FOUND, "A\\nB", "c\\x1b[31md" },
	{ 403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\"}]}", SCANREQ_E_DENIED, "DENIED",
	  "absent or private" },
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
		struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

		bench_start(&b, &exchange, 1, "r.example/ns/app:1");
		assert_int_equal(manifest(&b, NULL), errors[i].failed);
		assert_int_equal(b.err.klass, errors[i].failed);
		assert_int_equal(b.err.http_status, errors[i].status);
		assert_string_equal(b.err.host, "r.example");
		assert_string_equal(b.err.code, errors[i].code);
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
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, exchanges, 3, "r.example/ns/app:1");
	assert_int_equal(manifest(&b, NULL), SCANREQ_E_DENIED);
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
	struct bench b CLEANUP_BENCH = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bench_start(&b, exchanges, 4, "r.example/ns/app:1");
	assert_int_equal(manifest(&b, NULL), SCANREQ_E_UNAVAILABLE);
	assert_string_equal(b.err.message, "scripted failure");
	assert_int_equal(manifest(&b, NULL), SCANREQ_E_UNAVAILABLE);
	assert_int_equal(manifest(&b, NULL), SCANREQ_E_DENIED);
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
		cmocka_unit_test(answers_the_challenge),
		cmocka_unit_test(renews_the_token),
		cmocka_unit_test(gives_up_on_a_refused_token),
		cmocka_unit_test(widens_the_scope),
		cmocka_unit_test(logs_in_with_basic),
		cmocka_unit_test(leaves_the_login_behind),
		cmocka_unit_test(answers_no_challenge_elsewhere),
		cmocka_unit_test(keeps_the_login_within_the_origin),
		cmocka_unit_test(stops_following),
		cmocka_unit_test(refuses_bad_redirects),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(masks_what_it_says),
		cmocka_unit_test(passes_on_failures),
	};

	return cmocka_run_group_tests_name("source-registry", tests, NULL, NULL);
}
