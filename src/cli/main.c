/* SPDX-License-Identifier: MIT */
/* The program: finds the command, and keeps secrets out of core files. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/str.h"
#include "cli/cli.h"
#include "cli/color.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/unknown-option.h"

const struct command commands[] = {
	{ "inspect", "IMAGE...", "show what an image is, and ask nobody but its source",
	  COMMAND_INSPECT, cmd_inspect },
	{ "submit", "[IMAGE...]", "file the scan request for an image",
	  COMMAND_SUBMIT, cmd_submit },
	{ "status", "DIGEST|IMAGE", "show whether a task has ended",
	  COMMAND_STATUS, cmd_status },
	{ "doctor", "[IMAGE]", "check what a submission takes, and submit nothing", COMMAND_DOCTOR,
	  cmd_doctor },
	{ "completion", "bash|zsh|fish", "write the completion script for a shell", 0,
	  cmd_completion },
	{ "version", "", "show the version", 0, cmd_version },
	{ "help", "[COMMAND]", "show how to use the program or a command", 0, cmd_help },
	{ NULL, NULL, NULL, 0, NULL },
};

/* What other tools call it. */
static const struct {
	const char *name;
	const char *ours;
} other_commands[] = {
	{ "analyze", "submit" }, { "check", "doctor" },   { "digest", "inspect" },
	{ "file", "submit" },    { "image", "inspect" },  { "manifest", "inspect" },
	{ "poll", "status" },    { "push", "submit" },    { "request", "submit" },
	{ "scan", "submit" },    { "send", "submit" },    { "show", "inspect" },
	{ "task", "status" },    { "wait", "status" },
};

const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

int command_unknown(const char *name)
{
	struct nearest search = nearest_to(name);

	/* What began with "-" is an option, and may go on with a secret. */
	if (*name == '-')
		return misplaced_option(name);
	for (const struct command *c = commands; c->name; c++)
		nearest_offer(&search, c->name);
	for (size_t i = 0; !search.best && i < ARRAY_LENGTH(other_commands); i++)
		if (nearest_same(name, other_commands[i].name))
			search.best = other_commands[i].ours;
	if (search.best)
		return usage_error("there is no command \"%s\": did you mean %s?", name,
				   search.best);
	return usage_error("there is no command \"%s\": try 'scanreq help'", name);
}

static int main_run(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2)
		return usage_error("no command is given: try 'scanreq help'");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return cmd_help(command_find("help"), argc - 1, argv + 1);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return cmd_version(command_find("version"), 1, argv + 1);
	if (argv[1][0] == '-' && argv[1][1] != '\0')
		return misplaced_option(argv[1]);
	command = command_find(argv[1]);
	if (!command)
		return command_unknown(argv[1]);
	return command->run(command, argc - 1, argv + 1);
}

/*
 * A result that could not be written must not look like a success. A reader that has read
 * enough, as head(1), is told nothing.
 */
static int flush_output(int status)
{
	int failed;

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	failed = errno == EPIPE ? EXIT_SIGNAL + SIGPIPE : EXIT_INTERNAL;
	if (failed == EXIT_INTERNAL)
		diagnostic("cannot write to standard output: %s", strerror(errno));
	return status == EXIT_DONE ? failed : status;
}

/*
 * After ">&-" the next file that is opened would be standard output, and results would go
 * into it. What stands there now can neither be read nor written.
 */
static void hold_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	hold_standard_files();
	/* Keys and passwords are in memory: no core file, no ptrace by the same user. */
	prctl(PR_SET_DUMPABLE, 0);
	/* A reader that went away is an error of write(), not a death. */
	signal(SIGPIPE, SIG_IGN);
	color_inherit();
	return flush_output(main_run(argc, argv));
}
