/* SPDX-License-Identifier: MIT */
/* The format of a file, by its first bytes. */
#ifndef SOURCE_STREAM_MAGIC_H
#define SOURCE_STREAM_MAGIC_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

/* The block size of a tar; the first block is a header (POSIX pax, "ustar"). */
#define TAR_BLOCK 512

/* The compression of an archive or a layer. */
enum compression {
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_BZIP2,
	COMPRESSION_XZ,
	COMPRESSION_ZSTD,
	COMPRESSION_LZ4,
};

/* The compression of data that begin with `head`. */
enum compression magic_compression(const unsigned char *head, size_t len);

/* "gzip", "xz"; static. */
const char *compression_name(enum compression format);

/* Whether `head` is a tar header: its checksum holds. */
bool magic_is_tar(const unsigned char *head, size_t len);

/* Whether `head` is a git-lfs pointer. */
bool magic_is_lfs_pointer(const void *head, size_t len);

/*
 * Fails with the format of `head`, which is no tar, and what to do about it. `inside` is the
 * compression around it. Returns SCANREQ_E_UNREADABLE.
 */
int magic_refuse(const unsigned char *head, size_t len, enum compression inside,
		 struct scanreq_error *err);

#endif
