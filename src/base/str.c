/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <scanreq/error.h>

#include "base/str.h"

#define MS_PER_SECOND 1000
#define MS_PER_DAY (24L * 60 * 60 * MS_PER_SECOND)

bool str_prefix(const char *s, const char *prefix, const char **rest)
{
	size_t len = strlen(prefix);

	if (strncmp(s, prefix, len) != 0)
		return false;
	if (rest)
		*rest = s + len;
	return true;
}

bool str_suffix(const char *s, const char *suffix)
{
	size_t len = strlen(s), n = strlen(suffix);

	return len >= n && strcmp(s + len - n, suffix) == 0;
}

bool str_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool str_to_int64(const char *s, int64_t *value)
{
	const char *digits = s + (*s == '-');
	char *end;
	long long n;

	if (*digits < '0' || *digits > '9')
		return false;
	errno = 0;
	n = strtoll(s, &end, 10);
	if (errno != 0 || *end != '\0')
		return false;
	*value = n;
	return true;
}

bool str_to_duration(const char *s, int64_t *ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {
		{ "", MS_PER_SECOND },
		{ "ms", 1 },
		{ "s", MS_PER_SECOND },
		{ "m", 60 * MS_PER_SECOND },
		{ "h", 60 * 60 * MS_PER_SECOND },
	};
	char digits[16];
	size_t n = strspn(s, "0123456789");
	int64_t number;

	if (n == 0 || n >= sizeof(digits))
		return false;
	memcpy(digits, s, n);
	digits[n] = '\0';
	if (!str_to_int64(digits, &number))
		return false;
	for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
		if (strcmp(s + n, units[i].unit) != 0)
			continue;
		if (number > MS_PER_DAY / units[i].ms)
			return false;
		*ms = number * units[i].ms;
		return true;
	}
	return false;
}

bool str_to_bool(const char *s, bool *value)
{
	static const char *const words[2][3] = { { "0", "false", "no" }, { "1", "true", "yes" } };

	for (size_t truth = 0; truth < 2; truth++)
		for (size_t i = 0; i < ARRAY_LENGTH(words[truth]); i++)
			if (strcasecmp(s, words[truth][i]) == 0) {
				*value = truth == 1;
				return true;
			}
	return false;
}

const char *unless_empty(const char *value)
{
	return value && *value ? value : NULL;
}

const char *env_value(const char *name)
{
	return unless_empty(secure_getenv(name));
}

void str_lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
}

__attribute__((format(printf, 1, 0))) static char *format_text(const char *format, va_list args)
{
	char *s = NULL;

	return vasprintf(&s, format, args) < 0 ? NULL : s;
}

char *str_format(const char *format, ...)
{
	va_list args;
	char *s;

	va_start(args, format);
	s = format_text(format, args);
	va_end(args);
	return s;
}

int str_copy(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return from && !*to ? SCANREQ_E_NOMEM : 0;
}

bool add_int64(int64_t *sum, int64_t value)
{
	int64_t result;

	if (__builtin_add_overflow(*sum, value, &result))
		return false;
	*sum = result;
	return true;
}

void str_wipe(char **s)
{
	if (*s)
		explicit_bzero(*s, strlen(*s));
	free(*s);
	*s = NULL;
}

void strv_free(struct strv *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->items[i]);
	free(v->items);
	v->items = NULL;
	v->count = 0;
}

void strv_wipe(struct strv *v)
{
	for (size_t i = 0; i < v->count; i++)
		str_wipe(&v->items[i]);
	strv_free(v);
}

/* Takes over `s`, which is NULL if its allocation failed. */
static int strv_push(struct strv *v, char *s)
{
	char **items = s ? reallocarray(v->items, v->count + 1, sizeof(*items)) : NULL;

	if (!items) {
		free(s);
		return SCANREQ_E_NOMEM;
	}
	v->items = items;
	v->items[v->count++] = s;
	return 0;
}

int strv_add(struct strv *v, const char *s)
{
	return strv_push(v, strdup(s));
}

int strv_addf(struct strv *v, const char *format, ...)
{
	va_list args;
	char *s;

	va_start(args, format);
	s = format_text(format, args);
	va_end(args);
	return strv_push(v, s);
}

bool strv_has(const struct strv *v, const char *s)
{
	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->items[i], s) == 0)
			return true;
	return false;
}

bool strv_same(const struct strv *a, const struct strv *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!strv_has(b, a->items[i]))
			return false;
	return true;
}

int strv_add_new(struct strv *v, const char *s)
{
	return strv_has(v, s) ? 0 : strv_add(v, s);
}
