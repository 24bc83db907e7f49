/* SPDX-License-Identifier: MIT */
/*
 * Which requests are worth another attempt, when, and a GET that does it. The rules are
 * pure functions; time and chance come in as arguments or through the transport.
 */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "net/http.h"

/* Nobody waits longer for one attempt; a server that asks for more is believed at once. */
#define RETRY_WAIT_MAX_MS 60000

/* So often one request waits for a host that others are told to leave alone. */
#define RETRY_HOLDS 3

/* 408, 429, 500, 502, 503, 504: the server says that another time may be better. */
bool retry_status(int status);

/*
 * How long to wait before attempt `n` + 1, n being the number of those that failed (from
 * 1): anything up to 1 s, doubled each time, at most RETRY_WAIT_MAX_MS. `chance` is a
 * random number, so that clients which failed together do not come back together.
 */
int64_t retry_delay(unsigned int n, uint32_t chance);

/*
 * A Retry-After field (RFC 9110 section 10.2.3), either form, in milliseconds from
 * `now_ms`; 0 for a date that is past. -1 where it is neither form; INT64_MAX where it is
 * a number too large.
 */
int64_t retry_after(const char *value, int64_t now_ms);

/*
 * An HTTP-date (RFC 9110 section 5.6.7) in any of its three forms, to milliseconds since
 * the epoch. `now_ms` settles the century of the one with two digits. False when malformed.
 */
bool http_date_parse(const char *text, int64_t now_ms, int64_t *ms);

/*
 * What an answer says of when to come back, in milliseconds: its Retry-After, a date in it
 * being compared with the answer's own Date, so that a clock that is wrong here does not
 * count. -1 where it says nothing usable.
 */
int64_t retry_after_of(const struct http_response *response);

/*
 * How long to wait before attempt `n` + 1 when the server asked for `asked_ms` (-1: for
 * nothing): that and up to a second more, or a retry_delay(); -1 when it asked for more
 * than RETRY_WAIT_MAX_MS, which is told to `log` (may be NULL): do not go on.
 */
int64_t retry_wait_ms(struct log *log, unsigned int n, int64_t asked_ms);

/* Waits, and tells at level info for what. Errors: SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM. */
int retry_wait(struct http_transport *transport, struct log *log, const struct url *url,
	       int64_t ms, struct scanreq_error *err);

/*
 * A host asked to be left alone for `asked_ms` (-1: it did not): retry_held() makes all
 * that the run sends there wait for what is left of it, and up to a second more; and
 * again, RETRY_HOLDS times at the most, where it asked once more in the meantime.
 * Errors: SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM.
 */
void retry_hold(struct http_transport *transport, const struct url *url, int64_t asked_ms);
int retry_held(struct http_transport *transport, struct log *log, const struct url *url,
	       struct scanreq_error *err);

/*
 * Sends a request without a body, and again, as often as the transport's `retries` says,
 * after a failure that is temporary and after a status of retry_status(). The last answer
 * is the result, whatever its status. An answer that asks for a longer wait than
 * RETRY_WAIT_MAX_MS is the last. `log` may be NULL; each wait is told at level info.
 * Errors: those of the transport.
 */
int retry_get(struct http_transport *transport, struct log *log,
	      const struct http_request *request, struct http_response *response,
	      struct scanreq_error *err);

#endif
