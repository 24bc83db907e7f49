/* SPDX-License-Identifier: MIT */
/*
 * The members of an archive by name. A name is stored as a keyed hash of 16 bytes: a quarter
 * of a million members take 10 MiB, and nobody can choose names that collide.
 *
 * Names are cleaned first: "./a", "/a" and "b/../a" are the member "a". A link is stored as
 * the hash of its target's name, and followed inside the archive only.
 */
#ifndef SOURCE_ARCHIVE_MEMBERS_H
#define SOURCE_ARCHIVE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "base/limits.h"

#define MEMBER_KEY_SIZE 16
#define MEMBER_NO_EXTRA UINT32_MAX
#define MEMBER_NAME_SIZE (LIMIT_MEMBER_NAME + 1)

enum member_kind {
	MEMBER_FILE,
	MEMBER_LINK,  /* symbolic or hard */
	MEMBER_OTHER, /* a directory, a device, a FIFO */
};

enum member_flags {
	MEMBER_DIFFERS = 1, /* the archive has the name twice, with different content */
	MEMBER_POINTER = 2, /* a git-lfs pointer in the file's place */
};

struct member {
	unsigned char key[MEMBER_KEY_SIZE];
	int64_t size;
	uint32_t extra; /* file: the caller's number; link: the table's */
	uint8_t kind;   /* enum member_kind */
	uint8_t flags;
};

struct member_table;

/* Makes an empty table. Errors: SCANREQ_E_NOMEM, SCANREQ_E_INTERNAL (no random bytes). */
int member_table_new(struct member_table **table, struct scanreq_error *err);

void member_table_free(struct member_table **table);
#define CLEANUP_MEMBER_TABLE CLEANUP(member_table_free)

/*
 * Cleans a name: removes "." and empty components, resolves "..", and strips slashes at both
 * ends. False when nothing is left, the name leads out of the archive, or it is too long.
 */
bool member_name_clean(const char *name, char out[MEMBER_NAME_SIZE]);

/*
 * Adds `member` under a clean name and sets its key. If the table has the name already,
 * *there is its member and nothing is added; else *there is NULL.
 * Errors: SCANREQ_E_NOMEM.
 */
int member_table_add(struct member_table *table, const char *clean, struct member *member,
		     struct member **there, struct scanreq_error *err);

/*
 * Makes `member` a link from the clean name `from`. A symbolic target is relative to the
 * directory of `from`, a hard one to the root. Errors: SCANREQ_E_NOMEM.
 */
int member_table_link(struct member_table *table, struct member *member, const char *from,
		      const char *target, bool symbolic, struct scanreq_error *err);

/* Whether two links have the same target. */
bool member_table_same_link(const struct member_table *table, const struct member *a,
			    const struct member *b);

enum member_found {
	MEMBER_FOUND,     /* a file */
	MEMBER_ABSENT,
	MEMBER_OUTSIDE,   /* the name or a link leads out of the archive */
	MEMBER_DANGLING,  /* a link leads to nothing */
	MEMBER_TOO_FAR,   /* a circle of links, or more than LIMIT_LINK_HOPS */
	MEMBER_TWICE,     /* the archive has it twice, with different content */
	MEMBER_NO_FILE,   /* it is a directory, a device, a FIFO */
	MEMBER_FAILED,    /* hashing failed: out of memory */
};

/*
 * Finds a file by name, which need not be clean, and follows links. *index is its number,
 * from 0 in the order of the archive.
 */
enum member_found member_table_find(const struct member_table *table, const char *name,
				    size_t *index);

/* Whether a look-up has run out of memory and found nothing. */
bool member_table_failed(const struct member_table *table);

/* Whether any member, whatever it is, has the clean name. */
bool member_table_has(const struct member_table *table, const char *clean);

size_t member_table_count(const struct member_table *table);

/* The member of a number; borrowed until the next addition. */
struct member *member_table_at(const struct member_table *table, size_t index);

#endif
