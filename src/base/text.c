/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static bool continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

static size_t utf8_length_2(const unsigned char *u, size_t len)
{
	return len >= 2 && u[0] >= 0xc2 && continuation(u[1]) ? 2 : 0;
}

static size_t utf8_length_3(const unsigned char *u, size_t len)
{
	if (len < 3 || !continuation(u[1]) || !continuation(u[2]))
		return 0;
	if (u[0] == 0xe0 && u[1] < 0xa0)
		return 0; /* overlong */
	if (u[0] == 0xed && u[1] > 0x9f)
		return 0; /* a surrogate */
	return 3;
}

static size_t utf8_length_4(const unsigned char *u, size_t len)
{
	if (len < 4 || !continuation(u[1]) || !continuation(u[2]) || !continuation(u[3]))
		return 0;
	if (u[0] == 0xf0 && u[1] < 0x90)
		return 0; /* overlong */
	if (u[0] > 0xf4 || (u[0] == 0xf4 && u[1] > 0x8f))
		return 0; /* past U+10FFFF */
	return 4;
}

size_t utf8_length(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;

	if (len == 0)
		return 0;
	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xe0)
		return utf8_length_2(u, len);
	if (u[0] < 0xf0)
		return utf8_length_3(u, len);
	return utf8_length_4(u, len);
}

bool utf8_valid(const char *s, size_t len)
{
	while (len > 0) {
		size_t n = utf8_length(s, len);

		if (n == 0)
			return false;
		s += n;
		len -= n;
	}
	return true;
}

static unsigned int code_point(const unsigned char *u, size_t n)
{
	static const unsigned char first_mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	unsigned int c = u[0] & first_mask[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (u[i] & 0x3f);
	return c;
}

/* Returns whether a character must be escaped for a terminal or a CI system's log. */
static bool unprintable(unsigned int c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return true;
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

unsigned int utf8_unprintable(const char *s, size_t len)
{
	unsigned int c = code_point((const unsigned char *)s, len);

	return unprintable(c) ? c : 0;
}

size_t text_escape_one(char piece[TEXT_ESCAPE_SIZE], const char *s, size_t len)
{
	size_t n = utf8_length(s, len);
	unsigned int c;

	if (n == 0) {
		snprintf(piece, TEXT_ESCAPE_SIZE, "\\x%02x", (unsigned char)*s);
		return 1;
	}
	c = code_point((const unsigned char *)s, n);
	if (!unprintable(c)) {
		memcpy(piece, s, n);
		piece[n] = '\0';
	} else if (c == '\n' || c == '\r' || c == '\t') {
		snprintf(piece, TEXT_ESCAPE_SIZE, "\\%c",
			 c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
	} else if (c < 0x100) {
		snprintf(piece, TEXT_ESCAPE_SIZE, "\\x%02x", c);
	} else {
		snprintf(piece, TEXT_ESCAPE_SIZE, "\\u{%04x}", c);
	}
	return n;
}

/* Returns whether the character of `n` bytes (from utf8_length()) at `s` is a blank. */
static bool is_blank(const char *s, size_t n)
{
	static const char *const wide[] = {
		"\xc2\x85",     /* next line */
		"\xc2\xa0",     /* no-break space */
		"\xe1\x9a\x80", /* Ogham space mark */
		"\xe2\x80\xa8", /* line separator */
		"\xe2\x80\xa9", /* paragraph separator */
		"\xe2\x80\xaf", /* narrow no-break space */
		"\xe2\x81\x9f", /* mathematical space */
		"\xe3\x80\x80", /* ideographic space */
		"\xef\xbb\xbf", /* byte order mark */
	};

	if (n <= 1)
		return n == 1 && *s && strchr(" \t\r\n\v\f", *s);
	for (size_t i = 0; i < ARRAY_LENGTH(wide); i++)
		if (strlen(wide[i]) == n && memcmp(s, wide[i], n) == 0)
			return true;
	/* U+2000 to U+200B: spaces of several widths, including zero. */
	return n == 3 && memcmp(s, "\xe2\x80", 2) == 0 && (unsigned char)s[2] <= 0x8b;
}

/* The length of the last character. */
static size_t last_length(const char *s, size_t len)
{
	for (size_t n = 1; n <= 4 && n <= len; n++)
		if (utf8_length(s + len - n, n) == n)
			return n;
	return 0;
}

void text_trim(const char **s, size_t *len)
{
	size_t n;

	while ((n = utf8_length(*s, *len)) > 0 && is_blank(*s, n)) {
		*s += n;
		*len -= n;
	}
	while ((n = last_length(*s, *len)) > 0 && is_blank(*s + *len - n, n))
		*len -= n;
}

char *text_trimmed(char *s)
{
	const char *begin = s;
	size_t len = strlen(s);

	text_trim(&begin, &len);
	s += begin - s;
	s[len] = '\0';
	return s;
}

void text_escape(char *out, size_t size, const char *s, size_t len)
{
	static const char ellipsis[] = "...";
	char piece[TEXT_ESCAPE_SIZE];
	size_t at = 0, cut = 0;

	while (len > 0) {
		size_t used = text_escape_one(piece, s, len);
		size_t n = strlen(piece);

		if (at + n >= size) {
			at = cut;
			for (size_t i = 0; ellipsis[i] && at + 1 < size; i++)
				out[at++] = ellipsis[i];
			break;
		}
		memcpy(out + at, piece, n);
		at += n;
		if (at + sizeof(ellipsis) <= size)
			cut = at;
		s += used;
		len -= used;
	}
	out[at] = '\0';
}
