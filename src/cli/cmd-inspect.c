/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "cli/cli.h"
#include "cli/diagnostics.h"
#include "cli/inputs.h"
#include "cli/options.h"
#include "cli/run.h"

int cmd_inspect(const struct command *command, int argc, char **argv)
{
	struct settings settings CLEANUP(settings_free) = { 0 };
	int status;

	if (settings_parse(&settings, command, argc, argv, &status))
		return status;
	if (!inputs_are_any(&settings))
		return usage_error("no IMAGE is given: try 'scanreq help inspect'");
	return run_images(&settings, false);
}
