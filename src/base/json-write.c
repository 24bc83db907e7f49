/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

static void new_line(struct json_writer *w)
{
	if (w->compact)
		return;
	buf_putc(w->out, '\n');
	for (int i = 0; i < w->depth; i++)
		buf_puts(w->out, "  ");
}

/* Writes the comma and the line break before a value. */
static void before_value(struct json_writer *w)
{
	if (w->named) {
		w->named = false;
		return;
	}
	if (w->depth == 0)
		return;
	if (!w->first)
		buf_putc(w->out, ',');
	new_line(w);
	w->first = false;
}

void json_write_begin(struct json_writer *w, char open)
{
	before_value(w);
	buf_putc(w->out, open);
	w->depth++;
	w->first = true;
}

void json_write_end(struct json_writer *w, char close)
{
	w->depth--;
	if (!w->first)
		new_line(w);
	buf_putc(w->out, close);
	w->first = false;
}

static void write_quoted(struct json_writer *w, const char *s)
{
	size_t len = strlen(s);

	buf_putc(w->out, '"');
	while (len > 0) {
		size_t n = utf8_length(s, len);
		unsigned int c = n > 0 ? utf8_unprintable(s, n) : 0;

		if (n == 0) {
			buf_puts(w->out, "\xef\xbf\xbd");
			n = 1;
		} else if (*s == '"' || *s == '\\') {
			buf_putc(w->out, '\\');
			buf_putc(w->out, *s);
		} else if (c > 0) {
			buf_addf(w->out, "\\u%04x", c);
		} else {
			buf_add(w->out, s, n);
		}
		s += n;
		len -= n;
	}
	buf_putc(w->out, '"');
}

void json_write_name(struct json_writer *w, const char *name)
{
	before_value(w);
	write_quoted(w, name);
	buf_puts(w->out, w->compact ? ":" : ": ");
	w->named = true;
}

void json_write_string(struct json_writer *w, const char *value)
{
	if (!value) {
		json_write_null(w);
		return;
	}
	before_value(w);
	write_quoted(w, value);
}

void json_write_int(struct json_writer *w, int64_t value)
{
	before_value(w);
	buf_addf(w->out, "%" PRId64, value);
}

void json_write_bool(struct json_writer *w, bool value)
{
	before_value(w);
	buf_puts(w->out, value ? "true" : "false");
}

void json_write_null(struct json_writer *w)
{
	before_value(w);
	buf_puts(w->out, "null");
}
