/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/limits.h"
#include "base/str.h"
#include "source/auth/challenge.h"

/* RFC 9110 section 5.6.2. */
#define TOKEN_CHARACTERS                                     \
	"!#$%&'*+-.^_`|~0123456789"                          \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
/* RFC 9110 section 11.2; "=" may only follow. */
#define TOKEN68_CHARACTERS                                   \
	"-._~+/0123456789"                                   \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SPACE " \t"

static void challenge_free(struct challenge *challenge)
{
	free(challenge->scheme);
	strv_free(&challenge->names);
	strv_free(&challenge->values);
	memset(challenge, 0, sizeof(*challenge));
}

void challenges_free(struct challenges *challenges)
{
	for (size_t i = 0; i < challenges->count; i++)
		challenge_free(&challenges->items[i]);
	free(challenges->items);
	challenges->items = NULL;
	challenges->count = 0;
}

static const char *challenge_skip_space(const char *s)
{
	return s + strspn(s, SPACE);
}

/* Empty list elements are allowed (RFC 9110 section 5.6.1.2). */
static const char *skip_separators(const char *s)
{
	return s + strspn(s, SPACE ",");
}

static char *lower_copy(const char *s, size_t len)
{
	char *copy = strndup(s, len);

	if (copy)
		str_lower(copy);
	return copy;
}

/* Reads a quoted string; *value stays NULL when the closing quote is missing. */
static int read_quoted(const char **s, char **value)
{
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_HEADER_FIELD);
	const char *p = *s + 1;

	for (; *p && *p != '"'; p++) {
		if (*p == '\\' && p[1])
			p++;
		buf_putc(&text, *p);
	}
	if (*p != '"')
		return 0;
	*s = p + 1;
	*value = buf_take(&text);
	return *value ? 0 : SCANREQ_E_NOMEM;
}

/*
 * The value after "=": quoted, or all up to white space or a comma, since some servers send
 * URLs without quotes. It may be empty.
 */
static int read_value(const char **s, char **value)
{
	size_t len;

	if (**s == '"')
		return read_quoted(s, value);
	len = strcspn(*s, SPACE ",");
	*value = strndup(*s, len);
	*s += len;
	return *value ? 0 : SCANREQ_E_NOMEM;
}

/*
 * Reads `name = value` at *s. When there is none, *more is false and *s is unchanged: the
 * next challenge begins, or the field ends.
 */
static int read_parameter(const char **s, struct challenge *challenge, bool *more)
{
	size_t len = strspn(*s, TOKEN_CHARACTERS);
	const char *p = challenge_skip_space(*s + len);
	char *name CLEANUP_FREE = NULL;
	char *value CLEANUP_FREE = NULL;

	*more = len > 0 && *p == '=';
	if (!*more)
		return 0;
	p = challenge_skip_space(p + 1);
	if (read_value(&p, &value))
		return SCANREQ_E_NOMEM;
	if (!value) {
		*s += strlen(*s); /* no closing quote: skip the rest */
		return 0;
	}
	name = lower_copy(*s, len);
	*s = p;
	return !name || strv_add(&challenge->names, name) ||
		       strv_add(&challenge->values, value) ? SCANREQ_E_NOMEM : 0;
}

/* Skips a token68, as in "Negotiate abc==", which no supported scheme has. */
static const char *skip_token68(const char *s)
{
	size_t len = strspn(s, TOKEN68_CHARACTERS);
	const char *end = s + len + strspn(s + len, "=");
	const char *next = challenge_skip_space(end);

	return len > 0 && (*next == ',' || *next == '\0') ? next : s;
}

static int read_parameters(const char **s, struct challenge *challenge)
{
	bool more = true;
	int failed = 0;

	*s = skip_token68(*s);
	while (more && !failed) {
		const char *p = skip_separators(*s);

		failed = read_parameter(&p, challenge, &more);
		if (more)
			*s = p;
	}
	return failed;
}

static struct challenge *add_challenge(struct challenges *challenges)
{
	struct challenge *items = reallocarray(challenges->items, challenges->count + 1,
					       sizeof(*items));

	if (!items)
		return NULL;
	challenges->items = items;
	memset(&items[challenges->count], 0, sizeof(*items));
	return &items[challenges->count++];
}

int challenges_parse(struct challenges *challenges, const char *field)
{
	const char *s = skip_separators(field);

	while (*s) {
		size_t len = strspn(s, TOKEN_CHARACTERS);
		struct challenge *challenge;

		if (len == 0)
			return 0; /* unreadable from here on */
		challenge = add_challenge(challenges);
		if (!challenge)
			return SCANREQ_E_NOMEM;
		challenge->scheme = lower_copy(s, len);
		s = challenge_skip_space(s + len);
		if (!challenge->scheme || read_parameters(&s, challenge))
			return SCANREQ_E_NOMEM;
		s = skip_separators(s);
	}
	return 0;
}

const struct challenge *challenges_find(const struct challenges *challenges,
					const char *scheme)
{
	for (size_t i = 0; i < challenges->count; i++)
		if (strcmp(challenges->items[i].scheme, scheme) == 0)
			return &challenges->items[i];
	return NULL;
}

const char *challenge_parameter(const struct challenge *challenge, const char *name)
{
	for (size_t i = 0; i < challenge->names.count; i++)
		if (strcmp(challenge->names.items[i], name) == 0)
			return challenge->values.items[i];
	return NULL;
}
