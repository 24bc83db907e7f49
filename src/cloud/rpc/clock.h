/* SPDX-License-Identifier: MIT */
/*
 * The time to sign with: this machine's, corrected by the service's answers. A run has one of
 * these, so that a wrong clock costs one refused request and one warning.
 */
#ifndef CLOUD_RPC_CLOCK_H
#define CLOUD_RPC_CLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "net/http.h"

/* All zero: this machine's clock. Threads may share it. */
struct service_clock {
	_Atomic int64_t skew_ms; /* the service's clock minus ours */
};

/* Milliseconds since the epoch. `clock` may be NULL: this machine's. */
int64_t service_clock_now(const struct service_clock *clock);

/* The server's clock minus ours, by an answer's Date (whole seconds). False: no Date. */
bool service_clock_skew(const struct http_response *response, int64_t *skew_ms);

/*
 * If `code` says that the request's date was refused, corrects the clock by the answer's Date,
 * warns with the name of `host` and returns true: another attempt may succeed. A Date more
 * than a day off gives a warning only.
 */
bool service_clock_correct(struct service_clock *clock, struct log *log, const char *host,
			   const char *code, const struct http_response *response);

#endif
