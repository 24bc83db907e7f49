/* SPDX-License-Identifier: MIT */
/* Times as text and as milliseconds since the epoch. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

/* "YYYY-MM-DDTHH:MM:SSZ" and a NUL. */
#define TIME_TEXT_SIZE 32

/*
 * RFC 3339 section 5.6 to milliseconds since the epoch, cut (not rounded) below the
 * millisecond. A leap second counts as the second after it. False when malformed or no
 * day of the calendar.
 */
bool time_parse(const char *text, int64_t *ms);

/* Whole seconds in UTC, as the ACS3 signature's x-acs-date. */
void time_format(int64_t ms, char out[TIME_TEXT_SIZE]);

/* The wall clock in milliseconds since the epoch. */
int64_t time_now(void);

#endif
