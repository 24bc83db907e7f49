/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"

#define BLOCK 4096

static int read_failed(const char *path, struct scanreq_error *err)
{
	bool absent = errno == ENOENT || errno == ENOTDIR;

	return error_system(err, absent ? SCANREQ_E_NOT_FOUND : SCANREQ_E_USAGE, errno,
			    "cannot read %s", path);
}

static int read_all(int fd, const char *path, struct buf *out, struct scanreq_error *err)
{
	char block[BLOCK];
	ssize_t n;
	int failed;

	while ((n = read(fd, block, sizeof(block))) != 0 && !out->failed) {
		if (n > 0)
			buf_add(out, block, (size_t)n);
		else if (errno != EINTR)
			break;
	}
	failed = n < 0 ? read_failed(path, err) : 0;
	if (out->secret)
		explicit_bzero(block, sizeof(block));
	return failed;
}

int file_read_fd(int fd, const char *name, struct buf *out, struct scanreq_error *err)
{
	int failed = read_all(fd, name, out, err);

	if (failed)
		return failed;
	if (out->failed == SCANREQ_E_UNREADABLE)
		return error_set(err, SCANREQ_E_USAGE, "%s is larger than %zu bytes", name,
				 out->max);
	return buf_check(out, name, err);
}

int file_read(const char *path, struct buf *out, struct scanreq_error *err)
{
	int fd CLEANUP_CLOSE = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? read_failed(path, err) : file_read_fd(fd, path, out, err);
}
