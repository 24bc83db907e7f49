/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/limits.h"
#include "source/archive/oci.h"

/* The descriptor's "data", else the blob in the archive. */
static int find_document(const struct archive_index *index, const struct descriptor *d,
			 struct buf *decoded, struct archive_document *raw)
{
	char path[BLOB_PATH_SIZE];

	if (!d->data)
		return archive_index_document(index, blob_path(&d->digest, path), raw, NULL);
	if (!base64_decode(decoded, d->data, strlen(d->data)))
		return SCANREQ_E_UNREADABLE;
	if (decoded->failed)
		return decoded->failed;
	raw->bytes = buf_str(decoded);
	raw->len = decoded->len;
	return 0;
}

int oci_archive_document(const struct archive_index *index, const struct descriptor *d,
			 struct document *document, struct scanreq_error *err)
{
	struct buf decoded CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	struct archive_document raw;
	char path[BLOB_PATH_SIZE];
	int failed = find_document(index, d, &decoded, &raw);

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID, "%s is no JSON document",
				 blob_path(&d->digest, path));
	return document_parse_saved(raw.bytes, raw.len, d->media_type, document, err);
}

bool oci_archive_holds(const struct archive_index *index, const struct descriptor *d)
{
	char path[BLOB_PATH_SIZE];

	return d->data || archive_index_has(index, blob_path(&d->digest, path));
}

static bool holds_any(const struct archive_index *index, const struct document *document)
{
	for (size_t i = 0; i < document->count; i++)
		if (!document->entries[i].attestation &&
		    oci_archive_holds(index, &document->entries[i]))
			return true;
	return false;
}

/* Reads a document: adds the entries of an index, or notes the config of a manifest. */
static int archive_oci_follow(const struct archive_index *index,
			      struct saved_documents *documents, size_t i,
			      struct scanreq_error *err)
{
	struct document document CLEANUP_DOCUMENT = { 0 };
	struct saved_document *entry = &documents->items[i];
	int failed;

	if (!oci_archive_holds(index, &entry->descriptor))
		return 0;
	failed = oci_archive_document(index, &entry->descriptor, &document, NULL);
	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	entry->state = failed ? SAVED_NONE
		       : document.kind == DOCUMENT_INDEX ? SAVED_INDEX : SAVED_IMAGE;
	if (entry->state == SAVED_IMAGE)
		entry->config = document.config.digest;
	if (entry->state != SAVED_INDEX)
		return 0;
	entry->holds = holds_any(index, &document);
	return entry->depth < LIMIT_INDEX_DEPTH ? oci_index_add(documents, &document, i, err) : 0;
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
		failed = oci_index_add(documents, &top, SAVED_TOP, err);
	for (size_t i = 0; i < documents->count && !failed; i++)
		failed = archive_oci_follow(index, documents, i, err);
	return failed;
}

int oci_archive_list(const struct archive_index *index, struct candidates *candidates,
		     struct scanreq_error *err)
{
	struct archive_document raw;
	int failed = archive_index_document(index, OCI_INDEX, &raw, err);

	candidates->kind = OCI_ARCHIVE;
	return failed ? failed : oci_index_list(raw.bytes, raw.len, candidates, err);
}
