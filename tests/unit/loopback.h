/* SPDX-License-Identifier: MIT */
/* The transport over libcurl against a server of the test. */
#ifndef UNIT_LOOPBACK_H
#define UNIT_LOOPBACK_H

#include "net/http-curl.h"
#include "tests/unit/server.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define EMPTY OK "Content-Length: 0\r\n\r\n"

struct loopback {
	struct server server;
	int port; /* the server's */
	struct http_transport *transport;
	struct url url;      /* of the requests: /x at the server, unless it is set */
	struct strv headers; /* of the requests */
	struct http_response response;
	struct http_failure failure;
	struct scanreq_error err;
};

/* Starts both; the steps must outlive it. */
void loopback_start(struct loopback *b, const struct step *steps, size_t count);

/* Ends both; what the server saw is there to be looked at. */
void loopback_stop(struct loopback *b);

void loopback_free(struct loopback *b);
#define CLEANUP_LOOPBACK CLEANUP(loopback_free)

/* Makes the transport alone. NULL: the usual options. */
void loopback_transport(struct loopback *b, const struct http_curl_options *options);

/* Sets the URL to a path and query at the server. */
void loopback_path(struct loopback *b, const char *path);

/* One request with the URL and the headers of `b`; failure.sent begins as true. */
int loopback_perform(struct loopback *b, const struct http_request *request);
int loopback_get(struct loopback *b);
int loopback_post(struct loopback *b, const char *body);

#endif
