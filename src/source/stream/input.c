/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "source/stream/decoder.h"
#include "source/stream/input.h"
#include "source/stream/magic.h"
#include "source/stream/lookahead.h"

#define BLOCK_SIZE (64 * KIB)

struct archive_input {
	char *name;
	int fd;
	bool standard; /* `fd` is the process's standard input */
	bool has_mtime; /* `mtime_ms` is of a file with a name */
	int64_t mtime_ms;
	bool seekable; /* a plain file: read with pread() up to `size` */
	int64_t start;
	int64_t offset;
	int64_t size;
	int64_t position;
	const struct progress *progress; /* or NULL */
	bool ended;
	enum compression format;
	struct decoder *decoder; /* NULL: the tar is stored as it is */
	struct lookahead stored;
	struct lookahead decoded;
	unsigned char block[BLOCK_SIZE];
};

/* --- opening and closing ----------------------------------------------------------- */

static int open_path(const char *path, struct archive_input *input, struct scanreq_error *err)
{
	if (strcmp(path, "-") == 0) {
		input->standard = true;
		input->fd = STDIN_FILENO;
	} else {
		input->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	}
	if (input->fd >= 0)
		return 0;
	return error_system(err,
			    errno == ENOENT || errno == ENOTDIR ? SCANREQ_CODE_FILE_NOT_FOUND
								: SCANREQ_CODE_IMAGE_UNREADABLE,
			    errno, "%s", path);
}

/*
 * Finds out whether the input can seek. Files of /proc have a size of 0 and are read.
 * Standard input may start in the middle of a file.
 */
static int stream_input_examine(struct archive_input *input, struct scanreq_error *err)
{
	struct stat st;

	if (fstat(input->fd, &st) != 0)
		return error_system(err, SCANREQ_CODE_IMAGE_UNREADABLE, errno, "%s", input->name);
	if (S_ISDIR(st.st_mode))
		return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE,
				 "%s is a directory and no archive: pack it with tar -C %s -c .",
				 input->name, input->name);
	/* Standard input has no name, whatever it is redirected from. */
	input->has_mtime = S_ISREG(st.st_mode) && !input->standard && st.st_mtim.tv_sec >= 0;
	input->mtime_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	input->seekable = S_ISREG(st.st_mode) && st.st_size > 0;
	if (!input->seekable)
		return 0;
	input->size = st.st_size;
	input->start = lseek(input->fd, 0, SEEK_CUR);
	input->offset = input->start;
	if (input->start < 0)
		return error_system(err, SCANREQ_CODE_IMAGE_UNREADABLE, errno, "%s", input->name);
	return 0;
}

int archive_input_open(const char *path, struct archive_input **input,
		       struct scanreq_error *err)
{
	struct archive_input *made CLEANUP_ARCHIVE_INPUT = calloc(1, sizeof(*made));
	int failed;

	if (!made)
		return error_nomem(err);
	made->fd = -1;
	if (str_copy(&made->name, strcmp(path, "-") == 0 ? "standard input" : path))
		return error_nomem(err);
	failed = open_path(path, made, err);
	if (!failed)
		failed = stream_input_examine(made, err);
	if (!failed)
		*input = TAKE(made);
	return failed;
}

bool archive_input_mtime(const struct archive_input *input, int64_t *ms)
{
	*ms = input->mtime_ms;
	return input->has_mtime;
}

void archive_input_progress(struct archive_input *input, const struct progress *progress)
{
	input->progress = progress;
}

/* Closing descriptor 0 would let the next open() become standard input. */
static void give_up_standard_input(const struct archive_input *input)
{
	int null CLEANUP_CLOSE = -1;

	if (input->seekable || input->ended)
		return;
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
}

void archive_input_free(struct archive_input **input)
{
	struct archive_input *i = *input;

	if (!i)
		return;
	if (i->standard)
		give_up_standard_input(i);
	else if (i->fd >= 0)
		close(i->fd);
	decoder_free(&i->decoder);
	free(i->name);
	free(i);
	*input = NULL;
}

/* --- the stored bytes -------------------------------------------------------------- */

static ssize_t read_once(struct archive_input *input)
{
	if (!input->seekable)
		return read(input->fd, input->block, BLOCK_SIZE);
	if (input->offset >= input->size)
		return 0;
	return pread(input->fd, input->block, BLOCK_SIZE, input->offset);
}

