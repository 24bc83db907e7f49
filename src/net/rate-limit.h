/* SPDX-License-Identifier: MIT */
/* Reads the rate limit that an answer states. */
#ifndef NET_RATE_LIMIT_H
#define NET_RATE_LIMIT_H

#include "net/http.h"

#define RATE_LIMIT_TEXT_SIZE 96

/* Clauses for an error message; "" if the answer does not state them. */
struct rate_limit {
	/* "try again in 30 s (at 2024-06-03T10:00:30Z)", by this machine's clock */
	char when[RATE_LIMIT_TEXT_SIZE];
	/* "0 of 100 requests in 21600 s are left" */
	char left[RATE_LIMIT_TEXT_SIZE];
};

/*
 * Reads Retry-After (RFC 9110 section 10.2.3), else RateLimit-Reset in seconds; and
 * RateLimit-Limit and RateLimit-Remaining, as numbers or in Docker Hub's form "100;w=21600",
 * where w is the window in seconds.
 */
void rate_limit_read(const struct http_response *response, struct rate_limit *limit);

#endif
