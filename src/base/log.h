/* SPDX-License-Identifier: MIT */
/*
 * The one sink of log lines. It escapes what would move a cursor, and masks the secrets
 * that were registered with it in every form in which they travel: raw, percent-encoded
 * and base64. A sink may be used by several threads.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum log_level { LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

typedef void (*log_fn)(void *arg, enum log_level level, const char *line);

struct log;

/* Makes a sink that hands lines up to `level` to `fn` (NULL: to nobody). NULL: no memory. */
struct log *log_new(enum log_level level, log_fn fn, void *arg);

/* Frees a sink and wipes the secrets that it knows. */
void log_free(struct log **log);

/* Registers a secret. Shorter than 4 bytes is not masked: it would hide plain words. */
int log_secret(struct log *log, const char *secret);

/* Writes one line. Nothing is formatted when nobody listens. `log` may be NULL. */
void log_write(struct log *log, enum log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Writes a line at level warning, unless it has been written before: what is so for each
 * image of a run is said once.
 */
void log_warn_once(struct log *log, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Writes "WHO warns: WHAT" at level warning, likewise, and of all that servers say no more
 * than LIMIT_WARNINGS lines: they cannot fill the screen, nor keep ours from it.
 */
void log_quote_once(struct log *log, const char *who, const char *what);

#define log_info(log, ...) log_write(log, LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(log, ...) log_write(log, LOG_LEVEL_DEBUG, __VA_ARGS__)

/* Adds `text` with every registered secret replaced by "***". */
void log_mask(struct log *log, const char *text, struct buf *out);

/* Masks secrets in a text of fixed size in place; what no longer fits is cut. */
void log_mask_fixed(struct log *log, char *text, size_t size);

#endif
