/* SPDX-License-Identifier: MIT */
/* The scanner under json_scan(): what json_parse() needs to know besides "it is JSON". */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stddef.h>

struct json_census {
	size_t values; /* every value, containers included */
	size_t names;  /* members of all objects, repeated ones counted each time */
	size_t at;     /* the byte at which scanning stopped */
};

/* As json_scan(); fills the census. */
const char *json_census(const char *text, size_t len, struct json_census *census);

#endif
