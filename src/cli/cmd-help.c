/* SPDX-License-Identifier: MIT */
/* Help, written from the two tables: nothing here knows an option by name. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cli/cli.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/option-table.h"
#include "cli/unknown-option.h"

#define OPTION_COLUMN 34

static const char images[] =
	"An IMAGE is a registry reference (HOST/NAME[:TAG][@DIGEST], docker://REF), a saved\n"
	"image (a path that starts with /, ./ or ../, docker-archive:PATH[:REF|:@N],\n"
	"oci-archive:PATH[:REF|:@N] or oci:DIR[:REF|:@N]), - for a saved image on standard\n"
	"input, or an image of the engine here (docker-daemon:REF).\n";

static void write_program_help(void)
{
	printf("Usage: scanreq COMMAND [OPTION]... [IMAGE]...\n\n"
	       "Looks at a container image and files the scan request for it with Alibaba Cloud\n"
	       "Security Center (CreateJenkinsImageScanTask).\n\nCommands:\n");
	for (const struct command *c = commands; c->name; c++)
		printf("  %-12s%s\n", c->name, c->summary);
	printf("\n%s\nTry 'scanreq help COMMAND' for the options of a command.\n"
	       "Exit status 5: try again. 9 (accepted, but the end of the task was not seen,\n"
	       "or the result could not be written) and 11 (a task may exist): do not repeat.\n",
	       images);
}

static void write_option(const struct option_row *row)
{
	char left[96], name[64];
	int n = snprintf(left, sizeof(left), "%c%c%s--%s%s%s", row->letter ? '-' : ' ',
			 row->letter ? row->letter : ' ', row->letter ? ", " : "  ", row->name,
			 row->argument ? " " : "", row->argument ? row->argument : "");

	if (n > OPTION_COLUMN - 2)
		printf("  %s\n%*s%s", left, OPTION_COLUMN + 2, "", row->help);
	else
		printf("  %-*s%s", OPTION_COLUMN, left, row->help);
	if (row->twin) {
		option_twin_name(row, name);
		printf("\n%*s[%s%s%s]", OPTION_COLUMN + 2, "", name, row->fallback ? ", " : "",
		       row->fallback ? row->fallback : "");
	}
	printf("\n");
}

static void write_command_help(const struct command *command)
{
	const char *group = NULL;

	printf("Usage: scanreq %s%s%s%s\n\n%c%s.\n", command->name,
	       command->bit ? " [OPTION]..." : "", *command->arguments ? " " : "",
	       command->arguments, command->summary[0] - 'a' + 'A', command->summary + 1);
	if (!command->bit)
		return;
	printf("\n%s", images);
	for (const struct option_row *row = option_table; row->name; row++) {
		if (!(row->commands & command->bit))
			continue;
		if (!str_equal(group, row->group))
			printf("\n%s:\n", row->group);
		group = row->group;
		write_option(row);
	}
}

void help_write(const struct command *command)
{
	if (command)
		write_command_help(command);
	else
		write_program_help();
}

int cmd_help(const struct command *command, int argc, char **argv)
{
	const struct command *about = NULL;

	(void)command;
	if (argc > 2)
		return usage_error("help takes one command: try 'scanreq help'");
	if (argc == 2 && strcmp(argv[1], "--help") != 0 && strcmp(argv[1], "-h") != 0) {
		about = command_find(argv[1]);
		if (!about)
			return unknown_command(argv[1]);
	}
	help_write(about);
	return EXIT_DONE;
}
