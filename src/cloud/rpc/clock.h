/* SPDX-License-Identifier: MIT */
/*
 * The time to sign with: this machine's, put right by what the service's answers have shown.
 * One a run, so that a clock that is wrong costs one refused request, and is told once.
 */
#ifndef CLOUD_RPC_CLOCK_H
#define CLOUD_RPC_CLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "net/http.h"

/* All zero: nothing is known but this machine's clock. Used by several threads. */
struct service_clock {
	_Atomic int64_t skew_ms; /* the service's clock less ours */
};

/* Milliseconds since the epoch. `clock` may be NULL: this machine's. */
int64_t service_clock_now(const struct service_clock *clock);

/*
 * The server's clock less ours, by an answer's Date; false where it has none. A Date has
 * whole seconds.
 */
bool service_clock_skew(const struct http_response *response, int64_t *skew_ms);

/*
 * Whether an answer of this Code refuses a request for its date and says the right one in
 * its Date; the clock is put right by it, and a warning names `host`. Such a request is
 * worth another attempt. A Date more than a day off is warned of, and not believed.
 */
bool service_clock_correct(struct service_clock *clock, struct log *log, const char *host,
			   const char *code, const struct http_response *response);

#endif
