/* SPDX-License-Identifier: MIT */
/*
 * One request on one libcurl handle, and its result. Nothing here waits or locks: the
 * callbacks run in the thread that leads, while the thread that made the transfer waits, and
 * they use the transfer only.
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
	const char *ca_file;  /* the setting ca-file; or NULL */
	struct curl_slist *headers;
	struct curl_slist *pins; /* addresses for a loopback name */
	size_t uploaded;
	struct proxy proxy;   /* of the request */
	bool out_of_reach;    /* an address was beyond the request's `reach` */
	bool started;         /* connected; the request is being sent */
	bool body_read;       /* libcurl has read bytes of the body */
	bool answered;        /* part of the answer has arrived */
	bool in_head;         /* between a status line and the blank line */
	bool head_done;       /* the final head is complete; trailers may follow */
	size_t head_bytes;    /* of all heads and trailers so far */
	bool foreign;         /* see struct http_failure; so for the next two */
	bool unconnected;
	bool temporary;
	int failed;           /* class of an error in a callback */
	char detail[CURL_ERROR_SIZE];
};

/* Makes a transfer that borrows its arguments. Returns 0 or SCANREQ_E_NOMEM. */
int transfer_init(struct transfer *t, const struct http_request *request,
		  struct http_response *response, struct scanreq_error *err);

/* Frees and wipes all but the handle, which must be freed before. */
void transfer_free(struct transfer *t);

/* Sets the callbacks and the body on the handle. Returns libcurl's first error, or 0. */
CURLcode transfer_prepare(struct transfer *t);

/*
 * Turns libcurl's result of a finished transfer into the status of the response or an error.
 * Errors: those of perform() in struct http_transport.
 */
int transfer_finish(struct transfer *t, CURLcode code);

#endif
