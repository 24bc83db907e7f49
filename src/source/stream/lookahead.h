/* SPDX-License-Identifier: MIT */
/* The beginning of a stream, looked at before the stream is read. */
#ifndef SOURCE_STREAM_LOOKAHEAD_H
#define SOURCE_STREAM_LOOKAHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "source/stream/magic.h"
#include "source/stream/gzip.h"

/*
 * `head` holds what was looked at, `rest` what came in the same block after it. Both are
 * handed out before the stream goes on. An all-zero value has looked at nothing.
 */
struct lookahead {
	unsigned char head[TAR_BLOCK];
	size_t len;
	bool pending; /* `head` was not handed out yet */
	const unsigned char *rest;
	size_t rest_len;
};

/* Fills `head` with the first bytes of what `from` gives. Errors: those of `from`. */
int lookahead_fill(struct lookahead *ahead, const struct byte_reader *from,
		   struct scanreq_error *err);

/* Hands out what was looked at, borrowed; false when that is done. */
bool lookahead_take(struct lookahead *ahead, const unsigned char **data, size_t *len);

/* Forgets what was looked at and not handed out. */
void lookahead_drop(struct lookahead *ahead);

#endif
