/* SPDX-License-Identifier: MIT */
/* What an answer says of the limit that its request ran into. */
#ifndef NET_RATE_LIMIT_H
#define NET_RATE_LIMIT_H

#include "net/http.h"

#define RATE_LIMIT_TEXT_SIZE 96

/* Clauses for an error message; each "" where the answer does not say it. */
struct rate_limit {
	/* "try again in 30 s (at 2024-06-03T10:00:30Z)", the time on this machine's clock */
	char when[RATE_LIMIT_TEXT_SIZE];
	/* "0 of 100 requests in 21600 s are left" */
	char left[RATE_LIMIT_TEXT_SIZE];
};

/*
 * Reads Retry-After in both of its forms (RFC 9110 section 10.2.3), else RateLimit-Reset in
 * seconds; and RateLimit-Limit and RateLimit-Remaining, as numbers or as Docker Hub sends
 * them: "100;w=21600", w being the seconds that the count is over.
 */
void rate_limit_read(const struct http_response *response, struct rate_limit *limit);

#endif
