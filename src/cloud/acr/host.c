/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/str.h"
#include "cloud/acr/host.h"
#include "cloud/rpc/endpoint.h"
#include "net/url.h"

#define HTTPS_PORT 443

/* First labels of the personal edition's shared hosts. */
static const char *const shared[] = {
	"registry", "registry-vpc", "registry-internal", "registry-intl", "registry-intl-vpc",
};

/* Copies `len` bytes, which fit, and ends them with a NUL. */
static void copy(char *to, const char *from, size_t len)
{
	memcpy(to, from, len);
	to[len] = '\0';
}

/* A label of a host name, RFC 1123 section 2.1, in lower case. */
static bool valid_label(const char *label)
{
	size_t len = strlen(label);

	return len > 0 && len <= 63 && label[0] != '-' && label[len - 1] != '-' &&
	       label[strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static bool is_shared(const char *label)
{
	for (size_t i = 0; i < ARRAY_LENGTH(shared); i++)
		if (strcmp(label, shared[i]) == 0)
			return true;
	return false;
}

/* "crpi-ID" or "crpi-ID-vpc" */
static bool is_personal_instance(const char *label)
{
	const char *id = NULL;

	return str_prefix(label, "crpi-", &id) && valid_label(id) && strcmp(id, "vpc") != 0;
}

/* "NAME-registry" or "NAME-registry-vpc" */
static bool take_instance(const char *label, struct acr_host *host)
{
	static const char *const ends[] = { "-registry", "-registry-vpc" };

	for (size_t i = 0; i < ARRAY_LENGTH(ends); i++)
		if (str_suffix(label, ends[i]))
			copy(host->instance, label, strlen(label) - strlen(ends[i]));
	return valid_label(host->instance);
}

/* Whether `label`, any region and `below` make a registry's name. */
static bool take_edition(const char *label, const char *below, struct acr_host *host)
{
	if (strcmp(below, "aliyuncs.com") == 0)
		return is_shared(label);
	if (strcmp(below, "personal.cr.aliyuncs.com") == 0)
		return is_personal_instance(label);
	if (strcmp(below, "cr.aliyuncs.com") != 0)
		return false;
	host->edition = ACR_ENTERPRISE;
	return take_instance(label, host);
}

bool acr_host_parse(const char *domain, struct acr_host *host)
{
	char *name CLEANUP_FREE = NULL;
	char label[LIMIT_HOST + 1];
	const char *region, *below;
	int port;

	*host = (struct acr_host){ .edition = ACR_PERSONAL };
	if (!host_port_split(domain, &name, &port) || (port != 0 && port != HTTPS_PORT) ||
	    strlen(name) > LIMIT_HOST)
		return false;
	region = strchr(name, '.');
	below = region ? strchr(region + 1, '.') : NULL;
	if (!below)
		return false;
	copy(host->name, name, strlen(name));
	copy(label, name, (size_t)(region - name));
	copy(host->region, region + 1, (size_t)(below - region - 1));
	return valid_label(label) && region_is_known(host->region) &&
	       take_edition(label, below + 1, host);
}
