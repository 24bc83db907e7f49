/* SPDX-License-Identifier: MIT */
/*
 * Writes output files. A regular file is written beside its place and renamed, so a reader
 * never sees half of it; where the file system supports O_TMPFILE, a killed run leaves
 * nothing behind. A file that cannot be replaced (a device, a pipe, a mount point, a file in
 * a directory without write permission) is written in place.
 */
#ifndef BASE_FILE_WRITER_H
#define BASE_FILE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

struct file_writer {
	char *path;      /* of the file, after following links */
	char *temporary; /* name of the new file beside it; NULL: written in place */
	bool nameless;   /* `temporary` has no name yet */
	bool in_place;   /* the file itself is open */
	bool emptied;    /* its old content was dropped */
	int fd;
	bool open;
};

/* Writes all bytes, also after interrupts. Returns 0, or -1 with errno. */
int fd_write(int fd, const void *data, size_t len);

/*
 * Opens an all-zero writer; the file at `path` does not change yet. Links are followed, even
 * to a file that does not exist. The file keeps its mode without set-user-ID, set-group-ID
 * and sticky bits; a new file has 0666 without the umask.
 * Errors: SCANREQ_E_USAGE (it cannot be written), SCANREQ_E_NOMEM.
 */
int file_writer_open(struct file_writer *writer, const char *path, struct scanreq_error *err);

/* Adds bytes. Errors: SCANREQ_E_INTERNAL. */
int file_writer_add(struct file_writer *writer, const void *data, size_t len,
		    struct scanreq_error *err);

/* Replaces the file with the bytes added and closes. Errors: SCANREQ_E_INTERNAL. */
int file_writer_commit(struct file_writer *writer, struct scanreq_error *err);

/* Closes and drops uncommitted bytes. A writer that is not open is allowed. */
void file_writer_close(struct file_writer *writer);

/* Checks that file_append() can open the file. Errors: SCANREQ_E_USAGE. */
int file_append_check(const char *path, struct scanreq_error *err);

/*
 * Appends `data`, which ends with a newline, to a file, and makes the file if needed. If the
 * file does not end with a newline, adds one first. Errors: SCANREQ_E_INTERNAL.
 */
int file_append(const char *path, const void *data, size_t len, struct scanreq_error *err);

#endif
