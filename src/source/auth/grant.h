/* SPDX-License-Identifier: MIT */
/* What registries and token servers granted: one Authorization value a repository. */
#ifndef SOURCE_AUTH_GRANT_H
#define SOURCE_AUTH_GRANT_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "net/url.h"
#include "oci/reference.h"

/* What was granted for one repository at one origin; owned, wiped when freed. */
struct grant {
	char *key;          /* of grant_key() */
	char *scope;        /* that the token was asked with; "": Basic */
	char *value;        /* of the Authorization field */
	char *login;        /* "AWS from auth.json (...)": whose login it came of; NULL: nobody's */
	int64_t expires_ms; /* on this machine's clock; INT64_MAX: never */
};

void grant_free(struct grant *grant);

/* "https://host:port ns/repo", the caller's; NULL when out of memory. */
char *grant_key(const struct url *origin, const struct reference *reference);

/* All of a run; all-zero: none. Whoever shares them guards them. */
struct grants {
	struct grant *items;
	size_t count;
};

void grants_free(struct grants *grants);

/* The one with a key, expired or not, until the next grants_set(); or NULL. */
struct grant *grants_find(struct grants *grants, const char *key);

/* Keeps a copy in place of what its key has. 0, or SCANREQ_E_NOMEM. */
int grants_set(struct grants *grants, const struct grant *grant);

#endif
