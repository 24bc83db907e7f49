/* SPDX-License-Identifier: MIT */
/* What a file is, by its first bytes. */
#ifndef SOURCE_ARCHIVE_MAGIC_H
#define SOURCE_ARCHIVE_MAGIC_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

/* A tar is made of blocks of this size, its first being a header (POSIX pax, "ustar"). */
#define TAR_BLOCK 512

/* Whether `head` begins a gzip stream. */
bool magic_is_gzip(const unsigned char *head, size_t len);

/* Whether `head` is a tar header: its checksum holds. */
bool magic_is_tar(const unsigned char *head, size_t len);

/* Whether `head` is the pointer that git-lfs leaves in a file's place. */
bool magic_is_lfs_pointer(const void *head, size_t len);

/*
 * Fails with what `head` is instead of a tar, and what to do about it; `in_gzip`: it was
 * the content of gzip data. Returns SCANREQ_E_UNREADABLE.
 */
int magic_refuse(const unsigned char *head, size_t len, bool in_gzip,
		 struct scanreq_error *err);

#endif
