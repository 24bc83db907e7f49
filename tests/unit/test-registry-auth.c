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
#include "tests/unit/codes.h"
#include "tests/unit/login.h"

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
	return error_set(err, a_code_of(SCANREQ_E_USAGE), "auth.json is broken");
}

static int find_colon(void *arg, const struct reference *reference,
		      struct credential *credential, struct scanreq_error *err)
{
	int failed = login_alice(arg, reference, credential, err);

	free(credential->username);
	credential->username = strdup("al:ice");
	return failed;
}

static void gets_tokens(void **state)
{
	const struct login_test tests[] = {
		{ .challenges = LIST(BEARER ",scope=\"repository:ns/app:pull\""),
		  .value = "Bearer tok",
		  TOKEN_FROM("https://auth.example/token?service=reg&" SCOPE,
			     .not_headers = LIST("Authorization")) },
		{ .challenges = LIST(BEARER), .find = login_alice, .value = "Bearer tok",
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
		  .find = login_alice, .value = "Bearer tok",
		  TOKEN_FROM("https://r.example/t?account=alice&" SCOPE) },
		{ .challenges = LIST("Basic realm=\"a\", Bearer realm=\"/t\""),
		  .value = "Bearer tok",
		  TOKEN_FROM("https://r.example/t?" SCOPE) },
	};

	(void)state;
	login_play_all(tests, ARRAY_LENGTH(tests));
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
		struct login_test t = {
			.challenges = LIST("Bearer realm=\"https://auth.example:5001/t\""),
			.value = bodies[i].value,
			.failed = bodies[i].value ? 0 : SCANREQ_E_UNAVAILABLE,
			.says = "auth.example:5001",
			.exchanges = { { .method = "GET", .status = 200,
					 .url = "https://auth.example:5001/t?" SCOPE,
					 .answer_body = bodies[i].body } },
		};

		login_play(&t);
	}
}

