/* SPDX-License-Identifier: MIT */
/* Saved images, opened through the source's own functions. */
#ifndef UNIT_OPENED_H
#define UNIT_OPENED_H

#include "base/buf.h"
#include "source/source.h"

/* An open archive, and what it lists. */
struct opened {
	struct source source;
	struct candidates candidates;
	struct scanreq_error err;
};

/* No log, and layers are not verified. */
extern const struct source_options default_options;

void opened_free(struct opened *o);
#define CLEANUP_OPENED CLEANUP(opened_free)

/* Opens an archive and lists its images; the error is in `o`. */
int open_path(const char *path, struct opened *o);
int open_bytes(const struct buf *bytes, struct opened *o);

/* The same for an archive that must be good. */
void must_open(const struct buf *bytes, struct opened *o);

/* Opening must give SCANREQ_E_UNREADABLE with this in its message. */
void must_not_open(const struct buf *bytes, const char *message);

/* One of the archive's warnings must have this in it. */
void warned(const struct opened *o, const char *message);

/* Adds a config.json, a layer.tar of 1000 bytes and this manifest.json, and the end. */
void add_classic(struct buf *tar, const char *manifest);

#endif
