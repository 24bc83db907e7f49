/* SPDX-License-Identifier: MIT */
/* What completes an argument, by what --help calls it: "REGION", "text|json", "IMAGE...". */
#ifndef CLI_COMPLETION_KIND_H
#define CLI_COMPLETION_KIND_H

#include <stdbool.h>

struct completion_kind {
	void (*write_words)(void); /* NULL: the argument spells its words out, or has none */
	const char *list;          /* of completion_list(): words that change; or NULL */
	const char *suffixes;      /* of files, with "|" between; "": all files; NULL: none */
	bool begins;               /* a word is only the beginning of the argument */
};

/* Never NULL; all members are 0 for an argument that nothing completes. */
const struct completion_kind *completion_kind(const char *argument);

/* Whether an argument has words, and these on standard output with blanks between. */
bool completion_has_words(const char *argument);
void completion_words(const char *argument);

/*
 * Writes the words of a list that changes, one a line, in characters that no shell interprets.
 * False: there is no such list. A file that cannot be read gives an empty list.
 */
bool completion_list(const char *name);

#endif
