/* SPDX-License-Identifier: MIT */
/* What to say of a transfer that failed: its phase, its host, and what to do next. */
#ifndef NET_HTTP_FAILURE_H
#define NET_HTTP_FAILURE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <scanreq/error.h>

#include "net/proxy.h"
#include "net/url.h"

struct curl_failure {
	CURL *easy;
	CURLcode code;       /* CURLE_OK: the answer ended in its head */
	const struct url *url;
	const char *host;    /* host[:port] of the URL */
	const char *detail;  /* libcurl's error buffer */
	const struct proxy *proxy; /* that the request went by, if by one */
	const char *ca_file; /* authorities that the user named; or NULL */
	bool started;        /* the connection stood, and the request was going out */
	bool answered;       /* part of the answer had come */
};

/*
 * Whether a connection was not had or broke. A name that is not known, a certificate that
 * is not trusted and a time that ran out are not likely to be better the next time.
 */
bool http_failure_temporary(CURLcode code);

/*
 * Whether what is there does not speak the URL's protocol: it closed without a word, sent
 * what is no HTTP, or began no TLS.
 */
bool http_failure_foreign(const struct curl_failure *failure);

/*
 * Sets `err` from libcurl's result. Returns SCANREQ_E_UNAVAILABLE, SCANREQ_E_USAGE (for a
 * certificate that is not trusted, authorities that cannot be read), SCANREQ_E_INTERNAL or
 * SCANREQ_E_NOMEM.
 */
int http_failure_set(const struct curl_failure *failure, struct scanreq_error *err);

#endif
