/* SPDX-License-Identifier: MIT */
/* Encodings: lower-case hex, base64 (RFC 4648), and percent-encoding (RFC 3986). */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Writes 2 * len lower-case digits and a NUL. */
void hex_encode(const unsigned char *data, size_t len, char *out);

/* Returns whether the first `len` bytes of `text` are digits 0-9 and a-f. */
bool hex_valid(const char *text, size_t len);

/* Adds `data` in base64 with padding. */
void base64_encode(struct buf *out, const void *data, size_t len);

/* Decodes base64 with padding. Returns false if malformed. */
bool base64_decode(struct buf *out, const char *text, size_t len);

/*
 * Adds `data` percent-encoded as the ACS3 signature requires: the unreserved characters of
 * RFC 3986 section 2.3 unchanged, every other byte as %XX in upper case.
 */
void percent_encode(struct buf *out, const void *data, size_t len);

#endif
