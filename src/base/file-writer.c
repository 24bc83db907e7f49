/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file-writer.h"
#include "base/str.h"

#define BLOCK 65536

/* The kernel's own limit. */
#define LINKS_MAX 40

/* The mode bits to keep: not set-user-ID, set-group-ID and sticky. */
#define MODE_BITS 0777

/* Waits until a non-blocking descriptor can be written again. */
static bool fd_becomes_writable(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLOUT };
	int n;

	do
		n = poll(&one, 1, -1);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

int fd_write(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && (errno == EINTR || (errno == EAGAIN && fd_becomes_writable(fd))))
			continue;
		if (n <= 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* --- links ------------------------------------------------------------------------- */

/* Returns the target of the link `path`; NULL with errno if it is no link or memory is out. */
static char *link_target(const char *path)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	const char *slash = strrchr(path, '/');
	char *whole;

	if (n < 0)
		return NULL;
	target[n] = '\0';
	if (*target == '/' || !slash)
		return strdup(target);
	whole = str_format("%.*s/%s", (int)(slash - path), path, target);
	if (!whole)
		errno = ENOMEM;
	return whole;
}

/* Returns the path of the file after following links, also to a file that does not exist. */
static char *link_followed(const char *path)
{
	char *at = strdup(path);

	for (int hops = 0; at && hops < LINKS_MAX; hops++) {
		char *next = link_target(at);

		if (!next && errno != ENOMEM)
			return at;
		free(at);
		at = next;
	}
	errno = at ? ELOOP : ENOMEM;
	free(at);
	return NULL;
}

/* --- opening ----------------------------------------------------------------------- */

/* Makes an unused name beside the writer's file. */
static int make_name(struct file_writer *w)
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return -1;
	w->temporary = str_format("%s.%016" PRIx64, w->path, number);
	if (!w->temporary)
		errno = ENOMEM;
	return w->temporary ? 0 : -1;
}

/* The kernel removes a nameless file when the process ends, but not every system has them. */
static int open_nameless(const struct file_writer *w)
{
	const char *slash = strrchr(w->path, '/');
	size_t len = slash ? (size_t)(slash - w->path) + 1 : 0;
	char *directory CLEANUP_FREE = len > 0 ? strndup(w->path, len) : strdup(".");

	if (!directory || access("/proc/self/fd", X_OK))
		return -1;
	return open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
}

