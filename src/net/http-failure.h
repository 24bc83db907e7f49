/* SPDX-License-Identifier: MIT */
/* Turns a failed transfer into an error: the phase, the host and the remedy. */
#ifndef NET_HTTP_FAILURE_H
#define NET_HTTP_FAILURE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <scanreq/error.h>

#include "net/proxy.h"
#include "net/url.h"

struct curl_failure {
	CURL *easy;
	CURLcode code;       /* CURLE_OK: the answer ended within its head */
	const struct url *url;
	const char *host;    /* host[:port] of the URL */
	const char *detail;  /* libcurl's error buffer */
	const struct proxy *proxy; /* of the request; its url is NULL without one */
	const char *ca_file; /* the setting ca-file; or NULL */
	bool started;        /* connected; the request was being sent */
	bool answered;       /* part of the answer had arrived */
};

/*
 * Returns whether a connection failed or broke, so that another attempt may succeed. An
 * unknown name, an untrusted certificate and a time-out would most likely fail again.
 */
bool http_failure_temporary(CURLcode code);

/*
 * Returns whether the peer seems not to speak the URL's protocol: it closed the connection,
 * sent no HTTP or began no TLS.
 */
bool http_failure_foreign(const struct curl_failure *failure);

/*
 * Sets `err` from libcurl's result. Returns SCANREQ_E_UNAVAILABLE, SCANREQ_E_USAGE (an
 * untrusted certificate, unreadable authorities) or SCANREQ_E_NOMEM.
 */
int http_failure_set(const struct curl_failure *failure, struct scanreq_error *err);

#endif
