/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/limits.h"
#include "source/oci-archive.h"

/* Reads what an entry describes, when the archive holds it and it is a manifest. */
static int read_entry(const struct archive_index *index, const struct saved_document *entry,
		      struct document *document)
{
	struct archive_document raw;
	char path[BLOB_PATH_SIZE];

	if (archive_index_document(index, blob_path(&entry->descriptor.digest, path), &raw,
				   NULL))
		return SCANREQ_E_NOT_FOUND;
	return document_parse(raw.bytes, raw.len, entry->descriptor.media_type, document,
			      NULL);
}

/* Takes one entry further: an index's entries are added, a manifest's config is noted. */
static int follow(const struct archive_index *index, struct saved_documents *documents,
		  size_t i, struct scanreq_error *err)
{
	struct document document CLEANUP_DOCUMENT = { 0 };
	struct saved_document *entry = &documents->items[i];
	struct strv names CLEANUP_STRV = { 0 };
	int failed = read_entry(index, entry, &document);

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		return 0;
	if (document.kind == DOCUMENT_MANIFEST) {
		entry->config = document.config.digest;
		return 0;
	}
	if (entry->depth >= LIMIT_INDEX_DEPTH)
		return 0;
	/* A copy: an index that lists itself would add to the names that it passes on. */
	if (names_add(&names, &entry->names))
		return error_nomem(err);
	return oci_index_add(documents, &document, &names, entry->depth + 1, err);
}

int oci_archive_walk(const struct archive_index *index, struct saved_documents *documents,
		     struct scanreq_error *err)
{
	struct document top CLEANUP_DOCUMENT = { 0 };
	struct archive_document raw;
	int failed = archive_index_document(index, OCI_INDEX, &raw, err);

	if (!failed)
		failed = oci_index_parse(raw.bytes, raw.len, &top, err);
	if (!failed)
		failed = oci_index_add(documents, &top, NULL, 0, err);
	for (size_t i = 0; i < documents->count && !failed; i++)
		failed = follow(index, documents, i, err);
	return failed;
}

int oci_archive_list(const struct archive_index *index, struct candidates *candidates,
		     struct scanreq_error *err)
{
	struct archive_document raw;
	int failed = archive_index_document(index, OCI_INDEX, &raw, err);

	candidates->kind = "oci-archive";
	return failed ? failed : oci_index_list(raw.bytes, raw.len, candidates, err);
}
