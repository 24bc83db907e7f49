/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/limits.h"
#include "source/stream/decoder.h"
#include "source/stream/proof.h"
#include "source/stream/lookahead.h"

struct proving {
	const struct byte_reader *from;
	struct proof_budget *budget;
	struct hasher *stored;
	struct hasher *plain; /* sha256 of the stored bytes, if `stored` is sha512 */
	struct hasher *inner; /* of the decoded bytes */
	struct lookahead ahead;
	int64_t size;
	bool ended;
	int failed; /* of `from` or the budget, not of a decoder; with `reason` */
	struct scanreq_error reason;
};

static void proving_free(struct proving *p)
{
	hasher_free(&p->stored);
	hasher_free(&p->plain);
	hasher_free(&p->inner);
}

/* --- reading ----------------------------------------------------------------------- */

/* Reads and hashes stored bytes, each once. */
static int read_stored(void *arg, const unsigned char **data, size_t *len,
		       struct scanreq_error *err)
{
	struct proving *p = arg;

	*len = 0;
	if (!p->ended && !p->failed)
		p->failed = p->from->read(p->from->arg, data, len, &p->reason);
	if (p->failed) {
		if (err)
			*err = p->reason;
		return p->failed;
	}
	p->ended = *len == 0;
	p->size += (int64_t)*len;
	p->budget->stored += (int64_t)*len;
	hasher_add(p->stored, *data, *len);
	if (p->plain)
		hasher_add(p->plain, *data, *len);
	return 0;
}

/* The same, from the beginning that was looked at. */
static int read_again(void *arg, const unsigned char **data, size_t *len,
		      struct scanreq_error *err)
{
	struct proving *p = arg;

	return lookahead_take(&p->ahead, data, len) ? 0 : read_stored(p, data, len, err);
}

/* A decoder stops at damaged data, but their digest needs the rest. */
static int read_rest(struct proving *p, struct scanreq_error *err)
{
	const unsigned char *data = NULL;
	size_t len = 1;
	int failed = 0;

	while (!failed && len > 0)
		failed = read_stored(p, &data, &len, err);
	return failed;
}

/* --- decoding ---------------------------------------------------------------------- */

static int spend(struct proving *p, size_t len)
{
	struct proof_budget *b = p->budget;

	b->decoded += (int64_t)len;
	if (b->decoded <= LIMIT_EXPANSION_FREE || b->decoded / LIMIT_EXPANSION <= b->stored)
		return 0;
	p->failed = error_set(&p->reason, SCANREQ_CODE_LIMIT_EXCEEDED,
			      "the layers expand more than %d times, to more than %ld GiB: "
			      "verify them where they were built", LIMIT_EXPANSION,
			      LIMIT_EXPANSION_FREE / MIB / 1024);
	return p->failed;
}

/* Decodes to the end; `why` is the decoder's error. */
static int decode_all(struct proving *p, enum compression format, struct scanreq_error *why)
{
	struct decoder *decoder CLEANUP_DECODER = NULL;
	struct byte_reader again = { read_again, p };
	const unsigned char *data = NULL;
	size_t len = 1;
	int failed = decoder_new(format, &again, &decoder, why);

	while (!failed && len > 0) {
		failed = decoder_read(decoder, &data, &len, why);
		if (!failed)
			failed = spend(p, len);
		if (!failed)
			hasher_add(p->inner, data, len);
	}
	if (!failed && decoder_has_garbage(decoder))
		failed = error_set(why, SCANREQ_CODE_ARCHIVE_DAMAGED, "garbage follows");
	return failed;
}

/* Decodes; damaged data set *broken and are no error. */
static int decode(struct proving *p, enum compression format, enum compression *broken,
		  struct scanreq_error *err)
{
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed;

	p->inner = hasher_new(DIGEST_SHA256);
	if (!p->inner)
		return error_nomem(err);
	failed = decode_all(p, format, &why);
	if (p->failed) {
		if (err)
			*err = p->reason;
		return p->failed;
	}
	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		*broken = format;
	return 0;
}

/* --- the proof --------------------------------------------------------------------- */

static int proof_start(struct proving *p, enum digest_algorithm algorithm,
		       struct scanreq_error *err)
{
	p->stored = hasher_new(algorithm);
	if (algorithm != DIGEST_SHA256)
		p->plain = hasher_new(DIGEST_SHA256);
	if (!p->stored || (algorithm != DIGEST_SHA256 && !p->plain))
		return error_nomem(err);
	return 0;
}

static int proof_finish(struct proving *p, struct layer_proof *proof, struct scanreq_error *err)
{
	bool decoded = p->inner && !proof->broken;
	struct hasher *content = decoded ? p->inner : p->plain;

	proof->size = p->size;
	if (!hasher_finish(p->stored, &proof->stored))
		return error_nomem(err);
	if (!content)
		proof->content = proof->stored;
	else if (!hasher_finish(content, &proof->content))
		return error_nomem(err);
	return 0;
}

int layer_proof_read(const struct byte_reader *from, enum digest_algorithm algorithm,
		     struct proof_budget *budget, struct layer_proof *proof,
		     struct scanreq_error *err)
{
	struct proving p CLEANUP(proving_free) = { .from = from, .budget = budget };
	struct byte_reader stored = { read_stored, &p };
	enum compression format = COMPRESSION_NONE;
	int failed = proof_start(&p, algorithm, err);

	*proof = (struct layer_proof){ 0 };
	if (!failed)
		failed = lookahead_fill(&p.ahead, &stored, err);
	if (!failed && !magic_is_tar(p.ahead.head, p.ahead.len))
		format = magic_compression(p.ahead.head, p.ahead.len);
	if (!failed && format != COMPRESSION_NONE)
		failed = decode(&p, format, &proof->broken, err);
	if (!failed)
		failed = read_rest(&p, err);
	return failed ? failed : proof_finish(&p, proof, err);
}
