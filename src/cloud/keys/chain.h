/* SPDX-License-Identifier: MIT */
/*
 * The chain of providers. The first provider that gives keys also renews them, shortly before
 * they expire. Threads may share a chain: one asks, the others wait for its result.
 */
#ifndef CLOUD_KEYS_CHAIN_H
#define CLOUD_KEYS_CHAIN_H

#include "cloud/keys/provider.h"

struct credential_chain;

/*
 * Makes a chain; the context's objects must outlive it. NULL when out of memory.
 */
struct credential_chain *credential_chain_new(const struct provider_context *context);

void credential_chain_free(struct credential_chain **chain);

/*
 * Gets keys that are valid for some minutes. `static_only` uses neither the network nor other
 * programs; if it finds none, *credentials has no key_id and 0 is returned.
 * Errors: SCANREQ_E_USAGE (malformed STS endpoint or region), SCANREQ_E_DENIED (no provider
 * or not the requested profile gives keys; half of a pair), SCANREQ_E_UNAVAILABLE (a
 * configured provider could not be reached), SCANREQ_E_NOMEM.
 */
int credential_chain_get(struct credential_chain *chain, bool static_only,
			 struct credentials *credentials, struct scanreq_error *err);

/*
 * The region of the aliyun profile that the chain would use; borrowed from the chain, or NULL.
 * Reads only the CLI's file, once.
 */
const char *credential_chain_region(struct credential_chain *chain);

#endif
