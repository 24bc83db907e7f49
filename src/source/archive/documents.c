/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/limits.h"
#include "source/archive/documents.h"

/* Drops the larger documents until the rest fits. */
static void make_room(struct kept_documents *documents, size_t need)
{
	while (documents->largest > 0 && documents->bytes + need > LIMIT_ARCHIVE_JSON) {
		documents->largest /= 2;
		if (need > documents->largest)
			need = 0; /* the new one will not be kept */
		for (size_t i = 0; i < documents->count; i++) {
			struct kept *k = &documents->items[i];

			if (k->root || !k->bytes || k->len <= documents->largest)
				continue;
			documents->bytes -= k->len;
			free(TAKE(k->bytes));
		}
	}
}

/* An empty entry at the end; it counts when `count` is raised. */
static struct kept *next_kept(struct kept_documents *documents)
{
	if (documents->count == documents->capacity) {
		size_t capacity = documents->capacity ? 2 * documents->capacity : 16;
		struct kept *grown = reallocarray(documents->items, capacity, sizeof(*grown));

		if (!grown)
			return NULL;
		documents->items = grown;
		documents->capacity = capacity;
	}
	documents->items[documents->count] = (struct kept){ 0 };
	return &documents->items[documents->count];
}

int kept_documents_add(struct kept_documents *documents, const struct buf *bytes, bool root,
		       uint32_t *number, struct scanreq_error *err)
{
	struct kept *kept = next_kept(documents);

	if (!kept)
		return error_nomem(err);
	kept->root = root;
	kept->len = bytes->len;
	if (!root)
		make_room(documents, kept->len);
	if (root || kept->len <= documents->largest) {
		/* A buffer has up to twice the memory that it needs. */
		kept->bytes = malloc(kept->len + 1);
		if (!kept->bytes)
			return error_nomem(err);
		memcpy(kept->bytes, buf_str(bytes), kept->len + 1);
		if (!root)
			documents->bytes += kept->len;
	}
	*number = (uint32_t)documents->count++;
	return 0;
}

void kept_documents_drop_last(struct kept_documents *documents)
{
	struct kept *last = &documents->items[--documents->count];

	if (last->bytes && !last->root)
		documents->bytes -= last->len;
	free(last->bytes);
}

void kept_documents_free(struct kept_documents *documents)
{
	for (size_t i = 0; i < documents->count; i++)
		free(documents->items[i].bytes);
	free(documents->items);
	*documents = (struct kept_documents){ 0 };
}
