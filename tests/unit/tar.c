/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define ZLIB_CONST
#include <zlib.h>

#include "tests/unit/tar.h"

#define BLOCK 512

static void pad(struct buf *tar)
{
	while (tar->len % BLOCK != 0)
		buf_putc(tar, '\0');
}

static void put(unsigned char *block, size_t at, const char *text)
{
	memcpy(block + at, text, strlen(text));
}

void tar_add_header(struct buf *tar, const struct tar_header *header, const void *data,
		    size_t len)
{
	unsigned char block[BLOCK] = { 0 };
	char field[16];
	unsigned int sum = header->bad_checksum;

	assert_true(strlen(header->name) <= 100);
	put(block, 0, header->name);
	put(block, 100, "0000644");
	put(block, 108, "0000000");
	put(block, 116, "0000000");
	snprintf(field, sizeof(field), "%011zo", len);
	put(block, 124, field);
	if (header->size_field)
		memcpy(block + 124, header->size_field, 12);
	put(block, 136, "00000000000");
	memset(block + 148, ' ', 8);
	block[156] = (unsigned char)(header->type ? header->type : '0');
	if (header->link)
		put(block, 157, header->link);
	memcpy(block + 257, "ustar\00000", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += block[i];
	snprintf(field, sizeof(field), "%06o", sum);
	memcpy(block + 148, field, 7);
	buf_add(tar, block, BLOCK);
	buf_add(tar, data, len);
	pad(tar);
	assert_int_equal(tar->failed, 0);
}

void tar_add(struct buf *tar, const char *name, const char *text)
{
	tar_add_header(tar, &(struct tar_header){ .name = name }, text, strlen(text));
}

void tar_add_filled(struct buf *tar, const char *name, char c, size_t len)
{
	char *data CLEANUP_FREE = malloc(len ? len : 1);

	assert_non_null(data);
	memset(data, c, len);
	tar_add_header(tar, &(struct tar_header){ .name = name }, data, len);
}

void tar_add_symlink(struct buf *tar, const char *name, const char *target)
{
	tar_add_header(tar, &(struct tar_header){ .name = name, .type = '2', .link = target },
		       "", 0);
}

void tar_add_hardlink(struct buf *tar, const char *name, const char *target)
{
	tar_add_header(tar, &(struct tar_header){ .name = name, .type = '1', .link = target },
		       "", 0);
}

void tar_add_pax(struct buf *tar, char type, const char *key, const void *value, size_t len)
{
	struct buf record CLEANUP_BUF = BUF_INIT(TAR_MAX);
	size_t body = strlen(key) + len + 3, total = body;
	char digits[24];

	/* The length counts its own digits. */
	while ((size_t)snprintf(digits, sizeof(digits), "%zu", total) + body != total)
		total = body + strlen(digits);
	buf_addf(&record, "%zu %s=", total, key);
	buf_add(&record, value, len);
	buf_putc(&record, '\n');
	assert_int_equal(record.len, total);
	tar_add_header(tar, &(struct tar_header){ .name = "pax", .type = type },
		       buf_str(&record), record.len);
}

void tar_end(struct buf *tar)
{
	const char zeros[2 * BLOCK] = { 0 };

	buf_add(tar, zeros, sizeof(zeros));
}

void gzip_add(struct buf *out, const void *data, size_t len)
{
	z_stream z = { .next_in = data, .avail_in = (uInt)len };
	unsigned char block[4096];
	int status;

	assert_int_equal(
		deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	do {
		z.next_out = block;
		z.avail_out = sizeof(block);
		status = deflate(&z, Z_FINISH);
		buf_add(out, block, sizeof(block) - z.avail_out);
	} while (status == Z_OK);
	assert_int_equal(status, Z_STREAM_END);
	deflateEnd(&z);
}

char *temporary_file(const void *data, size_t len)
{
	const char *directory = getenv("TMPDIR");
	char *path = NULL;
	int fd;

	assert_true(asprintf(&path, "%s/scanreq-test-XXXXXX", directory ? directory : "/tmp") >
		    0);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	for (const char *at = data; len > 0;) {
		ssize_t n = write(fd, at, len);

		assert_true(n > 0);
		at += n;
		len -= (size_t)n;
	}
	close(fd);
	return path;
}

void temporary_remove(char **path)
{
	if (*path)
		unlink(*path);
	free(*path);
	*path = NULL;
}

/* What the child does: its own end says whether somebody read to the last byte. */
static void feed_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0)
			_exit(1);
		data += n;
		len -= (size_t)n;
	}
	_exit(0);
}

struct feed start_feed(const void *data, size_t len)
{
	struct feed feed;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	feed.pid = fork();
	assert_true(feed.pid >= 0);
	if (feed.pid == 0) {
		signal(SIGPIPE, SIG_IGN);
		close(ends[0]);
		feed_all(ends[1], data, len);
	}
	close(ends[1]);
	feed.fd = ends[0];
	return feed;
}

bool finish_feed(struct feed *feed)
{
	int status;

	if (feed->fd >= 0)
		close(feed->fd);
	feed->fd = -1;
	assert_int_equal(waitpid(feed->pid, &status, 0), feed->pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
