/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "source/registry-auth.h"
#include "tests/unit/transport.h"

#define PASSWORD "hunter2-secret"
#define BASIC "Basic YWxpY2U6aHVudGVyMi1zZWNyZXQ=" /* alice:hunter2-secret */
#define SCOPE "scope=repository%3Ans%2Fapp%3Apull"
#define BEARER "Bearer realm=\"https://auth.example/token\",service=\"reg\""
#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }

/* A user's login, as a provider finds it. */
static int find_alice(void *arg, const struct reference *reference,
		      struct credential *credential, struct scanreq_error *err)
{
	(void)arg;
	(void)err;
	assert_string_equal(reference->path, "ns/app");
	credential->username = strdup("alice");
	credential->password = strdup(PASSWORD);
	credential->from = strdup("auth.json (\"r.example\")");
	return 0;
}

static int find_nobody(void *arg, const struct reference *reference,
		       struct credential *credential, struct scanreq_error *err)
{
	(void)arg;
	(void)reference;
	(void)credential;
	(void)err;
	return 0;
}

static int find_broken(void *arg, const struct reference *reference,
		       struct credential *credential, struct scanreq_error *err)
{
	(void)arg;
	(void)reference;
	(void)credential;
	return error_set(err, SCANREQ_E_USAGE, "auth.json is broken");
}

static int find_colon(void *arg, const struct reference *reference,
		      struct credential *credential, struct scanreq_error *err)
{
	int failed = find_alice(arg, reference, credential, err);

	free(credential->username);
	credential->username = strdup("al:ice");
	return failed;
}

/* A registry, a repository, and the keeper of logins over a scripted transport. */
struct bench {
	struct http_transport *transport;
	struct log *log;
	struct registry_auth *auth;
	struct url origin;
	struct reference reference;
	struct strv allowed;
	const char *old; /* a remembered value that was sent; NULL: none */
	struct scanreq_error err;
};

static void bench_start(struct bench *b, const struct exchange *exchanges, size_t count,
			const char *origin)
{
	b->transport = scripted_transport(exchanges, count);
	b->log = log_new(LOG_LEVEL_WARNING, NULL, NULL);
	assert_int_equal(registry_auth_new(b->transport, b->log, &b->auth, &b->err), 0);
	assert_int_equal(url_parse(origin, NULL, &b->origin, &b->err), 0);
	assert_int_equal(reference_parse("r.example/ns/app:1", &b->reference, &b->err), 0);
}

static void bench_free(struct bench *b)
{
	registry_auth_free(&b->auth);
	http_transport_free(&b->transport);
	log_free(&b->log);
	url_free(&b->origin);
	reference_free(&b->reference);
	strv_free(&b->allowed);
}

static int answer(struct bench *b, const char *const *challenges, const char *used,
		  char **value)
{
	struct http_response response CLEANUP_RESPONSE = { .status = 401 };
	const struct refusal refusal = {
		.origin = &b->origin, .reference = &b->reference, .response = &response,
		.sent = used ? used : b->old, .fresh = used,
	};

	for (; challenges && *challenges; challenges++)
		assert_int_equal(
		    strv_addf(&response.headers, "WWW-Authenticate: %s", *challenges), 0);
	return registry_auth_answer(b->auth, &refusal, value, &b->err);
}

/* One 401 and what becomes of it. */
struct test {
	const char *origin;            /* NULL: https://r.example/ */
	const char *allow;             /* a realm, or NULL */
	const char *const *challenges;
	credential_fn find;            /* NULL: anonymous */
	const char *value;             /* NULL: it fails */
	int failed;
	const char *says;              /* of a failure */
	struct exchange exchanges[2];
};

static void play(const struct test *t)
{
	size_t count = t->exchanges[0].method ? t->exchanges[1].method ? 2 : 1 : 0;
	struct bench b CLEANUP(bench_free) = { .err = SCANREQ_ERROR_INIT };
	char *value CLEANUP_SECRET = NULL;
	int failed;

	bench_start(&b, t->exchanges, count, t->origin ? t->origin : "https://r.example/");
	if (t->allow)
		assert_int_equal(strv_add(&b.allowed, t->allow), 0);
	registry_auth_allow(b.auth, &b.allowed);
	if (t->find)
		assert_int_equal(registry_auth_provider(b.auth, t->find, NULL), 0);
	failed = answer(&b, t->challenges, NULL, &value);
	if (failed != t->failed)
		fail_msg("%s: %d, %s", *t->challenges, failed, b.err.message);
	assert_true(str_equal(value, t->value));
	if (failed && !strstr(b.err.message, t->says))
		fail_msg("%s does not say %s", b.err.message, t->says);
	assert_null(strstr(b.err.message, "hunter2"));
	scripted_done(b.transport);
}

