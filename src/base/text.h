/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 checks, and escapes that make untrusted texts safe for a terminal and for the log of
 * a CI system.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns the length in bytes (1 to 4) of the UTF-8 character at the start of `s`; 0 if `len`
 * is 0 or it is malformed (RFC 3629: no surrogates, no overlong forms).
 */
size_t utf8_length(const char *s, size_t len);

/* Returns whether `s` is well-formed UTF-8. */
bool utf8_valid(const char *s, size_t len);

/*
 * Returns the code point of the character of `len` bytes (from utf8_length()) at `s` if it
 * must be escaped for a terminal, else 0. All such code points are below U+10000.
 */
unsigned int utf8_unprintable(const char *s, size_t len);

/*
 * Trims both ends of the *len bytes at *s: white space of ASCII and of Unicode, and byte
 * order marks, which editors and shells leave behind invisibly.
 */
void text_trim(const char **s, size_t *len);

/* Like text_trim() in place: writes a NUL after the last character kept. */
char *text_trimmed(char *s);

/*
 * Writes `s` as one line into out[size], size being 1 or more, with a NUL. If it does not fit,
 * cuts it between characters and ends it with "...". Control characters (C0, DEL, C1), U+2028
 * and U+2029, bidirectional marks and invalid bytes become \n, \t, \xHH or \u{HHHH}.
 */
void text_escape(char *out, size_t size, const char *s, size_t len);

/* Room for one escaped character, \u{10FFFF} being the longest. */
#define TEXT_ESCAPE_SIZE 16

/*
 * Writes the first character of `s`, escaped like text_escape() does, into `piece`, with a
 * NUL. Returns its length in `s`, 1 or more bytes.
 */
size_t text_escape_one(char piece[TEXT_ESCAPE_SIZE], const char *s, size_t len);

#endif
