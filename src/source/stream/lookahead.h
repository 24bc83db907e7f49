/* SPDX-License-Identifier: MIT */
/* Looks at the beginning of a stream before it is read. */
#ifndef SOURCE_STREAM_LOOKAHEAD_H
#define SOURCE_STREAM_LOOKAHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "source/stream/magic.h"
#include "source/stream/gzip.h"

/*
 * `head` has the first bytes, `rest` the other bytes of the same read. Both are returned
 * before the stream is read on. All-zero at the beginning.
 */
struct lookahead {
	unsigned char head[TAR_BLOCK];
	size_t len;
	bool pending; /* `head` was not returned yet */
	const unsigned char *rest;
	size_t rest_len;
};

/* Fills `head` with the first bytes of what `from` gives. Errors: those of `from`. */
int lookahead_fill(struct lookahead *ahead, const struct byte_reader *from,
		   struct scanreq_error *err);

/* Returns `head`, then `rest`, borrowed; false when both were returned. */
bool lookahead_take(struct lookahead *ahead, const unsigned char **data, size_t *len);

/* Drops what was not returned yet. */
void lookahead_drop(struct lookahead *ahead);

#endif
