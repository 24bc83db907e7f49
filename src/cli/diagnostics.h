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

/* Room for " (--NAME)". */
#define ERROR_HINT_SIZE 72

/*
 * Writes what the user knows an error's setting by, and returns it: " (--region)", or
 * " (SCANREQ_REGION)" where the value is from that variable; "" for an error without one.
 */
const char *error_hint(const struct scanreq_error *err, char hint[ERROR_HINT_SIZE]);

/* Writes the line of an error with its hint, behind `prefix` and a colon unless NULL. */
void diagnostic_error(const char *prefix, const struct scanreq_error *err);

/* From now on the line of an error ends with its code: "; see: scanreq explain CODE". */
void diagnostics_name_codes(void);

/* Writes the line of an error and returns its exit status. */
int complaint(const struct scanreq_error *err);

/* Says that there is no memory, and returns the exit status of that. */
int memory_error(void);

/* A scanreq_log_fn that writes the library's lines. */
void diagnostic_log(void *arg, enum scanreq_level level, const char *line);

#endif