/* Opens a new file beside the writer's. Returns -1 with errno on failure. */
static int open_temporary(struct file_writer *w, mode_t mode)
{
	int fd;

	if (make_name(w))
		return -1;
	fd = open_nameless(w);
	w->nameless = fd >= 0;
	if (fd < 0)
		fd = open(w->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		free(TAKE(w->temporary));
	else if (mode)
		fchmod(fd, mode); /* a file with another mode is better than none */
	return fd;
}

/* The old content stays until something is written. */
static int open_in_place(struct file_writer *w)
{
	w->in_place = true;
	return open(w->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

static int open_either(struct file_writer *w)
{
	struct stat st;
	bool exists = stat(w->path, &st) == 0;
	int fd;

	if (exists && !S_ISREG(st.st_mode))
		return open_in_place(w);
	fd = open_temporary(w, exists ? st.st_mode & MODE_BITS : 0);
	/* The file may be writable although its directory is not. */
	if (fd < 0 && exists && (errno == EACCES || errno == EPERM || errno == EROFS))
		fd = open_in_place(w);
	return fd;
}

int file_writer_open(struct file_writer *writer, const char *path, struct scanreq_error *err)
{
	if (!*path)
		return error_set(err, SCANREQ_CODE_FILE_UNWRITABLE,
				 "cannot write a file without a name");
	writer->path = link_followed(path);
	if (!writer->path && errno == ENOMEM)
		return error_nomem(err);
	if (!writer->path)
		return error_system(err, SCANREQ_CODE_FILE_UNWRITABLE, errno, "cannot write %s",
				    path);
	writer->fd = open_either(writer);
	if (writer->fd >= 0) {
		writer->open = true;
		return 0;
	}
	free(TAKE(writer->path));
	return error_system(err, SCANREQ_CODE_FILE_UNWRITABLE, errno, "cannot write %s", path);
}

/* --- writing ----------------------------------------------------------------------- */

static int write_failed(const struct file_writer *w, struct scanreq_error *err)
{
	return error_system(err, SCANREQ_CODE_WRITE_FAILED, errno, "cannot write %s", w->path);
}

/* Drops the old content before the first byte is written in place. */
static int empty_in_place(struct file_writer *w)
{
	struct stat st;

	if (!w->in_place || w->emptied)
		return 0;
	w->emptied = true;
	if (fstat(w->fd, &st) || !S_ISREG(st.st_mode))
		return 0;
	return ftruncate(w->fd, 0);
}

int file_writer_add(struct file_writer *writer, const void *data, size_t len,
		    struct scanreq_error *err)
{
	if (empty_in_place(writer) || fd_write(writer->fd, data, len))
		return write_failed(writer, err);
	return 0;
}

/* A mount point cannot be renamed over: copy the temporary file's content into it. */
static int copy_in_place(struct file_writer *w)
{
	char block[BLOCK];
	int to CLEANUP_CLOSE = open(w->path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
	ssize_t n;

	for (off_t at = 0; to >= 0; at += n) {
		n = pread(w->fd, block, sizeof(block), at);
		if (n <= 0)
			return (int)n;
		if (fd_write(to, block, (size_t)n))
			return -1;
	}
	return -1;
}

static int give_name(struct file_writer *w)
{
	char path[64];

	if (!w->nameless)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", w->fd);
	if (linkat(AT_FDCWD, path, AT_FDCWD, w->temporary, AT_SYMLINK_FOLLOW))
		return -1;
	w->nameless = false;
	return 0;
}

static int replace(struct file_writer *w)
{
	if (give_name(w))
		return -1;
	if (rename(w->temporary, w->path) == 0) {
		free(TAKE(w->temporary));
		return 0;
	}
	return errno == EBUSY ? copy_in_place(w) : -1;
}

int file_writer_commit(struct file_writer *writer, struct scanreq_error *err)
{
	int failed = 0;

	if (writer->temporary ? replace(writer) : empty_in_place(writer))
		failed = write_failed(writer, err);
	/* Some file systems report only now that they are full. */
	if (close(writer->fd) && !failed)
		failed = write_failed(writer, err);
	writer->fd = -1;
	file_writer_close(writer);
	return failed;
}

void file_writer_close(struct file_writer *writer)
{
	if (!writer->open)
		return;
	if (writer->fd >= 0)
		close(writer->fd);
	if (writer->temporary && !writer->nameless)
		unlink(writer->temporary);
	free(writer->temporary);
	free(writer->path);
	memset(writer, 0, sizeof(*writer));
}

/* --- appending --------------------------------------------------------------------- */

static int open_to_append(const char *path)
{
	return open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
}

int file_append_check(const char *path, struct scanreq_error *err)
{
	int fd CLEANUP_CLOSE = open_to_append(path);

	return fd < 0 ? error_system(err, SCANREQ_CODE_FILE_UNWRITABLE, errno,
				     "cannot write %s", path)
		      : 0;
}

int file_append(const char *path, const void *data, size_t len, struct scanreq_error *err)
{
	int fd CLEANUP_CLOSE = open_to_append(path);
	off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
	char last = '\n';

	if (end > 0 && pread(fd, &last, 1, end - 1) != 1)
		last = '\n';
	if (fd < 0 || (last != '\n' && fd_write(fd, "\n", 1)) || fd_write(fd, data, len))
		return error_system(err, SCANREQ_CODE_WRITE_FAILED, errno, "cannot write %s", path);
	return 0;
}
