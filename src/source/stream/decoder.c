/* SPDX-License-Identifier: MIT */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "source/stream/decoder.h"
#include "source/stream/frames.h"

struct decoder {
	enum compression format;
	struct gzip *gzip; /* for gzip; the members below are for the others */
	struct byte_reader from;
	struct archive *filter;
	struct archive_entry *entry; /* libarchive does not check for its own being NULL */
	struct frames frames;
	int64_t stored;  /* bytes given to the filter */
	int64_t decoded; /* bytes it returned */
	unsigned char held[FRAMES_HEADER_MAX]; /* the beginning of an undecided header */
	const unsigned char *next; /* the bytes after `held` */
	size_t next_len;
	bool opened;
	bool ended;      /* `from` is at its end */
	bool garbage;
	int failed;      /* of `from` or the frames, with `reason` */
	struct scanreq_error reason;
};

static int filter_code(enum compression format)
{
	switch (format) {
	case COMPRESSION_BZIP2:
		return ARCHIVE_FILTER_BZIP2;
	case COMPRESSION_XZ:
		return ARCHIVE_FILTER_XZ;
	case COMPRESSION_ZSTD:
		return ARCHIVE_FILTER_ZSTD;
	case COMPRESSION_LZ4:
		return ARCHIVE_FILTER_LZ4;
	case COMPRESSION_GZIP:
	case COMPRESSION_NONE:
		break;
	}
	return ARCHIVE_FILTER_NONE;
}

static bool has_frames(const struct decoder *d)
{
	return d->format != COMPRESSION_BZIP2;
}

static int decoder_damaged(const struct decoder *d, const char *how, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
			 "the %s data are %s: get the file again", compression_name(d->format),
			 how);
}

/* --- libarchive's callbacks -------------------------------------------------------- */

static int pull(struct decoder *d, const unsigned char **data, size_t *len)
{
	int failed = d->from.read(d->from.arg, data, len, &d->reason);

	if (failed)
		return failed;
	d->ended = *len == 0;
	d->stored += (int64_t)*len;
	return 0;
}

/*
 * Gives the filter its next bytes, and none after the last frame: garbage would be an error
 * to it. The beginning of a header is held back until it is known to be a frame's.
 */
static int give_frames(struct decoder *d, const unsigned char **data, size_t *len)
{
	struct frames *f = &d->frames;

	while (!f->garbage) {
		uint64_t before = f->total, end = frames_end(f);
		size_t held = end < before ? f->have : 0;
		int failed;

		memcpy(d->held, f->header, held);
		failed = pull(d, data, len);
		if (!failed && d->ended)
			return frames_may_end(f) ? 0
						 : decoder_damaged(d, "truncated", &d->reason);
		if (!failed)
			failed = frames_follow(f, *data, *len, &d->reason);
		if (failed)
			return failed;
		end = frames_end(f);
		if (end <= before)
			continue;
		*len = (size_t)(end - before);
		if (held > 0) {
			d->next = *data;
			d->next_len = *len;
			*data = d->held;
			*len = held;
		}
		return 0;
	}
	*len = 0;
	return 0;
}

static int give(struct decoder *d, const unsigned char **data, size_t *len)
{
	if (!has_frames(d))
		return pull(d, data, len);
	if (d->next_len > 0) {
		*data = d->next;
		*len = d->next_len;
		d->next_len = 0;
		return 0;
	}
	return give_frames(d, data, len);
}

static la_ssize_t decoder_on_read(struct archive *filter, void *arg, const void **block)
{
	struct decoder *d = arg;
	const unsigned char *data = NULL;
	size_t len = 0;

	if (!d->failed)
		d->failed = give(d, &data, &len);
	if (d->failed) {
		archive_set_error(filter, EIO, "reading failed");
		return ARCHIVE_FATAL;
	}
	*block = data;
	return (la_ssize_t)len;
}

/* --- making ------------------------------------------------------------------------ */

/* For a filter that is not built in, libarchive would start a program, and warns of it. */
static int decoder_prepare(struct decoder *d, struct scanreq_error *err)
{
	d->frames.format = d->format;
	d->filter = archive_read_new();
	d->entry = archive_entry_new();
	if (!d->filter || !d->entry)
		return error_nomem(err);
	if (archive_read_append_filter(d->filter, filter_code(d->format)) != ARCHIVE_OK)
		return error_set(err, SCANREQ_CODE_FORMAT_UNSUPPORTED,
				 "compressed with %s, which the libarchive here cannot undo: "
				 "decompress it first", compression_name(d->format));
	if (archive_read_support_format_raw(d->filter) != ARCHIVE_OK ||
	    archive_read_support_format_empty(d->filter) != ARCHIVE_OK ||
	    archive_read_set_read_callback(d->filter, decoder_on_read) != ARCHIVE_OK ||
	    archive_read_set_callback_data(d->filter, d) != ARCHIVE_OK)
		return error_nomem(err);
	return 0;
}

