/* SPDX-License-Identifier: MIT */
/* Strings: checked numbers, prefixes, and a vector of texts. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

/* Returns whether `s` begins with `prefix`; then sets *rest, unless NULL, to what follows. */
bool str_prefix(const char *s, const char *prefix, const char **rest);

/* Returns whether `s` ends with `suffix`. */
bool str_suffix(const char *s, const char *suffix);

/* Returns whether two texts are equal; NULL equals NULL only. */
bool str_equal(const char *a, const char *b);

/*
 * Parses a decimal int64: an optional "-", then digits and nothing else. Returns false if
 * malformed or out of range.
 */
bool str_to_int64(const char *s, int64_t *value);

/* Parses "90", "90s", "5m", "2h" or "250ms". Returns false if malformed or over a day. */
bool str_to_duration(const char *s, int64_t *ms);

/* Parses "1", "true", "yes", "0", "false", "no", in any case. Returns false if malformed. */
bool str_to_bool(const char *s, bool *value);

/* Returns NULL for "", otherwise the text. */
const char *unless_empty(const char *value);

/* Returns an environment variable, borrowed; NULL if unset or empty. */
const char *env_value(const char *name);

/* Makes A-Z lower case in place, in any locale. */
void str_lower(char *s);

/* Returns a formatted text, which the caller frees; NULL if out of memory. */
char *str_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Sets *to to a copy of `from`, or to NULL if it is NULL. Returns 0 or SCANREQ_E_NOMEM. */
int str_copy(char **to, const char *from);

/* Adds `value` to *sum. Returns false, with *sum unchanged, if that overflows. */
bool add_int64(int64_t *sum, int64_t value);

/* Wipes and frees a secret text and sets it to NULL. */
void str_wipe(char **s);
#define CLEANUP_SECRET CLEANUP(str_wipe)

/* A vector of owned texts. An all-zero vector is empty. */
struct strv {
	char **items;
	size_t count;
};

void strv_free(struct strv *v);
#define CLEANUP_STRV CLEANUP(strv_free)

/* Like strv_free(), but wipes the texts. */
void strv_wipe(struct strv *v);

/* Adds a copy of `s`. Returns 0, or SCANREQ_E_NOMEM with the vector unchanged. */
int strv_add(struct strv *v, const char *s);

/* Adds a formatted text. Returns 0 or SCANREQ_E_NOMEM. */
int strv_addf(struct strv *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Returns whether `s` is in the vector. */
bool strv_has(const struct strv *v, const char *s);

/* Returns whether both vectors have the same texts, in any order. */
bool strv_same(const struct strv *a, const struct strv *b);

/* Adds a copy of `s` unless it is in the vector. Returns 0 or SCANREQ_E_NOMEM. */
int strv_add_new(struct strv *v, const char *s);

#endif
