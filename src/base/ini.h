/* SPDX-License-Identifier: MIT */
/*
 * Ini files: "[section]"; "key = value" or "key: value", the value plain or in quotes;
 * comments from "#" or ";" at the start of a line or after a blank. Keys and sections are
 * case-sensitive. A key that a section has twice is an error, since readers differ on which
 * one counts.
 */
#ifndef BASE_INI_H
#define BASE_INI_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "base/str.h"

/* A parsed file. All-zero is empty. ini_free() wipes the values. */
struct ini {
	struct strv sections;
	struct strv names;  /* "section\nkey" */
	struct strv values; /* beside `names` */
};

/*
 * Parses text into an empty `ini`. `what` names the file in errors, which have the line's
 * number and never its text. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int ini_parse(const char *text, size_t len, const char *what, struct ini *ini,
	      struct scanreq_error *err);

void ini_free(struct ini *ini);
#define CLEANUP_INI CLEANUP(ini_free)

bool ini_has_section(const struct ini *ini, const char *section);

/* Returns a value, borrowed; NULL if absent. */
const char *ini_value(const struct ini *ini, const char *section, const char *key);

#endif
