/* SPDX-License-Identifier: MIT */
/*
 * Proxies come from the environment. They are chosen here and not by libcurl, so that it is
 * known whether there is one, and an error can name the variable. Their logins are secrets.
 */
#ifndef NET_PROXY_H
#define NET_PROXY_H

#include "base/log.h"
#include "net/url.h"

/*
 * The proxy for a URL, by the variables that curl(1) reads: of the URL's scheme, else
 * all_proxy, unless no_proxy names the host. Upper case counts where there is no lower case,
 * but for http_proxy, which a CGI's client could set. Borrowed from the environment.
 */
struct proxy {
	const char *url;      /* NULL: none */
	const char *variable; /* static: its name */
	const char *except;   /* static: the name of the variable that names exceptions */
};

void proxy_find(const struct url *url, struct proxy *proxy);

/* Has the passwords in proxies' URLs masked. 0 or SCANREQ_E_NOMEM. */
int proxy_keep_secrets(struct log *log);

#endif
