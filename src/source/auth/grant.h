/* SPDX-License-Identifier: MIT */
/* The Authorization values that registries and token servers granted, one a repository. */
#ifndef SOURCE_AUTH_GRANT_H
#define SOURCE_AUTH_GRANT_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "net/url.h"
#include "oci/reference.h"

/* The grant for one repository at one origin; owned, wiped when freed. */
struct grant {
	char *key;          /* of grant_key() */
	char *scope;        /* of the token; "": Basic */
	char *value;        /* of the Authorization field */
	char *login;        /* the login it was granted for, "AWS from auth.json (...)"; or NULL */
	int64_t expires_ms; /* on this machine's clock; INT64_MAX: never */
};

void grant_free(struct grant *grant);

/* "https://host:port ns/repo", the caller's; NULL when out of memory. */
char *grant_key(const struct url *origin, const struct reference *reference);

/* The grants of a run. All-zero: none. Callers on several threads need a mutex. */
struct grants {
	struct grant *items;
	size_t count;
};

void grants_free(struct grants *grants);

/* The grant of a key, expired or not, valid until the next grants_set(); or NULL. */
struct grant *grants_find(struct grants *grants, const char *key);

/* Keeps a copy, which replaces the grant of the same key. 0 or SCANREQ_E_NOMEM. */
int grants_set(struct grants *grants, const struct grant *grant);

#endif
