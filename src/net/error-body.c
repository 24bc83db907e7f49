/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "net/error-body.h"

#define SPACES " \t\r\n"

/* --- JSON -------------------------------------------------------------------------- */

/* Returns the first of "errors", "errors" itself, or the whole document. */
static struct json_object *find_entry(struct json_object *root)
{
	struct json_object *errors = NULL;

	if (!json_object_is_type(root, json_type_object) ||
	    !json_object_object_get_ex(root, "errors", &errors))
		return root;
	if (json_object_is_type(errors, json_type_array))
		return json_object_array_get_idx(errors, 0);
	return errors;
}

/* A code is a text, but some servers repeat the HTTP status as a number. */
static void read_code(struct json_object *entry, char *code, size_t size)
{
	const char *text = NULL;
	char number[24];
	int64_t value = -1;

	if (json_string(entry, "code", &text, NULL) && !json_size(entry, "code", &value, NULL)) {
		snprintf(number, sizeof(number), "%lld", (long long)value);
		text = number;
	}
	/* "error" is a code without spaces (RFC 6749 section 5.2) or a sentence. */
	if (!text && !json_string(entry, "error", &text, NULL) && text && strpbrk(text, SPACES))
		text = NULL;
	error_member(code, size, text ? text : "");
}

static const char *find_message(struct json_object *entry)
{
	static const char *const names[] = { "message", "error_description", "detail",
					     "details", "error" };
	const char *text = NULL;

	for (size_t i = 0; i < ARRAY_LENGTH(names) && (!text || !*text); i++)
		if (json_string(entry, names[i], &text, NULL))
			text = NULL;
	return text;
}

/* Returns false if the body is not JSON or has no known member. */
static bool read_json(struct log *log, const struct buf *body, struct error_body *said)
{
	struct json_object *root CLEANUP_JSON = NULL;
	struct json_object *entry;
	const char *message = NULL;

	if (json_parse(buf_str(body), body->len, "the body", &root, NULL))
		return false;
	entry = find_entry(root);
	if (json_object_is_type(entry, json_type_string))
		message = json_object_get_string(entry);
	if (json_object_is_type(entry, json_type_object)) {
		read_code(entry, said->code, sizeof(said->code));
		message = find_message(entry);
	}
	if (message && strcmp(message, said->code) == 0)
		message = "";
	if (!message && !*said->code)
		return false;
	http_said_line(log, message ? message : "", said->line);
	return true;
}

/* --- HTML -------------------------------------------------------------------------- */

/* Returns what follows the markup that begins at "<". */
static const char *skip_markup(const char *at)
{
	static const struct {
		const char *start, *end;
	} whole[] = {
		{ "<!--", "-->" }, { "<script", "</script" }, { "<style", "</style" },
	};

	for (size_t i = 0; at && i < ARRAY_LENGTH(whole); i++)
		if (strncasecmp(at, whole[i].start, strlen(whole[i].start)) == 0)
			at = strcasestr(at, whole[i].end);
	at = at ? strchr(at, '>') : NULL;
	return at ? at + 1 : "";
}

/* Adds the text of [html, end) without markup. */
static void error_body_add(struct buf *text, const char *html, const char *end)
{
	while (*html && html < end) {
		if (*html == '<') {
			buf_putc(text, ' ');
			html = skip_markup(html);
			if (!*html)
				return;
		} else {
			buf_putc(text, *html++);
		}
	}
}

static bool read_html(struct log *log, const struct buf *body, struct error_body *said)
{
	const char *html = buf_str(body) + strspn(buf_str(body), SPACES);
	const char *title = strcasestr(html, "<title"), *end;
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_ERROR_BODY);

	if (*html != '<')
		return false;
	end = title ? strcasestr(title, "</title") : NULL;
	if (end)
		error_body_add(&text, title, end);
	if (buf_str(&text)[strspn(buf_str(&text), SPACES)] == '\0') {
		buf_clear(&text);
		error_body_add(&text, html, html + strlen(html));
	}
	http_said_line(log, text.failed ? "" : buf_str(&text), said->line);
	return true;
}

void error_body_read(struct log *log, const struct buf *body, struct error_body *said)
{
	*said = (struct error_body){ .code = "" };
	if (body->len <= LIMIT_ERROR_BODY &&
	    (read_json(log, body, said) || read_html(log, body, said)))
		return;
	http_said_line(log, buf_str(body), said->line);
}
