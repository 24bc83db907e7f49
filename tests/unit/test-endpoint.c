/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "cloud/rpc/endpoint.h"

#define CHINA "https://tds.cn-shanghai.aliyuncs.com/"
#define ABROAD "https://tds.ap-southeast-1.aliyuncs.com/"

static int find(const char *region, const char *endpoint, struct url *url,
		struct scanreq_error *err)
{
	const struct endpoint_choice choice = { .region = region, .endpoint = endpoint };

	return endpoint_find(&choice, url, err);
}

static void test_inside_vpcs(void **state)
{
	static const char *const hosts[][2] = {
		{ "cn-hangzhou", "https://tds.vpc-proxy.aliyuncs.com/" },
		{ "cn-hongkong", "https://tds.vpc-proxy.aliyuncs.com/" },
		{ "cn-heyuan-acdr-1", "https://tds.vpc-proxy.aliyuncs.com/" },
		{ "ap-southeast-1", "https://tds-intl.vpc-proxy.aliyuncs.com/" },
		{ "eu-central-1", "https://tds-intl.vpc-proxy.aliyuncs.com/" },
		{ "ap-southeast-2", "https://tds-vpc.ap-southeast-2.aliyuncs.com/" },
		{ "cn-nanjing", NULL },
		{ "me-east-1", NULL },
		{ "cn-north-2-gov-1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
		const struct endpoint_choice choice = { .region = hosts[i][0], .vpc = true };
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		struct url url CLEANUP_URL = { 0 };
		char *text CLEANUP_FREE = NULL;
		int failed = endpoint_find(&choice, &url, &err);

		assert_int_equal(failed, hosts[i][1] ? 0 : SCANREQ_E_USAGE);
		if (failed) {
			assert_non_null(strstr(err.message, "set endpoint-type to public"));
			assert_string_equal(err.setting, "endpoint-type");
			continue;
		}
		text = url_format(&url);
		assert_string_equal(text, hosts[i][1]);
	}
}

static void assert_found(const char *region, const char *endpoint, const char *expected)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct url url CLEANUP_URL = { 0 };
	char *text CLEANUP_FREE = NULL;

	if (find(region, endpoint, &url, &err))
		fail_msg("%s, %s: %s", region ? region : "-", endpoint ? endpoint : "-",
			 err.message);
	text = url_format(&url);
	assert_string_equal(text, expected);
}

static void test_regions(void **state)
{
	static const char *const china[] = {
		"cn-qingdao",
		"cn-beijing",
		"cn-zhangjiakou",
		"cn-huhehaote",
		"cn-wulanchabu",
		"cn-hangzhou",
		"cn-shanghai",
		"cn-nanjing",
		"cn-fuzhou",
		"cn-shenzhen",
		"cn-heyuan",
		"cn-guangzhou",
		"cn-chengdu",
		"cn-hongkong",
		"cn-beijing-finance-1",
		"cn-hangzhou-finance",
		"cn-shanghai-finance-1",
		"cn-shenzhen-finance-1",
		"cn-heyuan-acdr-1",
		"cn-north-2-gov-1",
		"cn-qingdao-acdr-ut-1",
		"cn-shanghai-mybk",
		"cn-wuhan-lr",
		"cn-zhengzhou-jva",
	};
	static const char *const abroad[] = {
		"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-5",
		"ap-southeast-6", "ap-southeast-7", "ap-northeast-1", "ap-northeast-2",
		"ap-south-1",	  "eu-central-1",   "eu-west-1",      "us-east-1",
		"us-west-1",	  "me-east-1",	    "me-central-1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(china); i++)
		assert_found(china[i], NULL, CHINA);
	for (size_t i = 0; i < ARRAY_LENGTH(abroad); i++)
		assert_found(abroad[i], "", ABROAD);
}

static void test_endpoints(void **state)
{
	static const char *const good[][2] = {
		{ "tds.example.com", "https://tds.example.com/" },
		{ "TDS.example.com:8443", "https://tds.example.com:8443/" },
		{ "https://tds.example.com", "https://tds.example.com/" },
		{ "https://tds.example.com/", "https://tds.example.com/" },
		{ "https://tds.example.com:443", "https://tds.example.com/" },
		{ "127.0.0.1:8080", "http://127.0.0.1:8080/" },
		{ "127.0.0.1", "http://127.0.0.1/" },
		{ "localhost:1", "http://localhost:1/" },
		{ "[::1]:8080", "http://[::1]:8080/" },
		{ "http://127.8.9.1:5/", "http://127.8.9.1:5/" },
		{ "https://localhost:2", "https://localhost:2/" },
		{ "[2001:db8::1]", "https://[2001:db8::1]/" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
		assert_found("no such region", good[i][0], good[i][1]);
}

static void assert_refused(const char *region, const char *endpoint, const char *part)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct url url CLEANUP_URL = { 0 };
	int failed = find(region, endpoint, &url, &err);

	if (failed != SCANREQ_E_USAGE || !strstr(err.message, part))
		fail_msg("%s, %s: %d %s", region ? region : "-", endpoint ? endpoint : "-",
			 failed, err.message);
	assert_null(url.host);
}

static void test_malformed_endpoints(void **state)
{
	static const char *const bad[] = {
		"tds.example.com/",
		"tds.example.com/path",
		"https://tds.example.com/path",
		"https://tds.example.com/?q",
		"https://tds.example.com?q",
		"https://tds.example.com/#f",
		"https://user@tds.example.com",
		"user:secret@tds.example.com",
		"ftp://tds.example.com",
		"file:///etc/passwd",
		"https://",
		"://",
		":80",
		"host:0",
		"host:65536",
		"host:port",
		"::1",
		"two words",
		"host\n",
		"https://host\\evil",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_refused(NULL, bad[i], "malformed");
}

/* A slip with user info must not print the password. */
static void test_password_is_not_shown(void **state)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct url url CLEANUP_URL = { 0 };

	(void)state;
	assert_int_equal(find(NULL, "https://u:hunter2@h", &url, &err),
			 SCANREQ_E_USAGE);
	assert_null(strstr(err.message, "hunter2"));
}

static void test_plain_http(void **state)
{
	(void)state;
	assert_refused(NULL, "http://tds.example.com", "tds.example.com without encryption");
	assert_refused(NULL, "http://10.0.0.1:80", "use https");
}

static void test_no_region(void **state)
{
	(void)state;
	assert_refused(NULL, NULL, "tds.cn-shanghai.aliyuncs.com");
	assert_refused(NULL, NULL, "tds.ap-southeast-1.aliyuncs.com");
	assert_refused("", "", "regions cn-hangzhou");
	assert_refused("", "", "regions ap-southeast-1");
}

static void test_unknown_region(void **state)
{
	(void)state;
	assert_refused("mars-north-1", NULL, "region mars-north-1 is not known");
	assert_refused("mars-north-1", NULL, "tds.cn-shanghai.aliyuncs.com");
	assert_refused("mars-north-1", NULL, "tds.ap-southeast-1.aliyuncs.com");
	assert_refused("CN-HANGZHOU", NULL, "malformed");
	assert_refused("cn-hangzhou.evil.example", NULL, "malformed");
	assert_refused("cn-hangzhou\x1b[2J", NULL, "cn-hangzhou\\x1b[2J");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_inside_vpcs),
		cmocka_unit_test(test_endpoints),
		cmocka_unit_test(test_malformed_endpoints),
		cmocka_unit_test(test_password_is_not_shown),
		cmocka_unit_test(test_plain_http),
		cmocka_unit_test(test_no_region),
		cmocka_unit_test(test_unknown_region),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
