/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "base/text.h"

#define SHORTEST_SECRET 4
#define MASK "***"

struct log {
	pthread_mutex_t mutex; /* guards the lists */
	enum log_level level;
	log_fn fn;
	void *arg;
	struct strv secrets;
	struct strv said;   /* lines of log_warn_once() */
	struct strv quoted; /* lines of log_quote_once() */
};

struct log *log_new(enum log_level level, log_fn fn, void *arg)
{
	struct log *log = calloc(1, sizeof(*log));

	if (!log)
		return NULL;
	pthread_mutex_init(&log->mutex, NULL);
	log->level = level;
	log->fn = fn;
	log->arg = arg;
	return log;
}

void log_free(struct log **log)
{
	if (!*log)
		return;
	strv_wipe(&(*log)->secrets);
	strv_wipe(&(*log)->said);
	strv_wipe(&(*log)->quoted);
	pthread_mutex_destroy(&(*log)->mutex);
	free(*log);
	*log = NULL;
}

/*
 * Keeps the longest forms first: if one secret contains another, masking the shorter one
 * first would leave the rest of the longer one.
 */
static int add_form(struct log *log, const char *form)
{
	struct strv *v = &log->secrets;
	int failed;

	if (strv_has(v, form))
		return 0;
	failed = strv_add(v, form);
	if (failed)
		return failed;
	for (size_t i = v->count - 1; i > 0 && strlen(v->items[i - 1]) < strlen(v->items[i]); i--) {
		char *shorter = v->items[i - 1];

		v->items[i - 1] = v->items[i];
		v->items[i] = shorter;
	}
	return 0;
}

int log_secret(struct log *log, const char *secret)
{
	struct buf percent CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_REQUEST);
	struct buf base64 CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_REQUEST);
	int failed;

	if (strlen(secret) < SHORTEST_SECRET)
		return 0;
	percent_encode(&percent, secret, strlen(secret));
	base64_encode(&base64, secret, strlen(secret));
	if (percent.failed || base64.failed)
		return SCANREQ_E_NOMEM;
	pthread_mutex_lock(&log->mutex);
	failed = add_form(log, secret);
	if (!failed)
		failed = add_form(log, buf_str(&percent));
	if (!failed)
		failed = add_form(log, buf_str(&base64));
	pthread_mutex_unlock(&log->mutex);
	return failed;
}

/* Returns the length of the secret at the start of `text`, or 0. */
static size_t secret_at(const struct log *log, const char *text)
{
	for (size_t i = 0; i < log->secrets.count; i++)
		if (str_prefix(text, log->secrets.items[i], NULL))
			return strlen(log->secrets.items[i]);
	return 0;
}

void log_mask(struct log *log, const char *text, struct buf *out)
{
	if (!log) {
		buf_puts(out, text);
		return;
	}
	pthread_mutex_lock(&log->mutex);
	while (*text) {
		size_t n = secret_at(log, text);

		if (n > 0) {
			buf_puts(out, MASK);
			text += n;
		} else {
			buf_putc(out, *text++);
		}
	}
	pthread_mutex_unlock(&log->mutex);
}

void log_mask_fixed(struct log *log, char *text, size_t size)
{
	struct buf masked CLEANUP_BUF = BUF_SECRET_INIT(2 * size + 1);

	log_mask(log, text, &masked);
	if (masked.failed)
		text[0] = '\0'; /* no text is better than one with a secret */
	else
		text_escape(text, size, buf_str(&masked), masked.len);
}

/* Formats, masks and escapes a line. Returns false if out of memory. */
__attribute__((format(printf, 2, 0))) static bool
make_line(struct log *log, const char *format, va_list args, char line[LIMIT_LINE])
{
	struct buf masked CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_REQUEST);
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		return false;
	log_mask(log, text, &masked);
	str_wipe(&text);
	if (masked.failed)
		return false;
	text_escape(line, LIMIT_LINE, buf_str(&masked), masked.len);
	return true;
}

void log_write(struct log *log, enum log_level level, const char *format, ...)
{
	char line[LIMIT_LINE];
	va_list args;
	bool made;

	if (!log || !log->fn || level > log->level)
		return;
	va_start(args, format);
	made = make_line(log, format, args, line);
	va_end(args);
	if (made)
		log->fn(log->arg, level, line);
}

/* Adds the line to `said`. Returns false if it is there already or `said` has `max` lines. */
static bool log_remember(struct log *log, struct strv *said, size_t max, const char *line)
{
	bool new;

	pthread_mutex_lock(&log->mutex);
	new = said->count < max && !strv_has(said, line) && strv_add(said, line) == 0;
	pthread_mutex_unlock(&log->mutex);
	return new;
}

void log_warn_once(struct log *log, const char *format, ...)
{
	char line[LIMIT_LINE];
	va_list args;
	bool made;

	if (!log || !log->fn)
		return;
	va_start(args, format);
	made = make_line(log, format, args, line);
	va_end(args);
	if (made && log_remember(log, &log->said, SIZE_MAX, line))
		log->fn(log->arg, LOG_LEVEL_WARNING, line);
}

void log_quote_once(struct log *log, const char *who, const char *what)
{
	char line[LIMIT_LINE];

	if (!log || !log->fn)
		return;
	snprintf(line, sizeof(line), "%s warns: %s", who, what);
	if (log_remember(log, &log->quoted, LIMIT_WARNINGS, line))
		log_write(log, LOG_LEVEL_WARNING, "%s", line);
}
