/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "source/registry/warning.h"

/* One octet of a quoted-string (RFC 9110 section 5.6.4): no control character but a tab. */
static bool is_text(char c)
{
	return (unsigned char)c >= ' ' ? c != 0x7f : c == '\t';
}

/* Reads a quoted-string without its quotes and escapes; false when it is malformed. */
static bool read_quoted(const char **at, struct buf *text)
{
	const char *p = *at;

	if (*p++ != '"')
		return false;
	for (; *p != '"'; p++) {
		if (*p == '\\')
			p++;
		if (!is_text(*p))
			return false;
		buf_putc(text, *p);
	}
	*at = p + 1;
	return true;
}

/* Reads code and agent; *known tells whether they are "299 - ". */
static bool read_code(const char **at, bool *known)
{
	const char *p = *at;
	size_t digits = strspn(p, "0123456789");
	size_t agent = digits == 3 && p[3] == ' ' ? strcspn(p + 4, " \t\",") : 0;

	if (agent == 0 || p[4 + agent] != ' ')
		return false;
	*known = strncmp(p, "299 - ", 6) == 0;
	*at = p + 4 + agent + 1;
	return true;
}

/* warning-value = warn-code SP warn-agent SP warn-text [ SP warn-date ] (RFC 7234, 5.5) */
static bool read_warning(const char **at, struct strv *texts)
{
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_HEADER_FIELD);
	struct buf date CLEANUP_BUF = BUF_INIT(LIMIT_HEADER_FIELD);
	bool known;

	if (!read_code(at, &known) || !read_quoted(at, &text))
		return false;
	if (strncmp(*at, " \"", 2) == 0) {
		++*at;
		if (!read_quoted(at, &date))
			return false;
	}
	return !known || strv_add(texts, buf_str(&text)) == 0;
}

/* Reads a list of warnings; false when any of them is malformed. */
static bool read_field(const char *field, struct strv *texts)
{
	static const char space[] = " \t";

	while (read_warning(&field, texts)) {
		field += strspn(field, space);
		if (*field == '\0')
			return true;
		if (*field++ != ',')
			return false;
		field += strspn(field, space);
	}
	return false;
}

void registry_warnings(struct log *log, const char *host, const struct http_response *response)
{
	const char *field;

	for (size_t i = 0; (field = http_header(response, "Warning", i)) != NULL; i++) {
		struct strv texts CLEANUP(strv_wipe) = { 0 };
		char line[HTTP_LINE_SIZE];

		if (!read_field(field, &texts))
			continue;
		for (size_t k = 0; k < texts.count; k++) {
			http_said_line(log, texts.items[k], line);
			if (*line)
				log_quote_once(log, host, line);
		}
	}
}
