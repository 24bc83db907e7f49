/* SPDX-License-Identifier: MIT */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "net/proxy.h"

/* The password of "[scheme://]user:password@host", percent-encoded as it stands; or NULL. */
static char *password_of(const char *url)
{
	const char *scheme = strstr(url, "://");
	const char *user = scheme ? scheme + 3 : url;
	const char *end = strrchr(user, '@');
	const char *colon = end ? memchr(user, ':', (size_t)(end - user)) : NULL;

	return colon ? strndup(colon + 1, (size_t)(end - colon) - 1) : NULL;
}

/* libcurl quotes the URL as it is written, and sends the password decoded. */
static int keep(struct log *log, const char *written)
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

		if (password && keep(log, password))
			return SCANREQ_E_NOMEM;
	}
	return 0;
}
