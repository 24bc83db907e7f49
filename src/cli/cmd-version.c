/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <scanreq/scanreq.h>

#include "cli/cli.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"

int cmd_version(const struct command *command, int argc, char **argv)
{
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		help_write(command);
		return EXIT_DONE;
	}
	if (argc > 1)
		return usage_error("version takes no argument: try 'scanreq help version'");
	printf("scanreq %s\n", scanreq_version());
#ifdef SCANREQ_LINKED_IN
	/* A static program's parts are not the system's to update: it says which they are. */
	printf("linked in: %s\n", SCANREQ_LINKED_IN);
#endif
	return EXIT_DONE;
}
