/* SPDX-License-Identifier: MIT */
/*
 * The frames of compressed data, followed without decoding them: what memory their
 * decoder will take is known before it takes it, for every frame and block and not for
 * the first alone, and where they may end is known as well.
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

/* An all-zero value with `format` set stands at the beginning. */
struct frames {
	enum compression format;
	int state;          /* what comes next, by the format's own list */
	uint64_t skip;      /* bytes to pass over before that */
	bool within;        /* a frame has begun and has not ended */
	bool started;       /* a frame that is decoded has begun */
	bool garbage;       /* what follows the last frame is none, and is not followed */
	uint64_t total;     /* bytes that were followed */
	uint64_t begin;     /* how many of them stood before `header` */
	unsigned char header[FRAMES_HEADER_MAX];
	size_t have;        /* bytes in `header` */
	size_t need;        /* and how many it takes; 0: not known yet */
	uint64_t unpadded;  /* xz: bytes of the block or the index so far */
	uint64_t left;      /* xz: numbers of the index that follow */
	unsigned int check; /* xz: size of a block's check; zstd, lz4: of a frame's */
	bool block_check;   /* lz4: each block has a checksum */
};

/*
 * Follows the next bytes. Errors: SCANREQ_E_UNREADABLE: they are no frames of the format,
 * or would take more than LIMIT_XZ_WINDOW or LIMIT_ZSTD_WINDOW. Bytes behind a whole frame
 * that begin no other are garbage and no error.
 */
int frames_follow(struct frames *frames, const unsigned char *data, size_t len,
		  struct scanreq_error *err);

/*
 * How many of the bytes belong to frames: all, save for garbage and for the beginning of a
 * header that may turn out to be garbage (it is in `header`, `have` bytes).
 */
uint64_t frames_end(const struct frames *frames);

/* Whether the data may end here: no frame is open. */
bool frames_may_end(const struct frames *frames);

#endif
