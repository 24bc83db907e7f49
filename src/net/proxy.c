/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "net/proxy.h"

#define NAME_MAX_LEN 256
#define SEPARATORS ", \t\r\n"

/* --- choosing ---------------------------------------------------------------------- */

/* Returns the first of two variables that is not empty; *name is its name. */
static const char *first_of(const char *lower, const char *upper, const char **name)
{
	const char *value = env_value(lower);

	*name = value || !upper ? lower : upper;
	return value || !upper ? value : env_value(upper);
}

/* Returns whether the first `bits` bits (0: all) of two addresses are equal. */
static bool same_network(const char *a, const char *b, int family, long bits)
{
	unsigned char x[16], y[16];
	long all = family == AF_INET ? 32 : 128;

	if (inet_pton(family, a, x) != 1 || inet_pton(family, b, y) != 1 || bits < 0 ||
	    bits > all)
		return false;
	for (long i = 0; i < (bits ? bits : all); i++)
		if ((x[i / 8] ^ y[i / 8]) & (0x80 >> i % 8))
			return false;
	return true;
}

/* Returns whether an address or network ("10.0.0.0/8") of no_proxy contains the host. */
static bool names_address(char *item, const char *host)
{
	int family = strchr(host, ':') ? AF_INET6 : AF_INET;
	char *slash = strchr(item, '/');
	long bits = slash ? strtol(slash + 1, NULL, 10) : 0;

	if (slash)
		*slash = '\0';
	if (*item == '[' && item[strlen(item) - 1] == ']') {
		item[strlen(item) - 1] = '\0';
		item++;
	}
	return same_network(host, item, family, bits);
}

/* Returns whether a name of no_proxy, without dots at its ends, is the host or a parent. */
static bool names_host(const char *item, size_t len, const char *host)
{
	size_t n = strlen(host);

	if (len > 0 && item[len - 1] == '.')
		len--;
	if (len > 0 && *item == '.') {
		item++;
		len--;
	}
	if (n > 0 && host[n - 1] == '.')
		n--;
	if (len == 0 || n < len || strncasecmp(host + n - len, item, len) != 0)
		return false;
	return n == len || host[n - len - 1] == '.';
}

static bool is_excepted(const char *list, const char *host)
{
	if (strcmp(list, "*") == 0)
		return true;
	while (*(list += strspn(list, SEPARATORS))) {
		size_t len = strcspn(list, SEPARATORS);
		char item[NAME_MAX_LEN];

		if (len < sizeof(item)) {
			memcpy(item, list, len);
			item[len] = '\0';
			if (names_host(item, len, host) || names_address(item, host))
				return true;
		}
		list += len;
	}
	return false;
}

void proxy_find(const struct url *url, struct proxy *proxy)
{
	const char *except = first_of("no_proxy", "NO_PROXY", &proxy->except);

	proxy->url = url->https ? first_of("https_proxy", "HTTPS_PROXY", &proxy->variable)
				: first_of("http_proxy", NULL, &proxy->variable);
	if (!proxy->url)
		proxy->url = first_of("all_proxy", "ALL_PROXY", &proxy->variable);
	if (except && is_excepted(except, url->host))
		proxy->url = NULL;
}

/* --- secrets ----------------------------------------------------------------------- */

/* Returns the password of "[scheme://]user:password@host", still percent-encoded; or NULL. */
static char *password_of(const char *url)
{
	const char *scheme = strstr(url, "://");
	const char *user = scheme ? scheme + 3 : url;
	const char *end = strrchr(user, '@');
	const char *colon = end ? memchr(user, ':', (size_t)(end - user)) : NULL;

	return colon ? strndup(colon + 1, (size_t)(end - colon) - 1) : NULL;
}

/* libcurl quotes the encoded password in messages and sends the decoded one. */
static int proxy_keep(struct log *log, const char *written)
{
	int len = 0;
	char *decoded = curl_easy_unescape(NULL, written, 0, &len);
	int failed = decoded ? log_secret(log, written) : SCANREQ_E_NOMEM;

	if (!failed)
		failed = log_secret(log, decoded);
	if (decoded)
		explicit_bzero(decoded, (size_t)len);
	curl_free(decoded);
	return failed;
}

int proxy_keep_secrets(struct log *log)
{
	static const char *const variables[] = {
		"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(variables); i++) {
		const char *url = getenv(variables[i]);
		char *password CLEANUP_SECRET = url ? password_of(url) : NULL;

		if (password && proxy_keep(log, password))
			return SCANREQ_E_NOMEM;
	}
	return 0;
}
