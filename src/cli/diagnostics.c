/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/color.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/option-table.h"
#include "cli/progress.h"

#define WARNING "warning:"

/* The program's name is red before an error, and "warning:" is yellow. */
__attribute__((format(printf, 2, 0))) static void
write_line(enum color_paint paint, const char *format, va_list args)
{
	char raw[LIMIT_LINE], line[2 * LIMIT_LINE];
	const char *rest = line, *word = "scanreq:", *before = "";

	vsnprintf(raw, sizeof(raw), format, args);
	text_escape(line, sizeof(line), raw, strlen(raw));
	if (str_prefix(line, WARNING, &rest)) {
		paint = PAINT_WARNING;
		before = "scanreq: ";
		word = WARNING;
	}
	progress_hold();
	fprintf(stderr, "%s%s%s%s%s%s\n", before, color_begin(stderr, paint), word,
		color_end(stderr, paint), *before ? "" : " ", rest);
	progress_release();
}

void diagnostic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(PAINT_ERROR, format, args);
	va_end(args);
}

void notice(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(PAINT_PLAIN, format, args);
	va_end(args);
}

int usage_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(PAINT_ERROR, format, args);
	va_end(args);
	return EXIT_USAGE;
}

/* The row whose name is the error's setting, unless the message names an option itself. */
static const struct option_row *option_of(const struct scanreq_error *err)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if (strcmp(row->name, err->setting) == 0)
			return strstr(err->message, "--") ? NULL : row;
	return NULL;
}

const char *error_hint(const struct scanreq_error *err, char hint[ERROR_HINT_SIZE])
{
	const struct option_row *row = option_of(err);
	char said[OPTION_NAME_SIZE];

	hint[0] = '\0';
	if (row)
		snprintf(hint, ERROR_HINT_SIZE, " (%s)", option_said(row, said));
	return hint;
}

static bool names_codes;

void diagnostics_name_codes(void)
{
	names_codes = true;
}

void diagnostic_error(const char *prefix, const struct scanreq_error *err)
{
	const char *code = names_codes ? scanreq_code_name(err->code) : NULL;
	char hint[ERROR_HINT_SIZE];

	diagnostic("%s%s%s%s%s%s", prefix ? prefix : "", prefix ? ": " : "", err->message,
		   error_hint(err, hint), code ? "; see: scanreq explain " : "", code ? code : "");
}

int complaint(const struct scanreq_error *err)
{
	diagnostic_error(NULL, err);
	return exit_status_of(err->klass);
}

int memory_error(void)
{
	diagnostic("out of memory");
	return EXIT_INTERNAL;
}

void diagnostic_log(void *arg, enum scanreq_level level, const char *line)
{
	(void)arg;
	notice("%s%s", level == SCANREQ_LOG_WARNING ? WARNING " " : "", line);
}
