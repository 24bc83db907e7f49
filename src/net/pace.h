/* SPDX-License-Identifier: MIT */
/*
 * The pace of requests to each host, for all threads of a run. A pacer hands out turns that are
 * evenly spaced. A refusal for too many requests halves the rate and cancels the turns that are
 * waited for; each answer that is none lets the rate grow again (additive increase,
 * multiplicative decrease). Hosts without a limit are paced only once they have refused.
 *
 * Times are those of the transport's clock, in microseconds. Callable from several threads.
 */
#ifndef NET_PACE_H
#define NET_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/url.h"

struct paces;

/* A place in the queue of a host. */
struct pace_turn {
	int64_t at_us;        /* when the request may be sent */
	uint64_t refusals; /* of the host when the turn was given */
};

/* NULL when out of memory. */
struct paces *paces_new(void);
void paces_free(struct paces **paces);

/* Limits the requests to the origin of `url`, per second; 0: no limit. */
void pace_limit(struct paces *paces, const struct url *url, double per_second);

/* Takes the next turn at the origin of `url`. */
struct pace_turn pace_take(struct paces *paces, const struct url *url, int64_t now_us);

/* Whether a turn still counts: the host has refused nothing since it was taken. */
bool pace_keeps(struct paces *paces, const struct url *url, const struct pace_turn *turn);

/*
 * The host refuses so many requests, and asks to wait for `asked_ms` (-1: it does not say). The
 * next turn comes after that time.
 */
void pace_refused(struct paces *paces, const struct url *url, int64_t asked_ms, int64_t now_us);

/* The host answered, and did not refuse. */
void pace_passed(struct paces *paces, const struct url *url);

#endif
