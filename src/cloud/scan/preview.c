/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "cloud/scan/preview.h"

#define MASK "***"

/* What is shown of secrets. */
struct shown {
	const struct credentials *credentials;
	bool signature;
};

static void add_key_id(struct buf *out, const struct shown *shown)
{
	char id[CREDENTIALS_SHOWN_SIZE];

	credentials_shown_id(shown->credentials->key_id, id);
	buf_puts(out, id);
}

/* "ACS3-HMAC-SHA256 Credential=ID,SignedHeaders=...,Signature=...", which we wrote. */
static void add_authorization(struct buf *out, const char *value, const struct shown *shown)
{
	const char *id = strchr(value, '=') + 1;
	const char *rest = id + strlen(shown->credentials->key_id);
	const char *signature = strrchr(rest, '=') + 1;

	buf_add(out, value, (size_t)(id - value));
	add_key_id(out, shown);
	buf_add(out, rest, (size_t)(signature - rest));
	buf_puts(out, shown->signature ? signature : MASK);
}

static void add_header_value(struct buf *out, const char *name, const char *value,
			     const struct shown *shown)
{
	if (strcmp(name, "x-acs-security-token") == 0)
		buf_puts(out, MASK);
	else if (strcmp(name, "x-acs-accesskey-id") == 0)
		add_key_id(out, shown);
	else if (strcmp(name, "Authorization") == 0)
		add_authorization(out, value, shown);
	else
		buf_puts(out, value);
}

static void add_body(struct buf *out, const char *body)
{
	while (*body) {
		size_t len = strcspn(body, "&");

		if (str_prefix(body, "Token=", NULL))
			buf_puts(out, "Token=" MASK);
		else
			buf_add(out, body, len);
		body += len;
		if (*body)
			buf_putc(out, *body++);
	}
}

/* Only lines of headers can begin with a header's name. */
static void add_canonical_request(struct buf *out, const char *text, const struct shown *shown)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (str_prefix(text, "x-acs-security-token:", NULL)) {
			buf_puts(out, "x-acs-security-token:" MASK);
		} else if (str_prefix(text, "x-acs-accesskey-id:", NULL)) {
			buf_puts(out, "x-acs-accesskey-id:");
			add_key_id(out, shown);
		} else {
			buf_add(out, text, len);
		}
		text += len;
		if (*text)
			buf_putc(out, *text++);
	}
}

static int take_header(struct scanreq_submission *submission, const char *line,
		       const struct shown *shown)
{
	struct buf value CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_REQUEST);
	size_t len = strcspn(line, ":");
	char *name CLEANUP_FREE = strndup(line, len);

	if (!name)
		return SCANREQ_E_NOMEM;
	if (line[len] == '\0' || line[len + 1] == '\0')
		return 0; /* "Name:" is for libcurl and not sent */
	add_header_value(&value, name, line + len + strlen(": "), shown);
	if (value.failed || strv_add(&submission->header_names, name) ||
	    strv_add(&submission->header_values, buf_str(&value)))
		return SCANREQ_E_NOMEM;
	return 0;
}

static int take_buf(char **text, struct buf *from)
{
	*text = buf_take(from);
	return *text ? 0 : SCANREQ_E_NOMEM;
}

int preview_fill(struct scanreq_submission *submission, const struct signed_call *call,
		 const struct credentials *credentials, bool show_signature,
		 struct scanreq_error *err)
{
	const struct shown shown = { .credentials = credentials, .signature = show_signature };
	struct buf body CLEANUP_BUF = BUF_INIT(LIMIT_REQUEST);
	struct buf canonical CLEANUP_BUF = BUF_INIT(LIMIT_REQUEST);
	char **texts = submission->texts;

	add_body(&body, buf_str(&call->body));
	add_canonical_request(&canonical, buf_str(&call->canonical_request), &shown);
	texts[SCANREQ_SUBMISSION_URL] = url_format(&call->url);
	if (!texts[SCANREQ_SUBMISSION_URL] ||
	    str_copy(&texts[SCANREQ_SUBMISSION_METHOD], call->method) ||
	    str_copy(&texts[SCANREQ_SUBMISSION_STRING_TO_SIGN],
		     buf_str(&call->string_to_sign)) ||
	    take_buf(&texts[SCANREQ_SUBMISSION_BODY], &body) ||
	    take_buf(&texts[SCANREQ_SUBMISSION_CANONICAL_REQUEST], &canonical))
		return error_nomem(err);
	for (size_t i = 0; i < call->headers.count; i++)
		if (take_header(submission, call->headers.items[i], &shown))
			return error_nomem(err);
	return 0;
}
