/* SPDX-License-Identifier: MIT */
/* The commands: one row each, one file each. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/* Bits of the commands that an option belongs to. */
enum command_bit {
	COMMAND_INSPECT = 1,
	COMMAND_SUBMIT = 2,
	COMMAND_STATUS = 4,
	COMMAND_DOCTOR = 8,
	COMMAND_FINDINGS = 16,
};

struct command {
	const char *name;
	const char *arguments; /* for the synopsis */
	const char *summary;   /* one line */
	unsigned int bit;      /* 0: takes no options but --help */
	/* argv[0] is the command's own name. Returns the exit status. */
	int (*run)(const struct command *command, int argc, char **argv);
};

/* The table, ended by a row without a name. */
extern const struct command commands[];

/* A command by its name, or NULL. */
const struct command *command_find(const char *name);

int cmd_completion(const struct command *command, int argc, char **argv);
int cmd_doctor(const struct command *command, int argc, char **argv);
int cmd_explain(const struct command *command, int argc, char **argv);
int cmd_findings(const struct command *command, int argc, char **argv);
int cmd_help(const struct command *command, int argc, char **argv);
int cmd_inspect(const struct command *command, int argc, char **argv);
int cmd_status(const struct command *command, int argc, char **argv);
int cmd_submit(const struct command *command, int argc, char **argv);
int cmd_version(const struct command *command, int argc, char **argv);

/* Writes the help of one command (NULL: of the program) to standard output. */
void help_write(const struct command *command);

#endif
