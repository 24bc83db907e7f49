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

/* The longest wait before an attempt, where the server asks for none. */
#define RETRY_WAIT_MAX_MS 60000

/* 408, 429, 500, 502, 503, 504: the server says that another time may be better. */
bool retry_status(int status);

/*
 * Returns the wait in ms after `n` failed attempts (from 1): a random time up to 1 s, which
 * doubles with each attempt up to RETRY_WAIT_MAX_MS. `chance` is a random number, so that
 * clients that failed together do not repeat together.
 */
int64_t retry_delay(unsigned int n, uint32_t chance);

/* retry_delay() with a random number of its own. */
int64_t retry_backoff(unsigned int n);

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
 * The attempts at one request. A failure that time may mend spends one of the transport's
 * `retries`. An answer that says when to come back spends none: the transport's
 * `retry_deadline_ms` since the first such answer ends those.
 */
struct retry {
	struct http_transport *transport;
	struct log *log; /* or NULL */
	const struct url *url;
	unsigned int failures; /* that spent an attempt */
	int64_t began_us;      /* when the host first said when to come back; 0: it did not */
};

/* What a failed attempt says of the next one. */
struct retry_hint {
	bool refused;	  /* for too many requests */
	int64_t asked_ms; /* the wait that the server asks for; -1: none */
};

/*
 * Waits for a turn to send (net/pace.h): no time at all, unless requests to the host are limited
 * or it has asked to be left alone. Errors: SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM.
 */
int retry_turn(struct http_transport *transport, struct log *log, const struct url *url,
	       struct scanreq_error *err);

/*
 * Whether another attempt is due after one that failed and that time may mend. Waits before it
 * returns true, but for the turn, which retry_turn() takes. *failed is SCANREQ_E_CANCELLED, with
 * `err`, when the wait was cancelled, and 0 otherwise. `err` says why the last attempt failed.
 */
bool retry_again(struct retry *retry, const struct retry_hint *hint, int *failed,
		 struct scanreq_error *err);

/* Tells the pacer that the host has refused so many requests. */
void retry_refused(struct http_transport *transport, const struct url *url,
		   const struct retry_hint *hint);

/* Tells the pacer that the host has answered, and refused nothing. */
void retry_passed(struct http_transport *transport, const struct url *url);

/*
 * Sends a request without a body, and again, as often as the transport's `retries` says, after a
 * failure that is temporary and after a status of retry_status(). An answer with a Retry-After
 * spends no retry: the request is repeated until the transport's deadline. The result is the last
 * answer, whatever its status. `log` may be NULL.
 * Errors: those of the transport.
 */
int retry_get(struct http_transport *transport, struct log *log,
	      const struct http_request *request, struct http_response *response,
	      struct scanreq_error *err);

#endif
