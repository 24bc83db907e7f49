/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/progress.h"

__attribute__((format(printf, 1, 0))) static void write_line(const char *format, va_list args)
{
	char raw[LIMIT_LINE], line[2 * LIMIT_LINE];

	vsnprintf(raw, sizeof(raw), format, args);
	text_escape(line, sizeof(line), raw, strlen(raw));
	progress_hold();
	fprintf(stderr, "scanreq: %s\n", line);
	progress_release();
}

void diagnostic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(format, args);
	va_end(args);
}

int usage_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(format, args);
	va_end(args);
	return EXIT_USAGE;
}

int memory_error(void)
{
	diagnostic("out of memory");
	return EXIT_INTERNAL;
}

void diagnostic_log(void *arg, enum scanreq_level level, const char *line)
{
	(void)arg;
	diagnostic("%s%s", level == SCANREQ_LOG_WARNING ? "warning: " : "", line);
}
