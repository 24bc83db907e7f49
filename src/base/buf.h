/* SPDX-License-Identifier: MIT */
/*
 * Growable bytes with a mandatory maximum.
 *
 * A failed addition (out of memory, or past the maximum) is remembered and makes all
 * later ones do nothing, so that a text is built without checks and asked once at the
 * end with buf_check(). The bytes are always followed by a NUL that is not counted.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "base/cleanup.h"

struct buf {
	char *data;    /* NULL or NUL-terminated */
	size_t len;    /* without the NUL */
	size_t cap;
	size_t max;    /* the most that `len` may be */
	bool secret;   /* wipe memory that is given back */
	int failed;    /* 0, SCANREQ_E_NOMEM or SCANREQ_E_UNREADABLE (over the maximum) */
};

#define BUF_INIT(maximum) { .max = (size_t)(maximum) }
#define BUF_SECRET_INIT(maximum) { .max = (size_t)(maximum), .secret = true }

void buf_free(struct buf *buf);
#define CLEANUP_BUF CLEANUP(buf_free)

/* Forgets the content and any failure, and keeps the memory. */
void buf_clear(struct buf *buf);

void buf_add(struct buf *buf, const void *data, size_t len);
void buf_puts(struct buf *buf, const char *s);
void buf_putc(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds `s` with every character that is unfit for a terminal escaped, as text_escape() does. */
void buf_add_escaped(struct buf *buf, const char *s, size_t len);

/* The text, never NULL: "" while nothing was added. Borrowed until the next addition. */
const char *buf_str(const struct buf *buf);

/*
 * 0, or sets `err`: out of memory, or "`what` is larger than N bytes". NULL `what` is a
 * text of our own whose maximum cannot be reached by valid input.
 */
int buf_check(const struct buf *buf, const char *what, struct scanreq_error *err);

/*
 * Hands the text over as one allocation that the caller frees, and leaves the buffer
 * empty; NULL when an addition failed or there is no memory.
 */
char *buf_take(struct buf *buf);

#endif
