/* SPDX-License-Identifier: MIT */
/* The program: finds the command, and keeps secrets out of core files. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/color.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/unknown-option.h"

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
		return unknown_command(argv[1]);
	return command->run(command, argc - 1, argv + 1);
}

/*
 * Fails if standard output could not be written. Says nothing when the reader has closed the
 * pipe, as head(1) does.
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
 * Opens closed standard files, so that no other file gets their numbers. Standard input gets
 * a file that cannot be read, the others one that cannot be written.
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
	/* Report a closed pipe as an error of write(). */
	signal(SIGPIPE, SIG_IGN);
	color_inherit();
	return flush_output(main_run(argc, argv));
}
