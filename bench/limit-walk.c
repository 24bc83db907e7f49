/* SPDX-License-Identifier: MIT */
/*
 * limit-walk FILE: the least that reading a saved image by path can take. Reads the headers of a
 * plain tar and passes over all else.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 512
#define SIZE_AT 124
#define SIZE_DIGITS 12

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

int main(int argc, char **argv)
{
	if (argc == 2)
		return walk(argv[1]);
	fputs("usage: limit-walk FILE\n", stderr);
	return 2;
}
