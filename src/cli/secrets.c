/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "cli/diagnostics.h"
#include "cli/secrets.h"

static int take_line(struct buf *text, const char *what, const char *path, char **secret)
{
	file_cut_newline(text);
	if (text->len == 0)
		return usage_error("%s in %s is empty", what, path);
	if (strlen(text->data) != text->len)
		return usage_error("%s in %s has a NUL in it", what, path);
	*secret = buf_take(text);
	return *secret ? 0 : memory_error();
}

int secret_read(const char *path, const char *what, char **secret)
{
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_SECRET_FILE);
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	bool standard = strcmp(path, "-") == 0;
	const char *name = standard ? "standard input" : path;
	int failed = standard ? file_read_fd(STDIN_FILENO, name, &text, &err)
			      : file_read(path, &text, &err);

	if (failed == SCANREQ_E_NOMEM)
		return memory_error();
	return failed ? usage_error("%s: %s", what, err.message)
		      : take_line(&text, what, name, secret);
}

int secret_token(const char *file, char **token)
{
	const char *variable = env_value("SCANREQ_TOKEN");
	int failed = 0;

	*token = NULL;
	if (file) {
		failed = secret_read(file, "the token", token);
	} else if (variable) {
		*token = strdup(variable);
		if (!*token)
			failed = memory_error();
	}
	unsetenv("SCANREQ_TOKEN");
	return failed;
}
