/* SPDX-License-Identifier: MIT */
/*
 * The chain of providers: the first that serves is asked again from then on, shortly
 * before the keys that it gave expire. May be used by several threads; one asks, the
 * others wait for what it gets.
 */
#ifndef CLOUD_KEYS_CHAIN_H
#define CLOUD_KEYS_CHAIN_H

#include "cloud/keys/provider.h"

struct credential_chain;

/*
 * Makes a chain; what the context points to must outlive it. NULL when out of memory.
 */
struct credential_chain *credential_chain_new(const struct provider_context *context);

void credential_chain_free(struct credential_chain **chain);

/*
 * Keys that are good for some minutes. With `static_only` nothing is asked over the
 * network or of other programs, and *credentials has no key_id when nobody serves.
 * Errors: SCANREQ_E_USAGE (a malformed STS endpoint or region), SCANREQ_E_DENIED (nobody
 * serves; half of a pair; a profile that does not serve), SCANREQ_E_UNAVAILABLE (the one
 * that should serve could not be reached), SCANREQ_E_NOMEM.
 */
int credential_chain_get(struct credential_chain *chain, bool static_only,
			 struct credentials *credentials, struct scanreq_error *err);

/*
 * The region of the aliyun CLI's profile that the chain would use, for when nothing else
 * says one; borrowed from the chain, or NULL. Only the file is read, and that once.
 */
const char *credential_chain_region(struct credential_chain *chain);

#endif
