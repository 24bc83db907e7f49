/* SPDX-License-Identifier: MIT */
/*
 * Content digests: "algorithm:hex" as OCI image-spec descriptor.md ("Digests") defines
 * them. sha256 and sha512 are known; the hex digits are lower case.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

enum digest_algorithm { DIGEST_NONE, DIGEST_SHA256, DIGEST_SHA512 };

#define DIGEST_HEX_MAX 128
#define DIGEST_TEXT_MAX (sizeof("sha512:") + DIGEST_HEX_MAX)

/* A plain value; `algorithm` DIGEST_NONE is "there is none". */
struct digest {
	enum digest_algorithm algorithm;
	char hex[DIGEST_HEX_MAX + 1];
};

/* Reads exactly "algorithm:hex" of `len` bytes; false when it is anything else. */
bool digest_parse(const char *text, size_t len, struct digest *digest);

bool digest_equal(const struct digest *a, const struct digest *b);

/* "algorithm:hex" into out; "" when there is none. Returns `out`. */
const char *digest_format(const struct digest *digest, char out[DIGEST_TEXT_MAX]);

/* A hash that is being computed; opaque. */
/*
 * Whether OpenSSL has what it needs to make a digest: without memory for its first steps
 * its fetching of an algorithm would end the process.
 */
bool digest_ready(void);

struct hasher;

/* Starts a hash. NULL when out of memory. */
struct hasher *hasher_new(enum digest_algorithm algorithm);
void hasher_free(struct hasher **hasher);

/* Adds bytes. A failure inside the library shows in hasher_finish(). */
void hasher_add(struct hasher *hasher, const void *data, size_t len);

/* Gives the digest of all that was added; false when hashing failed. Call it once. */
bool hasher_finish(struct hasher *hasher, struct digest *digest);

/* The digest of bytes in memory. Errors: SCANREQ_E_NOMEM. */
int digest_of(enum digest_algorithm algorithm, const void *data, size_t len, struct digest *digest,
	      struct scanreq_error *err);

#endif
