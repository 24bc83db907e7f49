/* SPDX-License-Identifier: MIT */
/* Reads the body of an error from a registry or from a proxy before it. */
#ifndef NET_ERROR_BODY_H
#define NET_ERROR_BODY_H

#include "base/log.h"
#include "net/http.h"

struct error_body {
	char code[sizeof(((struct scanreq_error *)NULL)->service_code)]; /* or "" */
	char line[HTTP_LINE_SIZE]; /* the message as one line (http_said_line()), or "" */
};

/*
 * Reads a body. The distribution-spec ("Error codes") defines a list "errors" in JSON, of
 * which the first one counts, but allows anything. This also reads "errors" that is one
 * object or a text, a numeric code, and the members "code", "message", "error",
 * "error_description", "detail" and "details" without a list; the title of HTML, else its
 * text; and any other body as the message. Masks the secrets of `log`, which may be NULL.
 */
void error_body_read(struct log *log, const struct buf *body, struct error_body *said);

#endif
