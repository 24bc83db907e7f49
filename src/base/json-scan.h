/* SPDX-License-Identifier: MIT */
/*
 * A strict JSON scanner: accepts RFC 8259 and nothing else, within the caps on depth and
 * values, and allocates nothing.
 */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stddef.h>

struct json_census {
	size_t values; /* number of values, including containers */
	size_t at;     /* offset where scanning stopped */
};

/*
 * Checks that `text` is one JSON value. Returns NULL, or a static text that describes the
 * error. It fills the census in both cases.
 */
const char *json_census(const char *text, size_t len, struct json_census *census);

#endif
