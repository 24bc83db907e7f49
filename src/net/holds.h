/* SPDX-License-Identifier: MIT */
/*
 * Hosts that asked to be left alone for a while. One answer says it, and it holds for all
 * that a run sends there: what many threads go on sending is refused, too, and counts
 * against them. Callable from several threads.
 */
#ifndef NET_HOLDS_H
#define NET_HOLDS_H

#include <stdint.h>

#include "net/url.h"

struct holds;

/* NULL when out of memory. */
struct holds *holds_new(void);
void holds_free(struct holds **holds);

/* Holds requests to the origin of `url` for `ms` from now, or for what is left if more. */
void holds_add(struct holds *holds, const struct url *url, int64_t ms);

/* How long requests to the origin of `url` are still held, in ms; 0: they are not. */
int64_t holds_left(struct holds *holds, const struct url *url);

#endif
