/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "tests/unit/login.h"

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
	const struct login_test tests[] = {
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
	login_play_all(tests, ARRAY_LENGTH(tests));
}

static void registry_token_is_refused_once(void **state)
{
	struct login b CLEANUP_LOGIN = { .err = SCANREQ_ERROR_INIT };
	char *value CLEANUP_SECRET = NULL;
	char *again CLEANUP_SECRET = NULL;

	(void)state;
	login_start(&b, NULL, 0, "https://r.example/");
	assert_int_equal(registry_auth_provider(b.auth, find_registry_token, NULL), 0);
	assert_int_equal(login_answer(&b, LIST(BEARER), NULL, &value), 0);
	assert_int_equal(login_answer(&b, LIST(BEARER), value, &again), SCANREQ_E_DENIED);
	assert_null(strstr(b.err.message, "direct"));
}

/* --- the realm --------------------------------------------------------------------- */

#define REALM(url) .challenges = LIST("Bearer realm=\"" url "\"")
#define FORGED(from, url, text)                                                              \
	{                                                                                    \
		.origin = from, REALM(url), .find = login_alice, .failed = SCANREQ_E_DENIED,  \
		.says = text                                                                 \
	}
#define ALLOWED(from, to) \
	{ .origin = from, REALM(to), .value = "Bearer tok", \
	  .exchanges = { { .method = "GET", .url = to "?" SCOPE, TOKEN } } }

/* No request at all goes to a realm that must not be asked. */
static void checks_realms(void **state)
{
	const struct login_test tests[] = {
		FORGED("https://r.example/", "http://r.example/token", "is not https"),
		FORGED("https://r.example/", "http://auth.example/token", "is not https"),
		FORGED("http://r.example/", "http://auth.example/token", "is not https"),
		FORGED("http://127.0.0.1:5000/", "http://auth.example/token", "is not https"),
		FORGED("https://r.example/", "https://127.0.0.1/token", "this machine"),
		FORGED("https://r.example/", "https://localhost:8443/", "this machine"),
		FORGED("https://r.example/", "https://169.254.169.254/latest", "metadata"),
		FORGED("https://r.example/", "https://[::ffff:127.0.0.1]/", "this machine"),
		FORGED("https://r.example/", "https://0.0.0.0/", "metadata"),
		FORGED("https://r.example/", "ftp://auth.example/token", "realm"),
		FORGED("https://r.example/", "https://u:p@auth.example/token", "realm"),
		FORGED("https://r.example/", "https://auth.example:0/", "realm"),
		FORGED("https://r.example/", "https://10.0.0.1/token",
		       "set allow-realm to 10.0.0.1"),
		FORGED("https://r.example/", "https://172.16.0.1:8443/", "private"),
		FORGED("https://r.example/", "https://172.31.255.255/", "private"),
		FORGED("https://r.example/", "https://192.168.1.1/", "private"),
		FORGED("https://r.example/", "https://100.64.0.1/", "private"),
		FORGED("https://r.example/", "https://[fd00::1]/", "private"),
		FORGED("https://r.example/", "https://[fe80::1]/", "metadata"),
		FORGED("https://r.example/", "https://[::ffff:10.0.0.1]/", "private"),
		FORGED("https://r.example/", "https://[64:ff9b::a9fe:a9fe]/", "metadata"),
		FORGED("https://r.example/", "https://0x0a.1/", "private"),
		FORGED("https://r.example/", "https://167772161/", "private"),
		FORGED("https://r.example/", "https://10.0.0.1./", "private"),
		FORGED("https://r.example/", "https://100.100.100.200/", "metadata"),
		FORGED("https://r.example/", "https://[2002:6464:64c8::]/", "metadata"),
		FORGED("https://r.example/", "https://[::10.0.0.1]/", "private"),
		FORGED("https://r.example/", "https://[64:ff9b:1::a00:1]/", "private"),
		FORGED("https://r.example/", "https://127.1./", "this machine"),
		FORGED("http://127.0.0.1/", "http://100.100.100.200/", "is not https"),
		FORGED("http://127.0.0.1/", "https://100.100.100.200/", "metadata"),
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
	login_play_all(tests, ARRAY_LENGTH(tests));
}

#define VOUCHED(realm, from, to) \
	{ .origin = from, .allow = realm, REALM(to), .value = "Bearer tok", \
	  .exchanges = { { .method = "GET", .url = to "?" SCOPE, TOKEN } } }
#define NOT_VOUCHED(realm, from, to) \
	{ .origin = from, .allow = realm, REALM(to), .failed = SCANREQ_E_DENIED, \
	  .says = "set allow-realm to" }

/* What the user named is asked, and nothing beside it. */
static void asks_allowed_realms(void **state)
{
	const struct login_test tests[] = {
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
	login_play_all(tests, ARRAY_LENGTH(tests));
}

#define LOCATION(url) .status = 307, .answer_headers = LIST("Location: " url)

static void follows_within_the_origin(void **state)
{
	const struct login_test tests[] = {
		{ .challenges = LIST(BEARER),
		  .find = login_alice,
		  .value = "Bearer tok",
		  .exchanges = { { ASKED_ALICE, LOCATION("/moved?x=y") },
				 { .method = "GET",
				   .url = "https://auth.example/moved?x=y",
				   TOKEN,
				   .headers = LIST("Authorization: " BASIC) } } },
		{ .challenges = LIST(BEARER),
		  .find = login_alice,
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
	login_play_all(tests, ARRAY_LENGTH(tests));
}

static void stops_following(void **state)
{
	const char *const *location = LIST("Location: /again");
	struct exchange exchanges[HTTP_REDIRECTS + 1];
	struct login b CLEANUP_LOGIN = { .err = SCANREQ_ERROR_INIT };
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
	login_start(&b, exchanges, ARRAY_LENGTH(exchanges), "https://r.example/");
	assert_int_equal(login_answer(&b, LIST(BEARER), NULL, &value), SCANREQ_E_UNAVAILABLE);
	scripted_done(b.transport);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posts_identity_tokens),
		cmocka_unit_test(registry_token_is_refused_once),
		cmocka_unit_test(checks_realms),
		cmocka_unit_test(asks_allowed_realms),
		cmocka_unit_test(follows_within_the_origin),
		cmocka_unit_test(stops_following),
	};

	return cmocka_run_group_tests_name("registry-token", tests, NULL, NULL);
}
