/* SPDX-License-Identifier: MIT */
/*
 * Ini files: "[section]", "key = value" (or ":"), comments after "#" and ";" at a line's
 * start or after a blank, values in one pair of quotes or none. Keys and sections are
 * case-sensitive. A key that is there twice in a section is refused, since readers differ
 * on which of the two counts.
 */
#ifndef BASE_INI_H
#define BASE_INI_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "base/str.h"

/* A parsed file, of any length of lines; wiped when freed. An all-zero one is empty. */
struct ini {
	struct strv sections;
	struct strv names;  /* "section\nkey" */
	struct strv values; /* beside `names` */
};

/*
 * Parses text into an empty `ini`. `what` names the file in errors, which say the line
 * and never quote it. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int ini_parse(const char *text, size_t len, const char *what, struct ini *ini,
	      struct scanreq_error *err);

void ini_free(struct ini *ini);
#define CLEANUP_INI CLEANUP(ini_free)

bool ini_has_section(const struct ini *ini, const char *section);

/* A value, borrowed; NULL when absent. */
const char *ini_value(const struct ini *ini, const char *section, const char *key);

#endif
