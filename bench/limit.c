/* SPDX-License-Identifier: MIT */
/*
 * The least that reading an archive can take, to measure against:
 *   limit walk FILE  reads the headers of a plain tar and seeks over all else;
 *   limit skip       lets libarchive pass over the members of standard input.
 */
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 512
#define SIZE_AT 124
#define SIZE_DIGITS 12
#define READ_SIZE 65536

/* The size in a header: octal, or in base 256 as GNU writes what is over 8 GiB. */
static int64_t member_size(const unsigned char *header)
{
	char digits[SIZE_DIGITS + 1] = "";
	int64_t size = 0;

	if (!(header[SIZE_AT] & 0x80)) {
		memcpy(digits, header + SIZE_AT, SIZE_DIGITS);
		return strtoll(digits, NULL, 8);
	}
	for (int i = SIZE_AT + 4; i < SIZE_AT + SIZE_DIGITS; i++)
		size = size << 8 | header[i];
	return size;
}

static int walk(const char *path)
{
	unsigned char header[BLOCK];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int64_t at = 0;
	long members = 0;

	if (fd < 0)
		return 1;
	while (pread(fd, header, BLOCK, at) == BLOCK && header[0]) {
		at += BLOCK + (member_size(header) + BLOCK - 1) / BLOCK * BLOCK;
		members++;
	}
	close(fd);
	printf("%ld members\n", members);
	return members == 0;
}

static int skip(void)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	long members = 0;
	int status;

	if (!archive)
		return 1;
	archive_read_support_filter_all(archive);
	archive_read_support_format_tar(archive);
	status = archive_read_open_fd(archive, STDIN_FILENO, READ_SIZE);
	while (status == ARCHIVE_OK) {
		status = archive_read_next_header(archive, &entry);
		members += status == ARCHIVE_OK;
	}
	archive_read_free(archive);
	printf("%ld members\n", members);
	return status != ARCHIVE_EOF;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "walk") == 0)
		return walk(argv[2]);
	if (argc == 2 && strcmp(argv[1], "skip") == 0)
		return skip();
	fputs("usage: limit walk FILE | limit skip\n", stderr);
	return 2;
}
