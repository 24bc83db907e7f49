/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "cli/cli.h"
#include "cli/diagnostics.h"
#include "cli/inputs.h"
#include "cli/options.h"
#include "cli/run.h"

static bool has_parameter(const struct settings *settings)
{
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		if (settings->image.parameters[p])
			return true;
	return false;
}

int cmd_submit(const struct command *command, int argc, char **argv)
{
	struct settings settings CLEANUP(settings_free) = { 0 };
	int status;

	if (settings_parse(&settings, command, argc, argv, &status))
		return status;
	if (!inputs_are_any(&settings) && !has_parameter(&settings))
		return usage_error("no IMAGE is given: try 'scanreq help submit'");
	if (settings.offline && !settings.dry_run)
		return usage_error("--offline cannot submit: add --dry-run");
	if (settings.wait && settings.dry_run)
		return usage_error("--dry-run opens no task: leave --wait out");
	if (settings.findings && !settings.wait)
		return usage_error("--findings is read after the end of the task: add --wait");
	return run_images(&settings, true);
}
