/* SPDX-License-Identifier: MIT */
/*
 * Errors about unknown options and commands. They suggest what was meant, by its spelling or
 * by the names of other tools. They repeat only the option's name: what follows it may be a
 * password.
 */
#ifndef CLI_UNKNOWN_OPTION_H
#define CLI_UNKNOWN_OPTION_H

#include <stddef.h>

#include "cli/cli.h"

/* For "--" and the first `length` bytes of `name`. Returns the status of a usage error. */
int unknown_option(const struct command *command, const char *name, size_t length);

/* For the first letter of `word`, which began with one "-". As unknown_option(). */
int unknown_letter(const struct command *command, const char *word);

/*
 * For a word that begins with "-" and stands where a command should. As unknown_option().
 */
int misplaced_option(const char *word);

/* Says that there is no command of that name, and which one was meant. Its exit status. */
int unknown_command(const char *name);

#endif
