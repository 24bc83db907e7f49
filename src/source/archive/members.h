/* SPDX-License-Identifier: MIT */
/*
 * The members of an archive by name. A name is kept as a keyed hash of 16 bytes: an
 * archive of a quarter of a million members stays at 10 MiB, and whoever writes names
 * cannot aim at collisions.
 *
 * Names are cleaned first, so that "./a", "/a" and "b/../a" are the member "a". A link is
 * kept as the hash of the name that it leads to, and followed inside the archive only.
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
	uint32_t extra; /* of a file the caller's number, of a link the table's */
	uint8_t kind;   /* enum member_kind */
	uint8_t flags;
};

struct member_table;

/* Makes an empty table. Errors: SCANREQ_E_NOMEM, SCANREQ_E_INTERNAL (no random bytes). */
int member_table_new(struct member_table **table, struct scanreq_error *err);

void member_table_free(struct member_table **table);
#define CLEANUP_MEMBER_TABLE CLEANUP(member_table_free)

/*
 * Cleans a name: no "." and no empty component, ".." taken back, no slash at either end.
 * False when nothing is left, when it leads out of the archive, or when it is too long.
 */
bool member_name_clean(const char *name, char out[MEMBER_NAME_SIZE]);

/*
 * Adds `member` under a clean name; its key is filled. When the name is there already,
 * *there is the member that has it, and nothing is added; else *there is NULL.
 * Errors: SCANREQ_E_NOMEM.
 */
int member_table_add(struct member_table *table, const char *clean, struct member *member,
		     struct member **there, struct scanreq_error *err);

/*
 * Makes `member` a link from the clean name `from`: a symbolic one leads on from the
 * directory of `from`, a hard one from the root. A target outside of the archive is kept
 * as such. Errors: SCANREQ_E_NOMEM.
 */
int member_table_link(struct member_table *table, struct member *member, const char *from,
		      const char *target, bool symbolic, struct scanreq_error *err);

/* Whether two members that have one name are links to the same one. */
bool member_table_same_link(const struct member_table *table, const struct member *a,
			    const struct member *b);

enum member_found {
	MEMBER_FOUND,     /* a file */
	MEMBER_ABSENT,
	MEMBER_OUTSIDE,   /* the name or a link leads out of the archive */
	MEMBER_DANGLING,  /* a link leads to nothing */
	MEMBER_TOO_FAR,   /* links lead in circles, or over LIMIT_LINK_HOPS */
	MEMBER_TWICE,     /* the archive has it twice, with different content */
	MEMBER_NO_FILE,   /* it is a directory, a device, a FIFO */
	MEMBER_FAILED,    /* hashing failed: out of memory */
};

/*
 * Finds the file of that name, which need not be clean; links are followed. *index is its
 * number, from 0 in the order of the archive.
 */
enum member_found member_table_find(const struct member_table *table, const char *name,
				    size_t *index);

/* Whether there was no memory for one of the names looked up: it passed for absent. */
bool member_table_failed(const struct member_table *table);

/* Whether any member, whatever it is, has the clean name. */
bool member_table_has(const struct member_table *table, const char *clean);

size_t member_table_count(const struct member_table *table);

/* The member of a number; borrowed until the next addition. */
struct member *member_table_at(const struct member_table *table, size_t index);

#endif
