/* SPDX-License-Identifier: MIT */
/*
 * Image references, by the grammar of distribution/reference (reference.go, regexp.go,
 * normalize.go):
 *
 *	reference := name [ ":" tag ] [ "@" digest ]
 *	name      := [ domain "/" ] path-component *( "/" path-component )
 *
 * Normalised as docker does it: the first component is a domain if and only if it is
 * "localhost" or has ".", ":" or an upper-case letter; everything else is a path on
 * docker.io, where a path of one component gets "library/"; index.docker.io and
 * registry-1.docker.io are docker.io; without tag and digest the tag is "latest".
 */
#ifndef OCI_REFERENCE_H
#define OCI_REFERENCE_H

#include <scanreq/error.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/str.h"

#define REFERENCE_HUB "docker.io"

struct reference {
	char *domain; /* host[:port], lower or upper case as it was given */
	char *path;
	char *tag;    /* NULL when there is only a digest */
	struct digest digest;
};

/*
 * Parses and normalises `text`. On success the members are the caller's
 * (reference_free()). Errors: SCANREQ_E_USAGE, SCANREQ_E_NOMEM.
 */
int reference_parse(const char *text, struct reference *reference, struct scanreq_error *err);

void reference_free(struct reference *reference);
#define CLEANUP_REFERENCE CLEANUP(reference_free)

/* "domain/path[:tag][@digest]", the caller's; NULL when out of memory. */
char *reference_format(const struct reference *reference);

/*
 * The name as reference_format() writes it, so that two spellings become equal:
 * "docker.io/library/busybox:latest" for "busybox". A text that is no reference is copied.
 * The caller's; NULL when out of memory.
 */
char *reference_spell_out(const char *name);

/* Adds all `names` to `spelt`, spelt out. 0 or SCANREQ_E_NOMEM. */
int reference_spell_out_all(const struct strv *names, struct strv *spelt);

/* Copies; 0 or SCANREQ_E_NOMEM. `to` must be empty. */
int reference_copy(struct reference *to, const struct reference *from);

/* Whether `text` is a tag: [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}. */
bool reference_valid_tag(const char *text);

/*
 * Namespace and repository name as Alibaba Cloud means them: the path without its last
 * element (*ns NULL when there is none) and the last element. The caller's.
 * 0 or SCANREQ_E_NOMEM.
 */
int reference_split_path(const struct reference *reference, char **ns, char **repo_name);

#endif
