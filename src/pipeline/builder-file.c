/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "pipeline/builder-file.h"
#include "pipeline/push-log.h"

static int builder_file_lines(char *text, struct build_result *result, struct scanreq_error *err)
{
	bool any = false;
	size_t number = 1;

	for (char *next = text; next; number++) {
		char *line = text_trimmed(strsep(&next, "\n"));
		int failed = *line ? build_result_add_line(result, line, err) : 0;

		if (failed)
			return error_prefix(err, failed, "line %zu", number);
		any = any || *line;
	}
	return any ? 0
		   : error_set(err, SCANREQ_CODE_NOTHING_PUSHED,
			       "the file names no image: was one pushed?");
}

static int check_encoding(const struct buf *text, struct scanreq_error *err)
{
	const char *data = buf_str(text);

	if (str_prefix(data, "\xff\xfe", NULL) || str_prefix(data, "\xfe\xff", NULL))
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "the file is UTF-16, which some shells write on redirection:"
				 " save it as UTF-8");
	if (strlen(data) != text->len || !utf8_valid(data, text->len))
		return error_set(err, SCANREQ_CODE_BUILDER_FILE_INVALID,
				 "the file is not UTF-8 text");
	return 0;
}

int builder_file_parse(const struct buf *text, struct build_result *result,
		       struct scanreq_error *err)
{
	const char *data = buf_str(text);
	size_t len = text->len;
	struct json_object *root CLEANUP_JSON = NULL;
	char *lines CLEANUP_FREE = NULL;
	int failed = check_encoding(text, err);

	if (failed)
		return failed;
	text_trim(&data, &len);
	/* One JSON object may span several lines. */
	if (json_parse(data, len, "", &root, NULL) == 0)
		return build_result_add_object(result, root, err);
	data = buf_str(text); /* untrimmed, so that line numbers are right */
	if (push_log_is(data))
		return push_log_read(data, result, err);
	lines = strdup(data);
	return lines ? builder_file_lines(lines, result, err) : error_nomem(err);
}

int builder_file_read(const char *path, struct build_result *result, struct scanreq_error *err)
{
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_BUILD_RESULT);
	bool standard = strcmp(path, "-") == 0;
	const char *name = standard ? "standard input" : path;
	int failed = standard ? file_read_fd(STDIN_FILENO, name, &text, err)
			      : file_read(path, &text, err);

	if (failed == SCANREQ_E_NOT_FOUND)
		return error_recast(err, SCANREQ_CODE_FILE_UNREADABLE);
	if (failed)
		return failed;
	failed = builder_file_parse(&text, result, err);
	if (failed == SCANREQ_E_UNREADABLE)
		failed = error_recast(err, SCANREQ_CODE_BUILDER_FILE_INVALID);
	return failed ? error_prefix(err, failed, "%s", name) : 0;
}
