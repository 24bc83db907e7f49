/* SPDX-License-Identifier: MIT */
/* How far a long read is: a callback and its argument, called by whoever reads. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdint.h>

struct progress {
	/*
	 * `bytes` were read of the `total` (-1: not known) of what is called `name`. NULL:
	 * nobody wants to know.
	 */
	void (*tell)(void *arg, const char *name, int64_t bytes, int64_t total);
	void *arg;
};

#endif
