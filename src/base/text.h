/* SPDX-License-Identifier: MIT */
/*
 * Texts from strangers, made fit to show: UTF-8 checks, and escapes for what would move
 * a cursor, start a line, reverse a reading direction or command a pipeline's runner.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The length in bytes (1 to 4) of the UTF-8 character at `s`, which has `len` bytes, or 0
 * when they are no well-formed character (RFC 3629: no surrogates, no overlong forms).
 */
size_t utf8_length(const char *s, size_t len);

/* Whether all of `s` is well-formed UTF-8. */
bool utf8_valid(const char *s, size_t len);

/*
 * The code point of the character of `len` bytes at `s` (from utf8_length()) when it must
 * not reach a terminal as it is, else 0. All of these are below U+10000.
 */
unsigned int utf8_unprintable(const char *s, size_t len);

/*
 * Cuts off the blanks at both ends of the *len bytes at *s: white space of ASCII and of
 * Unicode, and byte order marks, which editors and shells leave behind unseen.
 */
void text_trim(const char **s, size_t *len);

/* The same for a text of our own, which is ended where its blanks begin. */
char *text_trimmed(char *s);

/*
 * Writes `s` as one line into out[size] (1 or more), always terminated, cut between
 * characters with "..." when it does not fit. Control characters (C0, DEL, C1), U+2028
 * and U+2029, bidirectional marks and bytes that are no UTF-8 become \n, \t, \xHH or
 * \u{HHHH}.
 */
void text_escape(char *out, size_t size, const char *s, size_t len);

/* Room for the escape of one character, the longest being \u{10FFFF}. */
#define TEXT_ESCAPE_SIZE 16

/*
 * Writes the first character of `s`, escaped as above, into `piece`, terminated. Returns how
 * many bytes of `s` it covers: 1 or more.
 */
size_t text_escape_one(char piece[TEXT_ESCAPE_SIZE], const char *s, size_t len);

#endif
