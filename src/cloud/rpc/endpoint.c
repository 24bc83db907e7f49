/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/str.h"
#include "cloud/rpc/endpoint.h"

#define CHINA "tds.cn-shanghai.aliyuncs.com"
#define ABROAD "tds.ap-southeast-1.aliyuncs.com"
#define REGION_MAX 64

/* Both centres with some of their regions, for errors. */
#define CENTRES \
	CHINA " (regions cn-hangzhou, cn-shanghai, cn-beijing, cn-hongkong, ...) or " \
	ABROAD " (regions ap-southeast-1, eu-central-1, us-east-1, ...)"

/* Hosts inside VPCs. */
#define CHINA_VPC "tds.vpc-proxy.aliyuncs.com"
#define ABROAD_VPC "tds-intl.vpc-proxy.aliyuncs.com"
#define SYDNEY_VPC "tds-vpc.ap-southeast-2.aliyuncs.com"

static const struct region {
	const char *id;
	const char *host;
	const char *vpc; /* NULL: none is documented */
} regions[] = {
	{ "cn-beijing", CHINA, CHINA_VPC },
	{ "cn-beijing-finance-1", CHINA, NULL },
	{ "cn-chengdu", CHINA, CHINA_VPC },
	{ "cn-fuzhou", CHINA, NULL },
	{ "cn-guangzhou", CHINA, CHINA_VPC },
	{ "cn-hangzhou", CHINA, CHINA_VPC },
	{ "cn-hangzhou-finance", CHINA, NULL },
	{ "cn-heyuan", CHINA, CHINA_VPC },
	{ "cn-heyuan-acdr-1", CHINA, CHINA_VPC },
	{ "cn-hongkong", CHINA, CHINA_VPC },
	{ "cn-huhehaote", CHINA, CHINA_VPC },
	{ "cn-nanjing", CHINA, NULL },
	{ "cn-north-2-gov-1", CHINA, NULL },
	{ "cn-qingdao", CHINA, NULL },
	{ "cn-qingdao-acdr-ut-1", CHINA, NULL },
	{ "cn-shanghai", CHINA, CHINA_VPC },
	{ "cn-shanghai-finance-1", CHINA, NULL },
	{ "cn-shanghai-mybk", CHINA, NULL },
	{ "cn-shenzhen", CHINA, CHINA_VPC },
	{ "cn-shenzhen-finance-1", CHINA, NULL },
	{ "cn-wuhan-lr", CHINA, NULL },
	{ "cn-wulanchabu", CHINA, CHINA_VPC },
	{ "cn-zhangjiakou", CHINA, CHINA_VPC },
	{ "cn-zhengzhou-jva", CHINA, NULL },
	{ "ap-northeast-1", ABROAD, ABROAD_VPC },
	{ "ap-northeast-2", ABROAD, ABROAD_VPC },
	{ "ap-south-1", ABROAD, NULL },
	{ "ap-southeast-1", ABROAD, ABROAD_VPC },
	{ "ap-southeast-2", ABROAD, SYDNEY_VPC },
	{ "ap-southeast-3", ABROAD, ABROAD_VPC },
	{ "ap-southeast-5", ABROAD, ABROAD_VPC },
	{ "ap-southeast-6", ABROAD, ABROAD_VPC },
	{ "ap-southeast-7", ABROAD, ABROAD_VPC },
	{ "eu-central-1", ABROAD, ABROAD_VPC },
	{ "eu-west-1", ABROAD, ABROAD_VPC },
	{ "me-central-1", ABROAD, NULL },
	{ "me-east-1", ABROAD, NULL },
	{ "us-east-1", ABROAD, ABROAD_VPC },
	{ "us-west-1", ABROAD, ABROAD_VPC },
};

static const struct region *find_region(const char *id)
{
	for (size_t i = 0; i < ARRAY_LENGTH(regions); i++)
		if (strcmp(id, regions[i].id) == 0)
			return &regions[i];
	return NULL;
}

