/* SPDX-License-Identifier: MIT */
/*
 * The JSON documents of an archive, kept until its end: only then is it known which of them
 * are needed.
 */
#ifndef SOURCE_ARCHIVE_DOCUMENTS_H
#define SOURCE_ARCHIVE_DOCUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/buf.h"

/* A document. `bytes` NULL: dropped, since there were too many. */
struct kept {
	char *bytes;
	size_t len;
	bool root; /* manifest.json, index.json, ... */
};

struct kept_documents {
	struct kept *items;
	size_t count;
	size_t capacity;
	size_t bytes;   /* of all but root documents, together */
	size_t largest; /* documents over this size are not kept */
};

/*
 * Keeps a copy under *number. Of all but root documents the larger ones are dropped until
 * the rest fits into LIMIT_ARCHIVE_JSON. Errors: SCANREQ_E_NOMEM.
 */
int kept_documents_add(struct kept_documents *documents, const struct buf *bytes, bool root,
		       uint32_t *number, struct scanreq_error *err);

/* Drops the document that was added last. */
void kept_documents_drop_last(struct kept_documents *documents);

void kept_documents_free(struct kept_documents *documents);

#endif
