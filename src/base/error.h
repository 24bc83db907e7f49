/* SPDX-License-Identifier: MIT */
/*
 * Setting errors. Every setter returns the class of its code, so that failing is one
 * statement:
 *
 *	return error_set(err, SCANREQ_CODE_IMAGE_NOT_FOUND, "no image in %s", path);
 *
 * Callers only prefix context; nobody overwrites a lower error. `err` may be NULL.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>
#include <scanreq/error.h>

/*
 * Fills `err`: code, class, setting and message. The text is escaped to one printable line,
 * so texts from servers may be arguments. Other members are kept.
 */
int error_set(struct scanreq_error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The same for a failed system call: adds the text of `sys_errno` and keeps the number.
 * ENOMEM is out of memory, whatever was tried.
 */
int error_system(struct scanreq_error *err, int code, int sys_errno, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Makes an error one of another code, where the caller knows better what it means here: class
 * and setting change, the message and the other members stay. Returns the new class.
 */
int error_recast(struct scanreq_error *err, int code);

/*
 * Names the setting or parameter that an error is about, where the code alone does not
 * tell: return error_about(error_set(...), "wait-timeout", err). Returns `failed`.
 */
int error_about(int failed, const char *setting, struct scanreq_error *err);

/* Out of memory; works without memory. */
int error_nomem(struct scanreq_error *err);

/* Puts "text: " before the message. Returns the class that `err` has (or `klass`). */
int error_prefix(struct scanreq_error *err, int klass, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts the text behind the message. Returns the class that `err` has (or `klass`). */
int error_suffix(struct scanreq_error *err, int klass, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Copies `text`, escaped and cut, into a member of fixed size. */
void error_member(char *member, size_t size, const char *text);

#endif
