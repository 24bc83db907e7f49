/* SPDX-License-Identifier: MIT */
/*
 * The JSON documents of an archive that are kept until its end, when it is known which of
 * them matter.
 */
#ifndef SOURCE_ARCHIVE_DOCUMENTS_H
#define SOURCE_ARCHIVE_DOCUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/buf.h"

/* A document that is kept. `bytes` NULL: it was, until there were too many. */
struct kept {
	char *bytes;
	size_t len;
	bool root; /* one of those that say what the archive is */
};

struct kept_documents {
	struct kept *items;
	size_t count;
	size_t capacity;
	size_t bytes;   /* of all but root documents, together */
	size_t largest; /* documents over this size are not kept */
};

/*
 * Keeps a copy under *number. Root documents do not count against the others: of those the
 * larger ones are given up until the rest fits into LIMIT_ARCHIVE_JSON. Errors:
 * SCANREQ_E_NOMEM.
 */
int kept_documents_add(struct kept_documents *documents, const struct buf *bytes, bool root,
		       uint32_t *number, struct scanreq_error *err);

/* Forgets the document that was kept last. */
void kept_documents_drop_last(struct kept_documents *documents);

void kept_documents_free(struct kept_documents *documents);

#endif
