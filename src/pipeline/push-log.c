/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "pipeline/push-log.h"

#define ESCAPE '\033'
#define BELL '\007'

/* --- prefixes of a line ------------------------------------------------------------ */

/* Skips the pattern, in which 0 is any digit; NULL when `s` does not begin with it. */
static const char *skip_pattern(const char *s, const char *pattern)
{
	for (; *pattern; pattern++, s++)
		if (*pattern == '0' ? !isdigit((unsigned char)*s) : *s != *pattern)
			return NULL;
	return s;
}

/* Skips a time of day with an optional date before it and zone after it; NULL: none. */
static const char *skip_time(const char *s)
{
	const char *after = skip_pattern(s, "0000-00-00"), *zone;

	if (after && *after != 'T' && *after != ' ')
		return NULL;
	s = skip_pattern(after ? after + 1 : s, "00:00:00");
	if (s && (*s == '.' || *s == ','))
		for (s++; isdigit((unsigned char)*s); s++)
			;
	if (!s || *s == 'Z')
		return s ? s + 1 : NULL;
	zone = *s == '+' || *s == '-' ? skip_pattern(s + 1, "00:00") : NULL;
	return zone ? zone : s;
}

/* Skips "[TIME]" or "TIME" and a blank; NULL: there is none. */
static const char *skip_stamp(const char *s)
{
	bool bracket = *s == '[';
	const char *after = skip_time(s + bracket);

	if (after && bracket)
		after = *after == ']' ? after + 1 : NULL;
	if (!after || !*after)
		return after;
	return *after == ' ' || *after == '\t' ? after + 1 : NULL;
}

/* Skips GitLab's "00O " after a stamp. A "+" says that this continues the previous line. */
static const char *skip_stream(const char *s, bool *goes_on)
{
	if (!isxdigit((unsigned char)s[0]) || !isxdigit((unsigned char)s[1]) ||
	    (s[2] != 'O' && s[2] != 'E') || (s[3] != ' ' && s[3] != '+'))
		return s;
	*goes_on = s[3] == '+';
	return s + 4;
}

/* Skips gh's "JOB\tSTEP\t", which comes before a stamp. */
static const char *skip_columns(const char *s)
{
	const char *first = strchr(s, '\t');
	const char *second = first ? strchr(first + 1, '\t') : NULL;

	if (!second)
		return s;
	str_prefix(++second, "\xef\xbb\xbf", &second);
	return skip_stamp(second) ? second : s;
}

/* Skips all prefixes. */
static const char *skip_before(const char *s, bool *goes_on)
{
	const char *after;

	*goes_on = false;
	str_prefix(s, "\xef\xbb\xbf", &s);
	s = skip_columns(s);
	after = skip_stamp(s);
	return after ? skip_stream(after, goes_on) : s;
}

/* --- escape sequences -------------------------------------------------------------- */

/* Whether an ESC begins a control string, such as a link, which ends with BEL or ESC \. */
static bool is_string(const char *s, size_t len)
{
	return len >= 2 && *s == ESCAPE && memchr("]P_^X", s[1], 5);
}

/* The length of the escape sequence (ECMA-48) at `s`; 0: it does not end. */
static size_t sequence_length(const char *s, size_t len)
{
	size_t n = 2;

	if (len < 2)
		return 0;
	if (s[1] == '[') {
		while (n < len && s[n] >= 0x20 && s[n] < 0x40)
			n++;
		return n < len ? n + 1 : 0;
	}
	if (!is_string(s, len))
		return 2;
	for (; n < len; n++) {
		if (s[n] == BELL)
			return n + 1;
		if (s[n] == ESCAPE && n + 1 < len && s[n + 1] == '\\')
			return n + 2;
	}
	return 0;
}

static void add_plain(struct buf *out, const char *s, size_t len)
{
	bool endless = false; /* a string does not end, so none after it does; avoids O(n^2) */

	while (len > 0) {
		bool skip = *s == ESCAPE && !(endless && is_string(s, len));
		size_t n = skip ? sequence_length(s, len) : 0;

		endless = endless || (n == 0 && is_string(s, len));
		if (n == 0)
			buf_add(out, s, n = 1);
		s += n;
		len -= n;
	}
}

/* --- lines ------------------------------------------------------------------------- */

/* Reads a text line by line and joins the lines that GitLab has cut. */
struct lines {
	const char *at;    /* the unread rest; NULL: none */
	size_t read;	   /* lines of the text read so far */
	struct buf next;   /* the last one, without escape sequences */
	const char *said;  /* its text after the prefixes; NULL: taken */
	bool goes_on;      /* it continues the line before it */
	struct buf line;   /* the current line, joined */
	size_t number;     /* of its first part */
};

#define LINES_INIT(text)                                                            \
	{                                                                           \
		.at = (text), .next = BUF_INIT(LIMIT_BUILD_RESULT),                 \
		.line = BUF_INIT(LIMIT_BUILD_RESULT)                                \
	}

static void lines_free(struct lines *lines)
{
	buf_free(&lines->next);
	buf_free(&lines->line);
}

static bool lines_fetch(struct lines *lines)
{
	size_t len = lines->at ? strcspn(lines->at, "\n") : 0;

	lines->said = NULL;
	if (!lines->at)
		return false;
	buf_clear(&lines->next);
	add_plain(&lines->next, lines->at, len);
	lines->said = skip_before(buf_str(&lines->next), &lines->goes_on);
	lines->at = lines->at[len] ? lines->at + len + 1 : NULL;
	lines->read++;
	return true;
}

