// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/address.h"

#include <arpa/inet.h>
#include <stdio.h>

bool mac_is_broadcast(struct mac mac)
{
	static const struct mac broadcast = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

	return mac_equal(mac, broadcast);
}

int mac_compare(struct mac a, struct mac b)
{
	return memcmp(a.b, b.b, sizeof a.b);
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One or two digits; what stands behind them, or NULL where there is none. */
static const char *parse_byte(const char *text, uint8_t *byte)
{
	int high = digit_value(text[0]);
	int low;

	if (high < 0)
		return NULL;
	low = digit_value(text[1]);
	*byte = (uint8_t)(low < 0 ? high : high << 4 | low);
	return text + (low < 0 ? 1 : 2);
}

bool mac_parse(const char *text, struct mac *mac)
{
	struct mac parsed;
	char separator = '\0';

	for (size_t i = 0; i < sizeof parsed.b; i++) {
		text = parse_byte(text, &parsed.b[i]);
		if (!text)
			return false;
		if (i == sizeof parsed.b - 1)
			break;
		if (i == 0)
			separator = *text;
		if (*text != separator || (separator != ':' && separator != '-'))
			return false;
		text++;
	}
	if (*text != '\0')
		return false;
	*mac = parsed;
	return true;
}

const char *mac_format(struct mac mac, char buffer[static MAC_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	char *at = buffer;

	for (size_t i = 0; i < sizeof mac.b; i++) {
		*at++ = digits[mac.b[i] >> 4];
		*at++ = digits[mac.b[i] & 15];
		*at++ = ':';
	}
	at[-1] = '\0';
	return buffer;
}

struct ip ip_from_v4(uint32_t host_order)
{
	return (struct ip){ .family = 4,
			    .b = { (uint8_t)(host_order >> 24), (uint8_t)(host_order >> 16), (uint8_t)(host_order >> 8),
				   (uint8_t)host_order } };
}

static size_t ip_size(uint8_t family)
{
	return family == 4 ? 4 : family == 6 ? 16 : 0;
}

struct ip ip_from_bytes(uint8_t family, const uint8_t *bytes)
{
	struct ip ip = { .family = family };

	memcpy(ip.b, bytes, ip_size(family));
	return ip;
}

int ip_compare(const struct ip *a, const struct ip *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->b, b->b, sizeof a->b);
}

bool ip_is_zero(const struct ip *ip)
{
	static const uint8_t zero[sizeof ip->b];

	return memcmp(ip->b, zero, sizeof zero) == 0;
}

bool ip_is_multicast(const struct ip *ip)
{
	return ip->family == 4 ? ip->b[0] >> 4 == 0xe : ip->family == 6 && ip->b[0] == 0xff;
}

bool ip_is_link_local(const struct ip *ip)
{
	if (ip->family == 4)
		return ip->b[0] == 169 && ip->b[1] == 254;
	return ip->family == 6 && ip->b[0] == 0xfe && (ip->b[1] & 0xc0) == 0x80;
}

bool ip_is_broadcast(const struct ip *ip)
{
	return ip->family == 4 && (ip->b[0] & ip->b[1] & ip->b[2] & ip->b[3]) == 0xff;
}

bool ip_same_network(const struct ip *a, const struct ip *b, unsigned prefix)
{
	unsigned bits = (unsigned)ip_size(a->family) * 8;
	unsigned whole, rest;

	if (a->family != b->family || bits == 0)
		return false;
	if (prefix > bits)
		prefix = bits;
	whole = prefix / 8;
	rest = prefix % 8;
	if (memcmp(a->b, b->b, whole) != 0)
		return false;
	return rest == 0 || (a->b[whole] ^ b->b[whole]) >> (8 - rest) == 0;
}

bool ip_parse(const char *text, struct ip *ip)
{
	struct ip parsed = { .family = strchr(text, ':') ? 6 : 4 };

	if (inet_pton(parsed.family == 6 ? AF_INET6 : AF_INET, text, parsed.b) != 1)
		return false;
	*ip = parsed;
	return true;
}

const char *ip_format(const struct ip *ip, char buffer[static IP_TEXT_SIZE])
{
	int family = ip->family == 6 ? AF_INET6 : AF_INET;

	if (ip->family == 0 || !inet_ntop(family, ip->b, buffer, IP_TEXT_SIZE))
		snprintf(buffer, IP_TEXT_SIZE, "-");
	return buffer;
}
