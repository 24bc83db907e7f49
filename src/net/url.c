/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "net/address.h"
#include "net/url.h"

#define PORT_HTTP 80
#define PORT_HTTPS 443
#define PORT_MAX 65535

static void curlu_free(CURLU **handle)
{
	curl_url_cleanup(*handle);
}

static void curl_text_free(char **text)
{
	curl_free(*text);
}

static int url_malformed(struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_ANSWER_INVALID, "a malformed URL");
}

static int parse_failed(CURLUcode code, struct scanreq_error *err)
{
	switch (code) {
	case CURLUE_OUT_OF_MEMORY:
		return error_nomem(err);
	case CURLUE_USER_NOT_ALLOWED:
		return error_set(err, SCANREQ_CODE_ANSWER_INVALID, "a URL with a user name in it");
	case CURLUE_UNSUPPORTED_SCHEME:
	case CURLUE_BAD_SCHEME:
		return error_set(err, SCANREQ_CODE_ANSWER_INVALID,
				 "a URL that is neither http nor https");
	default:
		return url_malformed(err);
	}
}

/* Copies one part; *value is NULL if the URL has none. */
static int get_part(CURLU *handle, CURLUPart part, char **value, struct scanreq_error *err)
{
	char *text CLEANUP(curl_text_free) = NULL;
	CURLUcode code = curl_url_get(handle, part, &text, CURLU_DEFAULT_PORT);

	*value = NULL;
	if (code == CURLUE_NO_QUERY || code == CURLUE_NO_ZONEID)
		return 0;
	if (code)
		return parse_failed(code, err);
	*value = strdup(text);
	return *value ? 0 : error_nomem(err);
}

/*
 * Removes brackets and makes the host lower case. Refuses other characters than ASCII, since
 * IDNA would map some to ASCII after our checks ("localhost" in full width).
 */
static bool clean_host(char *host)
{
	size_t len = strlen(host);

	if (host[0] == '[') {
		if (len < 2 || host[len - 1] != ']')
			return false;
		memmove(host, host + 1, len - 2);
		host[len - 2] = '\0';
	}
	for (const char *p = host; *p; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return false;
	str_lower(host);
	return host[0] != '\0';
}

static bool read_port(const char *text, int *port)
{
	int64_t number;

	if (!str_to_int64(text, &number) || number < 1 || number > PORT_MAX)
		return false;
	*port = (int)number;
	return true;
}

static int get_scheme(CURLU *handle, struct url *url, struct scanreq_error *err)
{
	char *scheme CLEANUP_FREE = NULL;
	int failed = get_part(handle, CURLUPART_SCHEME, &scheme, err);

	if (failed)
		return failed;
	url->https = strcasecmp(scheme, "https") == 0;
	if (!url->https && strcasecmp(scheme, "http") != 0)
		return parse_failed(CURLUE_UNSUPPORTED_SCHEME, err);
	return 0;
}

static int get_parts(CURLU *handle, struct url *url, struct scanreq_error *err)
{
	char *port CLEANUP_FREE = NULL;
	char *zone CLEANUP_FREE = NULL;
	int failed = get_scheme(handle, url, err);

	if (!failed)
		failed = get_part(handle, CURLUPART_HOST, &url->host, err);
	if (!failed)
		failed = get_part(handle, CURLUPART_PORT, &port, err);
	if (!failed)
		failed = get_part(handle, CURLUPART_PATH, &url->path, err);
	if (!failed)
		failed = get_part(handle, CURLUPART_QUERY, &url->query, err);
	if (!failed)
		failed = get_part(handle, CURLUPART_ZONEID, &zone, err);
	if (failed)
		return failed;
	if (zone || !clean_host(url->host) || !read_port(port, &url->port))
		return url_malformed(err);
	return 0;
}

/*
 * Returns whether an http or https URL lacks its host. libcurl takes "https:/x" and
 * "https:///x" for host x; RFC 9110 section 4.2.1 requires refusing them.
 */
static bool lacks_host(const char *text)
{
	size_t n = strncasecmp(text, "https:", 6) == 0 ? 6 : 5;

	if (n == 5 && strncasecmp(text, "http:", 5) != 0)
		return false;
	return strncmp(text + n, "//", 2) != 0 || text[n + 2] == '\0' ||
	       strchr("/\\?#", text[n + 2]);
}

int url_parse(const char *text, const struct url *base, struct url *url,
	      struct scanreq_error *err)
{
	CURLU *handle CLEANUP(curlu_free) = curl_url();
	struct url parsed CLEANUP_URL = { 0 };
	char *base_text CLEANUP_SECRET = base ? url_format(base) : NULL;
	CURLUcode code = CURLUE_OK;
	int failed;

	if (!handle || (base && !base_text))
		return error_nomem(err);
	if (lacks_host(text) || (base && strncmp(text, "///", 3) == 0))
		return url_malformed(err);
	if (base_text)
		code = curl_url_set(handle, CURLUPART_URL, base_text, CURLU_DISALLOW_USER);
	if (!code)
		code = curl_url_set(handle, CURLUPART_URL, text, CURLU_DISALLOW_USER);
	if (code)
		return parse_failed(code, err);
	failed = get_parts(handle, &parsed, err);
	if (failed)
		return failed;
	*url = parsed;
	memset(&parsed, 0, sizeof(parsed));
	return 0;
}

void url_free(struct url *url)
{
	free(url->host);
	free(url->path);
	str_wipe(&url->query);
	memset(url, 0, sizeof(*url));
}

int url_copy(struct url *to, const struct url *from)
{
	*to = (struct url){ .https = from->https, .port = from->port };
	if (str_copy(&to->host, from->host) || str_copy(&to->path, from->path) ||
	    str_copy(&to->query, from->query)) {
		url_free(to);
		return SCANREQ_E_NOMEM;
	}
	return 0;
}

bool url_same_origin(const struct url *a, const struct url *b)
{
	return a->https == b->https && a->port == b->port && strcmp(a->host, b->host) == 0;
}

static void add_host_port(struct buf *buf, const struct url *url)
{
	bool v6 = strchr(url->host, ':') != NULL;

	buf_addf(buf, v6 ? "[%s]" : "%s", url->host);
	if (url->port != (url->https ? PORT_HTTPS : PORT_HTTP))
		buf_addf(buf, ":%d", url->port);
}

static void add_shown(struct buf *buf, const struct url *url)
{
	buf_puts(buf, url->https ? "https://" : "http://");
	add_host_port(buf, url);
	buf_puts(buf, url->path);
}

char *url_format(const struct url *url)
{
	struct buf buf CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_REQUEST);

	add_shown(&buf, url);
	if (url->query) {
		buf_putc(&buf, '?');
		buf_puts(&buf, url->query);
	}
	return buf_take(&buf);
}

