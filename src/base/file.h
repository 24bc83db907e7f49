/* SPDX-License-Identifier: MIT */
/* Reads small files whole: logins, secrets, authorities. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <scanreq/error.h>

#include "base/buf.h"

/*
 * Adds the content of the file at `path` to `out`, whose maximum is the largest size allowed.
 * Errors: SCANREQ_E_NOT_FOUND (no such file), SCANREQ_E_USAGE (it cannot be read, is too
 * large, or is a pipe without a writer), SCANREQ_E_NOMEM.
 */
int file_read(const char *path, struct buf *out, struct scanreq_error *err);

/* Like file_read() from an open descriptor; `name` stands for it in errors. */
int file_read_fd(int fd, const char *name, struct buf *out, struct scanreq_error *err);

/* Removes one "\n" or "\r\n" from the end. */
void file_cut_newline(struct buf *text);

#endif
