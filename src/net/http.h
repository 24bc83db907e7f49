/* SPDX-License-Identifier: MIT */
/*
 * HTTP requests and answers as values. The transport is a table of functions, so that tests
 * can replace it.
 *
 * The transport does not follow redirects, authenticate, read .netrc or retry; its callers
 * do.
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
#include "net/pace.h"
#include "net/url.h"

struct http_request {
	const char *method;          /* "GET", "POST" or "PUT" */
	const struct url *url;
	const struct strv *headers;  /* "Name: value"; "Name:" suppresses libcurl's own */
	const void *body;            /* NULL: none; sent once, never again */
	size_t body_len;
	size_t max_body;             /* largest body of the answer */
	bool exact_path;             /* send path and query unchanged */
	bool secret_path;            /* the path is a secret: do not log it */
	bool registry;               /* to a registry's origin: tls-hosts.h applies */
	const char *unix_socket;     /* path to connect to, without a proxy; or NULL */
	bool no_proxy;               /* use no proxy */
	bool either;                 /* an http URL on loopback, without a login, that may
					be sent over https: see spoken_send() */
	enum address_place reach;    /* refuse addresses further in, also those that the name
					resolves to; ADDRESS_NAME: none. A proxy that
					resolves the name decides instead. */
	int64_t timeout_ms;          /* of this request, including connecting; 0: the
					transport's */
};

struct http_response {
	int status;
	struct strv headers; /* "Name: value" of the final answer, in order */
	struct buf body;
	bool tls; /* a request with `either` was sent over https */
	enum address_place from; /* of the server; ADDRESS_NAME: by a proxy */
};

#define HTTP_RESPONSE_INIT { .status = 0 }

void http_response_free(struct http_response *response);
#define CLEANUP_RESPONSE CLEANUP(http_response_free)

/*
 * Details of a failed request. `sent` is false only if certainly no byte of the body, or of
 * the head of a request without body, left this machine; then it is safe to send it again.
 */
struct http_failure {
	bool sent;
	bool foreign;     /* the peer speaks another protocol, or just closed */
	bool unconnected; /* nothing listens there */
	bool temporary;   /* no connection, or it broke: another attempt may succeed */
};

struct spoken;

/* A transport; http-curl.h has the real one. */
struct http_transport {
	/*
	 * Sends one request and waits for the complete answer. Returns 0 for any status.
	 * Always sets *failure. Several threads may call it.
	 * Errors: SCANREQ_E_UNAVAILABLE (no answer or an incomplete one; the message has host
	 * and phase), SCANREQ_E_UNREADABLE (a body over max_body, more than LIMIT_HEADERS
	 * fields, an address beyond `reach`), SCANREQ_E_USAGE (an unreadable CA file, an
	 * untrusted certificate, offline), SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM.
	 */
	int (*perform)(struct http_transport *transport, const struct http_request *request,
		       struct http_response *response, struct http_failure *failure,
		       struct scanreq_error *err);
	/* See http_transport_wait(). */
	int (*wait)(struct http_transport *transport, int64_t ms, struct scanreq_error *err);
	/* The clock that wait() goes by, in microseconds; it is never set back. */
	int64_t (*now_us)(struct http_transport *transport);
	/* See http_transport_cancel(). */
	void (*cancel)(struct http_transport *transport);
	void (*close)(struct http_transport *transport);
	int retries; /* how many times callers may repeat a request */
	int64_t retry_deadline_ms; /* how long callers may repeat one that is put off */
	struct spoken *spoken; /* see spoken.h; or NULL */
	struct paces *paces;   /* see pace.h */
};

/* Waits `ms`, unless the transport is cancelled. Errors: SCANREQ_E_CANCELLED. */
int http_transport_wait(struct http_transport *transport, int64_t ms,
			struct scanreq_error *err);

/*
 * Ends all requests and waits, present and later ones, with SCANREQ_E_CANCELLED. Any thread
 * may call it, but no signal handler.
 */
void http_transport_cancel(struct http_transport *transport);

/* Frees a transport. */
void http_transport_free(struct http_transport **transport);

/* Calls the transport's perform() and logs it at debug level. `log` may be NULL. */
int http_send(struct http_transport *transport, struct log *log,
	      const struct http_request *request, struct http_response *response,
	      struct http_failure *failure, struct scanreq_error *err);

/* Returns the value of the `i`-th field (from 0) `name`, borrowed; NULL if absent. */
const char *http_header(const struct http_response *response, const char *name, size_t i);

#define HTTP_REDIRECTS 10

/* Returns whether the status is a redirect: 301, 302, 303, 307, 308. */
bool http_is_redirect(int status);

/* One stop of a GET that follows redirects. */
struct http_hop {
	struct url url;
	enum address_place reach; /* for the request to `url`, see struct http_request */
};

/*
 * Finds the target of a redirect: Location, relative to the hop that answered. Refuses a
 * redirect from https to http, to an address further in than the hop's (address.h) or to a
 * special one, and one without Location. Targets in `allowed` (host[:port]; or NULL) may have
 * any address. If the target is a name, its `reach` limits the address when connecting: the
 * place of the hop for http; all but special addresses for https, since the certificate
 * proves the name. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int http_redirect_target(const struct http_hop *from, const struct http_response *response,
			 const struct strv *allowed, struct http_hop *target,
			 struct scanreq_error *err);

#define HTTP_LINE_SIZE 304

/*
 * Makes one line for an error message of a server's text: masks the secrets of `log` (which
 * may be NULL) before cutting, squeezes white space and escapes. At most 300 bytes, or "".
 */
void http_said_line(struct log *log, const char *said, char line[HTTP_LINE_SIZE]);

#endif
