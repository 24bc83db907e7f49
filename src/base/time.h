/* SPDX-License-Identifier: MIT */
/* Times as texts and as milliseconds. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

/* "YYYY-MM-DDTHH:MM:SSZ" and a NUL. */
#define TIME_TEXT_SIZE 32

/*
 * Parses a time of RFC 3339 section 5.6 to milliseconds since the epoch, truncated. A leap
 * second counts as the second after it. Returns false if malformed or not in the calendar.
 */
bool time_parse(const char *text, int64_t *ms);

/* Writes whole seconds in UTC, the form of the ACS3 signature's x-acs-date. */
void time_format(int64_t ms, char out[TIME_TEXT_SIZE]);

/* Returns the wall clock in milliseconds since the epoch. */
int64_t time_now(void);

/* Returns CLOCK_MONOTONIC in milliseconds, for intervals. */
int64_t time_monotonic(void);

#endif
