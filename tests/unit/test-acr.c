/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cloud/acr-host.h"

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
		  "registry-internal.cn-shenzhen.aliyuncs.com", "cn-shenzhen", "", ACR_PERSONAL },
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
		  "a-registry-registry.cn-hangzhou.cr.aliyuncs.com", "cn-hangzhou", "a-registry",
		  ACR_ENTERPRISE },
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
		assert_int_equal(acr_host_parse(domain, &host), len + strlen("-registry") <= 63);
	}
	memset(domain, '.', sizeof(domain) - 1);
	domain[sizeof(domain) - 1] = '\0';
	assert_false(acr_host_parse(domain, &host));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_registries),
		cmocka_unit_test(knows_no_other_host),
		cmocka_unit_test(survives_long_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
