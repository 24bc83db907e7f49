/* SPDX-License-Identifier: MIT */
/*
 * HTTP as values. A request goes in, one answer comes out, and the transport behind it
 * is one function pointer, so that tests can script it.
 *
 * The transport never follows a redirect, never authenticates, never reads .netrc and
 * never retries: all of that is decided above it.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/str.h"
#include "net/address.h"
#include "net/holds.h"
#include "net/url.h"

struct http_request {
	const char *method;          /* "GET", "POST" or "PUT" */
	const struct url *url;
	const struct strv *headers;  /* "Name: value"; "Name:" suppresses libcurl's own */
	const void *body;            /* NULL: none; sent once, never rewound */
	size_t body_len;
	size_t max_body;             /* of the answer; what is over it is an error */
	bool exact_path;             /* send path and query byte for byte */
	bool secret_path;            /* who knows the path may come in: it is not logged */
	bool registry;               /* to a registry's origin: certs.d, client
					certificate and leave not to verify hold */
	const char *unix_socket;     /* path of one to connect to, never by a proxy; or NULL */
	bool no_proxy;               /* never by way of a proxy */
	bool either;                 /* an http URL on loopback without a login: sent in https,
					with the port's, where that is spoken: spoken_send() */
	enum address_place reach;    /* no address further in is connected to, whatever the
					name leads to; ADDRESS_NAME: any. Where a proxy looks
					names up, it decides. */
	int64_t timeout_ms;          /* of this request, connecting included; 0: the usual */
};

struct http_response {
	int status;
	struct strv headers; /* "Name: value" of the final answer, in order */
	struct buf body;
	bool tls; /* of a request with `either`: https is spoken */
	enum address_place from; /* where it came from; ADDRESS_NAME: by way of a proxy */
};

#define HTTP_RESPONSE_INIT { .status = 0 }

void http_response_free(struct http_response *response);
#define CLEANUP_RESPONSE CLEANUP(http_response_free)

/*
 * What is known of a request that failed. `sent` is false only when it is certain that
 * not one byte of the request's body, or of its head where it has none, left this
 * machine: then it may be sent again.
 */
struct http_failure {
	bool sent;
	bool foreign;     /* what answered speaks another protocol, or closed without a word */
	bool unconnected; /* nobody listens there */
	bool temporary; /* the connection broke or was not had: another may fare better */
};

struct spoken;

/* A transport; see http-curl.h for the real one. */
struct http_transport {
	/*
	 * Sends one request and waits for the whole answer. Any status is a success.
	 * Callable from several threads. *failure is always set.
	 * Errors: SCANREQ_E_UNAVAILABLE (with host and phase in the message; for an
	 * answer that is not whole too), SCANREQ_E_UNREADABLE (body over max_body, more
	 * header fields than LIMIT_HEADERS, an address beyond `reach`), SCANREQ_E_USAGE
	 * (a CA file that cannot be read, a certificate that is not trusted; offline),
	 * SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM.
	 */
	int (*perform)(struct http_transport *transport, const struct http_request *request,
		       struct http_response *response, struct http_failure *failure,
		       struct scanreq_error *err);
	/* See http_transport_wait(). */
	int (*wait)(struct http_transport *transport, int64_t ms, struct scanreq_error *err);
	/* See http_transport_cancel(). */
	void (*cancel)(struct http_transport *transport);
	void (*close)(struct http_transport *transport);
	int retries; /* how often a request is repeated by those above; 0: never */
	struct spoken *spoken; /* hosts on loopback of which it is known what they speak; or NULL */
	struct holds *holds; /* hosts that those above leave alone meanwhile; or NULL */
};

/*
 * Waits, for a later attempt or between polls; a cancelled transport does not.
 * Errors: SCANREQ_E_CANCELLED.
 */
int http_transport_wait(struct http_transport *transport, int64_t ms,
			struct scanreq_error *err);

/*
 * Ends all requests and waits under way, and each later one at once, with
 * SCANREQ_E_CANCELLED. From any thread, but not from a signal handler.
 */
void http_transport_cancel(struct http_transport *transport);

/* Frees a transport. */
void http_transport_free(struct http_transport **transport);

/* The transport's perform(), logged at debug level. `log` may be NULL. */
int http_send(struct http_transport *transport, struct log *log,
	      const struct http_request *request, struct http_response *response,
	      struct http_failure *failure, struct scanreq_error *err);

/* The value of header `name`, its `i`-th field (from 0), borrowed; NULL when absent. */
const char *http_header(const struct http_response *response, const char *name, size_t i);

#define HTTP_REDIRECTS 10

/* Whether the status is a redirect that a GET follows: 301, 302, 303, 307, 308. */
bool http_is_redirect(int status);

/* A place on the way of a GET: where it goes, and how far in it may lead. */
struct http_hop {
	struct url url;
	enum address_place reach; /* of a request there (struct http_request) */
};

/*
 * Works out where a redirect leads: Location relative to the hop that answered. Refused:
 * https to http; an address further in than that of the hop (net/address.h), or a special
 * one; no Location. `allowed` (host[:port] texts, or NULL) names targets that the user
 * vouches for, whose address does not matter. What a name leads to is seen when it is
 * connected to: in http nothing further in than the hop; in https nothing special, since
 * the certificate stands for the name.
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int http_redirect_target(const struct http_hop *from, const struct http_response *response,
			 const struct strv *allowed, struct http_hop *target,
			 struct scanreq_error *err);

#define HTTP_LINE_SIZE 304

/*
 * One clean line of what a server said, for an error message: secrets that `log` knows
 * (it may be NULL) masked before anything is cut, white space squeezed, escaped, at most
 * 300 bytes, or "".
 */
void http_said_line(struct log *log, const char *said, char line[HTTP_LINE_SIZE]);

#endif
