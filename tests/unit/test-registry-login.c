/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/pull.h"

#define BASIC "Basic YWxpY2U6aHVudGVyMg==" /* alice:hunter2 */

static int find_alice(void *arg, const struct reference *reference,
		      struct credential *credential, struct scanreq_error *err)
{
	(void)arg;
	(void)reference;
	(void)err;
	credential->username = strdup("alice");
	credential->password = strdup("hunter2");
	credential->from = strdup("auth.json");
	return 0;
}

/* --- logins ------------------------------------------------------------------------ */

static void answers_the_challenge(void **state)
{
	const struct exchange exchanges[] = {
		{ MANIFEST, ANONYMOUS, DENIES(CHALLENGE) },
		ISSUES("one"),
		{ MANIFEST, WITH("Bearer one"), .status = 200 },
		{ BLOB, WITH("Bearer one"), .status = 200 },
	};
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, exchanges, 4, "r.example/ns/app:1");
	assert_int_equal(pull_manifest(&b, NULL), 0);
	assert_int_equal(pull_config(&b, EMPTY, 0), 0);
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
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, exchanges, 6, "r.example/ns/app:1");
	assert_int_equal(pull_manifest(&b, NULL), 0);
	assert_int_equal(pull_config(&b, EMPTY, 0), 0);
	scripted_done(b.transport);
}

/* ECR says 403 when a login of hours ago is over: the registry is asked what it wants. */
static void renews_what_ecr_calls_expired(void **state)
{
	const struct exchange exchanges[] = {
		{ MANIFEST, ANONYMOUS, DENIES("WWW-Authenticate: Basic realm=\"r\"") },
		{ MANIFEST, WITH(BASIC), .status = 200 },
		{ BLOB, WITH(BASIC), .status = 403,
		  .answer_body = "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"Your "
				 "Authorization Token has expired. Reauthenticate.\"}]}" },
		{ BLOB, ANONYMOUS, DENIES("WWW-Authenticate: Basic realm=\"r\"") },
		{ BLOB, WITH(BASIC), .status = 403,
		  .answer_body = "your authorization token has expired" },
	};
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, exchanges, 5, "r.example/ns/app:1");
	assert_int_equal(registry_auth_provider(b.auth, find_alice, NULL), 0);
	assert_int_equal(pull_manifest(&b, NULL), 0);
	assert_int_equal(pull_config(&b, EMPTY, 0), SCANREQ_E_DENIED);
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
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, exchanges, 3, "ns/app:1");
	assert_int_equal(pull_manifest(&b, NULL), SCANREQ_E_DENIED);
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
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, exchanges, 5, "r.example/ns/app:1");
	assert_int_equal(pull_manifest(&b, NULL), SCANREQ_E_DENIED);
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
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, exchanges, 4, "r.example/ns/app:1");
	assert_int_equal(registry_auth_provider(b.auth, find_alice, NULL), 0);
	assert_int_equal(pull_manifest(&b, NULL), 0);
	assert_int_equal(pull_config(&b, EMPTY, 0), SCANREQ_E_DENIED);
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
		"https://cdn.example/x?sig=1",
		"https://r.example:444/x",
		"https://sub.r.example/x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(away); i++) {
		char location[200];
		const struct exchange exchanges[] = {
			{ MANIFEST, DENIES(CHALLENGE) },
			ISSUES("one"),
			{ MANIFEST, WITH("Bearer one"), .status = 200 },
			{ BLOB, WITH("Bearer one"), .status = 307,
			  .answer_headers = LIST(location) },
			{ .method = "GET",
			  .url = away[i],
			  ANONYMOUS,
			  LEADS("https://r.example/v2/back") },
			{ .method = "GET",
			  .url = "https://r.example/v2/back",
			  ANONYMOUS,
			  .status = 200 },
		};
		struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

		snprintf(location, sizeof(location), "Location: %s", away[i]);
		pull_start(&b, exchanges, 6, "r.example/ns/app:1");
		assert_int_equal(pull_manifest(&b, NULL), 0);
		assert_int_equal(pull_config(&b, EMPTY, 0), 0);
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
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, exchanges, 2, "r.example/ns/app:1");
	assert_int_equal(registry_auth_provider(b.auth, find_alice, NULL), 0);
	assert_int_equal(pull_config(&b, EMPTY, 0), SCANREQ_E_DENIED);
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
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	pull_start(&b, exchanges, 4, "r.example/ns/app:1");
	assert_int_equal(pull_config(&b, EMPTY, 0), 0);
	scripted_done(b.transport);
}

static void stops_following(void **state)
{
	const char *const *location = LIST("Location: /again");
	struct exchange exchanges[HTTP_REDIRECTS + 1] = { { BLOB } };
	struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(exchanges); i++) {
		exchanges[i].method = "GET";
		exchanges[i].url = i ? "https://r.example/again" : exchanges[0].url;
		exchanges[i].status = 302;
		exchanges[i].answer_headers = location;
	}
	pull_start(&b, exchanges, ARRAY_LENGTH(exchanges), "r.example/ns/app:1");
	assert_int_equal(pull_config(&b, EMPTY, 0), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(b.err.message, "more than 10 times"));
	scripted_done(b.transport);
}

static void refuses_bad_redirects(void **state)
{
	static const char *const bad[] = {
		"http://r.example/x",
		"https://127.0.0.1/x",
		"ftp://r.example/x",
		"https://u:p@h/",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		char location[200];
		const struct exchange exchange = { BLOB, .status = 302,
						   .answer_headers = LIST(location) };
		struct pull b CLEANUP_PULL = { .err = SCANREQ_ERROR_INIT };

		snprintf(location, sizeof(location), "Location: %s", bad[i]);
		pull_start(&b, &exchange, 1, "r.example/ns/app:1");
		assert_int_equal(pull_config(&b, EMPTY, 0), SCANREQ_E_UNREADABLE);
		scripted_done(b.transport);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_the_challenge),
		cmocka_unit_test(renews_the_token),
		cmocka_unit_test(renews_what_ecr_calls_expired),
		cmocka_unit_test(gives_up_on_a_refused_token),
		cmocka_unit_test(widens_the_scope),
		cmocka_unit_test(logs_in_with_basic),
		cmocka_unit_test(leaves_the_login_behind),
		cmocka_unit_test(answers_no_challenge_elsewhere),
		cmocka_unit_test(keeps_the_login_within_the_origin),
		cmocka_unit_test(stops_following),
		cmocka_unit_test(refuses_bad_redirects),
	};

	return cmocka_run_group_tests_name("registry-login", tests, NULL, NULL);
}
