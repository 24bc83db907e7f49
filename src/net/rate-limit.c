/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "net/retry.h"
#include "net/rate-limit.h"

#define MS_PER_SECOND 1000
/* Longer numbers are ignored. */
#define DIGITS_MAX 9

/* Returns the number at the start of `text`; -1 if there is none or it is too long. */
static long long leading_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits <= DIGITS_MAX ? strtoll(text, NULL, 10) : -1;
}

static long long number_of(const struct http_response *response, const char *name)
{
	const char *value = http_header(response, name, 0);

	return value ? leading_number(value) : -1;
}

/* Returns parameter "w" of the limit: its window in seconds. */
static long long window_of(const struct http_response *response)
{
	const char *value = http_header(response, "RateLimit-Limit", 0);
	const char *window = value ? strstr(value, "w=") : NULL;

	return window ? leading_number(window + 2) : -1;
}

static void tell_when(const struct http_response *response, struct rate_limit *limit)
{
	int64_t ms = retry_after_of(response);
	long long seconds = number_of(response, "RateLimit-Reset");
	char at[TIME_TEXT_SIZE];

	if (ms >= 0 && ms < INT64_MAX)
		seconds = (long long)((ms + MS_PER_SECOND - 1) / MS_PER_SECOND);
	if (seconds <= 0 || seconds > 1000000000)
		return;
	time_format(time_now() + seconds * MS_PER_SECOND, at);
	snprintf(limit->when, sizeof(limit->when), "try again in %lld s (at %s)", seconds, at);
}

static void tell_left(const struct http_response *response, struct rate_limit *limit)
{
	long long most = number_of(response, "RateLimit-Limit");
	long long left = number_of(response, "RateLimit-Remaining");
	long long window = window_of(response);
	char over[32] = "";

	if (window > 0)
		snprintf(over, sizeof(over), " in %lld s", window);
	if (most >= 0 && left >= 0)
		snprintf(limit->left, sizeof(limit->left), "%lld of %lld requests%s are left",
			 left, most, over);
	else if (most >= 0)
		snprintf(limit->left, sizeof(limit->left), "the limit is %lld requests%s",
			 most, over);
}

void rate_limit_read(const struct http_response *response, struct rate_limit *limit)
{
	*limit = (struct rate_limit){ .when = "" };
	tell_when(response, limit);
	tell_left(response, limit);
}
