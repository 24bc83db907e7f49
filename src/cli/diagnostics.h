/* SPDX-License-Identifier: MIT */
/*
 * What goes to standard error: lines that begin with "scanreq: " (on a terminal perhaps in
 * colour), so that no text of a stranger can begin one and command a pipeline's runner.
 */
#ifndef CLI_DIAGNOSTICS_H
#define CLI_DIAGNOSTICS_H

#include <errno.h>
#include <scanreq/client.h>

/* Writes one line about an error or, if it begins so, a "warning:"; the text is escaped. */
void diagnostic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for what is no error. */
void notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, and returns the exit status of a usage error. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Writes the line of an error. `prefix` says what the line is about (NULL: nothing). The option
 * that sets the error's `setting` follows the message: "... is not set (--region)".
 */
void diagnostic_error(const char *prefix, const struct scanreq_error *err);

/* Writes the line of an error and returns its exit status. */
int complaint(const struct scanreq_error *err);

/* Says that there is no memory, and returns the exit status of that. */
int memory_error(void);

/* A scanreq_log_fn that writes the library's lines. */
void diagnostic_log(void *arg, enum scanreq_level level, const char *line);

#endif
