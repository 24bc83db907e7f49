/* SPDX-License-Identifier: MIT */
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/str.h"
#include "source/archive/members.h"

#define SECRET_SIZE 32
#define FIRST_CAPACITY 64
/* `extra` of a link that leads out of the archive. */
#define LINK_OUTSIDE (UINT32_MAX - 1)

struct link_target {
	unsigned char key[MEMBER_KEY_SIZE];
};

/* The hash state, which a look-up changes. */
struct name_hash {
	EVP_MD_CTX *md;
	bool failed; /* a name could not be hashed: its look-up has found nothing */
};

struct member_table {
	unsigned char secret[SECRET_SIZE];
	struct name_hash *hash;
	struct member *members;
	size_t count;
	size_t capacity;
	uint32_t *slots; /* 2 * capacity: a member's number + 1, or 0 */
	struct link_target *links;
	size_t link_count;
	size_t link_capacity;
};

/* --- names ------------------------------------------------------------------------- */

/* Appends the components of `path` to the clean name in `out`. */
static bool walk_path(const char *path, char out[MEMBER_NAME_SIZE])
{
	size_t len = strlen(out);

	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && memcmp(path, "..", 2) == 0) {
			char *slash = strrchr(out, '/');

			if (len == 0)
				return false;
			len = slash ? (size_t)(slash - out) : 0;
		} else if (n > 0 && !(n == 1 && *path == '.')) {
			if (len + (len > 0) + n >= MEMBER_NAME_SIZE)
				return false;
			if (len > 0)
				out[len++] = '/';
			memcpy(out + len, path, n);
			len += n;
		}
		out[len] = '\0';
		path += n;
		path += *path == '/';
	}
	return len > 0;
}

bool member_name_clean(const char *name, char out[MEMBER_NAME_SIZE])
{
	out[0] = '\0';
	return walk_path(name, out);
}

/* The clean name of a link's target; an absolute one is outside of the archive. */
static bool target_name(const char *from, const char *target, bool symbolic,
			char out[MEMBER_NAME_SIZE])
{
	const char *slash = strrchr(from, '/');
	size_t len = symbolic && slash ? (size_t)(slash - from) : 0;

	if (symbolic && *target == '/')
		return false;
	memcpy(out, from, len);
	out[len] = '\0';
	return walk_path(target, out);
}

static bool hash_name(const struct member_table *table, const char *clean,
		      unsigned char key[MEMBER_KEY_SIZE])
{
	unsigned char md[EVP_MAX_MD_SIZE];

	if (!EVP_DigestInit_ex(table->hash->md, NULL, NULL) ||
	    !EVP_DigestUpdate(table->hash->md, table->secret, SECRET_SIZE) ||
	    !EVP_DigestUpdate(table->hash->md, clean, strlen(clean)) ||
	    !EVP_DigestFinal_ex(table->hash->md, md, NULL)) {
		table->hash->failed = true;
		return false;
	}
	memcpy(key, md, MEMBER_KEY_SIZE);
	return true;
}

/* --- the table --------------------------------------------------------------------- */

int member_table_new(struct member_table **table, struct scanreq_error *err)
{
	struct member_table *made CLEANUP_MEMBER_TABLE = calloc(1, sizeof(*made));

	if (!made)
		return error_nomem(err);
	if (getentropy(made->secret, SECRET_SIZE) != 0)
		return error_set(err, SCANREQ_CODE_INTERNAL, "the system gives no random bytes");
	made->hash = calloc(1, sizeof(*made->hash));
	if (made->hash)
		made->hash->md = EVP_MD_CTX_new();
	if (!made->hash || !made->hash->md || !digest_ready() ||
	    !EVP_DigestInit_ex(made->hash->md, EVP_sha256(), NULL))
		return error_nomem(err);
	*table = TAKE(made);
	return 0;
}

void member_table_free(struct member_table **table)
{
	struct member_table *t = *table;

	if (!t)
		return;
	if (t->hash)
		EVP_MD_CTX_free(t->hash->md);
	free(t->hash);
	free(t->members);
	free(t->slots);
	free(t->links);
	free(t);
	*table = NULL;
}

bool member_table_failed(const struct member_table *table)
{
	return table->hash->failed;
}

size_t member_table_count(const struct member_table *table)
{
	return table->count;
}

struct member *member_table_at(const struct member_table *table, size_t index)
{
	return &table->members[index];
}

static bool same_key(const unsigned char *a, const unsigned char *b)
{
	return memcmp(a, b, MEMBER_KEY_SIZE) == 0;
}

