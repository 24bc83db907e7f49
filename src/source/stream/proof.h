/* SPDX-License-Identifier: MIT */
/*
 * The digests of a layer: of the stored bytes, as in a manifest's descriptor, and of the tar
 * inside, as in the config's diff_ids (OCI image-spec config.md, "Layer DiffID"). Both in
 * one pass that stores nothing.
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
	struct digest content;  /* sha256 of the decoded bytes, or of the stored ones when they
				   are not compressed */
	enum compression broken; /* they begin like this, but are cut or damaged */
};

/*
 * The bytes that were read and decoded for one source so far. LIMIT_EXPANSION applies to all
 * its layers together. All-zero at the beginning.
 */
struct proof_budget {
	int64_t stored;
	int64_t decoded;
};

/*
 * Reads `from` to its end; `algorithm` is for `stored`. Damaged compressed bytes are no
 * error: `broken` is set, and `content` is of the stored bytes. Errors: SCANREQ_E_UNREADABLE
 * (over LIMIT_EXPANSION), SCANREQ_E_NOMEM, and those of `from`.
 */
int layer_proof_read(const struct byte_reader *from, enum digest_algorithm algorithm,
		     struct proof_budget *budget, struct layer_proof *proof,
		     struct scanreq_error *err);

#endif
