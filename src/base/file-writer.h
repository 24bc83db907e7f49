/* SPDX-License-Identifier: MIT */
/*
 * Writing files for others to read. A regular file is replaced as a whole by renaming,
 * so that a reader never sees half of one, and a run that is killed leaves nothing where
 * the file system has files without a name. What cannot be replaced (a device, a pipe, a
 * mounted file, one in a directory that is not ours) is written in place.
 */
#ifndef BASE_FILE_WRITER_H
#define BASE_FILE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

struct file_writer {
	char *path;      /* of the file, links followed */
	char *temporary; /* beside it; NULL: it is written in place */
	bool nameless;   /* `temporary` has no name yet */
	int fd;
	bool open;
};

/*
 * Opens an all-zero writer; a link is followed. The file keeps its mode, a new one gets
 * what the umask leaves. Errors: SCANREQ_E_USAGE (cannot be written), SCANREQ_E_NOMEM.
 */
int file_writer_open(struct file_writer *writer, const char *path, struct scanreq_error *err);

/* Adds bytes. Errors: SCANREQ_E_INTERNAL. */
int file_writer_add(struct file_writer *writer, const void *data, size_t len,
		    struct scanreq_error *err);

/* Puts what was added into the file's place and closes. Errors: SCANREQ_E_INTERNAL. */
int file_writer_commit(struct file_writer *writer, struct scanreq_error *err);

/* Closes; what was not committed is thrown away. A writer that is not open is fine. */
void file_writer_close(struct file_writer *writer);

/*
 * Appends `data`, which ends with a newline, to a file that may exist; when that one does
 * not end with a newline, one is put between. Errors: SCANREQ_E_INTERNAL.
 */
int file_append(const char *path, const void *data, size_t len, struct scanreq_error *err);

#endif
