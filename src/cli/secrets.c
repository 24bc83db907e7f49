/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/secrets.h"

/* Reads to the end of a descriptor; the error number, or 0. */
static int read_all(int fd, struct buf *out)
{
	char block[4096];
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) != 0 && !out->failed) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		buf_add(out, block, (size_t)n);
	}
	explicit_bzero(block, sizeof(block));
	return 0;
}

static int take_line(struct buf *text, const char *what, const char *path, char **secret)
{
	if (text->failed)
		return usage_error("%s in %s is larger than %ld bytes", what, path,
				   LIMIT_SECRET_FILE);
	if (text->len > 0 && text->data[text->len - 1] == '\n')
		text->data[--text->len] = '\0';
	if (text->len > 0 && text->data[text->len - 1] == '\r')
		text->data[--text->len] = '\0';
	if (text->len == 0)
		return usage_error("%s in %s is empty", what, path);
	if (strlen(text->data) != text->len)
		return usage_error("%s in %s has a NUL in it", what, path);
	*secret = buf_take(text);
	return *secret ? 0 : usage_error("out of memory");
}

int secret_read(const char *path, const char *what, char **secret)
{
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_SECRET_FILE);
	int opened CLEANUP_CLOSE = -1;
	int fd = STDIN_FILENO, failed;

	if (strcmp(path, "-") == 0) {
		path = "standard input";
	} else {
		fd = opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (fd < 0)
			return usage_error("cannot read %s from %s: %s", what, path,
					   strerror(errno));
	}
	failed = read_all(fd, &text);
	if (failed)
		return usage_error("cannot read %s from %s: %s", what, path, strerror(failed));
	return take_line(&text, what, path, secret);
}

int secret_token(const char *file, char **token)
{
	const char *variable = getenv("SCANREQ_TOKEN");
	int failed = 0;

	*token = NULL;
	if (file) {
		failed = secret_read(file, "the token", token);
	} else if (variable && *variable) {
		*token = strdup(variable);
		if (!*token)
			failed = usage_error("out of memory");
	}
	unsetenv("SCANREQ_TOKEN");
	return failed;
}
