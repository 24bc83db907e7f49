/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "net/address.h"

/* More than the longest spelling of an address. */
#define TEXT_MAX 128

/* A network and its place. */
struct range {
	uint8_t prefix[16];
	int bits;
	enum address_place place;
};

static bool in_range(const uint8_t *address, const struct range *range)
{
	int whole = range->bits / 8, rest = range->bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	return memcmp(address, range->prefix, (size_t)whole) == 0 &&
	       (rest == 0 || ((address[whole] ^ range->prefix[whole]) & mask) == 0);
}

static enum address_place find_place(const uint8_t *address, const struct range *ranges,
				     size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (in_range(address, &ranges[i]))
			return ranges[i].place;
	return ADDRESS_PUBLIC;
}

/* The first match counts. */
static enum address_place place_of_v4(const uint8_t *address)
{
	static const struct range ranges[] = {
		{ { 100, 100, 100, 200 }, 32, ADDRESS_SPECIAL }, /* metadata, Alibaba Cloud */
		{ { 192, 0, 0, 192 }, 32, ADDRESS_SPECIAL },     /* Oracle Cloud metadata */
		{ { 168, 63, 129, 16 }, 32, ADDRESS_SPECIAL },   /* Azure's wire server */
		{ { 0 }, 8, ADDRESS_SPECIAL },                   /* this machine, on Linux */
		{ { 127 }, 8, ADDRESS_LOOPBACK },
		{ { 169, 254 }, 16, ADDRESS_SPECIAL },           /* metadata of most clouds */
		{ { 10 }, 8, ADDRESS_PRIVATE },
		{ { 172, 16 }, 12, ADDRESS_PRIVATE },
		{ { 192, 168 }, 16, ADDRESS_PRIVATE },
		{ { 100, 64 }, 10, ADDRESS_PRIVATE },
		{ { 224 }, 4, ADDRESS_SPECIAL },                 /* multicast */
		{ { 240 }, 4, ADDRESS_SPECIAL },                 /* reserved, broadcast */
	};

	return find_place(address, ranges, ARRAY_LENGTH(ranges));
}

/* IPv6 networks whose addresses embed an IPv4 address at byte `at`. */
static const struct carrier {
	struct range range;
	int at;
	bool inverted;
} carriers[] = {
	{ { .prefix = { [10] = 0xff, [11] = 0xff }, .bits = 96 }, 12, false },    /* mapped */
	{ { .prefix = { 0 }, .bits = 96 }, 12, false },                        /* compatible */
	{ { .prefix = { [8] = 0xff, [9] = 0xff }, .bits = 96 }, 12, false },      /* translated */
	{ { .prefix = { 0x00, 0x64, 0xff, 0x9b }, .bits = 96 }, 12, false },      /* NAT64 */
	{ { .prefix = { 0x20, 0x02 }, .bits = 16 }, 2, false },                /* 6to4 */
	{ { .prefix = { 0x20, 0x01, 0x00, 0x00 }, .bits = 32 }, 4, false }, /* Teredo's server */
	{ { .prefix = { 0x20, 0x01, 0x00, 0x00 }, .bits = 32 }, 12, true }, /* and its client */
	/* RFC 8215: local NAT64 with a prefix of 96 bits */
	{ { .prefix = { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, .bits = 48 }, 12, false },
};

static enum address_place place_of_carried(const uint8_t *address,
					   const struct carrier *carrier)
{
	uint8_t v4[4];

	for (int i = 0; i < 4; i++)
		v4[i] = address[carrier->at + i] ^ (carrier->inverted ? 0xff : 0);
	return place_of_v4(v4);
}

/* RFC 6052 section 2.2: after a prefix of 48 bits, the IPv4 address skips bits 64 to 71. */
static enum address_place place_of_split(const uint8_t *address)
{
	static const struct range local_nat64 = { { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, 48,
						   ADDRESS_PRIVATE };
	const uint8_t v4[4] = { address[6], address[7], address[9], address[10] };

	/* With a prefix of 96 bits, these bytes are zero. */
	if (!in_range(address, &local_nat64) || v4[0] == 0)
		return ADDRESS_PUBLIC;
	return place_of_v4(v4);
}

static enum address_place innermost(enum address_place a, enum address_place b)
{
	return a > b ? a : b;
}

static enum address_place place_of_v6(const uint8_t *address)
{
	static const struct range ranges[] = {
		{ { 0 }, 128, ADDRESS_SPECIAL },
		{ { [15] = 1 }, 128, ADDRESS_LOOPBACK },
		{ { 0xfd, 0x00, 0x0e, 0xc2 }, 32, ADDRESS_SPECIAL }, /* AWS metadata */
		{ { 0xfd, 0x20, 0x00, 0xce }, 32, ADDRESS_SPECIAL }, /* Google metadata */
		{ { 0xfe, 0x80 }, 10, ADDRESS_SPECIAL },
		{ { 0xff }, 8, ADDRESS_SPECIAL },
		{ { 0xfc }, 7, ADDRESS_PRIVATE },
		{ { 0xfe, 0xc0 }, 10, ADDRESS_PRIVATE },
		{ { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, 48, ADDRESS_PRIVATE },
	};
	enum address_place place = find_place(address, ranges, ARRAY_LENGTH(ranges));

	if (place == ADDRESS_LOOPBACK || place == ADDRESS_SPECIAL)
		return place;
	for (size_t i = 0; i < ARRAY_LENGTH(carriers); i++)
		if (in_range(address, &carriers[i].range))
			place = innermost(place, place_of_carried(address, &carriers[i]));
	return innermost(place, place_of_split(address));
}

/* RFC 6761 section 6.3 */
static bool is_localhost(const char *host)
{
	static const char name[] = "localhost";
	size_t n = sizeof(name) - 1, len = strlen(host);

	return len >= n && strcasecmp(host + len - n, name) == 0 &&
	       (len == n || host[len - n - 1] == '.');
}

enum address_place address_place(const char *host)
{
	char text[TEXT_MAX];
	size_t len = strlen(host);
	struct in_addr v4;
	struct in6_addr v6;

	if (len > 0 && host[len - 1] == '.')
		len--;
	if (len == 0 || len >= sizeof(text))
		return ADDRESS_NAME;
	memcpy(text, host, len);
	text[len] = '\0';
	if (is_localhost(text))
		return ADDRESS_LOOPBACK;
	if (inet_pton(AF_INET6, text, &v6) == 1)
		return place_of_v6(v6.s6_addr);
	return inet_aton(text, &v4) ? place_of_v4((const uint8_t *)&v4.s_addr) : ADDRESS_NAME;
}

const char *address_place_text(enum address_place place)
{
	switch (place) {
	case ADDRESS_PUBLIC:
		return "a public address";
	case ADDRESS_PRIVATE:
		return "a private address";
	case ADDRESS_LOOPBACK:
		return "an address of this machine";
	case ADDRESS_SPECIAL:
		return "a link-local, metadata or reserved address";
	default:
		return "a name";
	}
}
