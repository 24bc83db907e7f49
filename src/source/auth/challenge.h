/* SPDX-License-Identifier: MIT */
/*
 * WWW-Authenticate (RFC 9110 section 11.6.1): one or several challenges in one or several
 * fields, each a scheme with a token68 or a list of parameters.
 */
#ifndef SOURCE_AUTH_CHALLENGE_H
#define SOURCE_AUTH_CHALLENGE_H

#include <stddef.h>
#include <scanreq/error.h>

#include "base/str.h"

struct challenge {
	char *scheme;        /* lower case */
	struct strv names;   /* lower case */
	struct strv values;  /* unquoted */
};

struct challenges {
	struct challenge *items;
	size_t count;
};

/*
 * Adds the challenges of one field value, up to the first that is malformed.
 * 0 or SCANREQ_E_NOMEM.
 */
int challenges_parse(struct challenges *challenges, const char *field);

void challenges_free(struct challenges *challenges);
#define CLEANUP_CHALLENGES CLEANUP(challenges_free)

/* The first challenge of a scheme, or NULL. */
const struct challenge *challenges_find(const struct challenges *challenges,
					const char *scheme);

/* The first parameter of that name, or NULL. */
const char *challenge_parameter(const struct challenge *challenge, const char *name);

#endif
