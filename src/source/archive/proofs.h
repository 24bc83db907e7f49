/* SPDX-License-Identifier: MIT */
/*
 * The proofs of all files of an archive, made while it is read: only at its end is it known
 * which files are layers. A new proof is pending until it is given to a member, or compared
 * with the proof of a member of the same name.
 */
#ifndef SOURCE_ARCHIVE_PROOFS_H
#define SOURCE_ARCHIVE_PROOFS_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "source/stream/proof.h"

struct archive_proofs;

/* Makes an empty collection. Errors: SCANREQ_E_NOMEM. */
int archive_proofs_new(struct archive_proofs **proofs, struct scanreq_error *err);

void archive_proofs_free(struct archive_proofs **proofs);
#define CLEANUP_ARCHIVE_PROOFS CLEANUP(archive_proofs_free)

/*
 * Reads the file of the clean name to its end and makes its proof the pending one. Errors:
 * those of layer_proof_read(), and SCANREQ_E_UNREADABLE over LIMIT_ARCHIVE_PROOFS.
 */
int archive_proofs_read(struct archive_proofs *proofs, const char *clean,
			const struct byte_reader *from, struct scanreq_error *err);

/* Drops the pending proof. */
void archive_proofs_forget(struct archive_proofs *proofs);

/*
 * Gives the pending proof, if any, to member `number`; numbers must grow.
 * Errors: SCANREQ_E_NOMEM.
 */
int archive_proofs_keep(struct archive_proofs *proofs, size_t number,
			struct scanreq_error *err);

/* Whether the pending proof differs from that of member `number`; drops it. */
bool archive_proofs_differ(struct archive_proofs *proofs, size_t number);

/* The proof of member `number`; false when it has none. */
bool archive_proofs_find(const struct archive_proofs *proofs, size_t number,
			 struct layer_proof *proof);

#endif
