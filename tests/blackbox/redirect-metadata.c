/* SPDX-License-Identifier: MIT */
/*
 * For LD_PRELOAD: what is meant for 100.100.100.200 port 80, where instances of ECS have
 * their metadata service, goes to the port of loopback that METADATA_PORT names.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef int (*connect_fn)(int, const struct sockaddr *, socklen_t);

__attribute__((visibility("default"))) int
connect(int fd, const struct sockaddr *address, socklen_t len)
{
	const char *port = getenv("METADATA_PORT");
	void *symbol = dlsym(RTLD_NEXT, "connect");
	struct sockaddr_in to;
	connect_fn next;

	if (!symbol) {
		errno = ENOSYS;
		return -1;
	}
	memcpy(&next, &symbol, sizeof(next));
	if (!port || address->sa_family != AF_INET || len != sizeof(to))
		return next(fd, address, len);
	memcpy(&to, address, sizeof(to));
	if (to.sin_addr.s_addr != inet_addr("100.100.100.200") || to.sin_port != htons(80))
		return next(fd, address, len);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((unsigned short)strtol(port, NULL, 10));
	return next(fd, (const struct sockaddr *)&to, sizeof(to));
}
