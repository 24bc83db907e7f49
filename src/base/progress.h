/* SPDX-License-Identifier: MIT */
/* A callback for the progress of a long read. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

struct progress {
	/* `bytes` of `total` (-1: unknown) of `name` have been read. May be NULL. */
	void (*tell)(void *arg, const char *name, int64_t bytes, int64_t total);
	void *arg;
};

/* Calls the callback, if any. `progress` may be NULL. */
static inline void progress_tell(const struct progress *progress, const char *name,
				 int64_t bytes, int64_t total)
{
	if (progress && progress->tell)
		progress->tell(progress->arg, name, bytes, total);
}

#endif
