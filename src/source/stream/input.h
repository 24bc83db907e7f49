/* SPDX-License-Identifier: MIT */
/*
 * The bytes of an archive, read forwards once: from a file or a pipe, plain or compressed.
 * What it is is told by its first bytes, never by its name.
 */
#ifndef SOURCE_STREAM_INPUT_H
#define SOURCE_STREAM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "base/progress.h"

struct archive_input;

/*
 * Opens the file at `path`, or standard input when it is "-"; reads nothing yet.
 * Errors: SCANREQ_E_NOT_FOUND, SCANREQ_E_UNREADABLE (a directory, no permission),
 * SCANREQ_E_NOMEM.
 */
int archive_input_open(const char *path, struct archive_input **input,
		       struct scanreq_error *err);

/* Tells `progress`, which must outlive it, how much of what is stored was read. */
void archive_input_progress(struct archive_input *input, const struct progress *progress);

/*
 * Closes the file. Of standard input, what was not read of a pipe is given up: /dev/null
 * takes its place, so that the writer is told at once.
 */
void archive_input_free(struct archive_input **input);
#define CLEANUP_ARCHIVE_INPUT CLEANUP(archive_input_free)

/*
 * Looks at the first bytes; call it first. Errors: SCANREQ_E_UNREADABLE when they are no
 * tar's, plain or compressed, with what they are; and those of archive_input_read().
 */
int archive_input_start(struct archive_input *input, struct scanreq_error *err);

/*
 * The next bytes of the tar, borrowed until the next call; *len 0 is the end. Errors:
 * SCANREQ_E_UNREADABLE.
 */
int archive_input_read(struct archive_input *input, const unsigned char **data, size_t *len,
		       struct scanreq_error *err);

/*
 * Skips at most `want` bytes without reading them and returns how many: 0 where only
 * reading will do, and never past the end of the file.
 */
int64_t archive_input_skip(struct archive_input *input, int64_t want);

/*
 * Reads what follows the tar's end: a pipe to its end, so that its writer sees no
 * SIGPIPE, and compressed data to the last checksum. Errors: SCANREQ_E_UNREADABLE (also for more
 * than LIMIT_ARCHIVE_TRAILING), SCANREQ_E_NOMEM.
 */
int archive_input_finish(struct archive_input *input, struct scanreq_error *err);

/* How many bytes of the tar were handed out or skipped. */
int64_t archive_input_position(const struct archive_input *input);

/* Whether its end was met: more was wanted than there is. */
bool archive_input_ended(const struct archive_input *input);

/* Whether something else followed gzip or bzip2 data. Known after the end. */
bool archive_input_has_garbage(const struct archive_input *input);

/* When the file was modified last, in milliseconds since 1970. False: it has no path. */
bool archive_input_mtime(const struct archive_input *input, int64_t *ms);

/* How it is called in messages: the path, or "standard input"; borrowed. */
const char *archive_input_name(const struct archive_input *input);

#endif