static void play_all(const struct test *tests, size_t count)
{
	for (size_t i = 0; i < count; i++)
		play(&tests[i]);
}

#define TOKEN .status = 200, .answer_body = "{\"token\":\"tok\",\"expires_in\":300}"
#define TOKEN_FROM(from, ...) \
	.exchanges = { { .method = "GET", .url = from, TOKEN, ##__VA_ARGS__ } }

static void gets_tokens(void **state)
{
	const struct test tests[] = {
		{ .challenges = LIST(BEARER ",scope=\"repository:ns/app:pull\""),
		  .value = "Bearer tok",
		  TOKEN_FROM("https://auth.example/token?service=reg&" SCOPE,
			     .not_headers = LIST("Authorization")) },
		{ .challenges = LIST(BEARER), .find = find_alice, .value = "Bearer tok",
		  TOKEN_FROM("https://auth.example/token?account=alice&service=reg&" SCOPE,
			     .headers = LIST("Authorization: " BASIC)) },
		/* the realm's own query is kept; no service; the first Bearer counts */
		{ .challenges = LIST("bearer realm=\"https://auth.example/t?a=b%20c\"",
				     "Bearer realm=\"https://other.example/\""),
		  .value = "Bearer tok",
		  TOKEN_FROM("https://auth.example/t?a=b%20c&" SCOPE) },
		/* a realm relative to the registry, an empty scope */
		{ .challenges = LIST("Bearer realm=\"/token\",scope=\"\""), .value = "Bearer tok",
		  TOKEN_FROM("https://r.example/token?" SCOPE) },
		/* several scopes are several parameters */
		{ .challenges = LIST("Bearer realm=\"/t\",scope=\" repository:a:pull,push"
				     "  b:*:& \""),
		  .value = "Bearer tok",
		  TOKEN_FROM("https://r.example/t?scope=repository%3Aa%3Apull%2Cpush"
			     "&scope=b%3A%2A%3A%26") },
		/* of several challenges Bearer with a realm wins */
		{ .challenges = LIST("Negotiate", "Bearer service=\"x\"", "Basic realm=\"b\"",
				     "Bearer realm=\"/t\""),
		  .find = find_alice, .value = "Bearer tok",
		  TOKEN_FROM("https://r.example/t?account=alice&" SCOPE) },
		{ .challenges = LIST("Basic realm=\"a\", Bearer realm=\"/t\""),
		  .value = "Bearer tok",
		  TOKEN_FROM("https://r.example/t?" SCOPE) },
	};

	(void)state;
	play_all(tests, ARRAY_LENGTH(tests));
}

static void reads_tokens(void **state)
{
	static const struct {
		const char *body;
		const char *value;
	} bodies[] = {
		{ "{\"access_token\":\"tok\"}", "Bearer tok" },
		{ "{\"token\":\"tok\",\"access_token\":\"other\"}", "Bearer tok" },
		{ "{\"token\":\"\",\"access_token\":\"tok\"}", "Bearer tok" },
		{ "{\"token\":null,\"access_token\":\"tok\"}", "Bearer tok" },
		{ "{\"token\":\"t.o-k_~+/=\",\"expires_in\":\"300\"}", "Bearer t.o-k_~+/=" },
		{ "{\"token\":\"tok\",\"expires_in\":-1,\"issued_at\":5}", "Bearer tok" },
		{ "{\"token\":\"tok\",\"expires_in\":9223372036854775807}", "Bearer tok" },
		{ "{}", NULL },
		{ "{\"token\":\"\"}", NULL },
		{ "{\"token\":5}", NULL },
		{ "{\"token\":\"a b\"}", NULL },
		{ "{\"token\":\"a\\r\\nX-Evil: 1\"}", NULL },
		{ "{\"token\":\"a\\u0000b\"}", NULL },
		{ "{\"token\":\"\xc3\xa9\"}", NULL },
		{ "[\"token\"]", NULL },
		{ "<html>", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++) {
		struct test t = {
			.challenges = LIST("Bearer realm=\"https://auth.example:5001/t\""),
			.value = bodies[i].value,
			.failed = bodies[i].value ? 0 : SCANREQ_E_UNAVAILABLE,
			.says = "auth.example:5001",
			.exchanges = { { .method = "GET", .status = 200,
					 .url = "https://auth.example:5001/t?" SCOPE,
					 .answer_body = bodies[i].body } },
		};

		play(&t);
	}
}

#define ASKED .method = "GET", .url = "https://auth.example/token?service=reg&" SCOPE
#define ASKED_ALICE \
	.method = "GET", .url = "https://auth.example/token?account=alice&service=reg&" SCOPE

static void is_refused(void **state)
{
	const struct test tests[] = {
		{ .challenges = LIST(BEARER),
		  .find = find_alice,
		  .failed = SCANREQ_E_DENIED,
		  .says =
		      "auth.example: the credentials of alice from auth.json (\"r.example\")",
		  .exchanges = { { ASKED_ALICE, .status = 401,
				   .answer_body = "{\"details\":\"" PASSWORD
						  " is wrong\"}" } } },
		{ .challenges = LIST(BEARER),
		  .find = find_alice,
		  .failed = SCANREQ_E_DENIED,
		  .says = "it says",
		  .exchanges = { { ASKED_ALICE, .status = 403,
				   .answer_body =
				       "it says YWxpY2U6aHVudGVyMi1zZWNyZXQ=" } } },
		{ .challenges = LIST(BEARER),
		  .failed = SCANREQ_E_DENIED,
		  .says = "absent or private",
		  .exchanges = { { ASKED, .status = 403, .answer_body = "denied" } } },
		{ .challenges = LIST(BEARER),
		  .failed = SCANREQ_E_DENIED,
		  .says = "HTTP 404",
		  .exchanges = { { ASKED, .status = 404 } } },
		{ .challenges = LIST(BEARER),
		  .failed = SCANREQ_E_UNAVAILABLE,
		  .says = "HTTP 503",
		  .exchanges = { { ASKED, .status = 503 } } },
		{ .challenges = LIST(BEARER),
		  .failed = SCANREQ_E_UNAVAILABLE,
		  .says = "HTTP 429",
		  .exchanges = { { ASKED, .status = 429 } } },
		{ .challenges = LIST(BEARER),
		  .failed = SCANREQ_E_UNAVAILABLE,
		  .says = "HTTP 204",
		  .exchanges = { { ASKED, .status = 204 } } },
		{ .challenges = LIST(BEARER),
		  .failed = SCANREQ_E_UNAVAILABLE,
		  .says = "scripted failure",
		  .exchanges = { { ASKED, .fails = SCANREQ_E_UNAVAILABLE } } },
		/* what cannot be answered at all */
		{ .challenges = LIST("Negotiate", "NTLM"),
		  .failed = SCANREQ_E_DENIED,
		  .says = "negotiate, ntlm" },
		{ .challenges = LIST("Bearer service=\"x\""),
		  .failed = SCANREQ_E_DENIED,
		  .says = "realm" },
		{ .challenges = LIST("Bearer realm=\"\""),
		  .failed = SCANREQ_E_DENIED,
		  .says = "realm" },
		{ .challenges = LIST(""), .failed = SCANREQ_E_DENIED, .says = "nothing" },
		/* providers */
		{ .challenges = LIST("Basic realm=\"b\""),
		  .find = find_nobody,
		  .failed = SCANREQ_E_DENIED,
		  .says = "login required" },
		{ .challenges = LIST(BEARER),
		  .find = find_broken,
		  .failed = SCANREQ_E_USAGE,
		  .says = "auth.json is broken" },
		{ .challenges = LIST("Basic realm=\"b\""),
		  .find = find_colon,
		  .failed = SCANREQ_E_USAGE,
		  .says = "colon" },
	};

	(void)state;
	play_all(tests, ARRAY_LENGTH(tests));
}

/* --- identity and registry tokens -------------------------------------------------- */

static int find_identity(void *arg, const struct reference *reference,
			 struct credential *credential, struct scanreq_error *err)
{
	(void)arg;
	(void)reference;
	(void)err;
	credential->identity_token = strdup("id/secret");
	credential->from = strdup("auth.json");
	return 0;
}

static int find_identity_of_alice(void *arg, const struct reference *reference,
				  struct credential *credential, struct scanreq_error *err)
{
	credential->username = strdup("alice");
	credential->password = strdup("");
	return find_identity(arg, reference, credential, err);
}

static int find_registry_token(void *arg, const struct reference *reference,
			       struct credential *credential, struct scanreq_error *err)
{
	(void)arg;
	(void)reference;
	(void)err;
	credential->registry_token = strdup("direct");
	credential->from = strdup("auth.json");
	return 0;
}

#define POSTED                                                                            \
	.method = "POST", .url = "https://auth.example/token",                            \
	.headers = LIST("Content-Type: application/x-www-form-urlencoded"),               \
	.not_headers = LIST("Authorization"),                                             \
	.body = "grant_type=refresh_token&client_id=scanreq&service=reg"                  \
		"&scope=repository%3Ans%2Fapp%3Apull&refresh_token=id%2Fsecret"
/* alice:id/secret */
#define ASKED_INSTEAD ASKED_ALICE, .headers = LIST("Authorization: Basic YWxpY2U6aWQvc2VjcmV0")
#define NO_POST(code)                                                                     \
	{ .challenges = LIST(BEARER), .find = find_identity_of_alice, .value = "Bearer tok", \
	  .exchanges = { { POSTED, .status = code }, { ASKED_INSTEAD, TOKEN } } }
#define POST_FAILS(provider, code, class)                                                 \
	{ .challenges = LIST(BEARER), .find = provider, .failed = class,                  \
	  .says = "auth.example", .exchanges = { { POSTED, .status = code } } }

static void posts_identity_tokens(void **state)
{
	const struct test tests[] = {
		{ .challenges = LIST(BEARER), .find = find_identity, .value = "Bearer tok",
		  .exchanges = { { POSTED, .status = 200,
				   .answer_body = "{\"access_token\":\"tok\"}" } } },
		NO_POST(400), NO_POST(401), NO_POST(404), NO_POST(405),
		POST_FAILS(find_identity, 404, SCANREQ_E_DENIED),
		POST_FAILS(find_identity, 401, SCANREQ_E_DENIED),
		POST_FAILS(find_identity_of_alice, 403, SCANREQ_E_DENIED),
		POST_FAILS(find_identity_of_alice, 500, SCANREQ_E_UNAVAILABLE),
		POST_FAILS(find_identity_of_alice, 307, SCANREQ_E_UNAVAILABLE),
		{ .challenges = LIST(BEARER), .find = find_registry_token,
		  .value = "Bearer direct" },
		{ .challenges = LIST("Basic realm=\"b\""), .find = find_registry_token,
		  .failed = SCANREQ_E_DENIED, .says = "a stored token from auth.json" },
	};

	(void)state;
	play_all(tests, ARRAY_LENGTH(tests));
}

static void registry_token_is_refused_once(void **state)
{
	struct bench b CLEANUP(bench_free) = { .err = SCANREQ_ERROR_INIT };
	char *value CLEANUP_SECRET = NULL;
	char *again CLEANUP_SECRET = NULL;

	(void)state;
	bench_start(&b, NULL, 0, "https://r.example/");
	assert_int_equal(registry_auth_provider(b.auth, find_registry_token, NULL), 0);
	assert_int_equal(answer(&b, LIST(BEARER), NULL, &value), 0);
	assert_int_equal(answer(&b, LIST(BEARER), value, &again), SCANREQ_E_DENIED);
	assert_null(strstr(b.err.message, "direct"));
}

/* --- the realm --------------------------------------------------------------------- */

#define REALM(url) .challenges = LIST("Bearer realm=\"" url "\"")
#define FORGED(from, url, text)                                                              \
	{                                                                                    \
		.origin = from, REALM(url), .find = find_alice, .failed = SCANREQ_E_DENIED,  \
		.says = text                                                                 \
	}
#define ALLOWED(from, to) \
	{ .origin = from, REALM(to), .value = "Bearer tok", \
	  .exchanges = { { .method = "GET", .url = to "?" SCOPE, TOKEN } } }

/* No request at all goes to a realm that must not be asked. */
static void checks_realms(void **state)
{
	const struct test tests[] = {
		FORGED("https://r.example/", "http://r.example/token", "is not https"),
		FORGED("https://r.example/", "http://auth.example/token", "is not https"),
		FORGED("http://r.example/", "http://auth.example/token", "is not https"),
		FORGED("http://127.0.0.1:5000/", "http://auth.example/token", "is not https"),
		FORGED("https://r.example/", "https://127.0.0.1/token", "this machine"),
		FORGED("https://r.example/", "https://localhost:8443/", "this machine"),
		FORGED("https://r.example/", "https://169.254.169.254/latest", "this machine"),
		FORGED("https://r.example/", "https://[::ffff:127.0.0.1]/", "this machine"),
		FORGED("https://r.example/", "https://0.0.0.0/", "this machine"),
		FORGED("https://r.example/", "ftp://auth.example/token", "realm"),
		FORGED("https://r.example/", "https://u:p@auth.example/token", "realm"),
		FORGED("https://r.example/", "https://auth.example:0/", "realm"),
		FORGED("https://r.example/", "https://10.0.0.1/token", "--allow-realm 10.0.0.1"),
		FORGED("https://r.example/", "https://172.16.0.1:8443/", "private"),
		FORGED("https://r.example/", "https://172.31.255.255/", "private"),
		FORGED("https://r.example/", "https://192.168.1.1/", "private"),
		FORGED("https://r.example/", "https://100.64.0.1/", "private"),
		FORGED("https://r.example/", "https://[fd00::1]/", "private"),
		FORGED("https://r.example/", "https://[fe80::1]/", "this machine"),
		FORGED("https://r.example/", "https://[::ffff:10.0.0.1]/", "private"),
		FORGED("https://r.example/", "https://[64:ff9b::a9fe:a9fe]/", "private"),
		FORGED("https://r.example/", "https://0x0a.1/", "private"),
		FORGED("https://r.example/", "https://167772161/", "private"),
		FORGED("https://r.example/", "https://10.0.0.1./", "private"),
		FORGED("https://10.1.2.3/", "https://10.1.2.4/", "private"),
		FORGED("https://10.1.2.3/", "http://10.1.2.3:81/", "is not https"),
		FORGED("http://127.0.0.1:5000/", "http://169.254.169.254/", "is not https"),
		ALLOWED("https://r.example/", "https://r.example:444/token"),
		ALLOWED("https://r.example/", "https://172.32.0.1/token"),
		ALLOWED("https://10.1.2.3/", "https://10.1.2.3:8443/token"),
		ALLOWED("http://r.example/", "http://r.example/token"),
		ALLOWED("http://r.example:5000/", "http://r.example:5001/token"),
		ALLOWED("http://r.example/", "https://auth.example/token"),
		ALLOWED("http://127.0.0.1:5000/", "http://localhost:5001/token"),
		ALLOWED("https://127.0.0.1:5000/", "https://127.0.0.1:5001/token"),
	};

	(void)state;
	play_all(tests, ARRAY_LENGTH(tests));
}

#define VOUCHED(realm, from, to) \
	{ .origin = from, .allow = realm, REALM(to), .value = "Bearer tok", \
	  .exchanges = { { .method = "GET", .url = to "?" SCOPE, TOKEN } } }
#define NOT_VOUCHED(realm, from, to) \
	{ .origin = from, .allow = realm, REALM(to), .failed = SCANREQ_E_DENIED, \
	  .says = "--allow-realm" }

/* What the user named is asked, and nothing beside it. */
static void asks_allowed_realms(void **state)
{
	const struct test tests[] = {
		VOUCHED("10.0.0.1", "https://r.example/", "https://10.0.0.1/token"),
		VOUCHED("10.0.0.1", "https://r.example/", "https://10.0.0.1:8443/token"),
		VOUCHED("10.0.0.1:8443", "https://r.example/", "https://10.0.0.1:8443/token"),
		VOUCHED("AUTH.example", "https://r.example/", "http://auth.example/token"),
		VOUCHED("auth.example:80", "https://r.example/", "http://auth.example/token"),
		VOUCHED("localhost", "https://r.example/", "http://localhost/token"),
		VOUCHED("[fd00::1]", "https://r.example/", "https://[fd00::1]/token"),
		NOT_VOUCHED("10.0.0.1:443", "https://r.example/", "https://10.0.0.1:8443/token"),
		NOT_VOUCHED("10.0.0.1", "https://r.example/", "https://10.0.0.2/token"),
		NOT_VOUCHED("example", "https://r.example/", "http://auth.example/token"),
	};

	(void)state;
	play_all(tests, ARRAY_LENGTH(tests));
}

#define LOCATION(url) .status = 307, .answer_headers = LIST("Location: " url)

static void follows_within_the_origin(void **state)
{
	const struct test tests[] = {
		{ .challenges = LIST(BEARER),
		  .find = find_alice,
		  .value = "Bearer tok",
		  .exchanges = { { ASKED_ALICE, LOCATION("/moved?x=y") },
				 { .method = "GET",
				   .url = "https://auth.example/moved?x=y",
				   TOKEN,
				   .headers = LIST("Authorization: " BASIC) } } },
		{ .challenges = LIST(BEARER),
		  .find = find_alice,
		  .failed = SCANREQ_E_DENIED,
		  .says = "redirects to other.example",
		  .exchanges = { { ASKED_ALICE, LOCATION("https://other.example/token") } } },
		{ .challenges = LIST(BEARER),
		  .failed = SCANREQ_E_DENIED,
		  .says = "redirects to auth.example",
		  .exchanges = { { ASKED, LOCATION("https://auth.example:444/token") } } },
		{ .challenges = LIST(BEARER),
		  .failed = SCANREQ_E_UNAVAILABLE,
		  .says = "http",
		  .exchanges = { { ASKED, LOCATION("http://auth.example/token") } } },
		{ .challenges = LIST(BEARER),
		  .failed = SCANREQ_E_UNAVAILABLE,
		  .says = "without saying where",
		  .exchanges = { { ASKED, .status = 302 } } },
	};

	(void)state;
	play_all(tests, ARRAY_LENGTH(tests));
}

static void stops_following(void **state)
{
	const char *const *location = LIST("Location: /again");
	struct exchange exchanges[HTTP_REDIRECTS + 1];
	struct bench b CLEANUP(bench_free) = { .err = SCANREQ_ERROR_INIT };
	char *value CLEANUP_SECRET = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(exchanges); i++)
		exchanges[i] = (struct exchange){
			.method = "GET",
			.url = i ? "https://auth.example/again" :
				   "https://auth.example/token?service=reg&" SCOPE,
			.status = 307,
			.answer_headers = location,
		};
	bench_start(&b, exchanges, ARRAY_LENGTH(exchanges), "https://r.example/");
	assert_int_equal(answer(&b, LIST(BEARER), NULL, &value), SCANREQ_E_UNAVAILABLE);
	scripted_done(b.transport);
}

static void answers_basic(void **state)
{
	struct bench b CLEANUP(bench_free) = { .err = SCANREQ_ERROR_INIT };
	struct buf masked CLEANUP_BUF = BUF_INIT(1000);
	char *value CLEANUP_SECRET = NULL;
	char *again CLEANUP_SECRET = NULL;

	(void)state;
	bench_start(&b, NULL, 0, "https://r.example/");
	assert_int_equal(registry_auth_provider(b.auth, find_nobody, NULL), 0);
	assert_int_equal(registry_auth_provider(b.auth, find_alice, NULL), 0);
	assert_int_equal(registry_auth_provider(b.auth, find_broken, NULL), 0);
	assert_int_equal(answer(&b, LIST("Basic realm=\"b\""), NULL, &value), 0);
	assert_string_equal(value, BASIC);
	log_mask(b.log, "sent " BASIC " of " PASSWORD, &masked);
	assert_string_equal(buf_str(&masked), "sent Basic *** of ***");
	/* refused: said once, with whose login it was, and no password */
	assert_int_equal(answer(&b, LIST("Basic realm=\"b\""), value, &again),
			 SCANREQ_E_DENIED);
	assert_null(again);
	assert_non_null(strstr(b.err.message, "alice from auth.json"));
	assert_null(strstr(b.err.message, "hunter2"));
}

static void remembers(void **state)
{
	static const struct exchange exchanges[] = { { ASKED, TOKEN } };
	struct bench b CLEANUP(bench_free) = { .err = SCANREQ_ERROR_INIT };
	struct reference other CLEANUP_REFERENCE = { 0 };
	struct url elsewhere CLEANUP_URL = { 0 };
	char *value CLEANUP_SECRET = NULL;
	char *known CLEANUP_SECRET = NULL;

	(void)state;
	bench_start(&b, exchanges, 1, "https://r.example/");
	assert_int_equal(reference_parse("r.example/ns/other", &other, NULL), 0);
	assert_int_equal(url_parse("https://r.example:444/", NULL, &elsewhere, NULL), 0);
	assert_int_equal(registry_auth_known(b.auth, &b.origin, &b.reference, &known, NULL),
			 0);
	assert_null(known);
	assert_int_equal(answer(&b, LIST(BEARER), NULL, &value), 0);
	assert_int_equal(registry_auth_known(b.auth, &b.origin, &other, &known, NULL), 0);
	assert_null(known);
	assert_int_equal(registry_auth_known(b.auth, &elsewhere, &b.reference, &known, NULL),
			 0);
	assert_null(known);
	assert_int_equal(registry_auth_known(b.auth, &b.origin, &b.reference, &known, NULL),
			 0);
	assert_string_equal(known, "Bearer tok");
}

/* A token that was just given is fetched again for another scope, and only then. */
static void widens_the_scope_once(void **state)
{
	static const struct exchange exchanges[] = {
		{ ASKED, TOKEN },
		{ .method = "GET", .url = "https://auth.example/token?service=reg&scope=wide",
		  .status = 200, .answer_body = "{\"token\":\"wide\"}" },
	};
	struct bench b CLEANUP(bench_free) = { .err = SCANREQ_ERROR_INIT };
	char *narrow CLEANUP_SECRET = NULL;
	char *wide CLEANUP_SECRET = NULL;
	char *none CLEANUP_SECRET = NULL;

	(void)state;
	bench_start(&b, exchanges, 2, "https://r.example/");
	assert_int_equal(answer(&b, LIST(BEARER), NULL, &narrow), 0);
	assert_int_equal(answer(&b, LIST(BEARER ",error=\"insufficient_scope\""), narrow,
				&none),
			 SCANREQ_E_DENIED);
	assert_non_null(strstr(b.err.message, "login required: r.example"));
	assert_int_equal(answer(&b, LIST(BEARER ",scope=\"wide\""), narrow, &wide), 0);
	assert_string_equal(wide, "Bearer wide");
	assert_int_equal(answer(&b, LIST(BEARER ",scope=\"wide\""), wide, &none),
			 SCANREQ_E_DENIED);
	scripted_done(b.transport);
}

/* The challenge's scope comes first, since some servers read no other. */
static void asks_for_both_scopes(void **state)
{
	const struct test test = {
		.challenges = LIST("Bearer realm=\"https://auth.example/t\",scope=\"wide\","
				   "error=\"insufficient_scope\""),
		.value = "Bearer tok",
		TOKEN_FROM("https://auth.example/t?scope=wide&" SCOPE),
	};

	(void)state;
	play(&test);
}

/* Clocks differ: a token from the future, or one that is over already, counts from now. */
static void believes_its_own_clock(void **state)
{
	static const char *const issued[] = {
		"2999-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "yesterday", "",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(issued); i++) {
		char body[200];
		const struct exchange exchange = { ASKED, .status = 200, .answer_body = body };
		struct bench b CLEANUP(bench_free) = { .err = SCANREQ_ERROR_INIT };
		char *value CLEANUP_SECRET = NULL;
		char *known CLEANUP_SECRET = NULL;

		snprintf(body, sizeof(body), "{\"token\":\"tok\",\"issued_at\":\"%s\"}",
			 issued[i]);
		bench_start(&b, &exchange, 1, "https://r.example/");
		assert_int_equal(answer(&b, LIST(BEARER), NULL, &value), 0);
		assert_int_equal(registry_auth_known(b.auth, &b.origin, &b.reference, &known,
						     NULL), 0);
		assert_string_equal(known, "Bearer tok");
	}
}

/* --- threads ----------------------------------------------------------------------- */

#define THREADS 8

struct crowd {
	struct bench *bench;
	pthread_barrier_t start;
	int failed;
};

static void *join_crowd(void *arg)
{
	struct crowd *crowd = arg;
	struct bench *b = crowd->bench;
	struct http_response response CLEANUP_RESPONSE = { .status = 401 };
	const struct refusal refusal = { .origin = &b->origin, .reference = &b->reference,
					 .response = &response };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char *value CLEANUP_SECRET = NULL;
	bool fine;

	if (strv_add(&response.headers, "WWW-Authenticate: " BEARER))
		return NULL;
	pthread_barrier_wait(&crowd->start);
	if (registry_auth_answer(b->auth, &refusal, &value, &err) != crowd->failed)
		return NULL;
	fine = crowd->failed ? strstr(err.message, "scripted failure") != NULL
			     : str_equal(value, "Bearer tok");
	return fine ? crowd : NULL;
}

static void run_crowd(struct crowd *crowd)
{
	pthread_t threads[THREADS];

	assert_int_equal(pthread_barrier_init(&crowd->start, NULL, THREADS), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, join_crowd, crowd), 0);
	for (size_t i = 0; i < THREADS; i++) {
		void *fine = NULL;

		pthread_join(threads[i], &fine);
		assert_ptr_equal(fine, crowd);
	}
	pthread_barrier_destroy(&crowd->start);
}

/* One exchange is scripted: a second fetch would fail the test. */
static void fetches_once_for_all_threads(void **state)
{
	static const struct exchange exchanges[] = { { ASKED, TOKEN } };
	struct bench b CLEANUP(bench_free) = { .err = SCANREQ_ERROR_INIT };
	struct crowd crowd = { .bench = &b };

	(void)state;
	bench_start(&b, exchanges, 1, "https://r.example/");
	run_crowd(&crowd);
	scripted_done(b.transport);
}

static int fail_always(struct http_transport *transport, const struct http_request *request,
		       struct http_response *response, struct http_failure *failure,
		       struct scanreq_error *err)
{
	(void)transport;
	(void)request;
	(void)response;
	failure->sent = false;
	sched_yield(); /* others get the chance to wait for this one */
	return error_set(err, SCANREQ_E_UNAVAILABLE, "scripted failure");
}

/* Whether a thread fetched or waited, it learns what went wrong. */
static void tells_all_threads_of_a_failure(void **state)
{
	struct bench b CLEANUP(bench_free) = { .err = SCANREQ_ERROR_INIT };
	struct crowd crowd = { .bench = &b, .failed = SCANREQ_E_UNAVAILABLE };

	(void)state;
	bench_start(&b, NULL, 0, "https://r.example/");
	b.transport->perform = fail_always;
	run_crowd(&crowd);
}

static void renews_an_old_token(void **state)
{
	static const struct exchange exchanges[] = {
		{ ASKED, TOKEN },
		{ ASKED, .status = 200, .answer_body = "{\"token\":\"new\"}" },
	};
	struct bench b CLEANUP(bench_free) = { .err = SCANREQ_ERROR_INIT };
	char *old CLEANUP_SECRET = NULL;
	char *new CLEANUP_SECRET = NULL;
	char *known CLEANUP_SECRET = NULL;

	(void)state;
	bench_start(&b, exchanges, 2, "https://r.example/");
	assert_int_equal(answer(&b, LIST(BEARER), NULL, &old), 0);
	b.old = old;
	assert_int_equal(answer(&b, LIST(BEARER), NULL, &new), 0);
	assert_string_equal(new, "Bearer new");
	assert_int_equal(registry_auth_known(b.auth, &b.origin, &b.reference, &known, NULL),
			 0);
	assert_string_equal(known, "Bearer new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gets_tokens),
		cmocka_unit_test(reads_tokens),
		cmocka_unit_test(is_refused),
		cmocka_unit_test(checks_realms),
		cmocka_unit_test(asks_allowed_realms),
		cmocka_unit_test(follows_within_the_origin),
		cmocka_unit_test(stops_following),
		cmocka_unit_test(answers_basic),
		cmocka_unit_test(remembers),
		cmocka_unit_test(widens_the_scope_once),
		cmocka_unit_test(renews_an_old_token),
		cmocka_unit_test(posts_identity_tokens),
		cmocka_unit_test(registry_token_is_refused_once),
		cmocka_unit_test(asks_for_both_scopes),
		cmocka_unit_test(believes_its_own_clock),
		cmocka_unit_test(fetches_once_for_all_threads),
		cmocka_unit_test(tells_all_threads_of_a_failure),
	};

	return cmocka_run_group_tests_name("registry-auth", tests, NULL, NULL);
}
