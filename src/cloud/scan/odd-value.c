/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <string.h>

#include "base/encode.h"
#include "base/str.h"
#include "cloud/scan/odd-value.h"
#include "oci/reference.h"

#define HEX_LENGTH 64

static bool all_of(const char *value, const char *accepted)
{
	return value[strspn(value, accepted)] == '\0';
}

const char *odd_token(const char *value)
{
	if (!*value)
		return "is empty";
	for (; *value; value++)
		if ((unsigned char)*value <= ' ' || *value == 0x7f)
			return "has a blank or a control character in it";
	return NULL;
}

const char *odd_path(const char *value)
{
	if (!*value)
		return "is empty";
	if (!all_of(value, "abcdefghijklmnopqrstuvwxyz0123456789._-/") || *value == '/' ||
	    str_suffix(value, "/"))
		return "is no path of a repository";
	return NULL;
}

const char *odd_repo_name(const char *value)
{
	return strchr(value, '/') ? "is more than the last element of a repository's path"
				  : odd_path(value);
}

const char *odd_tag(const char *value)
{
	if (!*value)
		return "is empty";
	return reference_valid_tag(value) ? NULL : "is no tag";
}

const char *odd_digest(const char *value)
{
	if (!*value)
		return "is empty";
	if (strlen(value) != HEX_LENGTH || !hex_valid(value, HEX_LENGTH))
		return "is not 64 lower-case hex digits";
	return NULL;
}

const char *odd_number(const char *value)
{
	return *value == '-' ? "is negative" : NULL;
}

const char *odd_uuid(const char *value)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i;

	if (!*value)
		return "is empty";
	for (i = 0; shape[i] && value[i]; i++)
		if (shape[i] == '-' ? value[i] != '-'
				    : !strchr("0123456789abcdefABCDEF", value[i]))
			return "is no UUID";
	return shape[i] || value[i] ? "is no UUID" : NULL;
}

const char *odd_ip(const char *value)
{
	unsigned char address[sizeof(struct in6_addr)];

	if (!*value)
		return "is empty";
	if (inet_pton(AF_INET, value, address) == 1 ||
	    inet_pton(AF_INET6, value, address) == 1)
		return NULL;
	return "is no IP address";
}

const char *odd_jenkins_env(const char *value)
{
	if (!*value || strcmp(value, "release") == 0)
		return NULL;
	return "is not \"release\", the only value in the service's documents";
}
