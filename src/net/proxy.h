/* SPDX-License-Identifier: MIT */
/*
 * Proxies of the environment. scanreq chooses the proxy instead of libcurl, so that errors
 * can name the variable. Passwords in the URLs of proxies are secrets.
 */
#ifndef NET_PROXY_H
#define NET_PROXY_H

#include "base/log.h"
#include "net/url.h"

/*
 * The proxy for a URL, by the rules of curl(1): the variable for the URL's scheme, else
 * all_proxy, unless no_proxy names the host. Names may be in upper case if there is no
 * variable in lower case, except HTTP_PROXY, which a client of a CGI program can set.
 * Borrowed from the environment.
 */
struct proxy {
	const char *url;      /* NULL: none */
	const char *variable; /* name of the proxy's variable, static */
	const char *except;   /* name of the variable of exceptions, static */
};

void proxy_find(const struct url *url, struct proxy *proxy);

/* Registers the passwords of proxies as secrets. Returns 0 or SCANREQ_E_NOMEM. */
int proxy_keep_secrets(struct log *log);

#endif
