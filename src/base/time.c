/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/time.h"

#define MS_PER_SECOND 1000
#define SECONDS_PER_DAY 86400

/* Reads exactly `n` digits and moves *s past them. */
static bool digits(const char **s, int n, int *value)
{
	*value = 0;
	for (int i = 0; i < n; i++) {
		char c = (*s)[i];

		if (c < '0' || c > '9')
			return false;
		*value = *value * 10 + (c - '0');
	}
	*s += n;
	return true;
}

static bool time_expect(const char **s, const char *any)
{
	if (**s == '\0' || !strchr(any, **s))
		return false;
	++*s;
	return true;
}

static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01, in the proleptic Gregorian calendar. */
static int64_t days_from_epoch(int year, int month, int day)
{
	int64_t days = 0;
	int64_t y = (int64_t)year - 1;

	days = y * 365 + y / 4 - y / 100 + y / 400 - 719162;
	for (int m = 1; m < month; m++)
		days += days_in_month(year, m);
	return days + day - 1;
}

static bool parse_date(const char **s, int64_t *days)
{
	int year, month, day;

	if (!digits(s, 4, &year) || !time_expect(s, "-") || !digits(s, 2, &month) ||
	    !time_expect(s, "-") || !digits(s, 2, &day))
		return false;
	/* days_from_epoch() begins with year 1. */
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	*days = days_from_epoch(year, month, day);
	return true;
}

static bool parse_clock(const char **s, int64_t *seconds)
{
	int hour, minute, second;

	if (!digits(s, 2, &hour) || !time_expect(s, ":") || !digits(s, 2, &minute) ||
	    !time_expect(s, ":") || !digits(s, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*seconds = (hour * 60L + minute) * 60L + second;
	return true;
}

static bool parse_fraction(const char **s, int *ms)
{
	int weight = 100;

	*ms = 0;
	if (**s != '.')
		return true;
	++*s;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; ++*s) {
		*ms += weight * (**s - '0');
		weight /= 10;
	}
	return true;
}

static bool parse_zone(const char **s, int64_t *offset)
{
	int hour, minute, sign = **s == '-' ? -1 : 1;

	*offset = 0;
	if (time_expect(s, "Zz"))
		return true;
	if (!time_expect(s, "+-") || !digits(s, 2, &hour) || !time_expect(s, ":") ||
	    !digits(s, 2, &minute))
		return false;
	if (hour > 23 || minute > 59)
		return false;
	*offset = sign * (hour * 60L + minute) * 60L;
	return true;
}

bool time_parse(const char *text, int64_t *ms)
{
	int64_t days, clock, offset;
	int fraction;

	if (!parse_date(&text, &days) || !time_expect(&text, "Tt") ||
	    !parse_clock(&text, &clock) || !parse_fraction(&text, &fraction) ||
	    !parse_zone(&text, &offset) || *text != '\0')
		return false;
	*ms = (days * SECONDS_PER_DAY + clock - offset) * MS_PER_SECOND + fraction;
	return true;
}

void time_format(int64_t ms, char out[TIME_TEXT_SIZE])
{
	time_t seconds = (time_t)(ms / MS_PER_SECOND - (ms % MS_PER_SECOND < 0));
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(out, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm))
		out[0] = '\0';
}

static int64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

int64_t time_now(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t time_monotonic(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}
