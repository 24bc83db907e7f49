/* SPDX-License-Identifier: MIT */
/*
 * The scanner in front of json-c: it accepts exactly RFC 8259, within the caps on depth
 * and values, and allocates nothing.
 */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stddef.h>

struct json_census {
	size_t values; /* every value, containers included */
	size_t at;     /* the byte at which scanning stopped */
};

/*
 * Checks that `text` is one JSON value. Returns NULL, or a static text that says what is
 * wrong; the census is filled in both cases.
 */
const char *json_census(const char *text, size_t len, struct json_census *census);

#endif
