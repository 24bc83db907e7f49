/* SPDX-License-Identifier: MIT */
/*
 * Hosts that sent Retry-After. All requests of a run to such a host wait, since the host
 * would refuse, and count, those that other threads send. Several threads may call this.
 */
#ifndef NET_HOLDS_H
#define NET_HOLDS_H

#include <stdint.h>

#include "net/url.h"

struct holds;

/* Returns NULL if out of memory. */
struct holds *holds_new(void);
void holds_free(struct holds **holds);

/* Holds requests to the origin of `url` for `ms` from now, unless they are held longer. */
void holds_add(struct holds *holds, const struct url *url, int64_t ms);

/* Returns how many ms requests to the origin of `url` are still held; 0 if they are not. */
int64_t holds_left(struct holds *holds, const struct url *url);

#endif
