/* SPDX-License-Identifier: MIT */
/*
 * Content digests, "algorithm:hex" (OCI image-spec, descriptor.md, "Digests"). The algorithms
 * are sha256 and sha512; the hex digits are lower case.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

enum digest_algorithm { DIGEST_NONE, DIGEST_SHA256, DIGEST_SHA512 };

#define DIGEST_HEX_MAX 128
#define DIGEST_TEXT_MAX (sizeof("sha512:") + DIGEST_HEX_MAX)

/* A plain value; all-zero (DIGEST_NONE) is no digest. */
struct digest {
	enum digest_algorithm algorithm;
	char hex[DIGEST_HEX_MAX + 1];
};

/* Parses "algorithm:hex" of exactly `len` bytes. Returns false if malformed. */
bool digest_parse(const char *text, size_t len, struct digest *digest);

bool digest_equal(const struct digest *a, const struct digest *b);

/* Writes "algorithm:hex", or "" for DIGEST_NONE, into `out` and returns it. */
const char *digest_format(const struct digest *digest, char out[DIGEST_TEXT_MAX]);

/*
 * Returns whether OpenSSL is initialised. If it had no memory for that, fetching an algorithm
 * would end the process.
 */
bool digest_ready(void);

/* A hash in progress. */
struct hasher;

/* Starts a hash. Returns NULL if out of memory. */
struct hasher *hasher_new(enum digest_algorithm algorithm);
void hasher_free(struct hasher **hasher);

/* Adds bytes. hasher_finish() reports a failure. */
void hasher_add(struct hasher *hasher, const void *data, size_t len);

/* Gives the digest of all bytes. Returns false if hashing failed. Call it once. */
bool hasher_finish(struct hasher *hasher, struct digest *digest);

/* Computes the digest of bytes in memory. Errors: SCANREQ_E_NOMEM. */
int digest_of(enum digest_algorithm algorithm, const void *data, size_t len, struct digest *digest,
	      struct scanreq_error *err);

#endif
