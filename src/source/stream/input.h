/* SPDX-License-Identifier: MIT */
/*
 * The bytes of an archive, read forwards once: from a file or a pipe, plain or compressed.
 * The first bytes decide on the format, never the name.
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

/* Reports to `progress`, which must outlive it, how many stored bytes were read. */
void archive_input_progress(struct archive_input *input, const struct progress *progress);

/*
 * Closes the file. If standard input is a pipe that was not read to its end, /dev/null
 * takes its place, so that the writer gets SIGPIPE at once.
 */
void archive_input_free(struct archive_input **input);
#define CLEANUP_ARCHIVE_INPUT CLEANUP(archive_input_free)

/*
 * Looks at the first bytes; call it first. Errors: SCANREQ_E_UNREADABLE when they are not of
 * a plain or compressed tar (the message says of what), and those of archive_input_read().
 */
int archive_input_start(struct archive_input *input, struct scanreq_error *err);

/*
 * The next bytes of the tar, borrowed until the next call; *len 0 is the end. Errors:
 * SCANREQ_E_UNREADABLE.
 */
int archive_input_read(struct archive_input *input, const unsigned char **data, size_t *len,
		       struct scanreq_error *err);

/*
 * Skips at most `want` bytes without reading them, not past the end of the file, and returns
 * how many: 0 for an input that must be read.
 */
int64_t archive_input_skip(struct archive_input *input, int64_t want);

/*
 * Reads what follows the tar: a pipe to its end, so that its writer gets no SIGPIPE, and
 * compressed data to the last checksum. Errors: SCANREQ_E_UNREADABLE (also for more than
 * LIMIT_ARCHIVE_TRAILING), SCANREQ_E_NOMEM.
 */
int archive_input_finish(struct archive_input *input, struct scanreq_error *err);

/* How many bytes of the tar were returned or skipped. */
int64_t archive_input_position(const struct archive_input *input);

/* Whether a read has met the end. */
bool archive_input_ended(const struct archive_input *input);

/* Whether garbage follows compressed data. Known after the end. */
bool archive_input_has_garbage(const struct archive_input *input);

/* When the file was modified last, in milliseconds since 1970. False: it has no path. */
bool archive_input_mtime(const struct archive_input *input, int64_t *ms);

/* The name for messages: the path, or "standard input"; borrowed. */
const char *archive_input_name(const struct archive_input *input);

#endif
