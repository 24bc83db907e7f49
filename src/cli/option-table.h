/* SPDX-License-Identifier: MIT */
/*
 * The option table. One row is all that the program knows about an option. Parsing, the
 * environment, --help, completion and error messages read it.
 */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"

struct settings;

/* What a member of struct settings holds. */
enum option_store {
	STORE_NONE,
	STORE_BOOL,
	STORE_TEXT, /* char *, owned */
	STORE_LIST, /* struct strv */
};

/* Rules that the program checks once the whole command line is read. */
enum option_trait {
	OPTION_OF_IMAGE = 1,    /* about one image: not with several */
	OPTION_OF_PLATFORM = 2, /* about one platform: not with --platform all */
	OPTION_NEEDS_IMAGE = 4, /* a check of an image: not without one */
	OPTION_STDIN = 8,       /* reads standard input: a switch, or the value "-" */
	OPTION_STDOUT = 16,     /* takes standard output for itself */
};

struct option_row {
	const char *name;     /* without "--" */
	char letter;          /* of the short form, or 0 */
	const char *argument; /* its name in --help; NULL: a switch */
	/*
	 * Applies a value ("true" for a switch of the command line). Returns 0, or the exit
	 * status after an error message.
	 */
	int (*set)(struct settings *settings, const struct option_row *row, const char *value);
	int id;                  /* in the library's enum, for setters of the library's settings */
	enum option_store store; /* what the program keeps of the value, */
	size_t offset;           /* and where in struct settings */
	unsigned int commands;   /* enum command_bit */
	unsigned int traits;     /* enum option_trait */
	const char *group;       /* heading in --help */
	bool twin;               /* SCANREQ_<NAME> in the environment */
	const char *fallback;    /* the variable that is read when the twin is unset; or NULL */
	const char *help;        /* one line */
};

#define OPTION_ROWS_MAX 100

/* The table (option-rows.c), ended by a row without a name. */
extern const struct option_row option_table[];

/* The option of a command by the first `length` bytes of `name`, exactly; or NULL. */
const struct option_row *option_by_name(const struct command *command, const char *name,
					size_t length);

/* The option of a command by its letter, or NULL. */
const struct option_row *option_by_letter(const struct command *command, char letter);

/* Room for "--NAME" or the name of a variable. */
#define OPTION_NAME_SIZE 64

/* "SCANREQ_CA_FILE" for "ca-file". */
void option_twin_name(const struct option_row *row, char name[OPTION_NAME_SIZE]);

/* Where the value of an option is from. */
enum option_origin { ORIGIN_COMMAND_LINE, ORIGIN_TWIN, ORIGIN_FALLBACK };

/* Records the origin of a value. Called before there is a second thread. */
void option_set_origin(const struct option_row *row, enum option_origin origin);

/*
 * Writes the name that the user knows the value by, and returns it: "--region", or the
 * variable that the value is from.
 */
const char *option_said(const struct option_row *row, char said[OPTION_NAME_SIZE]);

/* The member of *settings where a row keeps its value; its type is that of row->store. */
void *option_member(struct settings *settings, const struct option_row *row);

/* Whether a value is kept for the row: a switch that is on, a text, or a list's item. */
bool option_is_given(const struct settings *settings, const struct option_row *row);

#endif
