/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/ini.h"
#include "base/limits.h"
#include "base/text.h"

#define BLANKS " \t\r\f\v"

struct reader {
	struct ini *ini;
	const char *what;
	int line;
	char *section; /* NULL before the first one */
	struct scanreq_error *err;
};

void ini_free(struct ini *ini)
{
	strv_free(&ini->sections);
	strv_free(&ini->names);
	strv_wipe(&ini->values);
}

bool ini_has_section(const struct ini *ini, const char *section)
{
	return strv_has(&ini->sections, section);
}

/* Returns whether `name` is "section\nkey". */
static bool is_name(const char *name, const char *section, const char *key)
{
	const char *rest;

	return str_prefix(name, section, &rest) && *rest == '\n' && strcmp(rest + 1, key) == 0;
}

const char *ini_value(const struct ini *ini, const char *section, const char *key)
{
	for (size_t i = 0; i < ini->names.count; i++)
		if (is_name(ini->names.items[i], section, key))
			return ini->values.items[i];
	return NULL;
}

static int wrong(const struct reader *r, const char *why)
{
	return error_set(r->err, SCANREQ_CODE_PROFILE_INVALID, "line %d of %s %s", r->line,
			 r->what, why);
}

/* Removes blanks from both ends, in place. */
static char *ini_trim(char *s)
{
	size_t len;

	s += strspn(s, BLANKS);
	len = strlen(s);
	while (len > 0 && strchr(BLANKS, s[len - 1]))
		len--;
	s[len] = '\0';
	return s;
}

/* Removes a comment, "#" or ";" after a blank, from a value without quotes. */
static void cut_comment(char *s)
{
	for (char *p = s; *p; p++)
		if ((*p == '#' || *p == ';') && p > s && strchr(BLANKS, p[-1])) {
			*p = '\0';
			return;
		}
}

/* Returns the bare value, in place; NULL if its quotes do not match. */
static char *take_value(char *s)
{
	char quote, *end;

	s = ini_trim(s);
	quote = *s;
	if (quote != '"' && quote != '\'') {
		if (quote == '#' || quote == ';')
			*s = '\0';
		cut_comment(s);
		return ini_trim(s);
	}
	end = strchr(s + 1, quote);
	if (!end)
		return NULL;
	*end++ = '\0';
	end += strspn(end, BLANKS);
	return *end == '\0' || *end == '#' || *end == ';' ? s + 1 : NULL;
}

static int read_section(struct reader *r, char *s)
{
	char *end = strchr(s, ']'), *after, *name;

	if (!end)
		return wrong(r, "has a \"[\" without its \"]\"");
	*end = '\0';
	after = ini_trim(end + 1);
	name = ini_trim(s + 1);
	if (*name == '\0' || (*after != '\0' && *after != '#' && *after != ';'))
		return wrong(r, "is not a section");
	free(r->section);
	r->section = strdup(name);
	if (r->ini->sections.count == LIMIT_INI_KEYS)
		return wrong(r, "is one section too many");
	if (!r->section || strv_add_new(&r->ini->sections, name))
		return error_nomem(r->err);
	return 0;
}

static int read_key(struct reader *r, char *s)
{
	char *sign = strpbrk(s, "=:"), *key, *value;

	if (!sign)
		return wrong(r, "is neither a section nor a key with its value");
	*sign = '\0';
	key = ini_trim(s);
	value = take_value(sign + 1);
	if (*key == '\0' || !value)
		return wrong(r, *key ? "has quotes that do not match" : "has no key");
	if (!r->section)
		return wrong(r, "has a key before the first section");
	if (ini_value(r->ini, r->section, key))
		return wrong(r, "repeats a key of its section");
	if (r->ini->names.count == LIMIT_INI_KEYS)
		return wrong(r, "is one key too many");
	if (strv_addf(&r->ini->names, "%s\n%s", r->section, key) ||
	    strv_add(&r->ini->values, value))
		return error_nomem(r->err);
	return 0;
}

static int ini_read_line(struct reader *r, const char *line, size_t len)
{
	char *copy CLEANUP_FREE = strndup(line, len);
	int failed = 0;
	char *s;

	if (!copy)
		return error_nomem(r->err);
	s = ini_trim(copy);
	if (*s == '[')
		failed = read_section(r, s);
	else if (*s != '\0' && *s != '#' && *s != ';')
		failed = read_key(r, s);
	/* Parsing puts NULs into the line, so wipe by its length. */
	explicit_bzero(copy, len);
	return failed;
}

int ini_parse(const char *text, size_t len, const char *what, struct ini *ini,
	      struct scanreq_error *err)
{
	static const char mark[] = "\xef\xbb\xbf"; /* byte order mark of editors on Windows */
	struct ini made CLEANUP_INI = { 0 };
	struct reader r = { .ini = &made, .what = what, .err = err };
	const char *end = text + len;
	int failed = 0;

	if (memchr(text, '\0', len) || !utf8_valid(text, len))
		return error_set(err, SCANREQ_CODE_PROFILE_INVALID, "%s is not UTF-8 text", what);
	if (str_prefix(text, mark, NULL))
		text += sizeof(mark) - 1;
	while (text < end && !failed) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *next = newline ? newline : end;

		r.line++;
		failed = ini_read_line(&r, text, (size_t)(next - text));
		text = next + (newline != NULL);
	}
	free(r.section);
	if (failed)
		return failed;
	*ini = made;
	memset(&made, 0, sizeof(made));
	return 0;
}
