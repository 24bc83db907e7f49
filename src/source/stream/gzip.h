/* SPDX-License-Identifier: MIT */
/*
 * Decodes gzip (RFC 1952) as a stream: checks checksums and lengths, reads several members,
 * and reports garbage after the last one. libarchive's filter does none of the three.
 */
#ifndef SOURCE_STREAM_GZIP_H
#define SOURCE_STREAM_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "base/cleanup.h"

/* Reads the next bytes, borrowed until the next call; *len 0 is the end. */
struct byte_reader {
	int (*read)(void *arg, const unsigned char **data, size_t *len,
		    struct scanreq_error *err);
	void *arg;
};

struct gzip;

/* Makes a decoder that reads from `from`. Errors: SCANREQ_E_NOMEM. */
int gzip_new(const struct byte_reader *from, struct gzip **gzip, struct scanreq_error *err);

void gzip_free(struct gzip **gzip);

/*
 * The next decoded bytes, borrowed until the next call. *len 0 is the end: every member
 * is complete, and `from` is at its end. Errors: SCANREQ_E_UNREADABLE (cut short,
 * damaged, a wrong checksum, more than LIMIT_ARCHIVE_TRAILING after the last member),
 * SCANREQ_E_NOMEM, and those of `from`.
 */
int gzip_read(struct gzip *gzip, const unsigned char **data, size_t *len,
	      struct scanreq_error *err);

/* Whether anything but zeros follows the last member. Known at the end. */
bool gzip_has_garbage(const struct gzip *gzip);

#endif
