/* SPDX-License-Identifier: MIT */
/*
 * Rules for repeating requests, and a GET that follows them. The rules are pure functions;
 * time and random numbers are arguments or come from the transport.
 */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "net/http.h"

/* Longest wait before an attempt; if a server asks for more, there is no other attempt. */
#define RETRY_WAIT_MAX_MS 60000

/* How many times one request waits for a held host. */
#define RETRY_HOLDS 3

/* Returns whether another attempt may succeed: 408, 429, 500, 502, 503, 504. */
bool retry_status(int status);

/*
 * Returns the wait in ms after `n` failed attempts (from 1): a random time up to 1 s, which
 * doubles with each attempt up to RETRY_WAIT_MAX_MS. `chance` is a random number, so that
 * clients that failed together do not repeat together.
 */
int64_t retry_delay(unsigned int n, uint32_t chance);

/*
 * Parses a Retry-After field (RFC 9110 section 10.2.3), seconds or a date, and returns
 * milliseconds from `now_ms`: 0 for a past date, -1 if malformed, INT64_MAX for a number that
 * is too large.
 */
int64_t retry_after(const char *value, int64_t now_ms);

/*
 * Parses an HTTP-date (RFC 9110 section 5.6.7) in any of its three forms to milliseconds since
 * the epoch. `now_ms` determines the century of a year with two digits. Returns false if
 * malformed.
 */
bool http_date_parse(const char *text, int64_t now_ms, int64_t *ms);

/*
 * Returns the milliseconds of an answer's Retry-After; -1 without a valid one. A date counts
 * from the answer's Date, so that a wrong clock of this machine does not matter.
 */
int64_t retry_after_of(const struct http_response *response);

/*
 * Returns the wait in ms after `n` failed attempts. If the server asked for `asked_ms`, that
 * is this time and up to a second more; if it did not (-1), a retry_delay(). Returns -1 if it
 * asked for more than RETRY_WAIT_MAX_MS: do not repeat. `log` may be NULL.
 */
int64_t retry_wait_ms(struct log *log, unsigned int n, int64_t asked_ms);

/* Waits `ms` and logs that. Errors: SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM. */
int retry_wait(struct http_transport *transport, struct log *log, const struct url *url,
	       int64_t ms, struct scanreq_error *err);

/* Holds the run's requests to a host that asked to wait `asked_ms` (-1: it did not). */
void retry_hold(struct http_transport *transport, const struct url *url, int64_t asked_ms);

/*
 * Waits while requests to the host are held, and up to a second more. Waits again, at most
 * RETRY_HOLDS times, if the host asked for another wait meanwhile.
 * Errors: SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM.
 */
int retry_held(struct http_transport *transport, struct log *log, const struct url *url,
	       struct scanreq_error *err);

/*
 * Sends a request without a body. Repeats it, up to the transport's `retries`, after a
 * temporary failure and after a status of retry_status(), unless the answer asks for a longer
 * wait than RETRY_WAIT_MAX_MS. The result is the last answer, whatever its status. `log` may
 * be NULL. Errors: those of the transport.
 */
int retry_get(struct http_transport *transport, struct log *log,
	      const struct http_request *request, struct http_response *response,
	      struct scanreq_error *err);

#endif
