/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "net/address.h"
#include "source/auth/realm.h"

static const char *is_at(enum address_place place)
{
	switch (place) {
	case ADDRESS_PRIVATE:
		return "is a private address";
	case ADDRESS_LOOPBACK:
		return "is an address of this machine";
	default:
		return "is a link-local, metadata or reserved address";
	}
}

/* Why a realm is refused, or NULL. */
static const char *forbidden(const struct url *origin, const struct url *realm)
{
	enum address_place place = address_place(realm->host);
	bool same_host = strcmp(realm->host, origin->host) == 0;
	bool both_loopback = place == ADDRESS_LOOPBACK &&
			     address_place(origin->host) == ADDRESS_LOOPBACK;

	if (!realm->https && origin->https)
		return "is not https";
	if (!realm->https && !same_host && !both_loopback)
		return "is not https, on another host";
	if (same_host || both_loopback)
		return NULL;
	return place == ADDRESS_NAME || place == ADDRESS_PUBLIC ? NULL : is_at(place);
}

static int realm_refuse(const struct url *realm, const char *registry, const char *why,
			struct scanreq_error *err)
{
	char *host CLEANUP_FREE = url_host_port(realm);

	if (!host)
		return error_nomem(err);
	return error_set(err, SCANREQ_CODE_REALM_REFUSED,
			 "the realm of %s, where tokens are issued, %s (%s): it is not asked, so"
			 " that no login leaks; set allow-realm to %s if you trust it", registry,
			 why, host, host);
}

int realm_find(const struct challenge *challenge, const struct url *origin,
	       const struct strv *allowed, const char *registry, struct url *realm,
	       struct scanreq_error *err)
{
	const char *text = challenge_parameter(challenge, "realm");
	struct url found CLEANUP_URL = { 0 };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed = url_parse(text, origin, &found, &why);
	const char *wrong;

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		return error_about(error_set(err, SCANREQ_CODE_REALM_REFUSED,
					     "the realm of %s, where tokens are issued, cannot be "
					     "used: %s", registry, why.message),
				   "", err);
	wrong = url_is_named(&found, allowed) ? NULL : forbidden(origin, &found);
	if (wrong)
		return realm_refuse(&found, registry, wrong, err);
	*realm = found;
	memset(&found, 0, sizeof(found));
	return 0;
}

static bool is_below(const char *host, const char *domain)
{
	size_t len = strlen(host), n = strlen(domain);

	return len > n && host[len - n - 1] == '.' && str_suffix(host, domain);
}

int realm_check_below(const struct url *realm, const char *below, const char *registry,
		      struct scanreq_error *err)
{
	char *host CLEANUP_FREE = NULL;

	if (realm->https && is_below(realm->host, below))
		return 0;
	host = url_host_port(realm);
	if (!host)
		return error_nomem(err);
	return error_about(error_set(err, SCANREQ_CODE_REALM_REFUSED,
				     "the realm of %s, where tokens are issued, is %s, which is no "
				     "https host below %s: it does not get the temporary login; "
				     "log in with a password, or set anonymous",
				     registry, host, below),
			   "anonymous", err);
}