static void is_refused(void **state)
{
	const struct login_test tests[] = {
		{ .challenges = LIST(BEARER),
		  .find = login_alice,
		  .failed = SCANREQ_E_DENIED,
		  .says =
		      "auth.example: the credentials of alice from auth.json (\"r.example\")",
		  .exchanges = { { ASKED_ALICE, .status = 401,
				   .answer_body = "{\"details\":\"" PASSWORD
						  " is wrong\"}" } } },
		{ .challenges = LIST(BEARER),
		  .find = login_alice,
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
	login_play_all(tests, ARRAY_LENGTH(tests));
}

static void answers_basic(void **state)
{
	struct login b CLEANUP_LOGIN = { .err = SCANREQ_ERROR_INIT };
	struct buf masked CLEANUP_BUF = BUF_INIT(1000);
	char *value CLEANUP_SECRET = NULL;
	char *again CLEANUP_SECRET = NULL;

	(void)state;
	login_start(&b, NULL, 0, "https://r.example/");
	assert_int_equal(registry_auth_provider(b.auth, find_nobody, NULL), 0);
	assert_int_equal(registry_auth_provider(b.auth, login_alice, NULL), 0);
	assert_int_equal(registry_auth_provider(b.auth, find_broken, NULL), 0);
	assert_int_equal(login_answer(&b, LIST("Basic realm=\"b\""), NULL, &value), 0);
	assert_string_equal(value, BASIC);
	log_mask(b.log, "sent " BASIC " of " PASSWORD, &masked);
	assert_string_equal(buf_str(&masked), "sent Basic *** of ***");
	/* refused: said once, with whose login it was, and no password */
	assert_int_equal(login_answer(&b, LIST("Basic realm=\"b\""), value, &again),
			 SCANREQ_E_DENIED);
	assert_null(again);
	assert_non_null(strstr(b.err.message, "alice from auth.json"));
	assert_null(strstr(b.err.message, "hunter2"));
}

static void remembers(void **state)
{
	static const struct exchange exchanges[] = { { ASKED, TOKEN } };
	struct login b CLEANUP_LOGIN = { .err = SCANREQ_ERROR_INIT };
	struct reference other CLEANUP_REFERENCE = { 0 };
	struct url elsewhere CLEANUP_URL = { 0 };
	char *value CLEANUP_SECRET = NULL;
	char *known CLEANUP_SECRET = NULL;

	(void)state;
	login_start(&b, exchanges, 1, "https://r.example/");
	assert_int_equal(reference_parse("r.example/ns/other", &other, NULL), 0);
	assert_int_equal(url_parse("https://r.example:444/", NULL, &elsewhere, NULL), 0);
	assert_int_equal(registry_auth_known(b.auth, &b.origin, &b.reference, &known, NULL),
			 0);
	assert_null(known);
	assert_int_equal(login_answer(&b, LIST(BEARER), NULL, &value), 0);
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
	struct login b CLEANUP_LOGIN = { .err = SCANREQ_ERROR_INIT };
	char *narrow CLEANUP_SECRET = NULL;
	char *wide CLEANUP_SECRET = NULL;
	char *none CLEANUP_SECRET = NULL;

	(void)state;
	login_start(&b, exchanges, 2, "https://r.example/");
	assert_int_equal(login_answer(&b, LIST(BEARER), NULL, &narrow), 0);
	assert_int_equal(login_answer(&b, LIST(BEARER ",error=\"insufficient_scope\""), narrow,
				&none),
			 SCANREQ_E_DENIED);
	assert_non_null(strstr(b.err.message, "r.example/ns/app is absent or private"));
	assert_int_equal(login_answer(&b, LIST(BEARER ",scope=\"wide\""), narrow, &wide), 0);
	assert_string_equal(wide, "Bearer wide");
	assert_int_equal(login_answer(&b, LIST(BEARER ",scope=\"wide\""), wide, &none),
			 SCANREQ_E_DENIED);
	scripted_done(b.transport);
}

/* The challenge's scope comes first, since some servers read no other. */
static void asks_for_both_scopes(void **state)
{
	const struct login_test test = {
		.challenges = LIST("Bearer realm=\"https://auth.example/t\",scope=\"wide\","
				   "error=\"insufficient_scope\""),
		.value = "Bearer tok",
		TOKEN_FROM("https://auth.example/t?scope=wide&" SCOPE),
	};

	(void)state;
	login_play(&test);
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
		struct login b CLEANUP_LOGIN = { .err = SCANREQ_ERROR_INIT };
		char *value CLEANUP_SECRET = NULL;
		char *known CLEANUP_SECRET = NULL;

		snprintf(body, sizeof(body), "{\"token\":\"tok\",\"issued_at\":\"%s\"}",
			 issued[i]);
		login_start(&b, &exchange, 1, "https://r.example/");
		assert_int_equal(login_answer(&b, LIST(BEARER), NULL, &value), 0);
		assert_int_equal(registry_auth_known(b.auth, &b.origin, &b.reference, &known,
						     NULL), 0);
		assert_string_equal(known, "Bearer tok");
	}
}

/* --- threads ----------------------------------------------------------------------- */

#define THREADS 8

struct crowd {
	struct login *bench;
	pthread_barrier_t start;
	int failed;
};

static void *join_crowd(void *arg)
{
	struct crowd *crowd = arg;
	struct login *b = crowd->bench;
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
	struct login b CLEANUP_LOGIN = { .err = SCANREQ_ERROR_INIT };
	struct crowd crowd = { .bench = &b };

	(void)state;
	login_start(&b, exchanges, 1, "https://r.example/");
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
	return error_set(err, a_code_of(SCANREQ_E_UNAVAILABLE), "scripted failure");
}

/* Whether a thread fetched or waited, it learns what went wrong. */
static void tells_all_threads_of_a_failure(void **state)
{
	struct login b CLEANUP_LOGIN = { .err = SCANREQ_ERROR_INIT };
	struct crowd crowd = { .bench = &b, .failed = SCANREQ_E_UNAVAILABLE };

	(void)state;
	login_start(&b, NULL, 0, "https://r.example/");
	b.transport->perform = fail_always;
	run_crowd(&crowd);
}

static void renews_an_old_token(void **state)
{
	static const struct exchange exchanges[] = {
		{ ASKED, TOKEN },
		{ ASKED, .status = 200, .answer_body = "{\"token\":\"new\"}" },
	};
	struct login b CLEANUP_LOGIN = { .err = SCANREQ_ERROR_INIT };
	char *old CLEANUP_SECRET = NULL;
	char *new CLEANUP_SECRET = NULL;
	char *known CLEANUP_SECRET = NULL;

	(void)state;
	login_start(&b, exchanges, 2, "https://r.example/");
	assert_int_equal(login_answer(&b, LIST(BEARER), NULL, &old), 0);
	b.old = old;
	assert_int_equal(login_answer(&b, LIST(BEARER), NULL, &new), 0);
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
		cmocka_unit_test(answers_basic),
		cmocka_unit_test(remembers),
		cmocka_unit_test(widens_the_scope_once),
		cmocka_unit_test(renews_an_old_token),
		cmocka_unit_test(asks_for_both_scopes),
		cmocka_unit_test(believes_its_own_clock),
		cmocka_unit_test(fetches_once_for_all_threads),
		cmocka_unit_test(tells_all_threads_of_a_failure),
	};

	return cmocka_run_group_tests_name("registry-auth", tests, NULL, NULL);
}
