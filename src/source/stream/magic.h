/* SPDX-License-Identifier: MIT */
/* What a file is, by its first bytes. */
#ifndef SOURCE_STREAM_MAGIC_H
#define SOURCE_STREAM_MAGIC_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

/* A tar is made of blocks of this size, its first being a header (POSIX pax, "ustar"). */
#define TAR_BLOCK 512

/* What an archive, or a layer, may be compressed with. */
enum compression {
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_BZIP2,
	COMPRESSION_XZ,
	COMPRESSION_ZSTD,
	COMPRESSION_LZ4,
};

/* What compressed data `head` begins; COMPRESSION_NONE when it begins none of these. */
enum compression magic_compression(const unsigned char *head, size_t len);

/* "gzip", "xz"; static. */
const char *compression_name(enum compression format);

/* Whether `head` is a tar header: its checksum holds. */
bool magic_is_tar(const unsigned char *head, size_t len);

/* Whether `head` is the pointer that git-lfs leaves in a file's place. */
bool magic_is_lfs_pointer(const void *head, size_t len);

/*
 * Fails with what `head` is instead of a tar, and what to do about it; `inside`: it was
 * the content of such data. Returns SCANREQ_E_UNREADABLE.
 */
int magic_refuse(const unsigned char *head, size_t len, enum compression inside,
		 struct scanreq_error *err);

#endif
