/* SPDX-License-Identifier: MIT */
/*
 * Decodes a stream of one compression: gzip by gzip.h, the others by libarchive's filters,
 * each appended by name. libarchive does not choose the filter: it would undo several
 * compressions, and may start programs.
 */
#ifndef SOURCE_STREAM_DECODER_H
#define SOURCE_STREAM_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "source/stream/magic.h"
#include "source/stream/gzip.h"

struct decoder;

/*
 * Makes a decoder that reads from `from`; reads nothing yet. Errors: SCANREQ_E_UNREADABLE
 * (libarchive was built without the format), SCANREQ_E_NOMEM.
 */
int decoder_new(enum compression format, const struct byte_reader *from,
		struct decoder **decoder, struct scanreq_error *err);

void decoder_free(struct decoder **decoder);
#define CLEANUP_DECODER CLEANUP(decoder_free)

/*
 * The next decoded bytes, borrowed until the next call. *len 0 is the end: every frame is
 * complete, and `from` is at its end. Errors: SCANREQ_E_UNREADABLE (cut short, damaged,
 * a window over its limit, over LIMIT_EXPANSION, more than LIMIT_ARCHIVE_TRAILING after
 * the end), SCANREQ_E_NOMEM, and those of `from`.
 */
int decoder_read(struct decoder *decoder, const unsigned char **data, size_t *len,
		 struct scanreq_error *err);

/* Whether garbage (for gzip: other than zeros) follows the data. Known at the end. */
bool decoder_has_garbage(const struct decoder *decoder);

#endif
