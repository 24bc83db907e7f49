/* SPDX-License-Identifier: MIT */
/*
 * The realm of a Bearer challenge: the URL where tokens are issued (distribution's
 * spec/auth/token.md). The registry chooses it: a hostile one could collect logins, or make
 * this machine send requests into its own network.
 */
#ifndef SOURCE_AUTH_REALM_H
#define SOURCE_AUTH_REALM_H

#include "base/str.h"
#include "net/url.h"
#include "source/auth/challenge.h"

/*
 * Sets *realm to the challenge's, which may be relative to the registry's `origin`.
 * It must be https, unless the registry itself is reached over http and has the same
 * host, or both are loopback. A literal address that is private, link-local or reserved
 * must be the registry's own host; a loopback realm may belong to any registry on loopback.
 * `allowed` (host[:port] texts, or NULL) are realms that the user trusts: neither rule
 * applies to them. Names are not resolved here: https and the certificate protect them.
 * `registry` is host[:port] for errors. Errors: SCANREQ_E_DENIED, SCANREQ_E_NOMEM.
 */
int realm_find(const struct challenge *challenge, const struct url *origin,
	       const struct strv *allowed, const char *registry, struct url *realm,
	       struct scanreq_error *err);

/*
 * Checks that a realm is https and below the domain that a credential is limited to
 * (struct credential, realm_below). `registry` is host[:port] for errors.
 * Errors: SCANREQ_E_DENIED, SCANREQ_E_NOMEM.
 */
int realm_check_below(const struct url *realm, const char *below, const char *registry,
		      struct scanreq_error *err);

#endif