/* A pipe's other end may have made it non-blocking for both. */
static bool try_again(const struct archive_input *input)
{
	struct pollfd wait = { .fd = input->fd, .events = POLLIN };

	if (errno == EAGAIN)
		return poll(&wait, 1, -1) >= 0 || errno == EINTR;
	return errno == EINTR;
}

static void tell_progress(const struct archive_input *input)
{
	progress_tell(input->progress, input->name, input->offset - input->start,
		      input->seekable ? input->size - input->start : -1);
}

static int stream_input_read_file(struct archive_input *input, const unsigned char **data,
				  size_t *len, struct scanreq_error *err)
{
	ssize_t n;

	do
		n = read_once(input);
	while (n < 0 && try_again(input));
	if (n < 0)
		return error_system(err, SCANREQ_CODE_IMAGE_UNREADABLE, errno, "reading failed");
	input->offset += n;
	tell_progress(input);
	*data = input->block;
	*len = (size_t)n;
	return 0;
}

/* --- looking ahead ----------------------------------------------------------------- */

static int read_stored(void *arg, const unsigned char **data, size_t *len,
		       struct scanreq_error *err)
{
	struct archive_input *input = arg;

	return lookahead_take(&input->stored, data, len)
		       ? 0
		       : stream_input_read_file(input, data, len, err);
}

static int read_decoded(void *arg, const unsigned char **data, size_t *len,
			struct scanreq_error *err)
{
	struct archive_input *input = arg;

	if (!input->decoder)
		return read_stored(input, data, len, err);
	if (lookahead_take(&input->decoded, data, len))
		return 0;
	return decoder_read(input->decoder, data, len, err);
}

/* Reads the head of a plain file again, so that skipping works from the start. */
static void rewind_plain(struct archive_input *input)
{
	if (!input->seekable || input->decoder)
		return;
	input->offset = input->start;
	lookahead_drop(&input->stored);
}

/* --- reading ----------------------------------------------------------------------- */

int archive_input_start(struct archive_input *input, struct scanreq_error *err)
{
	struct byte_reader stored = { read_stored, input };
	struct byte_reader decoded = { read_decoded, input };
	const struct lookahead *head = &input->stored;
	int failed = lookahead_fill(&input->stored, &stored, err);

	if (failed)
		return failed;
	if (!magic_is_tar(head->head, head->len))
		input->format = magic_compression(head->head, head->len);
	if (input->format != COMPRESSION_NONE) {
		failed = decoder_new(input->format, &stored, &input->decoder, err);
		if (!failed)
			failed = lookahead_fill(&input->decoded, &decoded, err);
		if (failed)
			return failed;
		head = &input->decoded;
	}
	if (magic_is_tar(head->head, head->len)) {
		rewind_plain(input);
		return 0;
	}
	return magic_refuse(head->head, head->len, input->format, err);
}

int archive_input_read(struct archive_input *input, const unsigned char **data, size_t *len,
		       struct scanreq_error *err)
{
	int failed = 0;

	*len = 0;
	if (!input->ended)
		failed = read_decoded(input, data, len, err);
	if (!failed && *len == 0)
		input->ended = true;
	input->position += (int64_t)*len;
	return failed;
}

int64_t archive_input_skip(struct archive_input *input, int64_t want)
{
	int64_t there = input->size - input->offset;

	if (!input->seekable || input->decoder)
		return 0;
	if (want > there)
		want = there;
	if (want <= 0)
		return 0;
	input->offset += want;
	input->position += want;
	return want;
}

int archive_input_finish(struct archive_input *input, struct scanreq_error *err)
{
	const unsigned char *data;
	size_t len, trailing = 0;

	if (input->seekable && !input->decoder)
		return 0;
	do {
		int failed = archive_input_read(input, &data, &len, err);

		if (failed)
			return failed;
		trailing += len;
		if (trailing > LIMIT_ARCHIVE_TRAILING)
			return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
					 "more than %ld bytes follow the end of the tar",
					 LIMIT_ARCHIVE_TRAILING);
	} while (len > 0);
	return 0;
}

int64_t archive_input_position(const struct archive_input *input)
{
	return input->position;
}

bool archive_input_ended(const struct archive_input *input)
{
	return input->ended;
}

bool archive_input_has_garbage(const struct archive_input *input)
{
	return input->decoder && decoder_has_garbage(input->decoder);
}

const char *archive_input_name(const struct archive_input *input)
{
	return input->name;
}
