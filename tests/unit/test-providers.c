/* SPDX-License-Identifier: MIT */
/* Each provider over a scripted transport, and the chain's memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/time.h"
#include "cloud/keys/chain.h"
#include "cloud/keys/external.h"
#include "tests/unit/transport.h"

#define METADATA "http://100.100.100.200/latest/"
#define ROLES METADATA "meta-data/ram/security-credentials/"

static void clear_environment(void)
{
	static const char *const names[] = {
		"ALIBABA_CLOUD_ACCESS_KEY_ID",    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
		"ALIBABA_CLOUD_SECURITY_TOKEN",   "ALIBABA_CLOUD_ROLE_ARN",
		"ALIBABA_CLOUD_OIDC_TOKEN_FILE",  "ALIBABA_CLOUD_ECS_METADATA",
		"ALIBABA_CLOUD_CREDENTIALS_URI",  "ALIBABA_CLOUD_IMDSV1_DISABLED",
		"ALIBABA_CLOUD_CONFIG_FILE",      "ALIBABA_CLOUD_CREDENTIALS_FILE",
		"ALIBABA_CLOUD_PROFILE",          "ALIBABA_CLOUD_ECS_METADATA_DISABLED",
		"ALIBABA_CLOUD_STS_REGION",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		unsetenv(names[i]);
	setenv("HOME", "/nonexistent", 1);
}

static const char *keys_for(int64_t ms, const char *id, char text[400])
{
	char end[TIME_TEXT_SIZE];

	time_format(time_now() + ms, end);
	snprintf(text, 400,
		 "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"AccessKeySecret\":"
		 "\"secret-of-%s\",\"SecurityToken\":\"token\",\"Expiration\":\"%s\"}",
		 id, id, end);
	return text;
}

/* A chain over exchanges; the transport ends with it. */
struct bed {
	struct http_transport *transport;
	struct credential_chain *chain;
	struct credentials found;
	struct scanreq_error err;
};

static void bed_start(struct bed *b, const struct exchange *exchanges, size_t count)
{
	struct provider_context context = { 0 };

	b->transport = scripted_transport(exchanges, count);
	context.transport = b->transport;
	b->chain = credential_chain_new(&context);
	assert_non_null(b->chain);
}

static void bed_free(struct bed *b)
{
	scripted_done(b->transport);
	credentials_free(&b->found);
	credential_chain_free(&b->chain);
	http_transport_free(&b->transport);
}

static int bed_get(struct bed *b)
{
	credentials_free(&b->found);
	return credential_chain_get(b->chain, false, &b->found, &b->err);
}

static void test_metadata_with_token(void **state)
{
	static const char *const life[] = {
		"X-aliyun-ecs-metadata-token-ttl-seconds: 21600", NULL
	};
	static const char *const token[] = { "x-aliyun-ecs-metadata-token: t0ken", NULL };
	char keys[400];
	const struct exchange exchanges[] = {
		{ .method = "PUT", .url = METADATA "api/token", .headers = life, .status = 200,
		  .answer_body = "t0ken\n" },
		{ .method = "GET", .url = ROLES, .headers = token, .status = 200,
		  .answer_body = "a-role" },
		{ .method = "GET", .url = ROLES "a-role", .headers = token, .status = 200,
		  .answer_body = keys_for(3600000, "first", keys) },
	};
	struct bed b CLEANUP(bed_free) = { 0 };

	(void)state;
	clear_environment();
	bed_start(&b, exchanges, ARRAY_LENGTH(exchanges));
	assert_int_equal(bed_get(&b), 0);
	assert_string_equal(b.found.key_id, "first");
	/* What is good is not asked for again. */
	assert_int_equal(bed_get(&b), 0);
	assert_string_equal(b.found.from, "the metadata service (role a-role)");
}

