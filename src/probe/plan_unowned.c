// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses that nobody has: random ones of the network, checked with sender 0. Who answers for them all the same
 * answers for everything.
 */
#include "probe/prober_private.h"

enum { UNOWNED_BITS = 2 /* host bits that a network needs to have addresses to spare */ };

static bool has_target(const struct prober *prober, const struct prober_address *own)
{
	for (uint32_t i = 0; i < prober->addresses.count; i++) {
		const struct address *address = address_at(prober, i);

		if (!(address->roles & (ADDRESS_LOCAL | ADDRESS_UNOWNED)) &&
		    ip_same_network(&own->ip, &address->ip, own->prefix))
			return true;
	}
	return false;
}

static unsigned bits_of(const struct ip *ip)
{
	return ip->family == 4 ? 32 : 128;
}

/* Any host part but all zeros and all ones. */
static struct ip random_host(struct prober *prober, const struct prober_address *own)
{
	struct ip ip = own->ip;
	unsigned bits = bits_of(&ip);
	bool zeros = true, ones = true;

	for (unsigned bit = own->prefix; bit < bits; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);
		bool set = prober_random(prober) & 1;

		ip.b[bit / 8] = (uint8_t)(set ? ip.b[bit / 8] | mask : ip.b[bit / 8] & ~mask);
		zeros &= !set;
		ones &= set;
	}
	if (zeros || ones)
		ip.b[(bits - 1) / 8] ^= 1;
	return ip;
}

static void add_unowned(struct prober *prober, const struct prober_address *own, nanos now)
{
	for (int i = 0; i < UNOWNED_ATTEMPTS && prober->unowned_tried < UNOWNED_ATTEMPTS; i++) {
		struct ip ip = random_host(prober, own);
		struct address *address;

		if (prober_find_address(prober, &ip) || prober_owns(prober, &ip))
			continue;
		prober->unowned_tried++;
		address = prober_add_address(prober, &ip, ADDRESS_UNOWNED);
		if (address)
			plan_probe(prober, address, now);
		return;
	}
}

static bool is_roomy(const struct prober *prober, const struct prober_address *own)
{
	return own->prefix > 0 && (unsigned)own->prefix + UNOWNED_BITS < bits_of(&own->ip) && has_target(prober, own) &&
	       !topology_is_vip(&prober->topology, &own->ip);
}

static const struct prober_address *network_for_unowned(const struct prober *prober, uint8_t family)
{
	for (uint32_t i = 0; i < prober->own_count; i++)
		if (prober->own[i].ip.family == family && is_roomy(prober, &prober->own[i]))
			return &prober->own[i];
	return NULL;
}

void plan_unowned(struct prober *prober, uint8_t family, nanos now)
{
	const struct prober_address *own = network_for_unowned(prober, family);

	for (int i = 0; own && i < UNOWNED_WANTED; i++)
		add_unowned(prober, own, now);
}

void plan_other_unowned(struct prober *prober, struct address *address, nanos now)
{
	const struct prober_address *own = network_for_unowned(prober, address->ip.family);

	if (address->taken)
		return;
	address->taken = true;
	if (own)
		add_unowned(prober, own, now);
}
