/* SPDX-License-Identifier: MIT */
/*
 * The proofs of an archive's files, taken while it streams by: which of them are layers is
 * only known at its end, so each file gets one. A proof is read first and then belongs to
 * a member, or is compared with that of the member which has the name already.
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
 * Reads the file of the clean name to its end and remembers its proof for
 * archive_proofs_keep() or archive_proofs_differ(), one of which follows. Errors: those of
 * layer_proof_read(), and SCANREQ_E_UNREADABLE over LIMIT_ARCHIVE_PROOFS.
 */
int archive_proofs_read(struct archive_proofs *proofs, const char *clean,
			const struct byte_reader *from, struct scanreq_error *err);

/* Forgets what was read. */
void archive_proofs_forget(struct archive_proofs *proofs);

/*
 * What was read, if anything was, is of member `number`; numbers only grow. Errors:
 * SCANREQ_E_NOMEM.
 */
int archive_proofs_keep(struct archive_proofs *proofs, size_t number,
			struct scanreq_error *err);

/* Whether what was read has other bytes than member `number`; it is forgotten. */
bool archive_proofs_differ(struct archive_proofs *proofs, size_t number);

/* The proof of member `number`; false when it has none. */
bool archive_proofs_find(const struct archive_proofs *proofs, size_t number,
			 struct layer_proof *proof);

#endif
