/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "source/oci-index.h"

/* "@" and the digits of a size_t. */
#define SELECTOR_MAX 32

/* --- blobs ------------------------------------------------------------------------- */

const char *blob_path(const struct digest *digest, char out[BLOB_PATH_SIZE])
{
	char text[DIGEST_TEXT_MAX];
	char *colon;

	digest_format(digest, text);
	colon = strchr(text, ':');
	if (colon)
		*colon = '/';
	snprintf(out, BLOB_PATH_SIZE, "blobs/%s", text);
	return out;
}

bool blob_path_digest(const char *name, struct digest *digest)
{
	char text[DIGEST_TEXT_MAX];
	const char *rest;
	char *slash;

	if (!str_prefix(name, "blobs/", &rest) || strlen(rest) >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%s", rest);
	slash = strchr(text, '/');
	if (!slash)
		return false;
	*slash = ':';
	return digest_parse(text, strlen(text), digest);
}

/* --- entries ----------------------------------------------------------------------- */

void saved_documents_free(struct saved_documents *documents)
{
	for (size_t i = 0; i < documents->count; i++) {
		descriptor_free(&documents->items[i].descriptor);
		strv_free(&documents->items[i].names);
		strv_free(&documents->items[i].refs);
	}
	free(documents->items);
	free(documents->edges);
	*documents = (struct saved_documents){ 0 };
}

static struct saved_document *find_document(const struct saved_documents *documents,
					    const struct digest *digest)
{
	for (size_t i = 0; i < documents->count; i++)
		if (digest_equal(&documents->items[i].descriptor.digest, digest))
			return &documents->items[i];
	return NULL;
}

/* Adds an entry of an index; NULL when there is no memory. */
static struct saved_document *new_document(struct saved_documents *documents,
					   const struct descriptor *descriptor)
{
	struct saved_document *items = reallocarray(documents->items, documents->count + 1,
						    sizeof(*items));
	struct saved_document *made;

	if (!items)
		return NULL;
	documents->items = items;
	made = &items[documents->count];
	*made = (struct saved_document){ 0 };
	if (descriptor_copy(&made->descriptor, descriptor))
		return NULL;
	documents->count++;
	return made;
}

/*
 * Takes the image's name from a descriptor's annotations. Docker, containerd and BuildKit
 * write the whole name in containerd's annotation and the bare tag in OCI's; podman, skopeo
 * and jib write the whole name in OCI's. A bare tag is no name, but skopeo and umoci choose
 * by it.
 */
static int add_own_names(struct saved_document *to, const struct descriptor *d)
{
	bool bare = d->ref_name && !strpbrk(d->ref_name, "/:");
	const char *name = d->image_name ? d->image_name : bare ? NULL : d->ref_name;

	if (bare && to->refs.count < LIMIT_NAMES && strv_add_new(&to->refs, d->ref_name))
		return SCANREQ_E_NOMEM;
	if (!name || to->names.count >= LIMIT_NAMES)
		return 0;
	return strv_add_new(&to->names, name);
}

/* The room for edges is the next power of two. */
static int add_edge(struct saved_documents *documents, size_t from, size_t to)
{
	size_t count = documents->edge_count;

	if ((count & (count - 1)) == 0) {
		struct saved_edge *edges = reallocarray(documents->edges, count ? 2 * count : 1,
							sizeof(*edges));

		if (!edges)
			return SCANREQ_E_NOMEM;
		documents->edges = edges;
	}
	documents->edges[documents->edge_count++] = (struct saved_edge){ from, to };
	return 0;
}

/* Adds the names of an entry of index.json, or the edge from another index. */
static int add_origin(struct saved_documents *documents, size_t from,
		      struct saved_document *to, const struct descriptor *d)
{
	if (from == SAVED_TOP)
		return add_own_names(to, d);
	if (documents->items[from].listed++ == 0)
		documents->items[from].edge = documents->edge_count;
	return add_edge(documents, from, (size_t)(to - documents->items));
}

int oci_index_add(struct saved_documents *documents, const struct document *index, size_t from,
		  struct scanreq_error *err)
{
	int depth = from == SAVED_TOP ? 0 : documents->items[from].depth + 1;

	for (size_t i = 0; i < index->count; i++) {
		const struct descriptor *d = &index->entries[i];
		struct saved_document *to;

		if (d->attestation)
			continue;
		if (documents->count >= LIMIT_CANDIDATES)
			return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
					 OCI_INDEX " leads to more than %d manifests",
					 LIMIT_CANDIDATES);
		to = find_document(documents, &d->digest);
		if (!to) {
			to = new_document(documents, d);
			if (!to)
				return error_nomem(err);
			to->depth = depth;
		}
		if (add_origin(documents, from, to, d))
			return error_nomem(err);
	}
	return 0;
}

int oci_index_parse(const char *bytes, size_t len, struct document *document,
		    struct scanreq_error *err)
{
	int failed = document_parse(bytes, len, NULL, document, err);

	if (failed)
		return error_prefix(err, failed, OCI_INDEX);
	if (document->kind != DOCUMENT_INDEX)
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
				 OCI_INDEX " is a manifest and no index");
	return 0;
}

/* --- candidates -------------------------------------------------------------------- */

char *selector_of(size_t number)
{
	struct buf text CLEANUP_BUF = BUF_INIT(SELECTOR_MAX);

	buf_addf(&text, "@%zu", number);
	return buf_take(&text);
}

/* Moves an entry of index.json to the candidates. */
static int add_candidate(struct saved_document *from, struct candidates *candidates,
			 struct scanreq_error *err)
{
	struct candidate *candidate = candidates_add(candidates);

	if (!candidate)
		return error_nomem(err);
	candidate->selector = selector_of(candidates->count - 1);
	candidate->names = from->names;
	candidate->refs = from->refs;
	candidate->descriptor = from->descriptor;
	*from = (struct saved_document){ 0 };
	return candidate->selector ? 0 : error_nomem(err);
}

int oci_index_list(const char *bytes, size_t len, struct candidates *candidates,
		   struct scanreq_error *err)
{
	struct saved_documents documents CLEANUP_SAVED_DOCUMENTS = { 0 };
	struct document top CLEANUP_DOCUMENT = { 0 };
	int failed = oci_index_parse(bytes, len, &top, err);

	candidates->size_basis = "stored";
	if (!failed)
		failed = oci_index_add(&documents, &top, SAVED_TOP, err);
	for (size_t i = 0; i < documents.count && !failed; i++)
		failed = add_candidate(&documents.items[i], candidates, err);
	if (failed)
		return failed;
	if (candidates->count == 0)
		return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE, OCI_INDEX " lists no image");
	return 0;
}
