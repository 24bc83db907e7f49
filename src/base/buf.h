/* SPDX-License-Identifier: MIT */
/*
 * A growable buffer with a mandatory maximum.
 *
 * The buffer remembers a failed addition (out of memory, or past the maximum) and ignores
 * all later ones, so callers add without checks and call buf_check() once at the end. A NUL
 * that `len` does not count always follows the bytes.
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
	size_t max;    /* largest `len` allowed */
	bool secret;   /* wipe memory before freeing it */
	int failed;    /* 0, SCANREQ_E_NOMEM or SCANREQ_E_UNREADABLE (over the maximum) */
};

#define BUF_INIT(maximum) { .max = (size_t)(maximum) }
#define BUF_SECRET_INIT(maximum) { .max = (size_t)(maximum), .secret = true }

void buf_free(struct buf *buf);
#define CLEANUP_BUF CLEANUP(buf_free)

/* Drops the content and any failure; keeps the memory. */
void buf_clear(struct buf *buf);

void buf_add(struct buf *buf, const void *data, size_t len);
void buf_puts(struct buf *buf, const char *s);
void buf_putc(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds `s`, escaped like text_escape() does. */
void buf_add_escaped(struct buf *buf, const char *s, size_t len);

/* Returns the text, "" if empty, never NULL; borrowed until the next addition. */
const char *buf_str(const struct buf *buf);

/*
 * Returns 0, or sets `err`: out of memory, or "`what` is larger than N bytes". A NULL `what`
 * stands for a text of ours that no valid input makes too large.
 */
int buf_check(const struct buf *buf, const char *what, struct scanreq_error *err);

/*
 * Returns the text, which the caller frees, and empties the buffer. Returns NULL if an
 * addition failed or memory is out.
 */
char *buf_take(struct buf *buf);

#endif
