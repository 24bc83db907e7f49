/* SPDX-License-Identifier: MIT */
/*
 * For LD_PRELOAD: no test leaves loopback, be it by IPv4 or IPv6, and no test asks DNS.
 * Names that end in ".test" (RFC 6761) are 127.0.0.1. The program speaks http to loopback,
 * so that a server with a certificate needs another name to be tested.
 *
 * RESOLVE_TEST_NAMES moves whole origins: "registry-1.docker.io:443=40001 10.0.0.1:80=40002"
 * connects the one to port 40001 of 127.0.0.1 and the other to 40002.
 *
 * NAME_ADDRESSES makes names addresses, "registry.test=10.0.0.1 cdn.test=203.0.113.7", that
 * are connected to at the port that RESOLVE_TEST_NAMES has for the name.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define EXPORT __attribute__((visibility("default")))
#define ORIGIN_SIZE 320
#define FILES 1024

typedef int (*getaddrinfo_fn)(const char *, const char *, const struct addrinfo *,
			      struct addrinfo **);
typedef int (*getpeername_fn)(int, struct sockaddr *, socklen_t *);
typedef int (*connect_fn)(int, const struct sockaddr *, socklen_t);
typedef ssize_t (*sendto_fn)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
typedef ssize_t (*sendmsg_fn)(int, const struct msghdr *, int);

/* What follows "name=" in a variable's list, or NULL. */
static const char *listed(const char *variable, const char *name)
{
	const char *at = getenv(variable);
	size_t len = strlen(name);

	for (; at && *at; at += strcspn(at, " "), at += strspn(at, " "))
		if (strncmp(at, name, len) == 0 && at[len] == '=')
			return at + len + 1;
	return NULL;
}

/* The port in RESOLVE_TEST_NAMES for "host:port", or 0. */
static unsigned long moved_port(const char *origin)
{
	const char *port = listed("RESOLVE_TEST_NAMES", origin);

	return port ? strtoul(port, NULL, 10) : 0;
}

static int ends_in(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len > n && strcmp(name + len - n, end) == 0;
}

/* What is resolved without asking anybody; whether it may be connected to is another matter. */
static int is_known(const char *name)
{
	struct in6_addr address;

	return strcmp(name, "localhost") == 0 || inet_pton(AF_INET, name, &address) == 1 ||
	       inet_pton(AF_INET6, name, &address) == 1;
}

EXPORT int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		       struct addrinfo **result)
{
	getaddrinfo_fn next;
	void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
	char origin[ORIGIN_SIZE], moved[24];
	unsigned long port;

	if (!symbol)
		return EAI_FAIL;
	memcpy(&next, &symbol, sizeof(next));
	if (!node)
		return next(node, service, hints, result);
	snprintf(origin, sizeof(origin), "%s:%s", node, service ? service : "");
	port = moved_port(origin);
	if (port > 0) {
		const char *address = listed("NAME_ADDRESSES", node);
		char text[INET6_ADDRSTRLEN];

		snprintf(text, sizeof(text), "%.*s", address ? (int)strcspn(address, " ") : 9,
			 address ? address : "127.0.0.1");
		snprintf(moved, sizeof(moved), "%lu", port);
		return next(text, moved, hints, result);
	}
	if (ends_in(node, ".test"))
		node = "127.0.0.1";
	return is_known(node) ? next(node, service, hints, result) : EAI_NONAME;
}

/* Whether an address stands for a name, whose port is the right one already. */
static int is_of_a_name(const char *address)
{
	const char *at = getenv("NAME_ADDRESSES");
	size_t len = strlen(address);

	while (at && (at = strchr(at, '=')) != NULL)
		if (strncmp(++at, address, len) == 0 && (at[len] == ' ' || at[len] == '\0'))
			return 1;
	return 0;
}

/* An address of four bytes, by itself or in one of IPv6. */
static int is_loopback4(const void *bytes)
{
	return *(const unsigned char *)bytes == 127;
}

