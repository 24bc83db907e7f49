/* SPDX-License-Identifier: MIT */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/encode.h"
#include "base/error.h"

static const struct algorithm {
	enum digest_algorithm id;
	const char *name;
	size_t hex_length;
	const EVP_MD *(*evp)(void);
} algorithms[] = {
	{ DIGEST_SHA256, "sha256", 64, EVP_sha256 },
	{ DIGEST_SHA512, "sha512", 128, EVP_sha512 },
};

static const struct algorithm *digest_find(enum digest_algorithm id)
{
	for (size_t i = 0; i < ARRAY_LENGTH(algorithms); i++)
		if (algorithms[i].id == id)
			return &algorithms[i];
	return NULL;
}

bool digest_parse(const char *text, size_t len, struct digest *digest)
{
	for (size_t i = 0; i < ARRAY_LENGTH(algorithms); i++) {
		const struct algorithm *a = &algorithms[i];
		size_t n = strlen(a->name);

		if (len != n + 1 + a->hex_length || memcmp(text, a->name, n) != 0 || text[n] != ':')
			continue;
		if (!hex_valid(text + n + 1, a->hex_length))
			return false;
		digest->algorithm = a->id;
		memcpy(digest->hex, text + n + 1, a->hex_length);
		digest->hex[a->hex_length] = '\0';
		return true;
	}
	return false;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return a->algorithm == b->algorithm &&
	       (a->algorithm == DIGEST_NONE || strcmp(a->hex, b->hex) == 0);
}

const char *digest_format(const struct digest *digest, char out[DIGEST_TEXT_MAX])
{
	const struct algorithm *a = digest_find(digest->algorithm);

	if (a)
		snprintf(out, DIGEST_TEXT_MAX, "%s:%s", a->name, digest->hex);
	else
		out[0] = '\0';
	return out;
}

bool digest_ready(void)
{
	return OSSL_LIB_CTX_get0_global_default() != NULL;
}

struct hasher {
	EVP_MD_CTX *context;
	enum digest_algorithm algorithm;
	bool failed;
};

struct hasher *hasher_new(enum digest_algorithm algorithm)
{
	const struct algorithm *a = digest_find(algorithm);
	struct hasher *h = calloc(1, sizeof(*h));

	if (!h || !a || !digest_ready())
		goto fail;
	h->algorithm = algorithm;
	h->context = EVP_MD_CTX_new();
	if (!h->context || !EVP_DigestInit_ex(h->context, a->evp(), NULL))
		goto fail;
	return h;
fail:
	hasher_free(&h);
	return NULL;
}

void hasher_free(struct hasher **hasher)
{
	if (!*hasher)
		return;
	EVP_MD_CTX_free((*hasher)->context);
	free(*hasher);
	*hasher = NULL;
}

void hasher_add(struct hasher *hasher, const void *data, size_t len)
{
	if (!EVP_DigestUpdate(hasher->context, data, len))
		hasher->failed = true;
}

bool hasher_finish(struct hasher *hasher, struct digest *digest)
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int len;

	if (hasher->failed || !EVP_DigestFinal_ex(hasher->context, raw, &len))
		return false;
	digest->algorithm = hasher->algorithm;
	hex_encode(raw, len, digest->hex);
	return true;
}

int digest_of(enum digest_algorithm algorithm, const void *data, size_t len, struct digest *digest,
	      struct scanreq_error *err)
{
	struct hasher *h CLEANUP(hasher_free) = hasher_new(algorithm);

	if (!h)
		return error_nomem(err);
	hasher_add(h, data, len);
	return hasher_finish(h, digest) ? 0 : error_nomem(err);
}
