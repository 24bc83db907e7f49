/* SPDX-License-Identifier: MIT */
/*
 * The transport over libcurl: one multi handle, and so one pool of connections, for all
 * threads.
 */
#ifndef NET_HTTP_CURL_H
#define NET_HTTP_CURL_H

#include <stdint.h>

#include "net/http.h"

/* Settings, copied by http_curl_new(). */
struct http_curl_options {
	const char *ca_file;    /* PEM authorities besides the system's; or NULL */
	const char *cert_file;  /* PEM client certificate for registries; or NULL */
	const char *key_file;   /* its key; NULL if cert_file is NULL */
	const struct strv *unverified; /* registries (host[:port]) not to verify; or NULL */
	const char *user_agent;
	int64_t timeout_ms;     /* of one request, including connecting; 0: none */
	int64_t connect_timeout_ms;
	int64_t idle_ms;        /* longest time without a byte, rounded up to s; 0: none */
	int retries;            /* see struct http_transport */
	int64_t retry_deadline_ms; /* likewise */
	long host_connections;  /* most connections to one host; 0: 4 */
	bool offline;           /* refuse every request */
};

/*
 * Makes the transport. The first request initialises libcurl and reads certificates, so runs
 * without network do not spend time on that. Errors: SCANREQ_E_NOMEM.
 */
int http_curl_new(const struct http_curl_options *options, struct http_transport **transport,
		  struct scanreq_error *err);

#endif
