/* SPDX-License-Identifier: MIT */
/* What an address is, in all its spellings: the one rule for redirects and for realms. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>

/*
 * Where an address is, from the outside in. What a stranger names may lead outwards or to
 * another address of the same place, and never further in.
 */
enum address_place {
	ADDRESS_NAME,     /* no address: a name, of which nothing is known */
	ADDRESS_PUBLIC,
	ADDRESS_PRIVATE,  /* RFC 1918, RFC 6598 (100.64/10), RFC 4193 (fc00::/7), fec0::/10,
			     RFC 8215 (64:ff9b:1::/48) */
	ADDRESS_LOOPBACK, /* 127/8, ::1, "localhost" and names below it (RFC 6761) */
	ADDRESS_SPECIAL,  /* link-local, a cloud's metadata, unspecified, multicast, reserved */
};

/*
 * The place of a host without brackets. IPv4 is read as getaddrinfo() and libcurl read it:
 * decimal, octal and hexadecimal, of one to four parts, with a final dot or without. Of an
 * IPv6 address that carries an IPv4 one (mapped, compatible, translated, NAT64, 6to4,
 * Teredo) the place is that of the IPv4 address.
 */
enum address_place address_place(const char *host);

/* "a private address" and the like. Static. */
const char *address_place_text(enum address_place place);

#endif
