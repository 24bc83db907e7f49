/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <string.h>

#include "base/error.h"
#include "net/http-options.h"

/* Sets options of a handle and keeps the first error. */
struct options {
	CURL *easy;
	CURLcode failed;
};

static void http_options_keep(struct options *o, CURLcode code)
{
	if (!o->failed)
		o->failed = code;
}

static void set_number(struct options *o, CURLoption option, long value)
{
	http_options_keep(o, curl_easy_setopt(o->easy, option, value));
}

static void http_options_set_text(struct options *o, CURLoption option, const char *value)
{
	http_options_keep(o, curl_easy_setopt(o->easy, option, value));
}

static void set_blob(struct options *o, CURLoption option, const struct buf *bytes)
{
	struct curl_blob blob = {
		.data = bytes->data,
		.len = bytes->len,
		.flags = CURL_BLOB_NOCOPY,
	};

	if (bytes->len > 0)
		http_options_keep(o, curl_easy_setopt(o->easy, option, &blob));
}

static void set_safety(struct options *o)
{
	http_options_set_text(o, CURLOPT_PROTOCOLS_STR, "http,https");
	set_number(o, CURLOPT_FOLLOWLOCATION, 0);
	set_number(o, CURLOPT_NETRC, CURL_NETRC_IGNORED);
	set_number(o, CURLOPT_NOSIGNAL, 1);
	set_number(o, CURLOPT_PATH_AS_IS, 1);
	set_number(o, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
	set_number(o, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Do not wait for a pending name lookup at the end. */
	set_number(o, CURLOPT_QUICK_EXIT, 1);
#endif
}

static void set_times(struct options *o, const struct transfer_options *options, int64_t own_ms)
{
	bool own = own_ms > 0 && own_ms <= INT_MAX;

	set_number(o, CURLOPT_TIMEOUT_MS, own ? (long)own_ms : options->timeout_ms);
	set_number(o, CURLOPT_CONNECTTIMEOUT_MS, options->connect_timeout_ms);
	/* Fail after idle_s seconds with less than a byte per second in both directions. */
	set_number(o, CURLOPT_LOW_SPEED_LIMIT, options->idle_s > 0);
	set_number(o, CURLOPT_LOW_SPEED_TIME, options->idle_s);
}

static void set_trust(struct options *o, const struct trust *trust)
{
	set_blob(o, CURLOPT_CAINFO_BLOB, &trust->pem);
	if (trust->pem.len == 0 && trust->directory)
		http_options_set_text(o, CURLOPT_CAINFO, NULL);
	if (trust->directory)
		http_options_set_text(o, CURLOPT_CAPATH, trust->directory);
}

static void set_tls(struct options *o, const struct transfer_options *options)
{
	const struct tls_host *host = options->host;

	set_trust(o, host ? &host->trust : options->trust);
	if (!host)
		return;
	set_blob(o, CURLOPT_SSLCERT_BLOB, &host->cert);
	set_blob(o, CURLOPT_SSLKEY_BLOB, &host->key);
	if (host->unverified) {
		set_number(o, CURLOPT_SSL_VERIFYPEER, 0);
		set_number(o, CURLOPT_SSL_VERIFYHOST, 0);
	}
}

/* Returns the URL's path and query unchanged; libcurl would normalise them. */
static const char *request_target(const char *url)
{
	const char *host = strstr(url, "://");

	return host ? strchr(host + 3, '/') : NULL;
}

/*
 * Uses HTTP/2 where TLS negotiates it, since one connection then serves all threads. A
 * request with a body uses HTTP/1.1: with HTTP/2, libcurl by itself repeats a stream that
 * the server refused.
 */
static void set_version(struct options *o, const struct http_request *request)
{
	bool has_body = strcmp(request->method, "POST") == 0;

	set_number(o, CURLOPT_HTTP_VERSION,
		   has_body ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS);
	/* Wait for a pending connection if it may become shared. */
	set_number(o, CURLOPT_PIPEWAIT, request->url->https && !has_body);
}

static void set_way(struct options *o, struct transfer *t)
{
	const struct http_request *request = t->request;
	bool direct = request->unix_socket || request->no_proxy ||
		      host_is_loopback(request->url->host);

	if (request->unix_socket)
		http_options_set_text(o, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
	if (!direct)
		proxy_find(request->url, &t->proxy);
	/* Set both, so that libcurl does not read the environment itself. */
	http_options_set_text(o, CURLOPT_PROXY, t->proxy.url ? t->proxy.url : "");
	http_options_set_text(o, CURLOPT_NOPROXY, "");
	if (request->exact_path)
		http_options_set_text(o, CURLOPT_REQUEST_TARGET, request_target(t->url));
	set_version(o, request);
}

int transfer_set_options(struct transfer *t, const struct transfer_options *options)
{
	struct options o = { .easy = t->easy };

	t->ca_file = options->ca_file;
	set_safety(&o);
	set_times(&o, options, t->request->timeout_ms);
	if (options->user_agent)
		http_options_set_text(&o, CURLOPT_USERAGENT, options->user_agent);
	if (t->request->url->https)
		set_tls(&o, options);
	set_way(&o, t);
	http_options_keep(&o, transfer_prepare(t));
	if (o.failed == CURLE_OUT_OF_MEMORY)
		return error_nomem(t->err);
	if (o.failed)
		return error_set(t->err, SCANREQ_CODE_INTERNAL,
				 "%s lacks an option that is needed: %s", curl_version(),
				 curl_easy_strerror(o.failed));
	return 0;
}
