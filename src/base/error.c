/* SPDX-License-Identifier: MIT */
/* Nothing here allocates, so that it can report being out of memory. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "base/error.h"
#include "base/text.h"

/* Longest message before escaping. */
#define RAW_SIZE (2 * sizeof(((struct scanreq_error *)0)->message))

static void set_message(struct scanreq_error *err, const char *raw)
{
	text_escape(err->message, sizeof(err->message), raw, strlen(raw));
}

/* Sets code, class and setting; returns the class. */
static int set_code(struct scanreq_error *err, int code)
{
	err->code = code;
	err->klass = code_class(code);
	snprintf(err->setting, sizeof(err->setting), "%s", code_setting(code));
	return err->klass;
}

int error_set(struct scanreq_error *err, int code, const char *format, ...)
{
	char raw[RAW_SIZE];
	va_list args;

	if (!err)
		return code_class(code);
	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	set_message(err, raw);
	return set_code(err, code);
}

int error_system(struct scanreq_error *err, int code, int sys_errno, const char *format, ...)
{
	char raw[RAW_SIZE];
	char reason[128];
	va_list args;

	if (sys_errno == ENOMEM)
		return error_nomem(err);
	if (!err)
		return code_class(code);
	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	err->sys_errno = sys_errno;
	/* GNU strerror_r() may return a static text instead of filling the buffer. */
	const char *text = strerror_r(sys_errno, reason, sizeof(reason));

	size_t used = strlen(raw);

	snprintf(raw + used, sizeof(raw) - used, ": %s", text);
	set_message(err, raw);
	return set_code(err, code);
}

int error_recast(struct scanreq_error *err, int code)
{
	return err ? set_code(err, code) : code_class(code);
}

int error_nomem(struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_OUT_OF_MEMORY, "out of memory");
}

int error_about(int failed, const char *setting, struct scanreq_error *err)
{
	if (failed && err)
		snprintf(err->setting, sizeof(err->setting), "%s", setting);
	return failed;
}

int error_prefix(struct scanreq_error *err, int klass, const char *format, ...)
{
	char raw[RAW_SIZE];
	va_list args;

	if (!err)
		return klass;
	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);

	size_t used = strlen(raw);

	snprintf(raw + used, sizeof(raw) - used, ": %s", err->message);
	set_message(err, raw);
	return err->klass;
}

int error_suffix(struct scanreq_error *err, int klass, const char *format, ...)
{
	char raw[RAW_SIZE];
	size_t used;
	va_list args;

	if (!err)
		return klass;
	snprintf(raw, sizeof(raw), "%s", err->message);
	used = strlen(raw);
	va_start(args, format);
	vsnprintf(raw + used, sizeof(raw) - used, format, args);
	va_end(args);
	set_message(err, raw);
	return err->klass;
}

void error_member(char *member, size_t size, const char *text)
{
	text_escape(member, size, text, strlen(text));
}
