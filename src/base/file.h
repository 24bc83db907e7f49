/* SPDX-License-Identifier: MIT */
/* Small files that are read whole: logins, secrets, authorities. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <scanreq/error.h>

#include "base/buf.h"

/*
 * Adds the content of the file at `path` to `out`, whose maximum is the file's cap.
 * Errors: SCANREQ_E_NOT_FOUND (no such file), SCANREQ_E_USAGE (it cannot be read, or is
 * too large: the wrong file; or a pipe that nobody writes to), SCANREQ_E_NOMEM.
 */
int file_read(const char *path, struct buf *out, struct scanreq_error *err);

/* The same from an open descriptor to its end; `name` stands for it in errors. */
int file_read_fd(int fd, const char *name, struct buf *out, struct scanreq_error *err);

/* Cuts the newline, "\n" or "\r\n", that ends a file of one line. A lone CR is no newline. */
void file_cut_newline(struct buf *text);

#endif
