/* SPDX-License-Identifier: MIT */
/*
 * How far a long read is, on one line of a terminal that is written over. Standard error
 * has other lines, too: whoever writes one holds the line meanwhile.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether anybody would see it: standard error is a terminal that can move its cursor, and
 * nothing says that a CI system runs us.
 */
bool progress_wanted(void);

/* A scanreq_progress_fn, for any thread; one thread at a time has the line. */
void progress_show(void *arg, const char *name, int64_t bytes, int64_t total);

/* The thread has read what there was: its progress goes away. */
void progress_end(void);

/* Takes the progress away until progress_release(), so that something else is written. */
void progress_hold(void);
void progress_release(void);

#define PROGRESS_LINE_SIZE 128

/*
 * The line without its end: "scanreq: reading 12.3 MiB of 45.6 MiB, 27%, 3.4 MiB/s". What is
 * not known is left out: `total` is -1, `ms` too short for a rate.
 */
void progress_line(char line[PROGRESS_LINE_SIZE], int64_t bytes, int64_t total, int64_t ms);

#endif
