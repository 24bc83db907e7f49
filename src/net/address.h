/* SPDX-License-Identifier: MIT */
/* Classifies addresses in all their spellings: the one rule for redirects and realms. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>

/*
 * Places of addresses, ordered from the outside in. A host named by a server may be in the
 * same place as that server or further out, never further in.
 */
enum address_place {
	ADDRESS_NAME,     /* a host name, whose address is unknown */
	ADDRESS_PUBLIC,
	ADDRESS_PRIVATE,  /* RFC 1918, RFC 6598 (100.64/10), RFC 4193 (fc00::/7), fec0::/10,
			     RFC 8215 (64:ff9b:1::/48) */
	ADDRESS_LOOPBACK, /* 127/8, ::1, "localhost" and names below it (RFC 6761) */
	ADDRESS_SPECIAL,  /* link-local, a cloud's metadata, unspecified, multicast, reserved */
};

/*
 * Returns the place of a host without brackets. IPv4 is parsed like getaddrinfo() and libcurl
 * do: decimal, octal or hexadecimal, one to four parts, with or without a final dot. An IPv6
 * address that embeds an IPv4 one (mapped, compatible, translated, NAT64, 6to4, Teredo) has
 * the place of the IPv4 address.
 */
enum address_place address_place(const char *host);

/* Returns a description, static: "a private address". */
const char *address_place_text(enum address_place place);

#endif
