/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "cloud/rpc/answer-xml.h"

#define BLANKS " \t\r\n"

/* Decodes the five entities of XML itself; leaves others as they are. */
static void answer_xml_add(struct buf *out, const char *text, size_t len)
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

/* --- the document ------------------------------------------------------------------ */

/* Reads the children of the document's one element, if they contain text only. */
struct reader {
	const char *p;
	struct answer_xml *error;
};

/* Skips `open`, the first `close` after it, and all between; false: no `open` here. */
static bool skip_past(struct reader *r, const char *open, const char *close)
{
	const char *end;

	if (!str_prefix(r->p, open, &r->p))
		return false;
	end = strstr(r->p, close);
	r->p = end ? end + strlen(close) : r->p + strlen(r->p);
	return true;
}

/* Skips blanks, comments and processing instructions. */
static void skip_misc(struct reader *r)
{
	do
		r->p += strspn(r->p, BLANKS);
	while (skip_past(r, "<!--", "-->") || skip_past(r, "<?", "?>"));
}

/* A tag; `name` is borrowed and `len` bytes long. */
struct tag {
	const char *name;
	size_t len;
	bool closes; /* "</name>" */
	bool empty;  /* "<name/>" */
};

/* Reads one tag. False: there is none, or it is malformed. */
static bool take_tag(struct reader *r, struct tag *tag)
{
	const char *p = r->p;
	char quote = '\0';

	if (*p++ != '<')
		return false;
	tag->closes = *p == '/';
	tag->name = p += tag->closes;
	tag->len = strcspn(p, BLANKS "/<>!?&\"'=");
	for (p += tag->len; *p && (quote || *p != '>'); p++) {
		if (!quote && *p == '<')
			return false;
		if (quote ? *p == quote : *p == '"' || *p == '\'')
			quote = quote ? '\0' : *p;
	}
	tag->empty = p > tag->name + tag->len && p[-1] == '/';
	r->p = p + (*p == '>');
	return tag->len > 0 && *p == '>' && !(tag->closes && tag->empty);
}

static bool tag_is(const struct tag *tag, const char *name)
{
	return strlen(name) == tag->len && memcmp(tag->name, name, tag->len) == 0;
}

/* Skips an element's content and its closing tag. */
static bool skip_element(struct reader *r, const struct tag *of)
{
	struct tag open[LIMIT_XML_DEPTH] = { *of }, tag;
	size_t depth = 1;

	while (depth > 0) {
		r->p += strcspn(r->p, "<");
		if (skip_past(r, "<!--", "-->") || skip_past(r, "<![CDATA[", "]]>") ||
		    skip_past(r, "<?", "?>"))
			continue;
		if (!take_tag(r, &tag))
			return false;
		if (tag.empty)
			continue;
		if (!tag.closes) {
			if (depth == ARRAY_LENGTH(open))
				return false;
			open[depth++] = tag;
			continue;
		}
		depth--;
		if (tag.len != open[depth].len ||
		    memcmp(tag.name, open[depth].name, tag.len) != 0)
			return false;
	}
	return true;
}

static char **xml_member(struct answer_xml *error, const struct tag *tag)
{
	if (tag_is(tag, "Code"))
		return &error->code;
	if (tag_is(tag, "Message"))
		return &error->message;
	return tag_is(tag, "RequestId") ? &error->request_id : NULL;
}

/* Takes a child's text unless it has elements. SCANREQ_E_UNREADABLE: malformed. */
static int take_child(struct reader *r, const struct tag *tag)
{
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_API_ANSWER);
	char **to = xml_member(r->error, tag);
	const char *start = r->p;
	size_t len = strcspn(start, "<");

	if (tag->empty)
		return 0;
	if (!skip_element(r, tag))
		return SCANREQ_E_UNREADABLE;
	if (!to || len == 0 || start[len + 1] != '/')
		return 0;
	/* A second one is refused: either could be meant. */
	if (*to)
		return SCANREQ_E_UNREADABLE;
	answer_xml_add(&text, start, len);
	*to = buf_take(&text);
	return *to ? 0 : SCANREQ_E_NOMEM;
}

/* Reads the whole document: one <Error> and its children. */
static int answer_xml_read_document(struct reader *r)
{
	struct tag tag;

	skip_misc(r);
	if (!take_tag(r, &tag) || !tag_is(&tag, "Error") || tag.closes || tag.empty)
		return SCANREQ_E_UNREADABLE;
	for (;;) {
		int failed;

		skip_misc(r);
		if (!take_tag(r, &tag))
			return SCANREQ_E_UNREADABLE;
		if (tag.closes)
			break;
		failed = take_child(r, &tag);
		if (failed)
			return failed;
	}
	skip_misc(r);
	return tag_is(&tag, "Error") && *r->p == '\0' ? 0 : SCANREQ_E_UNREADABLE;
}

int answer_xml_read(const struct buf *body, struct answer_xml *error, bool *found)
{
	struct reader r = { .p = buf_str(body), .error = error };
	int failed =
		strlen(r.p) == body->len ? answer_xml_read_document(&r) : SCANREQ_E_UNREADABLE;

	*found = !failed;
	return failed == SCANREQ_E_NOMEM ? failed : 0;
}

void answer_xml_free(struct answer_xml *error)
{
	free(error->code);
	free(error->message);
	free(error->request_id);
}
