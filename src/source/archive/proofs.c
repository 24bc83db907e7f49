/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/limits.h"
#include "source/archive/proofs.h"
#include "source/oci-index.h"

#define RAW_MAX (DIGEST_HEX_MAX / 2)
#define SHA256_SIZE 32
#define FIRST_CAPACITY 64

/* A proof without the hex digits, which take twice the room. */
struct packed {
	size_t number;
	int64_t size;
	uint8_t algorithm; /* enum digest_algorithm of `stored` */
	uint8_t broken;    /* enum compression */
	unsigned char stored[RAW_MAX];
	unsigned char content[SHA256_SIZE];
};

struct archive_proofs {
	struct proof_budget budget;
	struct packed *items; /* by number */
	size_t count;
	size_t capacity;
	struct packed pending; /* the last proof, if `has_pending` */
	bool has_pending;
};

int archive_proofs_new(struct archive_proofs **proofs, struct scanreq_error *err)
{
	*proofs = calloc(1, sizeof(**proofs));
	return *proofs ? 0 : error_nomem(err);
}

void archive_proofs_free(struct archive_proofs **proofs)
{
	if (!*proofs)
		return;
	free((*proofs)->items);
	free(*proofs);
	*proofs = NULL;
}

/* --- packing ----------------------------------------------------------------------- */

static unsigned char nibble(char digit)
{
	return (unsigned char)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* The digits are a hasher's own. */
static void pack_hex(const char *hex, unsigned char *out)
{
	for (; *hex; hex += 2)
		*out++ = (unsigned char)(nibble(hex[0]) << 4 | nibble(hex[1]));
}

static size_t raw_size(uint8_t algorithm)
{
	return algorithm == DIGEST_SHA512 ? RAW_MAX : SHA256_SIZE;
}

static struct packed pack(const struct layer_proof *proof)
{
	struct packed p = { .size = proof->size, .algorithm = (uint8_t)proof->stored.algorithm,
			    .broken = (uint8_t)proof->broken };

	pack_hex(proof->stored.hex, p.stored);
	pack_hex(proof->content.hex, p.content);
	return p;
}

static void unpack(const struct packed *p, struct layer_proof *proof)
{
	*proof = (struct layer_proof){ .size = p->size,
				       .broken = (enum compression)p->broken };
	proof->stored.algorithm = (enum digest_algorithm)p->algorithm;
	hex_encode(p->stored, raw_size(p->algorithm), proof->stored.hex);
	proof->content.algorithm = DIGEST_SHA256;
	hex_encode(p->content, SHA256_SIZE, proof->content.hex);
}

/* --- the collection ---------------------------------------------------------------- */

/* A blob needs the algorithm of its name. */
static enum digest_algorithm algorithm_of(const char *clean)
{
	struct digest named;

	return blob_path_digest(clean, &named) ? named.algorithm : DIGEST_SHA256;
}

int archive_proofs_read(struct archive_proofs *proofs, const char *clean,
			const struct byte_reader *from, struct scanreq_error *err)
{
	struct layer_proof proof;
	int failed;

	if (proofs->count >= LIMIT_ARCHIVE_PROOFS)
		return error_about(error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
					     "the archive has more than %d files: their bytes "
					     "cannot be verified, leave verify-layers out",
					     LIMIT_ARCHIVE_PROOFS),
				   "verify-layers", err);
	failed = layer_proof_read(from, algorithm_of(clean), &proofs->budget, &proof, err);
	if (failed)
		return failed;
	proofs->pending = pack(&proof);
	proofs->has_pending = true;
	return 0;
}

void archive_proofs_forget(struct archive_proofs *proofs)
{
	proofs->has_pending = false;
}

int archive_proofs_keep(struct archive_proofs *proofs, size_t number,
			struct scanreq_error *err)
{
	if (!proofs->has_pending)
		return 0;
	if (proofs->count == proofs->capacity) {
		size_t capacity = proofs->capacity ? 2 * proofs->capacity : FIRST_CAPACITY;
		struct packed *items = reallocarray(proofs->items, capacity, sizeof(*items));

		if (!items)
			return error_nomem(err);
		proofs->items = items;
		proofs->capacity = capacity;
	}
	proofs->pending.number = number;
	proofs->items[proofs->count++] = proofs->pending;
	proofs->has_pending = false;
	return 0;
}

static int compare(const void *key, const void *item)
{
	size_t number = *(const size_t *)key, other = ((const struct packed *)item)->number;

	return number < other ? -1 : number > other;
}

static const struct packed *proofs_find(const struct archive_proofs *proofs, size_t number)
{
	return proofs->count > 0 ? bsearch(&number, proofs->items, proofs->count,
					   sizeof(*proofs->items), compare)
				 : NULL;
}

bool archive_proofs_differ(struct archive_proofs *proofs, size_t number)
{
	const struct packed *there = proofs_find(proofs, number);
	const struct packed *pending = proofs->has_pending ? &proofs->pending : NULL;

	proofs->has_pending = false;
	if (!there || !pending)
		return there || pending;
	return memcmp(there->stored, pending->stored, RAW_MAX) != 0;
}

bool archive_proofs_find(const struct archive_proofs *proofs, size_t number,
			 struct layer_proof *proof)
{
	const struct packed *found = proofs_find(proofs, number);

	if (found)
		unpack(found, proof);
	return found;
}
