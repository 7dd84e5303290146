// SPDX-License-Identifier: GPL-2.0-or-later
/* MAC and IP addresses as plain values that carry their family. */
#ifndef WIRE_ADDRESS_H
#define WIRE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct mac {
	uint8_t b[6];
};

/* Bytes behind the address are zero, so that values can be compared and hashed whole. */
struct ip {
	uint8_t family; /* 0 none, 4, 6 */
	uint8_t b[16];
};

enum { MAC_TEXT_SIZE = 18, IP_TEXT_SIZE = 46 };

static inline bool mac_equal(struct mac a, struct mac b)
{
	return memcmp(a.b, b.b, sizeof a.b) == 0;
}

/* The group bit (IEEE 802): never valid in a sender. */
static inline bool mac_is_group(struct mac mac)
{
	return (mac.b[0] & 1) != 0;
}

static inline bool mac_is_zero(struct mac mac)
{
	static const struct mac zero;

	return mac_equal(mac, zero);
}

bool mac_is_broadcast(struct mac mac);
int mac_compare(struct mac a, struct mac b);

/* Colon or dash form (not both in one), either case, one or two digits a byte, nothing before or behind. */
bool mac_parse(const char *text, struct mac *mac);
const char *mac_format(struct mac mac, char buffer[static MAC_TEXT_SIZE]);

static inline bool ip_equal(const struct ip *a, const struct ip *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

struct ip ip_from_v4(uint32_t host_order);
/* 4 bytes of family 4, 16 of family 6, none of any other. */
struct ip ip_from_bytes(uint8_t family, const uint8_t *bytes);
/* Family first, then numerically. */
int ip_compare(const struct ip *a, const struct ip *b);
bool ip_is_zero(const struct ip *ip); /* no address, 0.0.0.0 or :: */
bool ip_is_multicast(const struct ip *ip);
bool ip_is_link_local(const struct ip *ip); /* 169.254/16, fe80::/10 */
bool ip_is_broadcast(const struct ip *ip);  /* 255.255.255.255 */
/* Whether both lie in one network of `prefix` bits. */
bool ip_same_network(const struct ip *a, const struct ip *b, unsigned prefix);
/* Dotted quad or IPv6 text without a scope. `ip` is left alone where the text is neither. */
bool ip_parse(const char *text, struct ip *ip);
/* "-" where there is no address. */
const char *ip_format(const struct ip *ip, char buffer[static IP_TEXT_SIZE]);

#endif
