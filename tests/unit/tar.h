/* SPDX-License-Identifier: MIT */
/* A writer of tars, honest and hostile, for the tests of saved images. */
#ifndef UNIT_TAR_H
#define UNIT_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define TAR_MAX (64L * 1024 * 1024)
#define TAR_INIT BUF_INIT(TAR_MAX)

/* A header; all-zero members mean: a regular file of the data's size. */
struct tar_header {
	const char *name;
	char type;
	const char *link;
	const char *size_field; /* 12 bytes as they are */
	bool bad_checksum;
};

/* Adds a header and its data, padded. */
void tar_add_header(struct buf *tar, const struct tar_header *header, const void *data,
		    size_t len);

/* Adds a regular file with the text. */
void tar_add(struct buf *tar, const char *name, const char *text);

/* Adds a regular file of `len` times the byte `c`. */
void tar_add_filled(struct buf *tar, const char *name, char c, size_t len);

void tar_add_symlink(struct buf *tar, const char *name, const char *target);
void tar_add_hardlink(struct buf *tar, const char *name, const char *target);

/* Adds a pax header ('x', or 'g' for all members) of one record, for what follows. */
void tar_add_pax(struct buf *tar, char type, const char *key, const void *value, size_t len);

/* Adds the two blocks that end a tar. */
void tar_end(struct buf *tar);

/* Adds the bytes in gzip. */
void gzip_add(struct buf *out, const void *data, size_t len);

/* Writes the bytes to a new temporary file; its path, which the caller unlinks and frees. */
char *temporary_file(const void *data, size_t len);

/* Removes a temporary file and frees its path. */
void temporary_remove(char **path);
#define CLEANUP_TEMPORARY CLEANUP(temporary_remove)

/*
 * The reading end of a pipe that gets the bytes from a child process, and its end; the
 * child dies when nobody reads. finish_pipe() closes and says whether all was read.
 */
struct feed {
	int fd;
	int pid;
};

struct feed start_feed(const void *data, size_t len);
bool finish_feed(struct feed *feed);

#endif
