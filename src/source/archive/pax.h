/* SPDX-License-Identifier: MIT */
/* Names in pax extended headers (POSIX.1-2001 pax, "pax Extended Header"). */
#ifndef SOURCE_ARCHIVE_PAX_H
#define SOURCE_ARCHIVE_PAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/buf.h"
#include "base/limits.h"

/*
 * Whether a pax header among the headers of a member has a path or a linkpath with a NUL.
 * libarchive reads such a name up to the NUL; other readers read all of it, or refuse it.
 */
bool pax_has_nul(const unsigned char *headers, size_t len);

/*
 * Collects the headers of a member from the blocks that libarchive is given, since it does
 * not return them.
 */
struct pax_watch {
	const unsigned char *block; /* the last one, borrowed; NULL: it was skipped */
	size_t block_len;
	int64_t block_end;          /* where it ends in the tar */
	int64_t begin;              /* where the member's headers begin; -1: not known */
	struct buf headers;         /* their bytes from earlier blocks */
};

#define PAX_WATCH_INIT { .begin = -1, .headers = BUF_INIT(LIMIT_PAX_HEADERS) }

/* The member's headers begin after the data that end at `data_end`; -1: not known. */
void pax_watch_begin(struct pax_watch *watch, int64_t data_end);

/* Keeps the headers in the last block, before it is overwritten. */
void pax_watch_keep(struct pax_watch *watch);

/* The next block of `len` bytes, valid until the one after it; NULL: it was skipped. */
void pax_watch_block(struct pax_watch *watch, const void *block, size_t len);

/*
 * The member's headers end at `end`. Errors: SCANREQ_E_UNREADABLE: pax_has_nul(),
 * SCANREQ_E_NOMEM.
 */
int pax_watch_end(struct pax_watch *watch, int64_t end, struct scanreq_error *err);

#endif
