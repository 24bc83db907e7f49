/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "cloud/answer-xml.h"

#define BLANKS " \t\r\n"

static const char *skip_declaration(const char *text)
{
	const char *end;

	text += strspn(text, BLANKS);
	if (!str_prefix(text, "<?xml", NULL))
		return text;
	end = strstr(text, "?>");
	return end ? end + 2 + strspn(end + 2, BLANKS) : text;
}

/* Whether the text is one <Error> from its beginning to its end. */
static bool is_error(const char *text)
{
	static const char end[] = "</Error>";
	size_t len;

	text = skip_declaration(text);
	if (!str_prefix(text, "<Error>", NULL))
		return false;
	len = strlen(text);
	while (len > 0 && strchr(BLANKS, text[len - 1]))
		len--;
	return len >= strlen(end) && memcmp(text + len - strlen(end), end, strlen(end)) == 0;
}

/* The five entities of XML itself; others stay as they are. */
static void add_text(struct buf *out, const char *text, size_t len)
{
	static const struct {
		const char *entity;
		char c;
	} entities[] = {
		{ "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' },
		{ "&amp;", '&' },
	};
	const char *end = text + len, *rest;

	while (text < end) {
		char c = *text;

		rest = text + 1;
		for (size_t i = 0; i < ARRAY_LENGTH(entities); i++)
			if (str_prefix(text, entities[i].entity, &rest)) {
				c = entities[i].c;
				break;
			}
		buf_putc(out, c);
		text = rest;
	}
}

/* The first element of this name that holds text alone and is not empty. */
static int take_element(const char *xml, const char *name, char **to)
{
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_API_ANSWER);
	char open[32], close[32];
	const char *at;
	size_t len;

	snprintf(open, sizeof(open), "<%s>", name);
	snprintf(close, sizeof(close), "</%s>", name);
	at = strstr(xml, open);
	if (!at)
		return 0;
	at += strlen(open);
	len = strcspn(at, "<");
	if (len == 0 || !str_prefix(at + len, close, NULL))
		return 0;
	add_text(&text, at, len);
	*to = buf_take(&text);
	return *to ? 0 : SCANREQ_E_NOMEM;
}

int answer_read_xml(const struct buf *body, struct answer *answer)
{
	const char *xml = buf_str(body);
	char **request_id = &answer->texts[SCANREQ_SUBMISSION_REQUEST_ID];

	if (strlen(xml) != body->len || !is_error(xml))
		return 0;
	answer->readable = true;
	answer->failure = true;
	if (take_element(xml, "Code", &answer->code) ||
	    take_element(xml, "Message", &answer->message) ||
	    take_element(xml, "RequestId", request_id))
		return SCANREQ_E_NOMEM;
	return 0;
}
