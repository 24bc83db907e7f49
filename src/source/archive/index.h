/* SPDX-License-Identifier: MIT */
/*
 * The index of a tar, made in one pass: the size and kind of every member, and the bytes of
 * the small JSON documents. Which of those are needed is known only at the end, since
 * manifest.json is mostly the last member. No layer is kept, and nothing goes to disk.
 */
#ifndef SOURCE_ARCHIVE_INDEX_H
#define SOURCE_ARCHIVE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "source/stream/input.h"
#include "source/stream/proof.h"

struct archive_index;

/* A stored file, links followed. */
struct archive_file {
	size_t identity; /* equal for all names of one stored file */
	int64_t size;
};

/* A document that was kept; borrowed from the index. */
struct archive_document {
	const char *bytes;
	size_t len;
};

/* Counts, and oddities of the archive as a whole. */
struct archive_census {
	size_t members;    /* all, nameless ones included */
	size_t nameless;   /* names that are not UTF-8, too long, or lead out */
	size_t kept_bytes; /* of documents */
	bool no_end;       /* the blocks that end a tar are missing */
};

/*
 * Reads the tar to its end (archive_input_finish() reads on). With `prove_files` every file
 * is hashed; else a plain tar is walked by seeking. On success *index is the
 * caller's. Errors: SCANREQ_E_UNREADABLE (damaged, truncated, over LIMIT_ARCHIVE_MEMBERS, a
 * root document over LIMIT_MANIFEST, and those of archive_proofs_read()), SCANREQ_E_NOMEM.
 */
int archive_index_read(struct archive_input *input, bool prove_files,
		       struct archive_index **index, struct scanreq_error *err);

void archive_index_free(struct archive_index **index);
#define CLEANUP_ARCHIVE_INDEX CLEANUP(archive_index_free)

/* Whether a look-up has run out of memory and found nothing: check at the end. */
bool archive_index_failed(const struct archive_index *index);

/* Whether there is a member of the clean name, of any kind. */
bool archive_index_has(const struct archive_index *index, const char *name);

/* Finds a file. Returns NULL, or a static reason: "is not in the archive". */
const char *archive_index_find(const struct archive_index *index, const char *name,
			       struct archive_file *file);

/*
 * The bytes of a document. Errors: SCANREQ_E_UNREADABLE (missing, twice with different
 * content, no JSON, too large or not kept).
 */
int archive_index_document(const struct archive_index *index, const char *name,
			   struct archive_document *document, struct scanreq_error *err);

/*
 * The proof of the file of that identity; false when files were not hashed, or this one is
 * sparse.
 */
bool archive_index_proof(const struct archive_index *index, size_t identity,
			 struct layer_proof *proof);

struct archive_census archive_index_census(const struct archive_index *index);

#endif
