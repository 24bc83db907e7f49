/* SPDX-License-Identifier: MIT */
/*
 * A scripted transport: it expects exact requests in order and gives the answers that
 * stand beside them. An unexpected request, or a request that never came, fails the test.
 */
#ifndef UNIT_TRANSPORT_H
#define UNIT_TRANSPORT_H

#include "net/http.h"

/* One expected exchange. Nothing is owned. */
struct exchange {
	const char *method;
	const char *url;                /* whole, with query */
	const char *const *headers;     /* "Name: value" that must be there; ends in NULL */
	const char *const *not_headers; /* names that must not be there; likewise */
	const char *body;               /* NULL: must be empty */
	int fails;                      /* class to fail with instead of answering; 0: answers */
	bool sent;                      /* with `fails`: what failure->sent says */
	bool temporary;                 /* likewise */
	int status;
	const char *const *answer_headers; /* NULL-terminated or NULL */
	const char *answer_body;           /* NULL: empty */
	size_t answer_len;                 /* 0: strlen(answer_body) */
};

/* Makes a transport that plays `count` exchanges, which must outlive it. */
struct http_transport *scripted_transport(const struct exchange *exchanges, size_t count);

/* The waits that were asked for, in milliseconds and in order; none takes time. */
const int64_t *scripted_waits(const struct http_transport *transport, size_t *count);

/* Fails the test unless every exchange was played. */
void scripted_done(struct http_transport *transport);

#endif
