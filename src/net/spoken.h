/* SPDX-License-Identifier: MIT */
/*
 * Finds out whether a loopback host speaks http or https. The default is http, but some
 * registries on loopback have TLS. A request without a login finds it out, and the run
 * remembers it. Several threads may call this.
 */
#ifndef NET_SPOKEN_H
#define NET_SPOKEN_H

#include "net/http.h"

struct spoken;

enum speech { SPEECH_UNKNOWN, SPEECH_HTTP, SPEECH_HTTPS };

/* Returns NULL if out of memory. */
struct spoken *spoken_new(void);
void spoken_free(struct spoken **spoken);

/* Returns what is known of the URL's host and port. `spoken` may be NULL. */
enum speech spoken_find(struct spoken *spoken, const struct url *url);

/* Changes an http URL to https on the same host; port 80 becomes 443. */
void spoken_secure(struct url *url);

/*
 * Like http_send(). A request with `either` is sent over http first. It is sent again over
 * https if the answer is not HTTP, says that the server uses TLS or redirects to https on
 * the same host, or if nothing listens at port 80. If https fails in the same way, the first
 * result stays.
 */
int spoken_send(struct http_transport *transport, struct log *log,
		const struct http_request *request, struct http_response *response,
		struct http_failure *failure, struct scanreq_error *err);

#endif