/* Who is no instance is asked once; who answers no PUT may know version 1. */
static void test_metadata_without_token(void **state)
{
	char keys[400];
	const struct exchange absent[] = {
		{ .method = "PUT", .url = METADATA "api/token", .fails = SCANREQ_E_UNAVAILABLE },
	};
	const struct exchange silent[] = {
		{ .method = "PUT", .url = METADATA "api/token", .fails = SCANREQ_E_UNAVAILABLE,
		  .sent = true },
		{ .method = "GET", .url = ROLES "named", .status = 200,
		  .answer_body = keys_for(3600000, "first", keys) },
	};
	struct bed a CLEANUP(bed_free) = { 0 }, s CLEANUP(bed_free) = { 0 };

	(void)state;
	clear_environment();
	bed_start(&a, absent, ARRAY_LENGTH(absent));
	assert_int_equal(bed_get(&a), SCANREQ_E_DENIED);
	setenv("ALIBABA_CLOUD_ECS_METADATA", "named", 1);
	bed_start(&s, silent, ARRAY_LENGTH(silent));
	assert_int_equal(bed_get(&s), 0);
}

static void test_names_of_roles(void **state)
{
	static const char *const bad[] = { "../x", "a/b", "a b", "..", "a\nb", "<html>" };

	(void)state;
	clear_environment();
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		const struct exchange exchanges[] = {
			{ .method = "PUT", .url = METADATA "api/token", .status = 404 },
			{ .method = "GET", .url = ROLES, .status = 200, .answer_body = bad[i] },
		};
		struct bed b CLEANUP(bed_free) = { 0 };

		bed_start(&b, exchanges, ARRAY_LENGTH(exchanges));
		assert_int_equal(bed_get(&b), SCANREQ_E_DENIED);
		assert_non_null(strstr(b.err.message, "no valid role"));
	}
}

/* Keys are renewed early, by the same provider; until they end they may be used. */
static void test_refresh(void **state)
{
	static const char uri[] = "https://keys.example.com/k?x=1";
	char first[400], second[400];
	const struct exchange exchanges[] = {
		{ .method = "GET", .url = uri, .status = 200,
		  .answer_body = keys_for(100000, "first", first) },
		{ .method = "GET", .url = uri, .status = 500 },
		{ .method = "GET", .url = uri, .status = 200,
		  .answer_body = keys_for(3600000, "second", second) },
	};
	struct bed b CLEANUP(bed_free) = { 0 };

	(void)state;
	clear_environment();
	setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true", 1);
	setenv("ALIBABA_CLOUD_CREDENTIALS_URI", uri, 1);
	bed_start(&b, exchanges, ARRAY_LENGTH(exchanges));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(bed_get(&b), 0);
		assert_string_equal(b.found.key_id, "first");
	}
	setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "other", 1);
	setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "other", 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(bed_get(&b), 0);
		assert_string_equal(b.found.key_id, "second");
	}
}

static void test_split(void **state)
{
	static const struct {
		const char *command;
		const char *words; /* each between < and > */
	} samples[] = {
		{ "a b\tc", "<a><b><c>" },
		{ "  a  ", "<a>" },
		{ "a '' \"\"", "<a><><>" },
		{ "a'b c'\"d e\"f", "<ab cd ef>" },
		{ "a\\ b \\\"c", "<a b><\"c>" },
		{ "a '\\n' \"\\n\\\"\\\\\\$\\`\"", "<a><\\n><\\n\"\\$`>" },
		{ "a $HOME * ; | &", "<a><$HOME><*><;><|><&>" },
		{ "'a", NULL },
		{ "a \\", NULL },
		{ " ", NULL },
		{ "'' a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(samples); i++) {
		struct strv argv CLEANUP_STRV = { 0 };
		struct buf words CLEANUP_BUF = BUF_INIT(1000);
		int failed = external_split(samples[i].command, &argv, NULL);

		assert_int_equal(failed, samples[i].words ? 0 : SCANREQ_E_UNREADABLE);
		for (size_t at = 0; at < argv.count; at++)
			buf_addf(&words, "<%s>", argv.items[at]);
		if (!failed)
			assert_string_equal(buf_str(&words), samples[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metadata_with_token),
		cmocka_unit_test(test_metadata_without_token),
		cmocka_unit_test(test_names_of_roles),
		cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
