/* SPDX-License-Identifier: MIT */
/*
 * ACS3-HMAC-SHA256, the signature of Alibaba Cloud's API gateway ("Request syntax and
 * signature method V3"), as pure functions in stages: canonical query, canonical
 * request, string to sign, signature, Authorization. Time and nonce are arguments.
 */
#ifndef CLOUD_RPC_SIGNATURE_H
#define CLOUD_RPC_SIGNATURE_H

#include <stddef.h>
#include <scanreq/error.h>

#include "base/buf.h"
#include "base/str.h"

#define ACS3_ALGORITHM "ACS3-HMAC-SHA256"
#define ACS3_HEX_SIZE 65

/* A name and a value, borrowed. */
struct acs3_pair {
	const char *name;
	const char *value;
};

/*
 * What is signed; borrowed. Names of headers are in lower case; those that are not signed
 * are skipped.
 */
struct acs3_request {
	const char *method;
	const char *path; /* "/" for RPC operations */
	const struct acs3_pair *query;
	size_t query_count;
	const struct acs3_pair *headers;
	size_t header_count;
	const void *body;
	size_t body_len;
};

/* Lower-case hex SHA-256 of the body. Errors: SCANREQ_E_NOMEM. */
int acs3_payload_hash(const void *body, size_t len, char hex[ACS3_HEX_SIZE],
		      struct scanreq_error *err);

/*
 * Sorts the parameters by name, encodes them (RFC 3986) and joins them with "&". The result
 * is signed, and sent as the query or as a form.
 */
int acs3_encode(const struct acs3_pair *pairs, size_t count, struct buf *out,
		struct scanreq_error *err);

/* "a;b;c": the sorted names of the signed headers (x-acs-*, host, content-type). */
int acs3_signed_headers(const struct acs3_request *request, struct buf *out,
			struct scanreq_error *err);

int acs3_canonical_request(const struct acs3_request *request, struct buf *out,
			   struct scanreq_error *err);

int acs3_string_to_sign(const char *canonical_request, struct buf *out,
			struct scanreq_error *err);

/* Lower-case hex HMAC-SHA256 with the raw secret. */
int acs3_signature(const char *secret, const char *string_to_sign, char hex[ACS3_HEX_SIZE],
		   struct scanreq_error *err);

/* "ACS3-HMAC-SHA256 Credential=...,SignedHeaders=...,Signature=..." */
int acs3_authorization(const char *key_id, const char *signed_headers, const char *signature,
		       struct buf *out, struct scanreq_error *err);

#endif
