/* SPDX-License-Identifier: MIT */
/*
 * The transport over libcurl: one multi handle, and with it one pool of connections, for
 * the whole run and all its threads.
 */
#ifndef NET_HTTP_CURL_H
#define NET_HTTP_CURL_H

#include <stdint.h>

#include "net/http.h"

/* Settings, copied by http_curl_new(). */
struct http_curl_options {
	const char *ca_file;    /* PEM, added to the system's authorities; or NULL */
	const char *cert_file;  /* PEM, for registries that ask who we are; or NULL */
	const char *key_file;   /* likewise; NULL where cert_file is */
	const struct strv *unverified; /* registries, host[:port]; or NULL */
	const char *user_agent;
	int64_t timeout_ms;     /* of one request, connecting included; 0: none */
	int64_t connect_timeout_ms;
	int64_t idle_ms;        /* without one byte; whole seconds, rounded up; 0: none */
	int retries;            /* see struct http_transport */
	long host_connections;  /* at the same time to one host; 0: 4 */
	bool offline;           /* every request is a usage error */
};

/*
 * Makes the transport. libcurl is initialised by the first request, so that inputs which
 * need no network do not pay for it. Errors: SCANREQ_E_NOMEM.
 */
int http_curl_new(const struct http_curl_options *options, struct http_transport **transport,
		  struct scanreq_error *err);

#endif
