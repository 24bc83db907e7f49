/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/color.h"

/* Set while the command line is read, before there is a second thread. */
static enum color_when color_choice = COLOR_AUTO;

static const char *const color_names[] = { "auto", "always", "never" };

bool color_set(const char *value)
{
	for (size_t i = 0; i < ARRAY_LENGTH(color_names); i++)
		if (strcmp(value, color_names[i]) == 0) {
			color_choice = (enum color_when)i;
			return true;
		}
	return false;
}

void color_inherit(void)
{
	const char *value = env_value("SCANREQ_COLOR");

	/* An invalid value is reported when the environment is read. */
	if (value)
		color_set(value);
}

static bool color_wanted(FILE *stream)
{
	const char *terminal = env_value("TERM");

	if (color_choice != COLOR_AUTO)
		return color_choice == COLOR_ALWAYS;
	return isatty(fileno(stream)) && !env_value("NO_COLOR") && terminal &&
	       strcmp(terminal, "dumb") != 0;
}

/* The eight colours of ECMA-48, which every terminal's user has chosen to be legible. */
const char *color_begin(FILE *stream, enum color_paint paint)
{
	static const char *const codes[] = {
		[PAINT_PLAIN] = "",
		[PAINT_GOOD] = "\033[32m",
		[PAINT_WARNING] = "\033[33m",
		[PAINT_ERROR] = "\033[1;31m",
	};

	return color_wanted(stream) ? codes[paint] : "";
}

const char *color_end(FILE *stream, enum color_paint paint)
{
	return paint != PAINT_PLAIN && color_wanted(stream) ? "\033[0m" : "";
}
