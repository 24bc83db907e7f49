/* SPDX-License-Identifier: MIT */
/*
 * CLEANUP(f) calls f(&variable) when the variable leaves its scope; f is the destructor of
 * the variable's type. TAKE(p) moves a pointer out: its value is that of p, and p becomes
 * NULL.
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

#define TAKE(pointer)                                      \
	({                                                 \
		__typeof__(pointer) take_value_ = (pointer); \
		(pointer) = NULL;                          \
		take_value_;                               \
	})

/* For memory that owns nothing else. */
static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define CLEANUP_FREE CLEANUP(cleanup_free)
#define CLEANUP_CLOSE CLEANUP(cleanup_close)

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif
