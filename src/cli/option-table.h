/* SPDX-License-Identifier: MIT */
/*
 * The option table. One row is an option's whole truth: its name, its argument, what it
 * sets, its environment twin and its help. Parsing, --help and the environment read it.
 */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"

/* What an option sets: `id` is of the library's enum of that name, or of enum setting. */
enum option_target {
	TARGET_CLIENT,    /* enum scanreq_option */
	TARGET_SELECTION, /* enum scanreq_select */
	TARGET_PARAMETER, /* enum scanreq_param */
	TARGET_PROGRAM,   /* enum setting */
};

/* Settings of the program itself. */
enum setting {
	SETTING_OUTPUT,
	SETTING_FROM,
	SETTING_WRITE,
	SETTING_GET,
	SETTING_RAW,
	SETTING_EXPLAIN,
	SETTING_COLOR,
	SETTING_QUIET,
	SETTING_VERBOSE,
	SETTING_KEEP_GOING,
	SETTING_JOBS,
	SETTING_IMAGES_FROM,
	SETTING_SHARD,
	SETTING_JOURNAL,
	SETTING_DRY_RUN,
	SETTING_TOKEN_FILE,
	SETTING_TASK_ID,
	SETTING_WAIT,
	SETTING_PASSWORD_STDIN,
	SETTING_HELP,
};

struct option_row {
	const char *name;        /* without "--" */
	char letter;             /* of the short form, or 0 */
	const char *argument;    /* what --help calls it; NULL: a switch */
	enum option_target target;
	int id;
	unsigned int commands;   /* enum command_bit */
	const char *group;       /* heading in --help */
	bool twin;               /* SCANREQ_<NAME> in the environment */
	const char *fallback;    /* another variable, after the twin; or NULL */
	const char *help;        /* one line */
};

/* The table, ended by a row without a name. */
extern const struct option_row option_table[];

/* The option of a command by the first `length` bytes of `name`, exactly; or NULL. */
const struct option_row *option_by_name(const struct command *command, const char *name,
					size_t length);

/* The option of a command by its letter, or NULL. */
const struct option_row *option_by_letter(const struct command *command, char letter);

/* "SCANREQ_CA_FILE" for "ca-file". */
void option_twin_name(const struct option_row *row, char name[64]);

#endif
