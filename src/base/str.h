/* SPDX-License-Identifier: MIT */
/* Small things about strings: checked numbers, prefixes, and a vector of texts. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

/* Whether `s` begins with `prefix`; *rest (may be NULL) is what follows it. */
bool str_prefix(const char *s, const char *prefix, const char **rest);

/* Whether `s` ends with `suffix`. */
bool str_suffix(const char *s, const char *suffix);

/* Whether two texts are the same, NULL being equal to NULL alone. */
bool str_equal(const char *a, const char *b);

/*
 * A decimal int64: an optional "-", then digits and nothing else. False otherwise, and
 * when the number does not fit.
 */
bool str_to_int64(const char *s, int64_t *value);

/* "90", "90s", "5m", "2h" or "250ms", to milliseconds; at most a day. False otherwise. */
bool str_to_duration(const char *s, int64_t *ms);

/* "1", "true", "yes", "0", "false", "no", in any case. False otherwise. */
bool str_to_bool(const char *s, bool *value);

/* NULL for a text that is empty, which counts as not given. */
const char *unless_empty(const char *value);

/* An environment variable, borrowed; NULL when it is unset or empty. */
const char *env_value(const char *name);

/* Makes A-Z lower case in place, whatever the locale. */
void str_lower(char *s);

/* Sets *to to a copy of `from`, NULL to NULL. 0 or SCANREQ_E_NOMEM. */
int str_copy(char **to, const char *from);

/* *sum + value without overflow into *sum; false, and *sum kept, otherwise. */
bool add_int64(int64_t *sum, int64_t value);

/* Frees a secret text and sets it to NULL; its bytes are wiped. */
void str_wipe(char **s);
#define CLEANUP_SECRET CLEANUP(str_wipe)

/* A vector of owned texts. An all-zero vector is empty. */
struct strv {
	char **items;
	size_t count;
};

void strv_free(struct strv *v);
#define CLEANUP_STRV CLEANUP(strv_free)

/* The same for texts that may be secrets: their bytes are wiped. */
void strv_wipe(struct strv *v);

/* Adds a copy of `s`. 0, or SCANREQ_E_NOMEM with the vector unchanged. */
int strv_add(struct strv *v, const char *s);

/* Adds a formatted text. 0 or SCANREQ_E_NOMEM. */
int strv_addf(struct strv *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether `s` is in the vector. */
bool strv_has(const struct strv *v, const char *s);

/* Adds a copy of `s` unless it is in the vector. 0 or SCANREQ_E_NOMEM. */
int strv_add_new(struct strv *v, const char *s);

#endif