int decoder_new(enum compression format, const struct byte_reader *from,
		struct decoder **decoder, struct scanreq_error *err)
{
	struct decoder *made CLEANUP_DECODER = calloc(1, sizeof(*made));
	int failed;

	if (!made)
		return error_nomem(err);
	made->format = format;
	made->from = *from;
	failed = format == COMPRESSION_GZIP ? gzip_new(from, &made->gzip, err)
					    : decoder_prepare(made, err);
	if (!failed)
		*decoder = TAKE(made);
	return failed;
}

void decoder_free(struct decoder **decoder)
{
	struct decoder *d = *decoder;

	if (!d)
		return;
	gzip_free(&d->gzip);
	archive_read_free(d->filter);
	archive_entry_free(d->entry);
	free(d);
	*decoder = NULL;
}

/* --- reading ----------------------------------------------------------------------- */

/* Why libarchive stopped. */
static int decoder_explain(const struct decoder *d, struct scanreq_error *err)
{
	const char *text = archive_error_string(d->filter);

	if (d->failed) {
		if (err)
			*err = d->reason;
		return d->failed;
	}
	if (archive_errno(d->filter) == ENOMEM)
		return error_nomem(err);
	if (d->ended || (text && strstr(text, "truncated")))
		return decoder_damaged(d, "truncated", err);
	return decoder_damaged(d, "damaged", err);
}

/* Opening already decodes, but returns no error of that: ask archive_errno(). */
static int open_filter(struct decoder *d, bool *end, struct scanreq_error *err)
{
	int status;

	d->opened = true;
	if (archive_read_open1(d->filter) != ARCHIVE_OK || archive_errno(d->filter) != 0)
		return decoder_explain(d, err);
	status = archive_read_next_header2(d->filter, d->entry);
	*end = status == ARCHIVE_EOF;
	return status == ARCHIVE_OK || *end ? 0 : decoder_explain(d, err);
}

static int next_block(struct decoder *d, const unsigned char **data, size_t *len, bool *end,
		      struct scanreq_error *err)
{
	const void *block = NULL;
	la_int64_t offset;
	int status = archive_read_data_block(d->filter, &block, len, &offset);

	*end = status == ARCHIVE_EOF;
	if (*end)
		*len = 0;
	*data = block;
	return status == ARCHIVE_OK || *end ? 0 : decoder_explain(d, err);
}

/* A few hundred bytes of hostile zstd or bzip2 can expand without limit. */
static int check_expansion(struct decoder *d, size_t len, struct scanreq_error *err)
{
	d->decoded += (int64_t)len;
	if (d->decoded <= LIMIT_EXPANSION_FREE || d->decoded / LIMIT_EXPANSION <= d->stored)
		return 0;
	return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
			 "the %s data expand more than %d times, to more than %ld GiB: decompress "
			 "them first if you trust them", compression_name(d->format),
			 LIMIT_EXPANSION, LIMIT_EXPANSION_FREE / MIB / 1024);
}

/*
 * Reads `from` to its end, so that its writer gets no SIGPIPE. What follows the last frame
 * is counted and ignored.
 */
static int decoder_finish(struct decoder *d, struct scanreq_error *err)
{
	int64_t used = archive_filter_bytes(d->filter, -1);

	/* The filter uses nothing when the first header is not whole. */
	if (used == 0)
		return decoder_damaged(d, "truncated", err);
	while (!d->ended && !d->failed && d->stored - used <= LIMIT_ARCHIVE_TRAILING) {
		const unsigned char *data;
		size_t len;

		d->failed = d->frames.garbage ? pull(d, &data, &len) : give(d, &data, &len);
	}
	d->garbage = d->stored > used;
	if (d->failed)
		return decoder_explain(d, err);
	if (!d->ended)
		return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
				 "more than %ld bytes follow the end of the %s data",
				 LIMIT_ARCHIVE_TRAILING, compression_name(d->format));
	return 0;
}

int decoder_read(struct decoder *decoder, const unsigned char **data, size_t *len,
		 struct scanreq_error *err)
{
	struct decoder *d = decoder;
	bool end = false;
	int failed = 0;

	if (d->gzip)
		return gzip_read(d->gzip, data, len, err);
	*len = 0;
	if (!d->opened)
		failed = open_filter(d, &end, err);
	while (!failed && !end && *len == 0)
		failed = next_block(d, data, len, &end, err);
	if (failed)
		return failed;
	return end ? decoder_finish(d, err) : check_expansion(d, *len, err);
}

bool decoder_has_garbage(const struct decoder *decoder)
{
	return decoder->gzip ? gzip_has_garbage(decoder->gzip) : decoder->garbage;
}