const char *region_name(size_t i)
{
	return i < ARRAY_LENGTH(regions) ? regions[i].id : NULL;
}

bool region_is_known(const char *region)
{
	return find_region(region);
}

bool region_is_well_formed(const char *region)
{
	return *region && strlen(region) <= REGION_MAX &&
	       region[strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static int region_unknown(const char *region, struct scanreq_error *err)
{
	struct nearest search = nearest_to(region);

	for (size_t i = 0; i < ARRAY_LENGTH(regions); i++)
		nearest_offer(&search, regions[i].id);
	return error_set(err, SCANREQ_CODE_REGION_UNKNOWN,
			 "region %.64s is not known%s%s%s: Security Center is at " CENTRES
			 "; set one of their regions, or set endpoint", region,
			 search.best ? " (did you mean " : "", search.best ? search.best : "",
			 search.best ? "?)" : "");
}

static int find_by_region(const char *region, bool vpc, struct url *url,
			  struct scanreq_error *err)
{
	const struct region *found;
	char *text CLEANUP_FREE = NULL;

	if (!region_is_well_formed(region))
		return error_set(err, SCANREQ_CODE_REGION_UNKNOWN,
				 "region \"%.64s\" is malformed: a region id has a-z, 0-9 "
				 "and \"-\" alone",
				 region);
	found = find_region(region);
	if (!found)
		return region_unknown(region, err);
	if (vpc && !found->vpc) {
		error_set(err, SCANREQ_CODE_REGION_UNKNOWN,
			  "region %s has no documented endpoint inside its VPCs: set "
			  "endpoint-type to public, or set endpoint", region);
		return error_about(SCANREQ_E_USAGE, "endpoint-type", err);
	}
	if (asprintf(&text, "https://%s/", vpc ? found->vpc : found->host) < 0) {
		text = NULL;
		return error_nomem(err);
	}
	return url_parse(text, NULL, url, err);
}

/* Does not quote the text: it may contain a password. */
static int endpoint_malformed(const char *what, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_ENDPOINT_INVALID,
			 "%s is malformed: say host[:port], or a URL of http or https without "
			 "user, path and query",
			 what);
}

/* Makes a URL of "host[:port]": http for loopback, else https. NULL: malformed. */
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

int endpoint_parse(const char *endpoint, const char *what, struct url *url,
		   struct scanreq_error *err)
{
	struct url parsed CLEANUP_URL = { 0 };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	const char *scheme_end = strstr(endpoint, "://");
	char *whole CLEANUP_FREE = NULL;
	int failed;

	errno = 0;
	whole = scheme_end ? strdup(endpoint) : with_scheme(endpoint);
	if (!whole && errno == ENOMEM)
		return error_nomem(err);

	/* A fragment would be dropped, and some readers take "\" for "/". */
	if (!whole || strpbrk(endpoint, "?#\\@ \t\r\n") ||
	    (!scheme_end && strchr(endpoint, '/')))
		return endpoint_malformed(what, err);
	failed = url_parse(whole, NULL, &parsed, &why);
	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed || strcmp(parsed.path, "/") != 0 || parsed.query)
		return endpoint_malformed(what, err);
	if (!parsed.https && !host_is_loopback(parsed.host))
		return error_set(err, SCANREQ_CODE_ENDPOINT_INVALID,
				 "%s would send to %s without encryption: http is for "
				 "loopback alone, use https",
				 what, parsed.host);
	*url = parsed;
	memset(&parsed, 0, sizeof(parsed));
	return 0;
}

int endpoint_find(const struct endpoint_choice *choice, struct url *url,
		  struct scanreq_error *err)
{
	memset(url, 0, sizeof(*url));
	if (choice->endpoint && *choice->endpoint)
		return endpoint_parse(choice->endpoint, "the endpoint", url, err);
	if (choice->region && *choice->region)
		return find_by_region(choice->region, choice->vpc, url, err);
	return error_set(err, SCANREQ_CODE_REGION_MISSING,
			 "no region is given: Security Center is at " CENTRES
			 "; set the region of its console, or set endpoint");
}
