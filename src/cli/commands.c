/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"

const struct command commands[] = {
	{ "inspect", "IMAGE...", "show what an image is; asks only its source",
	  COMMAND_INSPECT, cmd_inspect },
	{ "submit", "[IMAGE...]", "file the scan request for an image",
	  COMMAND_SUBMIT, cmd_submit },
	{ "status", "DIGEST|IMAGE", "show whether a task has ended",
	  COMMAND_STATUS, cmd_status },
	{ "findings", "DIGEST|IMAGE", "show what the service reports for an image",
	  COMMAND_FINDINGS, cmd_findings },
	{ "doctor", "[IMAGE]", "check whether a submission can work; submits nothing",
	  COMMAND_DOCTOR, cmd_doctor },
	{ "completion", "bash|zsh|fish", "write the completion script for a shell",
	  0, cmd_completion },
	{ "explain", "[CODE|STATUS]", "explain the code of an error or an exit status", 0,
	  cmd_explain },
	{ "version", "", "show the version", 0, cmd_version },
	{ "help", "[COMMAND]", "show how to use the program or a command", 0,
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
