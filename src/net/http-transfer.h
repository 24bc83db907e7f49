/* SPDX-License-Identifier: MIT */
/*
 * One request on one handle of libcurl, and what comes of it. Nothing in here waits or
 * locks: the callbacks run in whichever thread drives the transfer, while the thread that
 * made it waits, and they touch the transfer alone.
 */
#ifndef NET_HTTP_TRANSFER_H
#define NET_HTTP_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "net/http.h"
#include "net/proxy.h"

struct transfer {
	CURL *easy; /* borrowed */
	const struct http_request *request;
	struct http_response *response;
	struct scanreq_error *err;
	char *url;
	char *host;           /* host[:port], or the socket's path */
	const char *ca_file;  /* authorities that the user named; or NULL */
	struct curl_slist *headers;
	struct curl_slist *pins; /* the addresses of a name of loopback, for libcurl */
	size_t uploaded;
	struct proxy proxy;   /* that the request goes by */
	bool out_of_reach;    /* an address was refused (struct http_request, reach) */
	bool started;         /* a connection stands, and the request is going out */
	bool body_read;       /* libcurl took some of the body */
	bool answered;        /* something of the answer came */
	bool in_head;         /* between a status line and its blank line */
	bool head_done;       /* the final head is whole: what comes now are trailers */
	size_t head_bytes;    /* of all heads and trailers so far */
	bool foreign;         /* see struct http_failure, as the next two */
	bool unconnected;
	bool temporary;
	int failed;           /* class of a failure found in a callback */
	char detail[CURL_ERROR_SIZE];
};

/* Makes the texts. `request` and the others must outlive it. 0 or SCANREQ_E_NOMEM. */
int transfer_init(struct transfer *t, const struct http_request *request,
		  struct http_response *response, struct scanreq_error *err);

/* Frees and wipes; the handle must have been reset or freed before. */
void transfer_free(struct transfer *t);

/* Sets the callbacks and the body on the handle; the first refusal of libcurl, or 0. */
CURLcode transfer_prepare(struct transfer *t);

/*
 * Judges what libcurl says of a transfer that ended, and fills the response's status.
 * Errors: as of a transport's perform().
 */
int transfer_finish(struct transfer *t, CURLcode code);

#endif
