/* SPDX-License-Identifier: MIT */
/*
 * The progress of a long read, on one line of a terminal. Code that writes another line to
 * standard error holds the progress meanwhile.
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

/* The thread has finished reading: erases its progress. */
void progress_end(void);

/* Erases the progress until progress_release(), so that another line can be written. */
void progress_hold(void);
void progress_release(void);

#define PROGRESS_LINE_SIZE 128

/*
 * The line without its end: "scanreq: reading 12.3 MiB of 45.6 MiB, 27%, 3.4 MiB/s". What is
 * not known is left out: `total` is -1, `ms` too short for a rate.
 */
void progress_line(char line[PROGRESS_LINE_SIZE], int64_t bytes, int64_t total, int64_t ms);

#endif
