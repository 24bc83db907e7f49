/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "source/stream/magic.h"

#define CHECKSUM_AT 148
#define CHECKSUM_LENGTH 8
#define MAGIC_AT 257

#define LFS_POINTER "version https://git-lfs.github.com/spec/"

#define UNPACK "which is not supported: decompress it first"
#define NO_IMAGE "not a saved image: make one with docker save or podman save"

/* Files that people give instead of a tar. */
static const struct signature {
	const char *bytes;
	size_t len;
	const char *what;
	const char *advice;
} signatures[] = {
#define SIGNATURE(bytes, what, advice) { bytes, sizeof(bytes) - 1, what, advice }
	SIGNATURE("LZIP", "compressed with lzip", UNPACK),
	SIGNATURE("\x89LZO\0\r\n\x1a\n", "compressed with lzop", UNPACK),
	SIGNATURE("\x1f\x9d", "compressed with compress", UNPACK),
	SIGNATURE("\x5d\0\0", "compressed with lzma", UNPACK),
	SIGNATURE("PK\3\4", "a zip file", "unpack it, and give the tar in it"),
	SIGNATURE("7z\xbc\xaf\x27\x1c", "a 7z file", "unpack it, and give the tar in it"),
	SIGNATURE("Rar!\x1a\7", "a rar file", "unpack it, and give the tar in it"),
	SIGNATURE("!<arch>\n", "an ar file or a Debian package", NO_IMAGE),
	SIGNATURE("\xed\xab\xee\xdb", "an RPM package", NO_IMAGE),
	SIGNATURE("\x7f" "ELF", "an ELF program", NO_IMAGE),
	SIGNATURE("hsqs", "a squashfs file system", NO_IMAGE),
	SIGNATURE("QFI\xfb", "a qcow2 disk image", NO_IMAGE),
	SIGNATURE("#!/usr/bin/env run-singularity", "a Singularity image", NO_IMAGE),
	SIGNATURE("#!", "a script", NO_IMAGE),
	SIGNATURE("-----BEGIN ", "a PEM file", NO_IMAGE),
	SIGNATURE(LFS_POINTER, "a git-lfs pointer and not the file",
		  "fetch the file with git lfs pull"),
#undef SIGNATURE
};

static bool magic_begins(const void *head, size_t len, const char *bytes, size_t n)
{
	return len >= n && memcmp(head, bytes, n) == 0;
}

/*
 * Skippable frames may come before the first frame with data, in zstd (RFC 8878 section
 * 3.1.2) and in lz4.
 */
static bool is_skippable_frame(const unsigned char *head, size_t len)
{
	return len >= 4 && (head[0] & 0xf0) == 0x50 &&
	       magic_begins(head + 1, len - 1, "\x2a\x4d\x18", 3);
}

static void skip_frames(const unsigned char **head, size_t *len)
{
	while (*len >= 8 && is_skippable_frame(*head, *len)) {
		const unsigned char *size = *head + 4;
		uint64_t frame = 8 + ((uint64_t)size[0] | (uint64_t)size[1] << 8 |
				      (uint64_t)size[2] << 16 | (uint64_t)size[3] << 24);

		if (frame >= *len)
			return;
		*head += frame;
		*len -= (size_t)frame;
	}
}

enum compression magic_compression(const unsigned char *head, size_t len)
{
	skip_frames(&head, &len);
	if (magic_begins(head, len, "\x1f\x8b", 2))
		return COMPRESSION_GZIP;
	if (len > 3 && magic_begins(head, len, "BZh", 3) && head[3] >= '1' && head[3] <= '9')
		return COMPRESSION_BZIP2;
	if (magic_begins(head, len,
			 "\xfd"
			 "7zXZ\0",
			 6))
		return COMPRESSION_XZ;
	if (magic_begins(head, len, "\x04\x22\x4d\x18", 4) ||
	    magic_begins(head, len, "\x02\x21\x4c\x18", 4))
		return COMPRESSION_LZ4;
	/* A skippable frame larger than the head: taken for zstd, whose writers make them. */
	if (magic_begins(head, len, "\x28\xb5\x2f\xfd", 4) || is_skippable_frame(head, len))
		return COMPRESSION_ZSTD;
	return COMPRESSION_NONE;
}

