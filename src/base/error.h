/* SPDX-License-Identifier: MIT */
/*
 * Setting errors. Every setter returns the class, so that failing is one statement:
 *
 *	return error_set(err, SCANREQ_E_NOT_FOUND, "no image in %s", path);
 *
 * Callers only prefix context; nobody overwrites a lower error. `err` may be NULL.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>
#include <scanreq/error.h>

/*
 * Fills `err`: class and message. The text is escaped to one printable line, so texts
 * from servers may be arguments. Members other than class and message are kept.
 */
int error_set(struct scanreq_error *err, int klass, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a failed system call: adds the text of `sys_errno` and keeps the number. */
int error_system(struct scanreq_error *err, int klass, int sys_errno, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Out of memory; works without memory. */
int error_nomem(struct scanreq_error *err);

/* Puts "text: " before the message. Returns the class that `err` has (or `klass`). */
int error_prefix(struct scanreq_error *err, int klass, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Copies `text`, escaped and cut, into a member of fixed size. */
void error_member(char *member, size_t size, const char *text);

#endif
