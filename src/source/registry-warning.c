/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "source/registry-warning.h"

/* Takes the quotes and the quoted pairs out of a quoted-string (RFC 9110 section 5.6.4). */
static void add_unquoted(struct buf *text, const char *quoted)
{
	for (const char *p = quoted; *p && *p != '"'; p++) {
		if (*p == '\\' && p[1])
			p++;
		buf_putc(text, *p);
	}
}

void registry_warnings(struct log *log, const char *host, const struct http_response *response)
{
	const char *field, *quoted;

	for (size_t i = 0; (field = http_header(response, "Warning", i)) != NULL; i++) {
		struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_HEADER_FIELD);
		char line[HTTP_LINE_SIZE];

		if (!str_prefix(field, "299 - \"", &quoted))
			continue;
		add_unquoted(&text, quoted);
		http_said_line(log, buf_str(&text), line);
		if (*line)
			log_quote_once(log, host, line);
	}
}