char *url_host_port(const struct url *url)
{
	struct buf buf CLEANUP_BUF = BUF_INIT(LIMIT_REQUEST);

	add_host_port(&buf, url);
	return buf_take(&buf);
}

char *url_shown(const struct url *url)
{
	struct buf buf CLEANUP_BUF = BUF_INIT(LIMIT_REQUEST);

	add_shown(&buf, url);
	return buf_take(&buf);
}

/*
 * Returns whether an address is ::1 or a mapped 127/8. Other embedded forms (NAT64, 6to4)
 * are loopback for address_place(), which is stricter, but packets to them leave the machine.
 */
static bool is_loopback_v6(const unsigned char v6[16])
{
	static const unsigned char mapped[13] = { [10] = 0xff, [11] = 0xff, [12] = 127 };

	return memcmp(v6, &in6addr_loopback, 16) == 0 || memcmp(v6, mapped, sizeof(mapped)) == 0;
}

bool host_is_loopback(const char *host)
{
	unsigned char v6[16];

	if (inet_pton(AF_INET6, host, v6) == 1)
		return is_loopback_v6(v6);
	return address_place(host) == ADDRESS_LOOPBACK;
}

bool host_is_loopback_name(const char *host)
{
	unsigned char address[16];

	return host_is_loopback(host) && inet_pton(AF_INET, host, address) != 1 &&
	       inet_pton(AF_INET6, host, address) != 1;
}

static bool url_valid_host(const char *host, bool v6)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-._";
	unsigned char address[16];

	if (v6)
		return inet_pton(AF_INET6, host, address) == 1;
	return host[0] != '\0' && host[strspn(host, allowed)] == '\0';
}

bool host_port_split(const char *text, char **host, int *port)
{
	bool v6 = text[0] == '[';
	const char *start = text + v6;
	const char *end = start + strcspn(start, v6 ? "]" : ":");
	const char *rest = end + (v6 && *end == ']');
	char *copy CLEANUP_FREE = NULL;

	*host = NULL;
	*port = 0;
	if ((v6 && *end != ']') || (*rest != '\0' && *rest != ':'))
		return false;
	if (*rest == ':' && !read_port(rest + 1, port))
		return false;
	copy = strndup(start, (size_t)(end - start));
	if (!copy)
		return false;
	str_lower(copy);
	if (!url_valid_host(copy, v6))
		return false;
	*host = TAKE(copy);
	return true;
}

bool url_is_named(const struct url *url, const struct strv *names)
{
	for (size_t i = 0; names && i < names->count; i++) {
		char *host CLEANUP_FREE = NULL;
		int port;

		if (host_port_split(names->items[i], &host, &port) &&
		    strcmp(host, url->host) == 0 && (port == 0 || port == url->port))
			return true;
	}
	return false;
}
