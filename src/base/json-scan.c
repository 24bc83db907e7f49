/* SPDX-License-Identifier: MIT */
/* The scanner is iterative: each open container is one bit of a word. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/json-scan.h"
#include "base/limits.h"
#include "base/text.h"

_Static_assert(LIMIT_JSON_DEPTH <= 64, "open containers are kept in a 64-bit word");

struct scanner {
	const char *text;
	size_t len;
	size_t at;
	uint64_t objects; /* bit 0: the innermost open container is an object */
	int depth;
	struct json_census *census;
};

static int peek(const struct scanner *s)
{
	return s->at < s->len ? (unsigned char)s->text[s->at] : -1;
}

static void json_scan_skip_space(struct scanner *s)
{
	while (s->at < s->len && memchr(" \t\n\r", s->text[s->at], 4))
		s->at++;
}

static size_t skip_digits(struct scanner *s)
{
	size_t start = s->at;

	while (peek(s) >= '0' && peek(s) <= '9')
		s->at++;
	return s->at - start;
}

static const char *scan_literal(struct scanner *s, const char *word)
{
	size_t n = strlen(word);

	if (s->len - s->at < n || memcmp(s->text + s->at, word, n) != 0)
		return "an unknown word";
	s->at += n;
	return NULL;
}

static const char *scan_number(struct scanner *s)
{
	if (peek(s) == '-')
		s->at++;
	if (peek(s) == '0')
		s->at++;
	else if (skip_digits(s) == 0)
		return "a malformed number";
	if (peek(s) == '.') {
		s->at++;
		if (skip_digits(s) == 0)
			return "a malformed number";
	}
	if (peek(s) == 'e' || peek(s) == 'E') {
		s->at++;
		if (peek(s) == '+' || peek(s) == '-')
			s->at++;
		if (skip_digits(s) == 0)
			return "a malformed number";
	}
	return NULL;
}

/* Scans after a backslash. json-c cuts a name at U+0000, so names must not have it. */
static const char *scan_escape(struct scanner *s, bool is_name)
{
	int c = peek(s);
	bool zero = true;

	if (c <= 0 || !strchr("\"\\/bfnrtu", c))
		return "an unknown escape";
	s->at++;
	if (c != 'u')
		return NULL;
	for (int i = 0; i < 4; i++, s->at++) {
		c = peek(s);
		if (c <= 0 || !strchr("0123456789abcdefABCDEF", c))
			return "a malformed \\u escape";
		zero = zero && c == '0';
	}
	return zero && is_name ? "a NUL in a name" : NULL;
}

static const char *scan_string(struct scanner *s, bool is_name)
{
	s->at++; /* the opening quote */
	while (s->at < s->len) {
		int c = peek(s);
		const char *wrong = NULL;

		if (c == '"') {
			s->at++;
			return NULL;
		}
		if (c < 0x20)
			return "a control character in a string";
		if (c == '\\') {
			s->at++;
			wrong = scan_escape(s, is_name);
		} else {
			size_t n = utf8_length(s->text + s->at, s->len - s->at);

			if (n == 0)
				return "bytes that are not UTF-8";
			s->at += n;
		}
		if (wrong)
			return wrong;
	}
	return "an unfinished string";
}

static const char *scan_name(struct scanner *s)
{
	const char *wrong;

	json_scan_skip_space(s);
	if (peek(s) != '"')
		return "a member without a name";
	wrong = scan_string(s, true);
	if (wrong)
		return wrong;
	json_scan_skip_space(s);
	if (peek(s) != ':')
		return "a name without a colon";
	s->at++;
	return NULL;
}

static const char *open_container(struct scanner *s, bool object)
{
	if (s->depth == LIMIT_JSON_DEPTH)
		return "too many nested values";
	s->depth++;
	s->objects = s->objects << 1 | object;
	s->at++;
	return NULL;
}

static void close_container(struct scanner *s)
{
	s->depth--;
	s->objects >>= 1;
	s->at++;
}

/* Scans a scalar or opens a container; *opened says which. */
static const char *scan_value(struct scanner *s, bool *opened)
{
	int c;

	json_scan_skip_space(s);
	c = peek(s);
	if (++s->census->values > LIMIT_JSON_VALUES)
		return "too many values";
	*opened = c == '{' || c == '[';
	switch (c) {
	case '{':
	case '[':
		return open_container(s, c == '{');
	case '"':
		return scan_string(s, false);
	case 't':
		return scan_literal(s, "true");
	case 'f':
		return scan_literal(s, "false");
	case 'n':
		return scan_literal(s, "null");
	case -1:
		return "an unfinished document";
	default:
		return scan_number(s);
	}
}

/* Returns whether the innermost container ends here. */
static bool at_close(struct scanner *s)
{
	json_scan_skip_space(s);
	return peek(s) == (s->objects & 1 ? '}' : ']');
}

/* Scans after a value: the ends of containers, then a comma unless all are closed. */
static const char *scan_after(struct scanner *s)
{
	while (s->depth > 0 && at_close(s))
		close_container(s);
	if (s->depth == 0)
		return NULL;
	if (peek(s) != ',')
		return peek(s) < 0 ? "an unfinished document" : "a value without a comma after it";
	s->at++;
	return NULL;
}

static const char *scan_document(struct scanner *s)
{
	const char *wrong;

	do {
		bool opened = false;

		wrong = s->depth > 0 && s->objects & 1 ? scan_name(s) : NULL;
		if (!wrong)
			wrong = scan_value(s, &opened);
		if (!wrong && (!opened || at_close(s)))
			wrong = scan_after(s);
	} while (!wrong && s->depth > 0);
	if (wrong)
		return wrong;
	json_scan_skip_space(s);
	return s->at < s->len ? "something after the value" : NULL;
}

const char *json_census(const char *text, size_t len, struct json_census *census)
{
	struct scanner s = { .text = text, .len = len, .census = census };
	const char *wrong;

	memset(census, 0, sizeof(*census));
	wrong = scan_document(&s);
	census->at = s.at;
	return wrong;
}
