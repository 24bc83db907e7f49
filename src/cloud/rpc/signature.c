/* SPDX-License-Identifier: MIT */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/encode.h"
#include "base/error.h"
#include "cloud/rpc/signature.h"

/* Errors call a text that is too long by this name. */
#define WHAT "the request"

int acs3_payload_hash(const void *body, size_t len, char hex[ACS3_HEX_SIZE],
		      struct scanreq_error *err)
{
	struct digest digest;
	int failed = digest_of(DIGEST_SHA256, body ? body : "", len, &digest, err);

	if (!failed)
		memcpy(hex, digest.hex, ACS3_HEX_SIZE);
	return failed;
}

/* --- parameters -------------------------------------------------------------------- */

static int compare_pairs(const void *a, const void *b)
{
	const struct acs3_pair *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->value, y->value);
}

int acs3_encode(const struct acs3_pair *pairs, size_t count, struct buf *out,
		struct scanreq_error *err)
{
	struct acs3_pair *sorted CLEANUP_FREE = NULL;

	if (count > 0) {
		sorted = reallocarray(NULL, count, sizeof(*sorted));
		if (!sorted)
			return error_nomem(err);
		memcpy(sorted, pairs, count * sizeof(*sorted));
		qsort(sorted, count, sizeof(*sorted), compare_pairs);
	}
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_putc(out, '&');
		percent_encode(out, sorted[i].name, strlen(sorted[i].name));
		buf_putc(out, '=');
		percent_encode(out, sorted[i].value, strlen(sorted[i].value));
	}
	return buf_check(out, WHAT, err);
}

/* --- headers ----------------------------------------------------------------------- */

/* A header that is signed, its value trimmed. Borrowed. */
struct counted {
	const char *name;
	const char *value;
	size_t value_len;
};

static bool signature_counts(const char *name)
{
	return strncmp(name, "x-acs-", strlen("x-acs-")) == 0 || strcmp(name, "host") == 0 ||
	       strcmp(name, "content-type") == 0;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct counted trimmed(const struct acs3_pair *header)
{
	struct counted c = { .name = header->name, .value = header->value };

	while (blank(*c.value))
		c.value++;
	c.value_len = strlen(c.value);
	while (c.value_len > 0 && blank(c.value[c.value_len - 1]))
		c.value_len--;
	return c;
}

static int compare_headers(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;
	size_t common = x->value_len < y->value_len ? x->value_len : y->value_len;
	int order = strcmp(x->name, y->name);

	if (order == 0)
		order = memcmp(x->value, y->value, common);
	return order ? order : (x->value_len > y->value_len) - (x->value_len < y->value_len);
}

/* Returns the headers to sign, sorted; the caller frees them. NULL: out of memory. */
static struct counted *counted_headers(const struct acs3_request *request, size_t *count)
{
	struct counted *headers = calloc(request->header_count + 1, sizeof(*headers));

	*count = 0;
	if (!headers)
		return NULL;
	for (size_t i = 0; i < request->header_count; i++)
		if (signature_counts(request->headers[i].name))
			headers[(*count)++] = trimmed(&request->headers[i]);
	qsort(headers, *count, sizeof(*headers), compare_headers);
	return headers;
}

static bool same_name_as_before(const struct counted *headers, size_t i)
{
	return i > 0 && strcmp(headers[i - 1].name, headers[i].name) == 0;
}

int acs3_signed_headers(const struct acs3_request *request, struct buf *out,
			struct scanreq_error *err)
{
	size_t count;
	struct counted *headers CLEANUP_FREE = counted_headers(request, &count);

	if (!headers)
		return error_nomem(err);
	for (size_t i = 0; i < count; i++) {
		if (same_name_as_before(headers, i))
			continue;
		if (i > 0)
			buf_putc(out, ';');
		buf_puts(out, headers[i].name);
	}
	return buf_check(out, WHAT, err);
}

/* Writes one line for each name; values of the same name are joined with ",". */
static int canonical_headers(const struct acs3_request *request, struct buf *out,
			     struct scanreq_error *err)
{
	size_t count;
	struct counted *headers CLEANUP_FREE = counted_headers(request, &count);

	if (!headers)
		return error_nomem(err);
	for (size_t i = 0; i < count; i++) {
		if (same_name_as_before(headers, i)) {
			buf_putc(out, ',');
		} else {
			if (i > 0)
				buf_putc(out, '\n');
			buf_puts(out, headers[i].name);
			buf_putc(out, ':');
		}
		buf_add(out, headers[i].value, headers[i].value_len);
	}
	if (count > 0)
		buf_putc(out, '\n');
	return buf_check(out, WHAT, err);
}

/* --- the stages -------------------------------------------------------------------- */

int acs3_canonical_request(const struct acs3_request *request, struct buf *out,
			   struct scanreq_error *err)
{
	char payload[ACS3_HEX_SIZE];
	int failed = acs3_payload_hash(request->body, request->body_len, payload, err);

	if (failed)
		return failed;
	buf_addf(out, "%s\n%s\n", request->method, request->path);
	failed = acs3_encode(request->query, request->query_count, out, err);
	if (failed)
		return failed;
	buf_putc(out, '\n');
	failed = canonical_headers(request, out, err);
	if (failed)
		return failed;
	buf_putc(out, '\n');
	failed = acs3_signed_headers(request, out, err);
	if (failed)
		return failed;
	buf_addf(out, "\n%s", payload);
	return buf_check(out, WHAT, err);
}

int acs3_string_to_sign(const char *canonical_request, struct buf *out,
			struct scanreq_error *err)
{
	char hash[ACS3_HEX_SIZE];
	size_t len = strlen(canonical_request);
	int failed = acs3_payload_hash(canonical_request, len, hash, err);

	if (failed)
		return failed;
	buf_addf(out, ACS3_ALGORITHM "\n%s", hash);
	return buf_check(out, WHAT, err);
}

int acs3_signature(const char *secret, const char *string_to_sign, char hex[ACS3_HEX_SIZE],
		   struct scanreq_error *err)
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	const unsigned char *data = (const unsigned char *)string_to_sign;

	/* SHA-256 has worked for the string to sign, so this can only be memory. */
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), data, strlen(string_to_sign), raw,
		  &len) || len * 2 != ACS3_HEX_SIZE - 1)
		return error_nomem(err);
	hex_encode(raw, len, hex);
	return 0;
}

int acs3_authorization(const char *key_id, const char *signed_headers, const char *signature,
		       struct buf *out, struct scanreq_error *err)
{
	buf_addf(out, ACS3_ALGORITHM " Credential=%s,SignedHeaders=%s,Signature=%s", key_id,
		 signed_headers, signature);
	return buf_check(out, WHAT, err);
}
