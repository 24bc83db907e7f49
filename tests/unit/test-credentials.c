/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "cloud/keys/chain.h"

#define ID "ALIBABA_CLOUD_ACCESS_KEY_ID"
#define SECRET "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
#define TOKEN "ALIBABA_CLOUD_SECURITY_TOKEN"

static void set_variable(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void set_environment(const char *id, const char *secret, const char *token)
{
	set_variable(ID, id);
	set_variable(SECRET, secret);
	set_variable(TOKEN, token);
}

/* A chain without a network, asked once. */
static int find(const struct given_keys *given, struct credentials *found,
		struct scanreq_error *err)
{
	const struct provider_context context = { .given = given, .static_only = true };
	struct credential_chain *chain CLEANUP(credential_chain_free) =
		credential_chain_new(&context);

	assert_non_null(chain);
	setenv("HOME", "/nonexistent", 1);
	return credential_chain_get(chain, true, found, err);
}

struct sample {
	struct given_keys given;
	struct given_keys environment;
	struct given_keys expected;
	const char *from;
};

static void assert_text(const char *text, const char *expected)
{
	if (expected)
		assert_string_equal(text, expected);
	else
		assert_null(text);
}

static void test_chain(void **state)
{
	static const struct sample samples[] = {
		{ .from = NULL },
		{ .environment = { "", "", "" }, .from = NULL },
		{ .environment = { NULL, NULL, "alone" }, .from = NULL },
		{ .environment = { "eid", "esecret", NULL },
		  .expected = { "eid", "esecret", NULL },
		  .from = "the environment" },
		{ .environment = { "eid", "esecret", "" },
		  .expected = { "eid", "esecret", NULL },
		  .from = "the environment" },
		{ .environment = { "eid", "esecret", "etoken/+==" },
		  .expected = { "eid", "esecret", "etoken/+==" },
		  .from = "the environment" },
		/* One provider wins whole: its keys are not mixed with another's token. */
		{ .given = { "gid", "gsecret", NULL },
		  .environment = { "eid", "esecret", "etoken" },
		  .expected = { "gid", "gsecret", NULL },
		  .from = "the caller" },
		{ .given = { "gid", "gsecret", "gtoken" },
		  .expected = { "gid", "gsecret", "gtoken" },
		  .from = "the caller" },
		{ .given = { "", "", "" },
		  .environment = { "eid", "esecret", NULL },
		  .expected = { "eid", "esecret", NULL },
		  .from = "the environment" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(samples); i++) {
		const struct sample *s = &samples[i];
		struct credentials found CLEANUP_CREDENTIALS = { 0 };

		set_environment(s->environment.key_id, s->environment.key_secret,
				s->environment.security_token);
		assert_int_equal(find(&s->given, &found, NULL), 0);
		assert_text(found.key_id, s->expected.key_id);
		assert_text(found.key_secret, s->expected.key_secret);
		assert_text(found.security_token, s->expected.security_token);
		assert_text(found.from, s->from);
	}
}

static void assert_denied(const struct given_keys *given, const char *part)
{
	struct credentials found CLEANUP_CREDENTIALS = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	assert_int_equal(find(given, &found, &err), SCANREQ_E_DENIED);
	assert_null(found.key_id);
	if (!strstr(err.message, part))
		fail_msg("\"%s\" does not say \"%s\"", err.message, part);
	/* Not even a broken value is shown. */
	assert_null(strstr(err.message, "hunter"));
}

static void test_half_a_pair(void **state)
{
	const struct given_keys none = { NULL, NULL, NULL };
	const struct given_keys half[] = {
		{ "id", NULL, NULL },
		{ NULL, "hunter2", NULL },
		{ NULL, NULL, "hunter3" },
		{ "id", "", "hunter3" },
	};

	(void)state;
	set_environment("id", NULL, NULL);
	assert_denied(&none, ID " is given, " SECRET " is not");
	set_environment("", "hunter2", NULL);
	assert_denied(&none, SECRET " is given, " ID " is not");
	/* What the caller gave ends the search. */
	set_environment("id", "secret", NULL);
	for (size_t i = 0; i < ARRAY_LENGTH(half); i++)
		assert_denied(&half[i], "is not: give both");
}

static void test_bytes_of_no_header(void **state)
{
	const struct given_keys none = { NULL, NULL, NULL };

	(void)state;
	set_environment("id\r\nx: y", "secret", NULL);
	assert_denied(&none, ID " has a blank");
	set_environment("id", "hunter2\n", NULL);
	assert_denied(&none, SECRET " has a blank");
	set_environment("id", "hunter 2", NULL);
	assert_denied(&none, SECRET " has a blank");
	set_environment("id", "secret", "hunter\xc3\xa9");
	assert_denied(&none, TOKEN " has a blank");
	set_environment("id", "secret", "hunter\x7f");
	assert_denied(&none, TOKEN " has a blank");
}

static void test_too_long(void **state)
{
	char *token CLEANUP_FREE = malloc(LIMIT_SECRET_FILE + 2);
	const struct given_keys given = { "id", "secret", token };

	(void)state;
	assert_non_null(token);
	memset(token, 'x', LIMIT_SECRET_FILE + 1);
	token[LIMIT_SECRET_FILE + 1] = '\0';
	assert_denied(&given, "the security token is longer than 65536 bytes");
}

static void test_shown_id(void **state)
{
	static const char *const ids[][2] = {
		{ "LTAI5tABCDEFGHIJKLMNWXYZ", "LTAI****WXYZ" },
		{ "YourAccessKeyId", "Your****eyId" },
		{ "123456789012", "1234****9012" },
		{ "12345678901", "****" },
		{ "x", "****" },
		{ "", "****" },
	};
	char shown[CREDENTIALS_SHOWN_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(ids); i++) {
		credentials_shown_id(ids[i][0], shown);
		assert_string_equal(shown, ids[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_half_a_pair),
		cmocka_unit_test(test_bytes_of_no_header),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_shown_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
