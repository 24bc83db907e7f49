/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "cli/diagnostics.h"
#include "cli/options.h"
#include "cli/run.h"

int cmd_findings(const struct command *command, int argc, char **argv)
{
	struct settings settings CLEANUP(settings_free) = { 0 };
	const char *platform;
	int status;

	if (settings_parse(&settings, command, argc, argv, &status))
		return status;
	platform = settings.image.selection[SCANREQ_SELECT_PLATFORM];
	if (settings.image_count != 1)
		return usage_error("findings takes one IMAGE, or its digest: try 'scanreq help "
				   "findings'");
	if (platform && strcmp(platform, "all") == 0)
		return usage_error("findings is about one image: name its platform in place of "
				   "--platform all");
	settings.findings = true;
	return run_images(&settings, false);
}
