/* SPDX-License-Identifier: MIT */
/*
 * The realm of a Bearer challenge: the URL where tokens are issued (distribution's
 * spec/auth/token.md). A registry chooses it freely, so that a forged one could collect
 * logins, or make this machine ask what only it can reach.
 */
#ifndef SOURCE_AUTH_REALM_H
#define SOURCE_AUTH_REALM_H

#include "base/str.h"
#include "net/url.h"
#include "source/auth/challenge.h"

/*
 * Makes *realm of the challenge's, which may be relative to `origin`, the registry's.
 * It must be https, unless the registry itself is spoken to in http and has that very
 * host, or both are loopback. A literal address that is private, or leads elsewhere on
 * each machine, must be the registry's own host; a loopback realm may belong to any
 * registry on loopback. `allowed` (host[:port] texts, or NULL) names realms that the
 * user vouches for: for them neither rule holds.
 * A name that resolves to a private address is not looked through: https and its
 * certificate stand for it.
 * `registry` is host[:port] for errors. Errors: SCANREQ_E_DENIED, SCANREQ_E_NOMEM.
 */
int realm_find(const struct challenge *challenge, const struct url *origin,
	       const struct strv *allowed, const char *registry, struct url *realm,
	       struct scanreq_error *err);

/*
 * Whether a realm may be given a login that is for https realms below a domain alone
 * (struct credential, realm_below). `registry` is host[:port] for errors.
 * Errors: SCANREQ_E_DENIED, SCANREQ_E_NOMEM.
 */
int realm_check_below(const struct url *realm, const char *below, const char *registry,
		      struct scanreq_error *err);

#endif
