/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "source/auth/grant.h"

void grant_free(struct grant *grant)
{
	free(grant->key);
	free(grant->scope);
	free(grant->login);
	str_wipe(&grant->value);
}

char *grant_key(const struct url *origin, const struct reference *reference)
{
	char *key = NULL;

	if (asprintf(&key, "%s://%s:%d %s", origin->https ? "https" : "http", origin->host,
		     origin->port, reference->path) < 0)
		return NULL;
	return key;
}

void grants_free(struct grants *grants)
{
	for (size_t i = 0; i < grants->count; i++)
		grant_free(&grants->items[i]);
	free(grants->items);
	*grants = (struct grants){ .count = 0 };
}

struct grant *grants_find(struct grants *grants, const char *key)
{
	for (size_t i = 0; i < grants->count; i++)
		if (strcmp(grants->items[i].key, key) == 0)
			return &grants->items[i];
	return NULL;
}

static struct grant *grant_add(struct grants *grants, const char *key)
{
	struct grant *items = reallocarray(grants->items, grants->count + 1, sizeof(*items));
	struct grant *grant;

	if (!items)
		return NULL;
	grants->items = items;
	grant = &items[grants->count];
	*grant = (struct grant){ .key = strdup(key) };
	if (!grant->key)
		return NULL;
	grants->count++;
	return grant;
}

int grants_set(struct grants *grants, const struct grant *from)
{
	struct grant *grant = grants_find(grants, from->key);
	char *value CLEANUP_SECRET = NULL;
	char *scope CLEANUP_FREE = NULL;
	char *login CLEANUP_FREE = NULL;

	if (!grant)
		grant = grant_add(grants, from->key);
	if (!grant || str_copy(&value, from->value) || str_copy(&scope, from->scope) ||
	    str_copy(&login, from->login))
		return SCANREQ_E_NOMEM;
	str_wipe(&grant->value);
	free(grant->scope);
	free(grant->login);
	grant->login = TAKE(login);
	grant->value = TAKE(value);
	grant->scope = TAKE(scope);
	grant->expires_ms = from->expires_ms;
	return 0;
}
