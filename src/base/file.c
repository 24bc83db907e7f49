/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"

#define BLOCK 4096
/* Longest wait for a writer of a pipe. */
#define PIPE_WRITER_MS 10000
/* Longest silence of a writer, which may wait for a person to log in. */
#define PIPE_SILENCE_MS 600000

static int read_failed(const char *path, struct scanreq_error *err)
{
	bool absent = errno == ENOENT || errno == ENOTDIR;

	return error_system(err,
			    absent ? SCANREQ_CODE_FILE_NOT_FOUND : SCANREQ_CODE_FILE_UNREADABLE,
			    errno, "cannot read %s", path);
}

/* Waits until there are bytes to read. *written: the pipe has had a writer. */
static int pipe_wait(int fd, const char *path, bool *written, struct scanreq_error *err)
{
	static const char silent[] = "its writer has been silent for ten minutes";
	struct pollfd one = { .fd = fd, .events = POLLIN };
	int n;

	do
		n = poll(&one, 1, *written ? PIPE_SILENCE_MS : PIPE_WRITER_MS);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return read_failed(path, err);
	if (n == 0)
		return error_set(err, SCANREQ_CODE_FILE_UNREADABLE,
				 "cannot read %s: it is a pipe, and %s", path,
				 *written ? silent : "nothing writes to it: give a file");
	*written = true;
	return 0;
}

static int read_all(int fd, bool is_pipe, const char *path, struct buf *out,
		    struct scanreq_error *err)
{
	char block[BLOCK];
	bool written = false;
	int failed = 0;

	while (!out->failed && !failed) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n > 0) {
			written = true;
			buf_add(out, block, (size_t)n);
		} else if (n < 0 && is_pipe && errno == EAGAIN) {
			written = true;
			failed = pipe_wait(fd, path, &written, err);
		} else if (n < 0 && errno != EINTR) {
			failed = read_failed(path, err);
		} else if (n == 0) {
			/* A pipe without a writer yet reads like one that has ended. */
			if (!is_pipe || written)
				break;
			failed = pipe_wait(fd, path, &written, err);
		}
	}
	if (out->secret)
		explicit_bzero(block, sizeof(block));
	return failed;
}

static int read_whole(int fd, bool is_pipe, const char *name, struct buf *out,
		      struct scanreq_error *err)
{
	int failed = read_all(fd, is_pipe, name, out, err);

	if (failed)
		return failed;
	if (out->failed == SCANREQ_E_UNREADABLE)
		return error_set(err, SCANREQ_CODE_FILE_INVALID, "%s is larger than %zu bytes",
				 name, out->max);
	return buf_check(out, name, err);
}

int file_read_fd(int fd, const char *name, struct buf *out, struct scanreq_error *err)
{
	return read_whole(fd, false, name, out, err);
}

/* Makes all but a pipe blocking: only a pipe shows that it has no writer. */
static bool is_pipe_or_blocks(int fd)
{
	struct stat st;
	int flags;

	if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
		return true;
	flags = fcntl(fd, F_GETFL);
	if (flags >= 0)
		fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	return false;
}

int file_read(const char *path, struct buf *out, struct scanreq_error *err)
{
	/* Without O_NONBLOCK, opening a pipe waits for a writer. */
	int fd CLEANUP_CLOSE = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	return fd < 0 ? read_failed(path, err)
		      : read_whole(fd, is_pipe_or_blocks(fd), path, out, err);
}

void file_cut_newline(struct buf *text)
{
	if (text->len == 0 || text->data[text->len - 1] != '\n')
		return;
	text->data[--text->len] = '\0';
	if (text->len > 0 && text->data[text->len - 1] == '\r')
		text->data[--text->len] = '\0';
}
