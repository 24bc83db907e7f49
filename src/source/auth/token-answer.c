/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/json.h"
#include "base/str.h"
#include "base/time.h"
#include "source/auth/token-answer.h"

#define MS_PER_SECOND 1000
/* spec/auth/token.md: without "expires_in" it is 60 seconds, and never less. */
#define SHORTEST_LIFETIME 60
#define LONGEST_LIFETIME (24 * 60 * 60)
/* Tokens are given up this long before they end: clocks differ, and requests take time. */
#define SLACK_MS (5 * MS_PER_SECOND)

bool token_fits_header(const char *token)
{
	for (const char *p = token; *p; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return *token != '\0';
}

static const char *find_token(struct json_object *root)
{
	static const char *const names[] = { "token", "access_token" };
	const char *token = NULL;

	for (size_t i = 0; i < ARRAY_LENGTH(names) && (!token || !*token); i++)
		if (json_string(root, names[i], &token, NULL))
			token = NULL;
	return token && token_fits_header(token) ? token : NULL;
}

/* Unreadable: the shortest lifetime. It costs one more token at most. */
static int64_t lifetime_ms(struct json_object *root)
{
	int64_t seconds = SHORTEST_LIFETIME;

	if (json_size(root, "expires_in", &seconds, NULL) || seconds < SHORTEST_LIFETIME)
		seconds = SHORTEST_LIFETIME;
	if (seconds > LONGEST_LIFETIME)
		seconds = LONGEST_LIFETIME;
	return seconds * MS_PER_SECOND - SLACK_MS;
}

/*
 * When the token ends on this machine's clock, counted from "issued_at". The server's clock
 * differs when that is in the future, or the token would have ended: then count from now.
 */
static int64_t end_ms(struct json_object *root)
{
	int64_t now = time_now(), lifetime = lifetime_ms(root), issued;
	const char *text = NULL;

	if (json_string(root, "issued_at", &text, NULL) || !text || !time_parse(text, &issued) ||
	    issued > now || issued < now - lifetime)
		return now + lifetime;
	return issued + lifetime;
}

int token_answer_read(const struct buf *body, char **token, int64_t *expires_ms,
		      struct scanreq_error *err)
{
	struct json_object *root CLEANUP_JSON = NULL;
	const char *found;
	int failed = json_parse(buf_str(body), body->len, "its answer", &root, NULL);

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	found = failed ? NULL : find_token(root);
	if (!found)
		return error_set(err, SCANREQ_CODE_TOKEN_FAILED, "its answer has no usable token");
	*expires_ms = end_ms(root);
	return str_copy(token, found) ? error_nomem(err) : 0;
}
