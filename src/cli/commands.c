/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"

const struct command commands[] = {
	{ "inspect", "IMAGE...", VALUE_FILE, "show what an image is; asks only its source",
	  COMMAND_INSPECT, cmd_inspect },
	{ "submit", "[IMAGE...]", VALUE_FILE, "file the scan request for an image",
	  COMMAND_SUBMIT, cmd_submit },
	{ "status", "DIGEST|IMAGE", VALUE_TEXT, "show whether a task has ended",
	  COMMAND_STATUS, cmd_status },
	{ "doctor", "[IMAGE]", VALUE_FILE, "check whether a submission can work; submits nothing",
	  COMMAND_DOCTOR, cmd_doctor },
	{ "completion", "bash|zsh|fish", VALUE_CHOICE, "write the completion script for a shell",
	  0, cmd_completion },
	{ "version", "", VALUE_NONE, "show the version", 0, cmd_version },
	{ "help", "[COMMAND]", VALUE_COMMAND, "show how to use the program or a command", 0,
	  cmd_help },
	{ .name = NULL },
};

const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}
