/* SPDX-License-Identifier: MIT */
/* What a registry, or what stands before it, says in the body of an error. */
#ifndef NET_ERROR_BODY_H
#define NET_ERROR_BODY_H

#include "base/log.h"
#include "net/http.h"

struct error_body {
	char code[sizeof(((struct scanreq_error *)NULL)->service_code)]; /* or "" */
	char line[HTTP_LINE_SIZE]; /* one clean line of it (http_said_line()), or "" */
};

/*
 * Reads a body. distribution-spec ("Error codes") has a list of errors in JSON, of which
 * the first counts, and allows anything else: also read are a list of one that is no list,
 * a text in its place, a code that is a number, and the members "code", "message",
 * "error", "error_description", "detail" and "details" without a list. Of HTML the title
 * is taken, else the text between the tags. What is none of these is its own message.
 * `log` knows secrets that the body may repeat; or NULL.
 */
void error_body_read(struct log *log, const struct buf *body, struct error_body *said);

#endif