/* Reads the next line into lines->line, which the caller may change. False at the end. */
static bool lines_next(struct lines *lines)
{
	struct buf whole CLEANUP_BUF = BUF_INIT(LIMIT_BUILD_RESULT);

	if (!lines->said && !lines_fetch(lines))
		return false;
	lines->number = lines->read;
	do
		buf_puts(&whole, lines->said);
	while (lines_fetch(lines) && lines->goes_on);
	buf_clear(&lines->line);
	add_plain(&lines->line, buf_str(&whole), whole.len);
	if (whole.failed || lines->next.failed)
		lines->line.failed = SCANREQ_E_NOMEM;
	return true;
}

/* --- a push ------------------------------------------------------------------------ */

struct pushes {
	struct build_result *result;
	char *repository; /* of the current push; NULL: none */
	size_t begun;     /* its first line */
	bool has_digest;
	size_t at; /* the line to name in an error */
};

static void pushes_free(struct pushes *pushes)
{
	free(pushes->repository);
}

/* Whether a line begins a push. Docker 17.05 wrote "a repository". */
static bool begins_push(const char *line, const char **repository)
{
	return str_prefix(line, "The push refers to repository [", repository) ||
	       str_prefix(line, "The push refers to a repository [", repository);
}

static int check_last(struct pushes *pushes, struct scanreq_error *err)
{
	if (!pushes->repository || pushes->has_digest)
		return 0;
	pushes->at = pushes->begun;
	return error_set(err, SCANREQ_CODE_NOTHING_PUSHED,
			 "the push to %s has no digest, so it failed: push again, or remove"
			 " its lines", pushes->repository);
}

static int begin_push(struct pushes *pushes, const char *repository, struct scanreq_error *err)
{
	size_t len = strcspn(repository, "]");
	int failed = check_last(pushes, err);

	if (failed)
		return failed;
	if (strcmp(repository + len, "]") != 0)
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "the name of the repository does not end with \"]\"");
	free(pushes->repository);
	pushes->repository = strndup(repository, len);
	pushes->begun = pushes->at;
	pushes->has_digest = false;
	return pushes->repository ? 0 : error_nomem(err);
}

/* Splits "TAG: digest: DIGEST size: N". */
static bool cut_digest_line(char *line, const char **tag, const char **digest)
{
	char *middle = strstr(line, ": digest: ");
	char *size = middle ? strstr(middle, " size: ") : NULL;

	if (!size || memchr(line, ' ', (size_t)(middle - line)) ||
	    size[strlen(" size: ") + strspn(size + strlen(" size: "), "0123456789")])
		return false;
	*middle = *size = '\0';
	*tag = line;
	*digest = middle + strlen(": digest: ");
	return true;
}

static int end_push(struct pushes *pushes, const char *tag, const char *digest,
		    struct scanreq_error *err)
{
	char *item CLEANUP_FREE = NULL;
	int failed;

	if (!pushes->repository)
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "a digest without a push: the line \"The push refers to\" is"
				 " missing");
	if (asprintf(&item, "%s:%s@%s", pushes->repository, tag, digest) < 0)
		return error_nomem(err);
	failed = build_result_add(pushes->result, item, err);
	pushes->has_digest = !failed;
	return failed;
}

/*
 * Refuses NAME@DIGEST that this log did not push: it may be another builder's output. A digest
 * alone is ignored, since docker build -q prints the image's ID in this form.
 */
static int check_other(const struct pushes *pushes, char *line, struct scanreq_error *err)
{
	struct build_result other CLEANUP_BUILD_RESULT = { 0 };
	int failed = strchr(line, '@') ? build_result_add_line(&other, line, NULL) : 0;

	if (failed)
		return failed == SCANREQ_E_NOMEM ? error_nomem(err) : 0;
	for (size_t i = 0; i < other.count; i++)
		if (other.items[i].name && !build_result_has(pushes->result, &other.items[i]))
			return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
					 "no earlier line pushed %s@%s: put it into a file of its"
					 " own, or remove it",
					 other.items[i].name, other.items[i].digest);
	return 0;
}

static int read_part(struct pushes *pushes, char *line, struct scanreq_error *err)
{
	const char *repository, *tag, *digest;

	if (begins_push(line, &repository))
		return begin_push(pushes, repository, err);
	if (cut_digest_line(line, &tag, &digest))
		return end_push(pushes, tag, digest, err);
	return check_other(pushes, line, err);
}

/* A carriage return restarts the line, so that each part is a line of its own. */
static int read_parts(struct pushes *pushes, struct lines *lines, struct scanreq_error *err)
{
	int failed = buf_check(&lines->line, NULL, err);

	pushes->at = lines->number;
	for (char *next = lines->line.data; next && !failed;)
		failed = read_part(pushes, text_trimmed(strsep(&next, "\r")), err);
	return failed;
}

int push_log_read(const char *text, struct build_result *result, struct scanreq_error *err)
{
	struct lines lines CLEANUP(lines_free) = LINES_INIT(text);
	struct pushes pushes CLEANUP(pushes_free) = { .result = result };
	int failed = 0;

	while (!failed && lines_next(&lines))
		failed = read_parts(&pushes, &lines, err);
	if (!failed)
		failed = check_last(&pushes, err);
	return failed ? error_prefix(err, failed, "line %zu", pushes.at) : 0;
}

bool push_log_is(const char *text)
{
	struct lines lines CLEANUP(lines_free) = LINES_INIT(text);
	const char *repository;

	while (lines_next(&lines))
		for (char *next = lines.line.data; next;)
			if (begins_push(text_trimmed(strsep(&next, "\r")), &repository))
				return true;
	return false;
}
