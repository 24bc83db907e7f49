/* SPDX-License-Identifier: MIT */
/*
 * Follows the frames of compressed data without decoding them: to know the memory that each
 * frame's decoder will take before it does, and where the data may end.
 *
 * Formats: xz (The .xz File Format 1.1.0, with LZMA2's chunks), zstd (RFC 8878), lz4
 * (LZ4 Frame Format 1.6.2, with its legacy frames).
 */
#ifndef SOURCE_STREAM_FRAMES_H
#define SOURCE_STREAM_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "source/stream/magic.h"

/* The largest header: that of an xz block. */
#define FRAMES_HEADER_MAX 1024

/* All-zero but for `format` at the beginning. */
struct frames {
	enum compression format;
	int state;          /* enum state: what comes next */
	uint64_t skip;      /* bytes to skip before that */
	bool within;        /* a frame has begun and has not ended */
	bool started;       /* a frame with data has begun */
	bool garbage;       /* garbage follows the last frame */
	uint64_t total;     /* bytes followed */
	uint64_t begin;     /* bytes before `header` */
	unsigned char header[FRAMES_HEADER_MAX];
	size_t have;        /* bytes in `header` */
	size_t need;        /* bytes that it must have; 0: not known yet */
	uint64_t unpadded;  /* xz: bytes of the block or the index so far */
	uint64_t left;      /* xz: numbers left in the index */
	unsigned int check; /* xz: size of a block's check; zstd, lz4: of a frame's */
	bool block_check;   /* lz4: each block has a checksum */
};

/*
 * Follows the next bytes. Errors: SCANREQ_E_UNREADABLE (they are no frames of the format, or
 * need more than LIMIT_XZ_WINDOW or LIMIT_ZSTD_WINDOW). Garbage after a whole frame is no
 * error.
 */
int frames_follow(struct frames *frames, const unsigned char *data, size_t len,
		  struct scanreq_error *err);

/*
 * How many of the bytes belong to frames: all but garbage and the bytes of an undecided
 * header (`have` bytes in `header`).
 */
uint64_t frames_end(const struct frames *frames);

/* Whether the data may end here: no frame is open. */
bool frames_may_end(const struct frames *frames);

#endif
