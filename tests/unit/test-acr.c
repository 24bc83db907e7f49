/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cloud/acr/acr.h"
#include "tests/unit/transport.h"

#define PASSWORD "temporary:tr0ub4dor+hush/hush"

/* --- memory that is given back ----------------------------------------------------- */

/* The linker routes the library's free() and realloc() through these (--wrap). */
void __real_free(void *block);
void *__real_realloc(void *block, size_t size);
void __wrap_free(void *block);
void *__wrap_realloc(void *block, size_t size);

static int leaks;

static void look(void *block)
{
	if (block && memmem(block, malloc_usable_size(block), PASSWORD, strlen(PASSWORD)))
		leaks++;
}

void __wrap_free(void *block)
{
	look(block);
	__real_free(block);
}

void *__wrap_realloc(void *block, size_t size)
{
	look(block);
	return __real_realloc(block, size);
}

/* --- hosts ------------------------------------------------------------------------- */

static void knows_registries(void **state)
{
	static const struct {
		const char *domain, *name, *region, *instance;
		enum acr_edition edition;
	} hosts[] = {
		{ "registry.cn-hangzhou.aliyuncs.com", "registry.cn-hangzhou.aliyuncs.com",
		  "cn-hangzhou", "", ACR_PERSONAL },
		{ "Registry.CN-Hangzhou.Aliyuncs.COM:443", "registry.cn-hangzhou.aliyuncs.com",
		  "cn-hangzhou", "", ACR_PERSONAL },
		{ "registry-vpc.cn-beijing-finance-1.aliyuncs.com",
		  "registry-vpc.cn-beijing-finance-1.aliyuncs.com", "cn-beijing-finance-1", "",
		  ACR_PERSONAL },
		{ "registry-internal.cn-shenzhen.aliyuncs.com",
		  "registry-internal.cn-shenzhen.aliyuncs.com", "cn-shenzhen", "",
		  ACR_PERSONAL },
		{ "registry-intl.ap-southeast-1.aliyuncs.com",
		  "registry-intl.ap-southeast-1.aliyuncs.com", "ap-southeast-1", "",
		  ACR_PERSONAL },
		{ "registry-intl-vpc.eu-central-1.aliyuncs.com",
		  "registry-intl-vpc.eu-central-1.aliyuncs.com", "eu-central-1", "",
		  ACR_PERSONAL },
		{ "crpi-0a1b2c.cn-hangzhou.personal.cr.aliyuncs.com",
		  "crpi-0a1b2c.cn-hangzhou.personal.cr.aliyuncs.com", "cn-hangzhou", "",
		  ACR_PERSONAL },
		{ "crpi-0a1b2c-vpc.cn-shanghai.personal.cr.aliyuncs.com",
		  "crpi-0a1b2c-vpc.cn-shanghai.personal.cr.aliyuncs.com", "cn-shanghai", "",
		  ACR_PERSONAL },
		{ "team-registry.us-west-1.cr.aliyuncs.com",
		  "team-registry.us-west-1.cr.aliyuncs.com", "us-west-1", "team",
		  ACR_ENTERPRISE },
		{ "my-team-1-registry-vpc.cn-hangzhou.cr.aliyuncs.com",
		  "my-team-1-registry-vpc.cn-hangzhou.cr.aliyuncs.com", "cn-hangzhou",
		  "my-team-1", ACR_ENTERPRISE },
		{ "a-registry-registry.cn-hangzhou.cr.aliyuncs.com",
		  "a-registry-registry.cn-hangzhou.cr.aliyuncs.com", "cn-hangzhou",
		  "a-registry", ACR_ENTERPRISE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
		struct acr_host host;

		if (!acr_host_parse(hosts[i].domain, &host))
			fail_msg("%s is not known", hosts[i].domain);
		assert_string_equal(host.name, hosts[i].name);
		assert_string_equal(host.region, hosts[i].region);
		assert_string_equal(host.instance, hosts[i].instance);
		assert_int_equal(host.edition, hosts[i].edition);
	}
}

static void knows_no_other_host(void **state)
{
	static const char *const hosts[] = {
		"registry.cn-hangzhou.aliyuncs.com.evil.test",
		"evil.test",
		"docker.io",
		"registry.cn-hangzhou.aliyuncs.com.",
		"registry.cn-hangzhou.aliyuncs.com:444",
		"registry.cn-hangzhou.aliyuncs.com:80",
		"registry.cn-hangzhou.evilaliyuncs.com",
		"registry.cn-hangzhou.aliyuncs.com.cn",
		"registry.cn-hangzhou.aliyuncs.comx",
		"registry.cn-hangzhou.aliyuncs",
		"xregistry.cn-hangzhou.aliyuncs.com",
		"registry-evil.cn-hangzhou.aliyuncs.com",
		"evil-registry.cn-hangzhou.aliyuncs.com",
		"evil.registry.cn-hangzhou.aliyuncs.com",
		/* Buckets of the object store. */
		"registry.oss-cn-hangzhou.aliyuncs.com",
		"team-registry.oss-cn-hangzhou.aliyuncs.com",
		"registry.nowhere.aliyuncs.com",
		"registry..aliyuncs.com",
		"registry.aliyuncs.com",
		".cn-hangzhou.aliyuncs.com",
		"registry.cn-hangzhou.cr.aliyuncs.com",
		"-registry.cn-hangzhou.cr.aliyuncs.com",
		"-a-registry.cn-hangzhou.cr.aliyuncs.com",
		"team-registry-vpc-x.cn-hangzhou.cr.aliyuncs.com",
		"teamregistry.cn-hangzhou.cr.aliyuncs.com",
		"te_am-registry.cn-hangzhou.cr.aliyuncs.com",
		"team-registry.nowhere.cr.aliyuncs.com",
		"team-registry.cn-hangzhou.cr.aliyuncs.com.evil.test",
		"crpi-.cn-hangzhou.personal.cr.aliyuncs.com",
		"crpi-vpc.cn-hangzhou.personal.cr.aliyuncs.com",
		"crpj-0a1b.cn-hangzhou.personal.cr.aliyuncs.com",
		"crpi-0a1b.cn-hangzhou.cr.aliyuncs.com",
		"crpi-0a1b.cn-hangzhou.personal.aliyuncs.com",
		"crpi-0a1b.nowhere.personal.cr.aliyuncs.com",
		"127.0.0.1:5000",
		"[::1]:5000",
		"localhost",
		"",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
		struct acr_host host;

		if (acr_host_parse(hosts[i], &host))
			fail_msg("%s is taken for a registry", hosts[i]);
	}
}

/* A domain that is longer than any name fits nowhere. */
static void survives_long_hosts(void **state)
{
	char domain[2 * LIMIT_HOST];
	struct acr_host host;

	(void)state;
	for (size_t len = 1; len < sizeof(domain) - 40; len++) {
		memset(domain, 'a', len);
		snprintf(domain + len, sizeof(domain) - len, "%s",
			 "-registry.cn-hangzhou.cr.aliyuncs.com");
		assert_int_equal(acr_host_parse(domain, &host),
				 len + strlen("-registry") <= 63);
	}
	memset(domain, '.', sizeof(domain) - 1);
	domain[sizeof(domain) - 1] = '\0';
	assert_false(acr_host_parse(domain, &host));
}

/* --- logins ------------------------------------------------------------------------ */

#define HOST "registry.cn-hangzhou.aliyuncs.com"
#define API "https://cr.cn-hangzhou.aliyuncs.com"
#define ENDS "4102444800000"
#define LOGIN(end)                                                                            \
	"{\"data\":{\"tempUserName\":\"cr_temp_user\",\"authorizationToken\":\"" PASSWORD     \
	"\","                                                                                 \
	"\"expireDate\":" end "},\"requestId\":\"R\"}"
#define ASKS                                                                                  \
	.method = "GET", .url = API "/tokens", .headers = signed_headers,                     \
	.not_headers = unsent_headers
#define GIVES(end)                                                                            \
	{                                                                                     \
		ASKS, .status = 200, .answer_body = LOGIN(end)                                \
	}
#define REFUSES                                                                               \
	{                                                                                     \
		ASKS, .status = 403,                                                          \
		      .answer_body = "{\"Code\":\"NoPermission\",\"Message\":\"m\"}"          \
	}

static const char *const signed_headers[] = {
	"host: cr.cn-hangzhou.aliyuncs.com",
	"x-acs-action: GetAuthorizationToken",
	"x-acs-version: 2016-06-07",
	NULL,
};
static const char *const unsent_headers[] = { "content-type", "x-acs-security-token", NULL };

/* A provider with keys in front of a scripted transport. */
struct bed {
	struct http_transport *transport;
	struct log *log;
	struct credential_chain *chain;
	struct given_keys keys;
	struct acr *acr;
	struct reference reference;
	struct credential found;
	struct scanreq_error err;
};

static void bed_start(struct bed *b, const struct exchange *exchanges, size_t count)
{
	struct provider_context provider = { .given = &b->keys };
	struct acr_context context = { .instance_id = NULL };

	b->keys = (struct given_keys){ .key_id = "key-id", .key_secret = "key-secret" };
	provider.transport = context.transport = b->transport =
		scripted_transport(exchanges, count);
	provider.log = context.log = b->log = log_new(LOG_LEVEL_DEBUG, NULL, NULL);
	context.chain = b->chain = credential_chain_new(&provider);
	b->acr = acr_new(&context);
	assert_non_null(b->acr);
	assert_int_equal(reference_parse(HOST "/ns/app:1", &b->reference, &b->err), 0);
	leaks = 0;
}

static void bed_free(struct bed *b)
{
	scripted_done(b->transport);
	credential_free(&b->found);
	acr_free(&b->acr);
	credential_chain_free(&b->chain);
	http_transport_free(&b->transport);
	reference_free(&b->reference);
	log_free(&b->log);
	assert_int_equal(leaks, 0);
}

static int find(struct bed *b)
{
	credential_free(&b->found);
	return acr_find(b->acr, &b->reference, &b->found, &b->err);
}

static void assert_login(struct bed *b, bool remembered)
{
	assert_int_equal(find(b), 0);
	assert_string_equal(b->found.username, "cr_temp_user");
	assert_string_equal(b->found.password, PASSWORD);
	assert_string_equal(b->found.realm_below, "aliyuncs.com");
	assert_int_equal(b->found.remembered, remembered);
}

static void is_fetched_once(void **state)
{
	const struct exchange exchanges[] = { GIVES(ENDS) };
	struct bed b CLEANUP(bed_free) = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bed_start(&b, exchanges, ARRAY_LENGTH(exchanges));
	assert_login(&b, false);
	assert_login(&b, true);
}

static void is_fetched_anew_when_over_or_refused(void **state)
{
	const struct exchange exchanges[] = { GIVES("1700000000000"), GIVES(ENDS),
					      GIVES(ENDS) };
	struct bed b CLEANUP(bed_free) = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bed_start(&b, exchanges, ARRAY_LENGTH(exchanges));
	assert_login(&b, false);
	assert_login(&b, false);
	acr_refused(b.acr, &b.reference);
	assert_login(&b, false);
	assert_login(&b, true);
}

static void is_not_asked_for_again_when_refused(void **state)
{
	const struct exchange exchanges[] = { REFUSES };
	struct bed b CLEANUP(bed_free) = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bed_start(&b, exchanges, ARRAY_LENGTH(exchanges));
	for (int i = 0; i < 2; i++) {
		b.err = (struct scanreq_error)SCANREQ_ERROR_INIT;
		assert_int_equal(find(&b), SCANREQ_E_DENIED);
		assert_non_null(strstr(b.err.message, "cr:GetAuthorizationToken"));
		assert_string_equal(b.err.service_code, "NoPermission");
		assert_false(credential_found(&b.found));
	}
}

static void asks_nothing_for_another_host(void **state)
{
	struct bed b CLEANUP(bed_free) = { .err = SCANREQ_ERROR_INIT };

	(void)state;
	bed_start(&b, NULL, 0);
	reference_free(&b.reference);
	assert_int_equal(reference_parse(HOST ".evil.test/ns/app:1", &b.reference, &b.err), 0);
	assert_int_equal(find(&b), 0);
	assert_false(credential_found(&b.found));
}

static void is_asked_again(void **state)
{
	const struct exchange exchanges[] = {
		{ ASKS, .fails = SCANREQ_E_UNAVAILABLE, .sent = true, .temporary = true },
		{ ASKS, .status = 400, .answer_body = "{\"Code\":\"Throttling.User\"}" },
		GIVES(ENDS),
	};
	struct bed b CLEANUP(bed_free) = { .err = SCANREQ_ERROR_INIT };
	size_t waits;

	(void)state;
	bed_start(&b, exchanges, ARRAY_LENGTH(exchanges));
	b.transport->retries = 2;
	assert_login(&b, false);
	assert_int_equal(b.err.klass, SCANREQ_OK);
	scripted_waits(b.transport, &waits);
	assert_int_equal(waits, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_registries),
		cmocka_unit_test(knows_no_other_host),
		cmocka_unit_test(survives_long_hosts),
		cmocka_unit_test(is_fetched_once),
		cmocka_unit_test(is_fetched_anew_when_over_or_refused),
		cmocka_unit_test(is_not_asked_for_again_when_refused),
		cmocka_unit_test(asks_nothing_for_another_host),
		cmocka_unit_test(is_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
