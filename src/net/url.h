/* SPDX-License-Identifier: MIT */
/* URLs, parsed by libcurl (CURLU). */
#ifndef NET_URL_H
#define NET_URL_H

#include <stdbool.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "base/str.h"

/* An http or https URL. Its texts are owned; url_free() frees them. */
struct url {
	bool https;
	char *host;   /* lower case, without brackets */
	int port;     /* the scheme's default if the URL has none */
	char *path;   /* begins with "/" */
	char *query;  /* without "?", or NULL */
};

/*
 * Parses an absolute URL or, unless `base` is NULL, one relative to it, and drops the
 * fragment. Errors: SCANREQ_E_UNREADABLE (another scheme, a user name, malformed; the message
 * does not quote the URL), SCANREQ_E_NOMEM.
 */
int url_parse(const char *text, const struct url *base, struct url *url,
	      struct scanreq_error *err);

/* Frees the parts; wipes the query, which may have a signature. */
void url_free(struct url *url);
#define CLEANUP_URL CLEANUP(url_free)

/* Copies into `to`, which must be empty. Returns 0 or SCANREQ_E_NOMEM. */
int url_copy(struct url *to, const struct url *from);

/* Returns whether scheme, host and port are the same (RFC 9110 section 4.3.1). */
bool url_same_origin(const struct url *a, const struct url *b);

/* Returns the URL as a text, which the caller frees; NULL if out of memory. */
char *url_format(const struct url *url);

/* Likewise "host[:port]", with brackets and without a default port. */
char *url_host_port(const struct url *url);

/* Likewise "scheme://host[:port]/path", without the query, which may have tokens. */
char *url_shown(const struct url *url);

/*
 * Returns whether `host`, without brackets, is on loopback: a localhost name (RFC 6761
 * section 6.3), 127/8 in any spelling of address_place(), ::1, or ::ffff:127/104.
 */
bool host_is_loopback(const char *host);

/*
 * Returns whether `host` is on loopback and not a plain address: "localhost.", "a.localhost",
 * "127.1", "127.0.0.1.". The transport does not resolve such names, since a resolver may
 * answer otherwise.
 */
bool host_is_loopback_name(const char *host);

/*
 * Splits "host[:port]" or "[v6][:port]". The caller frees *host, which is in lower case
 * without brackets; *port is 0 if there is none. Returns false if malformed or out of memory.
 */
bool host_port_split(const char *text, char **host, int *port);

/*
 * Returns whether one of `names` is the URL's host: "host" for any port, or "host:port".
 * Ignores case. `names` may be NULL.
 */
bool url_is_named(const struct url *url, const struct strv *names);

#endif