const char *compression_name(enum compression format)
{
	static const char *const names[] = { "no compression", "gzip", "bzip2", "xz", "zstd",
					     "lz4" };

	return names[format];
}

bool magic_is_lfs_pointer(const void *head, size_t len)
{
	return magic_begins(head, len, LFS_POINTER, sizeof(LFS_POINTER) - 1);
}

/* An octal number after spaces, ended by a space, a NUL or the field's end; or -1. */
static long octal(const unsigned char *field, size_t len)
{
	long n = 0;
	size_t i = 0, first;

	while (i < len && field[i] == ' ')
		i++;
	for (first = i; i < len && field[i] >= '0' && field[i] <= '7'; i++)
		n = n * 8 + (field[i] - '0');
	if (i == first || (i < len && field[i] != ' ' && field[i] != '\0'))
		return -1;
	return n;
}

/*
 * Old tars summed the bytes as signed characters. Either sum includes eight spaces for the
 * field itself, so it cannot be less.
 */
bool magic_is_tar(const unsigned char *head, size_t len)
{
	long sum = 0, signed_sum = 0, stored;

	if (len < TAR_BLOCK)
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		bool in_field = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;

		sum += in_field ? ' ' : head[i];
		signed_sum += in_field ? ' ' : (signed char)head[i];
	}
	stored = octal(head + CHECKSUM_AT, CHECKSUM_LENGTH);
	return stored >= CHECKSUM_LENGTH * ' ' && (stored == sum || stored == signed_sum);
}

static bool all_zero(const unsigned char *head, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (head[i] != 0)
			return false;
	return true;
}

/* Text formats start after white space, in any case. */
static const char *text_format(const unsigned char *head, size_t len)
{
	static const struct {
		const char *start;
		const char *what;
	} formats[] = {
		{ "<!doctype html", "an HTML page, perhaps of a login or an error" },
		{ "<html", "an HTML page, perhaps of a login or an error" },
		{ "{", "a JSON document" },
		{ "[", "a JSON document" },
	};
	size_t i = 0;

	while (i < len && (head[i] == ' ' || (head[i] >= '\t' && head[i] <= '\r')))
		i++;
	for (size_t n = 0; n < ARRAY_LENGTH(formats); n++)
		if (len - i >= strlen(formats[n].start) &&
		    strncasecmp((const char *)head + i, formats[n].start,
				strlen(formats[n].start)) == 0)
			return formats[n].what;
	return NULL;
}

/* Explains a head that has a tar's magic or no known one. */
static const char *tar_fault(const unsigned char *head, size_t len)
{
	bool ustar =
		len > MAGIC_AT && magic_begins(head + MAGIC_AT, len - MAGIC_AT, "ustar", 5);

	if (len == 0)
		return "empty";
	if (ustar && len < TAR_BLOCK)
		return "a truncated tar: get the file again";
	if (ustar)
		return "a damaged tar (the checksum of its first header does not match): "
		       "get the file again";
	if (all_zero(head, len))
		return "nothing but zeros at its start: an empty tar or no tar";
	return "neither a tar nor a compressed tar: make one with docker save or podman save";
}

int magic_refuse(const unsigned char *head, size_t len, enum compression inside,
		 struct scanreq_error *err)
{
	char where[64] = "";
	const char *format = text_format(head, len);
	enum compression compressed = magic_compression(head, len);

	if (inside && compressed)
		return error_set(err, SCANREQ_CODE_FORMAT_UNSUPPORTED,
				 "compressed twice, with %s in %s: decompress it once",
				 compression_name(compressed), compression_name(inside));
	if (inside)
		snprintf(where, sizeof(where), "the content of the %s data is ",
			 compression_name(inside));
	for (size_t i = 0; i < ARRAY_LENGTH(signatures); i++) {
		const struct signature *s = &signatures[i];

		if (magic_begins(head, len, s->bytes, s->len))
			return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE, "%s%s, %s", where, s->what,
					 s->advice);
	}
	if (format)
		return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE, "%s%s, " NO_IMAGE, where, format);
	return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE, "%s%s", where, tar_fault(head, len));
}
