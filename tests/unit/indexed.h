/* SPDX-License-Identifier: MIT */
/* Indexes of archives that reach the reader in every way there is. */
#ifndef UNIT_INDEXED_H
#define UNIT_INDEXED_H

#include "base/buf.h"
#include "source/archive/index.h"

/* How the bytes of a tar reach the reader. */
enum way { BY_FILE, BY_PIPE, BY_GZIP, BY_GZIP_PIPE, WAYS };

/* Reads the archive at a path to its end. */
int index_path(const char *path, struct archive_index **index, struct scanreq_error *err);

/*
 * Reads a tar in one way, into *index, which is freed first. A pipe of a good one must
 * be read to its end.
 */
int index_by(enum way way, const struct buf *tar, struct archive_index **index,
	     struct scanreq_error *err);

/* The same for a tar that must be good. */
struct archive_index *index_of(enum way way, const struct buf *tar);

/* Every way must give an error with this in its message. */
void index_refused(const struct buf *tar, const char *message);

/* A document of this name and text must be there. */
void check_indexed(const struct archive_index *index, const char *name, const char *text);

/* Asking for the document must give an error with its name and this in its message. */
void not_indexed(const struct archive_index *index, const char *name, const char *message);

/* The size of a file that must be there. */
int64_t indexed_size(const struct archive_index *index, const char *name);

#endif
