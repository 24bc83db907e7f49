/* SPDX-License-Identifier: MIT */
/* How far a long read is: a callback and its argument, called by whoever reads. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

struct progress {
	/*
	 * `bytes` were read of the `total` (-1: not known) of what is called `name`. NULL:
	 * nobody wants to know.
	 */
	void (*tell)(void *arg, const char *name, int64_t bytes, int64_t total);
	void *arg;
};

/* Tells it, if anybody wants to know; `progress` may be NULL. */
static inline void progress_tell(const struct progress *progress, const char *name,
				 int64_t bytes, int64_t total)
{
	if (progress && progress->tell)
		progress->tell(progress->arg, name, bytes, total);
}

#endif
