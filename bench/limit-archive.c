/* SPDX-License-Identifier: MIT */
/*
 * The least that reading through an archive can take, to measure against:
 *   limit-archive skip [FILE]   lets libarchive pass over the members of a file, or of
 *                               standard input;
 *   limit-archive inflate FILE  lets zlib decompress a gzip file, and drops what comes out.
 */
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define READ_SIZE 65536

static int skip(const char *path)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	long members = 0;
	int status;

	if (!archive)
		return 1;
	archive_read_support_filter_all(archive);
	archive_read_support_format_tar(archive);
	status = path ? archive_read_open_filename(archive, path, READ_SIZE) :
			archive_read_open_fd(archive, STDIN_FILENO, READ_SIZE);
	while (status == ARCHIVE_OK) {
		status = archive_read_next_header(archive, &entry);
		members += status == ARCHIVE_OK;
	}
	archive_read_free(archive);
	printf("%ld members\n", members);
	return status != ARCHIVE_EOF;
}

static int inflate_file(const char *path)
{
	static unsigned char in[READ_SIZE], out[READ_SIZE];
	z_stream stream = { .next_in = in };
	int fd = open(path, O_RDONLY | O_CLOEXEC), status = Z_OK;
	ssize_t got = 1;

	if (fd < 0 || inflateInit2(&stream, 15 + 16) != Z_OK)
		return 1;
	while (status == Z_OK && got > 0) {
		if (stream.avail_in == 0) {
			got = read(fd, in, sizeof(in));
			stream.next_in = in;
			stream.avail_in = got > 0 ? (unsigned int)got : 0;
		}
		stream.next_out = out;
		stream.avail_out = sizeof(out);
		status = inflate(&stream, Z_NO_FLUSH);
	}
	inflateEnd(&stream);
	close(fd);
	printf("%lu bytes\n", stream.total_out);
	return status != Z_STREAM_END;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 3 && strcmp(what, "inflate") == 0)
		return inflate_file(argv[2]);
	if (argc >= 2 && strcmp(what, "skip") == 0)
		return skip(argv[2]);
	fputs("usage: limit-archive skip [FILE] | inflate FILE\n", stderr);
	return 2;
}
