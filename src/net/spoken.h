/* SPDX-License-Identifier: MIT */
/*
 * Which of http and https a host on loopback speaks. Registries there are spoken to in http
 * without an option, and some have TLS nevertheless: it is found out by a request without a
 * login, and remembered for the run. Callable from several threads.
 */
#ifndef NET_SPOKEN_H
#define NET_SPOKEN_H

#include "net/http.h"

struct spoken;

enum speech { SPEECH_UNKNOWN, SPEECH_HTTP, SPEECH_HTTPS };

/* NULL when out of memory. */
struct spoken *spoken_new(void);
void spoken_free(struct spoken **spoken);

/* What is known of the host and port of an http URL. `spoken` may be NULL: nothing. */
enum speech spoken_find(struct spoken *spoken, const struct url *url);

/* Makes an http URL the https one of the same server: port 80 becomes 443. */
void spoken_secure(struct url *url);

/*
 * http_send(), and for a request with `either` more: it is sent in http, and once more in
 * https where what came is no answer in http, says that TLS is spoken, or leads to https on
 * the same host; or where nobody listens at port 80. What speaks no TLS either keeps its
 * first answer.
 */
int spoken_send(struct http_transport *transport, struct log *log,
		const struct http_request *request, struct http_response *response,
		struct http_failure *failure, struct scanreq_error *err);

#endif
