/* SPDX-License-Identifier: MIT */
/*
 * Setting errors. Each setter returns the class, so a function fails in one statement:
 *
 *	return error_set(err, SCANREQ_CODE_IMAGE_NOT_FOUND, "no image in %s", path);
 *
 * Callers add context with error_prefix() and do not replace the error of a function that
 * they called. `err` may be NULL everywhere.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>
#include <scanreq/error.h>

/*
 * Sets code, class, setting and message; other members keep their values. The message is
 * escaped to one printable line, so arguments may be texts from servers.
 */
int error_set(struct scanreq_error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Like error_set() after a failed system call: appends the text of `sys_errno` and stores
 * the number. With ENOMEM, the error is out of memory instead.
 */
int error_system(struct scanreq_error *err, int code, int sys_errno, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Replaces code, class and setting where the caller knows better what the error means; the
 * message and the other members stay. Returns the new class.
 */
int error_recast(struct scanreq_error *err, int code);

/*
 * Sets the setting or parameter that an error is about, if the code does not determine it:
 * return error_about(error_set(...), "wait-timeout", err). Returns `failed`.
 */
int error_about(int failed, const char *setting, struct scanreq_error *err);

/* Sets "out of memory"; allocates nothing. */
int error_nomem(struct scanreq_error *err);

/* Puts "text: " before the message. Returns the class of `err`, or `klass` if it is NULL. */
int error_prefix(struct scanreq_error *err, int klass, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Appends the text to the message. Returns the class of `err`, or `klass` if it is NULL. */
int error_suffix(struct scanreq_error *err, int klass, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Copies `text` into a member of `size` bytes, escaped and cut. */
void error_member(char *member, size_t size, const char *text);

#endif
