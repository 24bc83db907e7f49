/* SPDX-License-Identifier: MIT */
/* From the command line and the environment to settings. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/cli.h"
#include "cli/settings.h"

/*
 * Parses the command line and the environment. Returns 0, or sets *status and returns
 * negative: after --help with EXIT_DONE, after a complaint on stderr with another.
 */
int settings_parse(struct settings *settings, const struct command *command, int argc, char **argv,
		   int *status);

void settings_free(struct settings *settings);

#endif