/* The slot of `key`: the one that holds it, or the free one where it belongs. */
static size_t slot_of(const struct member_table *table,
		      const unsigned char key[MEMBER_KEY_SIZE])
{
	size_t mask = 2 * table->capacity - 1, slot;

	memcpy(&slot, key, sizeof(slot));
	for (slot &= mask; table->slots[slot]; slot = (slot + 1) & mask)
		if (same_key(table->members[table->slots[slot] - 1].key, key))
			break;
	return slot;
}

static bool members_grow(struct member_table *table)
{
	size_t capacity = table->capacity ? 2 * table->capacity : FIRST_CAPACITY;
	struct member *members = reallocarray(table->members, capacity, sizeof(*members));
	uint32_t *slots;

	if (!members)
		return false;
	table->members = members;
	slots = calloc(2 * capacity, sizeof(*slots));
	if (!slots)
		return false;
	free(table->slots);
	table->slots = slots;
	table->capacity = capacity;
	for (size_t i = 0; i < table->count; i++)
		slots[slot_of(table, members[i].key)] = (uint32_t)i + 1;
	return true;
}

int member_table_add(struct member_table *table, const char *clean, struct member *member,
		     struct member **there, struct scanreq_error *err)
{
	size_t slot;

	*there = NULL;
	if (table->count == table->capacity && !members_grow(table))
		return error_nomem(err);
	if (!hash_name(table, clean, member->key))
		return error_nomem(err);
	slot = slot_of(table, member->key);
	if (table->slots[slot]) {
		*there = &table->members[table->slots[slot] - 1];
		return 0;
	}
	table->members[table->count++] = *member;
	table->slots[slot] = (uint32_t)table->count;
	return 0;
}

/* --- links ------------------------------------------------------------------------- */

int member_table_link(struct member_table *table, struct member *member, const char *from,
		      const char *target, bool symbolic, struct scanreq_error *err)
{
	char name[MEMBER_NAME_SIZE];
	struct link_target *links;

	member->kind = MEMBER_LINK;
	member->extra = LINK_OUTSIDE;
	if (!target_name(from, target, symbolic, name))
		return 0;
	if (table->link_count == table->link_capacity) {
		size_t capacity = table->link_capacity * 2 + FIRST_CAPACITY;

		links = reallocarray(table->links, capacity, sizeof(*links));
		if (!links)
			return error_nomem(err);
		table->links = links;
		table->link_capacity = capacity;
	}
	if (!hash_name(table, name, table->links[table->link_count].key))
		return error_nomem(err);
	member->extra = (uint32_t)table->link_count++;
	return 0;
}

bool member_table_same_link(const struct member_table *table, const struct member *a,
			    const struct member *b)
{
	if (a->extra == LINK_OUTSIDE || b->extra == LINK_OUTSIDE)
		return a->extra == b->extra;
	return same_key(table->links[a->extra].key, table->links[b->extra].key);
}

/* --- finding ----------------------------------------------------------------------- */

static const struct member *by_key(const struct member_table *table,
				   const unsigned char key[MEMBER_KEY_SIZE])
{
	uint32_t number = table->count > 0 ? table->slots[slot_of(table, key)] : 0;

	return number > 0 ? &table->members[number - 1] : NULL;
}

enum member_found member_table_find(const struct member_table *table, const char *name,
				    size_t *index)
{
	char clean[MEMBER_NAME_SIZE];
	unsigned char first[MEMBER_KEY_SIZE];
	const unsigned char *key = first;

	if (!member_name_clean(name, clean))
		return MEMBER_OUTSIDE;
	if (!hash_name(table, clean, first))
		return MEMBER_FAILED;
	for (int hops = 0; hops <= LIMIT_LINK_HOPS; hops++) {
		const struct member *member = by_key(table, key);

		if (!member)
			return hops ? MEMBER_DANGLING : MEMBER_ABSENT;
		if (member->flags & MEMBER_DIFFERS)
			return MEMBER_TWICE;
		if (member->kind == MEMBER_OTHER)
			return MEMBER_NO_FILE;
		if (member->kind == MEMBER_FILE) {
			*index = (size_t)(member - table->members);
			return MEMBER_FOUND;
		}
		if (member->extra == LINK_OUTSIDE)
			return MEMBER_OUTSIDE;
		key = table->links[member->extra].key;
	}
	return MEMBER_TOO_FAR;
}

bool member_table_has(const struct member_table *table, const char *clean)
{
	unsigned char key[MEMBER_KEY_SIZE];

	return hash_name(table, clean, key) && by_key(table, key);
}
