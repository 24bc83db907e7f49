/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/child.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "cloud/keys/external.h"
#include "cloud/keys/session.h"

#define TIMEOUT_MS 60000
#define BLANKS " \t\n\v\f\r"

/* State of splitting a command. */
struct splitter {
	const char *p;
	char quote;       /* the open one, or 0 */
	bool started;     /* an argument has begun; it may be empty */
	struct buf word;
	struct strv *argv;
};

/* --- splitting --------------------------------------------------------------------- */

/* Whether `p` is at a backslash that escapes the next character. */
static bool escapes(const struct splitter *s)
{
	if (s->p[0] != '\\' || s->quote == '\'')
		return false;
	return !s->quote || (s->p[1] != '\0' && strchr("\"\\$`\n", s->p[1]));
}

static int end_word(struct splitter *s)
{
	int failed = 0;

	if (s->started)
		failed = s->word.failed ? s->word.failed : strv_add(s->argv, buf_str(&s->word));
	buf_clear(&s->word);
	s->started = false;
	return failed;
}

/* Takes one character, which is not the final NUL. */
static int external_take(struct splitter *s)
{
	char c = *s->p;

	if (escapes(s)) {
		c = *++s->p;
	} else if (s->quote ? c == s->quote : c == '"' || c == '\'') {
		s->quote = s->quote ? '\0' : c;
		s->started = true;
		return 0;
	} else if (!s->quote && strchr(BLANKS, c)) {
		return end_word(s);
	}
	s->started = true;
	if (c == '\0')
		return SCANREQ_E_UNREADABLE;
	buf_putc(&s->word, c);
	return 0;
}

int external_split(const char *command, struct strv *argv, struct scanreq_error *err)
{
	struct splitter s = {
		.p = command, .argv = argv, .word = BUF_SECRET_INIT(LIMIT_AUTHFILE),
	};
	int failed = 0;

	while (!failed && *s.p) {
		failed = external_take(&s);
		if (!failed)
			s.p++;
	}
	if (!failed && !s.quote)
		failed = end_word(&s);
	buf_free(&s.word);
	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed || s.quote)
		return error_set(err, SCANREQ_CODE_PROFILE_INVALID, "process_command ends in %s",
				 failed ? "a backslash" : "an open quote");
	if (argv->count == 0 || *argv->items[0] == '\0')
		return error_set(err, SCANREQ_CODE_PROFILE_INVALID, "process_command is empty");
	return 0;
}

/* --- running ----------------------------------------------------------------------- */

static int read_output(const struct buf *out, const char *from, struct credentials *credentials,
		       struct scanreq_error *err)
{
	static const struct session_names names = {
		.keys = {
			.key_id = "access_key_id",
			.key_secret = "access_key_secret",
			.security_token = "sts_token",
		},
		.expiration = "expiration",
	};
	struct json_object *root CLEANUP_JSON = NULL;
	const char *mode = NULL;
	int failed = json_parse(buf_str(out), out->len, "the output of process_command",
				&root, err);

	if (!failed)
		failed = json_string(root, "mode", &mode, err);
	if (failed)
		return failed;
	if (!mode || (strcmp(mode, "AK") != 0 && strcmp(mode, "StsToken") != 0))
		return error_set(err, SCANREQ_CODE_PROVIDER_ANSWER_INVALID,
				 "the output of process_command has neither mode AK nor "
				 "StsToken");
	failed = session_read(root, &names, from, credentials, err);
	if (!failed && strcmp(mode, "StsToken") == 0 && !credentials->security_token) {
		credentials_free(credentials);
		return error_set(err, SCANREQ_CODE_PROVIDER_ANSWER_INVALID,
				 "the output of process_command has no sts_token");
	}
	return failed;
}

static int external_run(const struct strv *argv, struct buf *out, struct scanreq_error *err)
{
	const char **items CLEANUP_FREE = calloc(argv->count + 1, sizeof(*items));
	struct child_run child = { .argv = items, .timeout_ms = TIMEOUT_MS };
	struct child_result result;
	struct buf what CLEANUP_BUF = BUF_INIT(LIMIT_LINE);
	int failed;

	if (!items)
		return error_nomem(err);
	for (size_t i = 0; i < argv->count; i++)
		items[i] = argv->items[i];
	failed = child_run(&child, out, &result, err);
	if (failed || (result.end == CHILD_EXITED && result.status == 0))
		return failed;
	child_describe(&result, &what);
	return error_set(err, SCANREQ_CODE_PROVIDER_REFUSED, "process_command (%s) %s", items[0],
			 buf_str(&what));
}

int external_find(const char *command, const char *from, struct credentials *credentials,
		  struct scanreq_error *err)
{
	struct strv argv CLEANUP(strv_wipe) = { 0 };
	struct buf out CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_SESSION);
	int failed = external_split(command, &argv, err);

	if (!failed)
		failed = external_run(&argv, &out, err);
	if (!failed)
		failed = read_output(&out, from, credentials, err);
	return failed ? error_prefix(err, failed, "%s", from) : 0;
}
