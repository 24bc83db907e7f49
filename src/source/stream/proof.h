/* SPDX-License-Identifier: MIT */
/*
 * What a layer is, by its bytes: the digest of the stored bytes, as a manifest's
 * descriptor names it, and the digest of the tar inside, which is the diff_id of the
 * image's config (OCI image-spec config.md, "Layer DiffID"). Both in one pass, with
 * nothing kept.
 */
#ifndef SOURCE_STREAM_PROOF_H
#define SOURCE_STREAM_PROOF_H

#include <stdint.h>
#include <scanreq/error.h>

#include "base/digest.h"
#include "source/stream/magic.h"
#include "source/stream/gzip.h"

struct layer_proof {
	int64_t size;           /* bytes as stored */
	struct digest stored;   /* of the bytes as they are stored */
	struct digest content;  /* sha256 of what is in them; of the stored bytes where
				   nothing was decoded */
	enum compression broken; /* they begin like this and are no whole such data */
};

/*
 * How much was read and decoded so far for one source: all its layers together may
 * expand as much as one of them alone. All-zero at the beginning.
 */
struct proof_budget {
	int64_t stored;
	int64_t decoded;
};

/*
 * Reads `from` to its end. `algorithm` is what `stored` will have. Bytes that only look
 * compressed are no error: they are taken as they stand, and `broken` says so. Errors:
 * SCANREQ_E_UNREADABLE (the budget is spent: LIMIT_EXPANSION), SCANREQ_E_NOMEM, and those
 * of `from`.
 */
int layer_proof_read(const struct byte_reader *from, enum digest_algorithm algorithm,
		     struct proof_budget *budget, struct layer_proof *proof,
		     struct scanreq_error *err);

#endif
