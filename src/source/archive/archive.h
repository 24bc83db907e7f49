/* SPDX-License-Identifier: MIT */
/*
 * A saved image in a tar, as `docker save` and other tools write it, with manifest.json,
 * index.json (since Docker 25) or both; plain or compressed; from a path or a pipe, in one
 * pass.
 */
#ifndef SOURCE_ARCHIVE_ARCHIVE_H
#define SOURCE_ARCHIVE_ARCHIVE_H

#include "source/source.h"

/*
 * Opens the archive at `path`, or standard input when it is "-"; source_list() reads it.
 * Errors: SCANREQ_E_NOT_FOUND, SCANREQ_E_UNREADABLE (a directory, no permission),
 * SCANREQ_E_NOMEM.
 */
int source_archive_open(const char *path, const struct source_options *options,
			struct source *source, struct scanreq_error *err);

#endif