static int is_loopback6(const struct in6_addr *address)
{
	return IN6_IS_ADDR_LOOPBACK(address) ||
	       (IN6_IS_ADDR_V4MAPPED(address) && is_loopback4(address->s6_addr + 12));
}

/* Whether an address is on this machine: loopback, or no address of a network at all. */
static int stays(const struct sockaddr *to, socklen_t len)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	if (!to || len < sizeof(to->sa_family))
		return 1;
	switch (to->sa_family) {
	case AF_INET:
		if (len < sizeof(four))
			return 1;
		memcpy(&four, to, sizeof(four));
		return is_loopback4(&four.sin_addr);
	case AF_INET6:
		/* The kernel takes one without a scope, too. */
		memset(&six, 0, sizeof(six));
		memcpy(&six, to, len < sizeof(six) ? len : sizeof(six));
		return is_loopback6(&six.sin6_addr);
	case AF_UNIX:
	case AF_UNSPEC:
	case AF_NETLINK:
		return 1;
	default:
		return 0;
	}
}

static int refuse(void)
{
	errno = ENETUNREACH;
	return -1;
}

/* Where RESOLVE_TEST_NAMES moves an IPv4 address to; false: it stays what it is. */
static int move_address(const struct sockaddr *address, socklen_t len, struct sockaddr_in *to)
{
	char text[INET_ADDRSTRLEN], origin[ORIGIN_SIZE];
	unsigned long port;

	if (address->sa_family != AF_INET || len < sizeof(*to))
		return 0;
	memcpy(to, address, sizeof(*to));
	inet_ntop(AF_INET, &to->sin_addr, text, sizeof(text));
	snprintf(origin, sizeof(origin), "%s:%d", text, ntohs(to->sin_port));
	port = moved_port(origin);
	if (port == 0 && is_of_a_name(text))
		port = ntohs(to->sin_port);
	if (port == 0)
		return 0;
	to->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to->sin_port = htons((unsigned short)port);
	return 1;
}

/* What each file was to be connected to; .sin_family is 0 where it was not. */
static struct sockaddr_in meant[FILES];

/* The program must see the address that it asked for. */
EXPORT int getpeername(int fd, struct sockaddr *address, socklen_t *len)
{
	getpeername_fn next;
	void *symbol = dlsym(RTLD_NEXT, "getpeername");

	if (fd >= 0 && fd < FILES && meant[fd].sin_family && *len >= sizeof(meant[fd])) {
		memcpy(address, &meant[fd], sizeof(meant[fd]));
		*len = sizeof(meant[fd]);
		return 0;
	}
	if (!symbol) {
		errno = ENOSYS;
		return -1;
	}
	memcpy(&next, &symbol, sizeof(next));
	return next(fd, address, len);
}

EXPORT int connect(int fd, const struct sockaddr *address, socklen_t len)
{
	connect_fn next;
	void *symbol = dlsym(RTLD_NEXT, "connect");
	struct sockaddr_in moved;

	if (!symbol)
		return refuse();
	memcpy(&next, &symbol, sizeof(next));
	if (fd >= 0 && fd < FILES)
		meant[fd].sin_family = 0;
	if (!move_address(address, len, &moved))
		return stays(address, len) ? next(fd, address, len) : refuse();
	if (fd >= 0 && fd < FILES)
		memcpy(&meant[fd], address, sizeof(meant[fd]));
	return next(fd, (const struct sockaddr *)&moved, sizeof(moved));
}

EXPORT ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
		      socklen_t len)
{
	sendto_fn next;
	void *symbol = dlsym(RTLD_NEXT, "sendto");

	if (!symbol || !stays(to, len))
		return refuse();
	memcpy(&next, &symbol, sizeof(next));
	return next(fd, data, size, flags, to, len);
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	sendmsg_fn next;
	void *symbol = dlsym(RTLD_NEXT, "sendmsg");

	if (!symbol || !stays(message->msg_name, message->msg_namelen))
		return refuse();
	memcpy(&next, &symbol, sizeof(next));
	return next(fd, message, flags);
}
