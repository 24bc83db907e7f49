/* SPDX-License-Identifier: MIT */
/*
 * Reads a command line, word by word. Names of options are exact: an abbreviation would
 * make "--password VALUE" another option, and VALUE an image that is looked up and printed.
 */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include <stdbool.h>

#include "cli/option-table.h"

enum argument_kind {
	ARGUMENT_END,
	ARGUMENT_OPERAND, /* no option: `value` is the word */
	ARGUMENT_OPTION,  /* of `row`; `value` is NULL for a switch */
	ARGUMENT_WRONG,   /* there was a complaint on stderr: a usage error */
};

struct argument {
	enum argument_kind kind;
	const struct option_row *row;
	const char *value; /* borrowed from argv */
};

/* A command line that is being read. */
struct arguments {
	const struct command *command;
	int argc;
	char **argv;
	int next;            /* index of the word to read */
	const char *letters; /* the rest of a word of short options; NULL: none */
	bool operands_only;  /* "--" was there */
};

/* Begins after argv[0]. */
struct arguments arguments_of(const struct command *command, int argc, char **argv);

/*
 * The next one: "--name value", "--name=value", "-n value", "-nvalue", letters of switches
 * in one word, or an operand; after "--" there are operands alone, and "-" is one.
 */
struct argument arguments_next(struct arguments *arguments);

#endif
