/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

#define FIRST_CAPACITY 64

static void buf_release(struct buf *buf)
{
	if (buf->secret && buf->data)
		explicit_bzero(buf->data, buf->cap);
	free(buf->data);
}

void buf_free(struct buf *buf)
{
	buf_release(buf);
	buf->data = NULL;
	buf->len = buf->cap = 0;
	buf->failed = 0;
}

void buf_clear(struct buf *buf)
{
	if (buf->data)
		buf->data[0] = '\0';
	buf->len = 0;
	buf->failed = 0;
}

/* realloc() may leave a copy of a secret behind, so a secret is moved by hand. */
static bool buf_grow(struct buf *buf, size_t need)
{
	size_t cap = buf->cap ? buf->cap : FIRST_CAPACITY;
	char *data;

	while (cap < need)
		cap *= 2;
	if (!buf->secret) {
		data = realloc(buf->data, cap);
		if (!data)
			return false;
	} else {
		data = malloc(cap);
		if (!data)
			return false;
		if (buf->data)
			memcpy(data, buf->data, buf->len + 1);
		buf_release(buf);
	}
	buf->data = data;
	buf->cap = cap;
	return true;
}

/* Makes room for `len` more bytes and their NUL. */
static bool reserve(struct buf *buf, size_t len)
{
	if (buf->failed)
		return false;
	if (len > buf->max - buf->len) {
		buf->failed = SCANREQ_E_UNREADABLE;
		return false;
	}
	if (buf->len + len + 1 > buf->cap && !buf_grow(buf, buf->len + len + 1)) {
		buf->failed = SCANREQ_E_NOMEM;
		return false;
	}
	return true;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
	if (!reserve(buf, len))
		return;
	if (len > 0)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void buf_puts(struct buf *buf, const char *s)
{
	buf_add(buf, s, strlen(s));
}

void buf_putc(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0) {
		buf->failed = SCANREQ_E_NOMEM;
		return;
	}
	if (!reserve(buf, (size_t)len))
		return;
	va_start(args, format);
	vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
}

void buf_add_escaped(struct buf *buf, const char *s, size_t len)
{
	char piece[TEXT_ESCAPE_SIZE];

	while (len > 0) {
		size_t used = text_escape_one(piece, s, len);

		buf_puts(buf, piece);
		s += used;
		len -= used;
	}
}

const char *buf_str(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

int buf_check(const struct buf *buf, const char *what, struct scanreq_error *err)
{
	if (!buf->failed)
		return 0;
	if (buf->failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	return error_set(err, what ? SCANREQ_CODE_LIMIT_EXCEEDED : SCANREQ_CODE_INTERNAL,
			 "%s is larger than %zu bytes", what ? what : "a text", buf->max);
}

char *buf_take(struct buf *buf)
{
	char *data = NULL;

	if (reserve(buf, 0)) {
		buf->data[buf->len] = '\0';
		data = TAKE(buf->data);
	}
	buf_free(buf);
	return data;
}
