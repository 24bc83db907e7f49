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
	bool in_place;   /* it is written where it is */
	bool emptied;    /* what was there before is gone */
	int fd;
	bool open;
};

/* Writes all of it, whatever interrupts. Returns 0, or -1 with errno. */
int fd_write(int fd, const void *data, size_t len);

/*
 * Opens an all-zero writer and changes nothing yet; a link is followed, one to a file that
 * is not there yet, too. The file keeps its mode but set-user-ID, set-group-ID and sticky
 * bits; a new one gets what the umask leaves.
 * Errors: SCANREQ_E_USAGE (cannot be written), SCANREQ_E_NOMEM.
 */
int file_writer_open(struct file_writer *writer, const char *path, struct scanreq_error *err);

/* Adds bytes. Errors: SCANREQ_E_INTERNAL. */
int file_writer_add(struct file_writer *writer, const void *data, size_t len,
		    struct scanreq_error *err);

/* Puts what was added into the file's place and closes. Errors: SCANREQ_E_INTERNAL. */
int file_writer_commit(struct file_writer *writer, struct scanreq_error *err);

/* Closes; what was not committed is thrown away. A writer that is not open is fine. */
void file_writer_close(struct file_writer *writer);

/* Whether file_append() can write the file. Errors: SCANREQ_E_USAGE. */
int file_append_check(const char *path, struct scanreq_error *err);

/*
 * Appends `data`, which ends with a newline, to a file that may exist; when that one does
 * not end with a newline, one is put between. Errors: SCANREQ_E_INTERNAL.
 */
int file_append(const char *path, const void *data, size_t len, struct scanreq_error *err);

#endif
