/* SPDX-License-Identifier: MIT */
/* URLs by libcurl's parser (CURLU): parts, origins, and what may be shown of them. */
#ifndef NET_URL_H
#define NET_URL_H

#include <stdbool.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "base/str.h"

/* An http or https URL in parts. A plain value of owned texts; url_free() it. */
struct url {
	bool https;
	char *host;   /* lower case, without brackets */
	int port;     /* always set: the scheme's default when none is given */
	char *path;   /* begins with "/" */
	char *query;  /* without "?", or NULL */
};

/*
 * Parses an absolute URL, or one relative to `base` (NULL: absolute only). A fragment is
 * dropped. Errors: SCANREQ_E_UNREADABLE for another scheme, user info, or a malformed
 * URL (its text is not in the message), SCANREQ_E_NOMEM.
 */
int url_parse(const char *text, const struct url *base, struct url *url,
	      struct scanreq_error *err);

/* Frees the parts; a query may hold a signature and is wiped. */
void url_free(struct url *url);
#define CLEANUP_URL CLEANUP(url_free)

/* Copies; 0 or SCANREQ_E_NOMEM. `to` must be empty. */
int url_copy(struct url *to, const struct url *from);

/* Same scheme, host and port (RFC 9110 section 4.3.1). */
bool url_same_origin(const struct url *a, const struct url *b);

/* The URL as text, the caller's; NULL when out of memory. */
char *url_format(const struct url *url);

/* "host[:port]" with brackets and without a default port; the caller's, or NULL. */
char *url_host_port(const struct url *url);

/* scheme://host[:port]/path: without the query, where tokens are. The caller's, or NULL. */
char *url_shown(const struct url *url);

/*
 * Whether a connection to `host` (without brackets) stays on loopback: a name of RFC 6761
 * section 6.3, 127/8 in any spelling of address_place(), ::1, or ::ffff:127/104.
 */
bool host_is_loopback(const char *host);

/*
 * Whether `host` is on loopback by host_is_loopback() without being the plain literal of an
 * address: "localhost.", "a.localhost", "127.1", "127.0.0.1.". A resolver may say otherwise,
 * so the transport does not ask one.
 */
bool host_is_loopback_name(const char *host);

/*
 * Splits "host[:port]" or "[v6][:port]"; *port is 0 when there is none. *host is the
 * caller's, lower case and without brackets. False when malformed or out of memory.
 */
bool host_port_split(const char *text, char **host, int *port);

/*
 * Whether `url` is at one of `names` ("host", then with any port, or "host:port"; case is
 * ignored). `names` may be NULL.
 */
bool url_is_named(const struct url *url, const struct strv *names);

#endif
