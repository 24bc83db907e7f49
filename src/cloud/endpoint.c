/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/str.h"
#include "cloud/endpoint.h"

#define CHINA "tds.cn-shanghai.aliyuncs.com"
#define ABROAD "tds.ap-southeast-1.aliyuncs.com"

/* Both centres with regions that everybody knows, for errors. */
#define CENTRES \
	CHINA " (--region cn-hangzhou, cn-shanghai, cn-beijing, cn-hongkong, ...) or " \
	ABROAD " (--region ap-southeast-1, eu-central-1, us-east-1, ...)"

static const char *const china[] = {
	"cn-beijing",           "cn-beijing-finance-1", "cn-chengdu",
	"cn-fuzhou",            "cn-guangzhou",         "cn-hangzhou",
	"cn-hangzhou-finance",  "cn-heyuan",            "cn-heyuan-acdr-1",
	"cn-hongkong",          "cn-huhehaote",         "cn-nanjing",
	"cn-north-2-gov-1",     "cn-qingdao",           "cn-qingdao-acdr-ut-1",
	"cn-shanghai",          "cn-shanghai-finance-1", "cn-shanghai-mybk",
	"cn-shenzhen",          "cn-shenzhen-finance-1", "cn-wuhan-lr",
	"cn-wulanchabu",        "cn-zhangjiakou",       "cn-zhengzhou-jva",
};

static const char *const abroad[] = {
	"ap-northeast-1", "ap-northeast-2", "ap-south-1",     "ap-southeast-1",
	"ap-southeast-2", "ap-southeast-3", "ap-southeast-5", "ap-southeast-6",
	"ap-southeast-7", "eu-central-1",   "eu-west-1",      "me-central-1",
	"me-east-1",      "us-east-1",      "us-west-1",
};

static bool is_in(const char *region, const char *const *regions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(region, regions[i]) == 0)
			return true;
	return false;
}

static int find_by_region(const char *region, struct url *url, struct scanreq_error *err)
{
	if (region[strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
		return error_set(err, SCANREQ_E_USAGE,
				 "region \"%.64s\" is malformed: a region id has a-z, 0-9 "
				 "and \"-\" alone",
				 region);
	if (is_in(region, china, ARRAY_LENGTH(china)))
		return url_parse("https://" CHINA "/", NULL, url, err);
	if (is_in(region, abroad, ARRAY_LENGTH(abroad)))
		return url_parse("https://" ABROAD "/", NULL, url, err);
	return error_set(err, SCANREQ_E_USAGE,
			 "region %.64s is not known: Security Center is at " CENTRES
			 "; name one of their regions or an --endpoint", region);
}

/* The text is not quoted: it may hold a password that was meant as user info. */
static int malformed(struct scanreq_error *err)
{
	return error_set(err, SCANREQ_E_USAGE,
			 "the endpoint is malformed: say host[:port], or a URL of http or "
			 "https without user, path and query");
}

/* "host[:port]" as a URL: https, but http to loopback. The caller's, NULL if malformed. */
static char *with_scheme(const char *text)
{
	char *host CLEANUP_FREE = NULL;
	char *whole = NULL;
	int port;

	if (!host_port_split(text, &host, &port))
		return NULL;
	if (asprintf(&whole, "%s://%s/", host_is_loopback(host) ? "http" : "https", text) < 0)
		return NULL;
	return whole;
}

static int parse_endpoint(const char *endpoint, struct url *url, struct scanreq_error *err)
{
	struct url parsed CLEANUP_URL = { 0 };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	const char *scheme_end = strstr(endpoint, "://");
	char *whole CLEANUP_FREE = scheme_end ? strdup(endpoint) : with_scheme(endpoint);
	int failed;

	/* A fragment would be dropped, and some readers take "\" for "/". */
	if (!whole || strpbrk(endpoint, "?#\\@ \t\r\n") ||
	    (!scheme_end && strchr(endpoint, '/')))
		return malformed(err);
	failed = url_parse(whole, NULL, &parsed, &why);
	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed || strcmp(parsed.path, "/") != 0 || parsed.query)
		return malformed(err);
	if (!parsed.https && !host_is_loopback(parsed.host))
		return error_set(err, SCANREQ_E_USAGE,
				 "the endpoint would send to %s without encryption: http is "
				 "for loopback alone, use https",
				 parsed.host);
	*url = parsed;
	memset(&parsed, 0, sizeof(parsed));
	return 0;
}

int endpoint_find(const char *region, const char *endpoint, struct url *url,
		  struct scanreq_error *err)
{
	memset(url, 0, sizeof(*url));
	if (endpoint && *endpoint)
		return parse_endpoint(endpoint, url, err);
	if (region && *region)
		return find_by_region(region, url, err);
	return error_set(err, SCANREQ_E_USAGE,
			 "no region is given: Security Center is at " CENTRES
			 "; name the region of its console, or an --endpoint");
}
