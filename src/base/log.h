/* SPDX-License-Identifier: MIT */
/*
 * The sink of log lines. It escapes control characters and masks registered secrets in
 * every form in which they are sent: raw, percent-encoded and base64. Several threads may
 * use it.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum log_level { LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

typedef void (*log_fn)(void *arg, enum log_level level, const char *line);

struct log;

/* Makes a sink that passes lines up to `level` to `fn`, if any. Returns NULL if out of memory. */
struct log *log_new(enum log_level level, log_fn fn, void *arg);

/* Frees a sink and wipes its secrets. */
void log_free(struct log **log);

/*
 * Registers a secret to mask. Secrets of less than 4 bytes are ignored, since masking them
 * would hide ordinary words. Returns 0 or SCANREQ_E_NOMEM.
 */
int log_secret(struct log *log, const char *secret);

/* Writes one line. `log` may be NULL. */
void log_write(struct log *log, enum log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Writes a warning unless it was written before, so that what is true of each image of a run
 * is said once.
 */
void log_warn_once(struct log *log, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Writes the warning of a server, "WHO warns: WHAT", once, and at most LIMIT_WARNINGS of
 * them, so that servers cannot flood the log.
 */
void log_quote_once(struct log *log, const char *who, const char *what);

#define log_info(log, ...) log_write(log, LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(log, ...) log_write(log, LOG_LEVEL_DEBUG, __VA_ARGS__)

/* Adds `text` to `out` with "***" for each registered secret. `log` may be NULL. */
void log_mask(struct log *log, const char *text, struct buf *out);

/* Masks secrets in place in an array of `size` bytes; cuts the text if it no longer fits. */
void log_mask_fixed(struct log *log, char *text, size_t size);

#endif
