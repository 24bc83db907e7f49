/* SPDX-License-Identifier: MIT */
/*
 * For LD_PRELOAD: names that end in ".test" (RFC 6761) are 127.0.0.1. The program speaks
 * http to loopback, so that a server with a certificate needs another name to be tested.
 */
#include <dlfcn.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>

typedef int (*getaddrinfo_fn)(const char *, const char *, const struct addrinfo *,
			      struct addrinfo **);

__attribute__((visibility("default"))) int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
	    struct addrinfo **result)
{
	getaddrinfo_fn next;
	void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
	size_t len = node ? strlen(node) : 0;

	if (!symbol)
		return EAI_FAIL;
	memcpy(&next, &symbol, sizeof(next));
	if (len > 5 && strcmp(node + len - 5, ".test") == 0)
		node = "127.0.0.1";
	return next(node, service, hints, result);
}
