// SPDX-License-Identifier: GPL-2.0-or-later
/* What comes back, as far as it steers what is asked next. */
#include "probe/scanner_private.h"

static void take_answer(struct scanner *scanner, const struct ip *ip, enum scan_answered form)
{
	uint32_t place = scan_place_of(scanner, ip);
	uint8_t before;

	if (place == NO_PLACE)
		return;
	before = scanner->answered[place];
	scanner->answered[place] |= (uint8_t)form;
	if (before != ANSWERED_BOTH && scanner->answered[place] == ANSWERED_BOTH)
		scanner->settled++;
}

static void hear_arp(struct scanner *scanner, const struct packet *packet)
{
	const struct arp *arp = &packet->arp;

	if (arp->wrong || arp->operation != ARP_REPLY || !mac_equal(arp->tha, scanner->mac))
		return;
	take_answer(scanner, &arp->spa, ip_is_zero(&arp->tpa) ? ANSWERED_PROBE : ANSWERED_ORDINARY);
}

/* --- IPv6 --- */

/* Of addresses that are asked for. */
static void note_claim(struct scanner *scanner, const struct ip *ip, struct mac mac)
{
	struct scan_claim_key key = { .ip = *ip, .mac = mac };

	if (!mac_is_group(mac) && !mac_is_zero(mac) && scan_place_of(scanner, ip) != NO_PLACE)
		table_put(&scanner->claims, &key, NULL);
}

/* RFC 4861 section 7.2.4: who was asked from :: answers to all. */
static void hear_advertisement(struct scanner *scanner, const struct packet *packet)
{
	const struct nd *nd = &packet->nd;

	scan_note_heard(scanner, &nd->target);
	note_claim(scanner, &nd->target, nd->has_lladdr ? nd->lladdr : packet->source);
	if (packet->group)
		take_answer(scanner, &nd->target, ANSWERED_PROBE);
	else if (scan_is_own(scanner, &packet->ip.destination))
		take_answer(scanner, &nd->target, ANSWERED_ORDINARY);
}

static struct scan_claim *claim_of_echo(const struct scanner *scanner, const struct icmp *icmp)
{
	uint32_t number = (uint32_t)(uint16_t)(icmp->id - scanner->echo_id) << 16 | icmp->sequence;

	return number < scanner->claims.count ? table_at(&scanner->claims, number) : NULL;
}

static void take_test(struct scanner *scanner, struct scan_claim *claim, bool routes)
{
	struct scan_mac *mac = table_find(&scanner->macs, &claim->key.mac);

	scanner->tested += !claim->tested;
	claim->tested = true;
	if (!mac)
		return;
	mac->routes |= routes;
	if (mac->waiting > 0)
		mac->waiting--;
}

static void hear_reply(struct scanner *scanner, const struct packet *packet)
{
	struct scan_claim *claim = claim_of_echo(scanner, &packet->icmp);

	if (claim && ip_equal(&claim->key.ip, &packet->ip.source) && mac_equal(claim->key.mac, packet->source))
		take_test(scanner, claim, false);
}

static void hear_error(struct scanner *scanner, const struct packet *packet)
{
	const struct quoted *quoted = &packet->quoted;
	struct scan_claim *claim =
	    quoted->has_echo && scan_is_own(scanner, &quoted->ip.source) ? claim_of_echo(scanner, &quoted->icmp) : NULL;

	if (claim && ip_equal(&claim->key.ip, &quoted->ip.destination))
		take_test(scanner, claim, packet->icmp.type == ICMP6_TYPE_TIME_EXCEEDED);
}

static void hear_icmp6(struct scanner *scanner, const struct packet *packet)
{
	if (packet->layers & LAYER_ND) {
		if (packet->nd.advert)
			hear_advertisement(scanner, packet);
		else if (ip_is_zero(&packet->ip.source))
			scan_note_heard(scanner, &packet->nd.target);
	} else if (packet->layers & LAYER_QUOTED) {
		hear_error(scanner, packet);
	} else if (packet->icmp.type == ICMP6_TYPE_ECHO_REPLY) {
		hear_reply(scanner, packet);
	}
}

void scan_hear(struct scanner *scanner, const struct packet *packet)
{
	if (!(packet->layers & LAYER_ETHERNET) || mac_equal(packet->source, scanner->mac))
		return;
	if (scanner->network.family == 4) {
		if (packet->layers & LAYER_ARP)
			hear_arp(scanner, packet);
		return;
	}
	if (!(packet->layers & LAYER_IP) || packet->ip.source.family != 6 ||
	    (packet->layers & (LAYER_TUNNEL | LAYER_OVERLAY)))
		return;
	scan_note_heard(scanner, &packet->ip.source);
	if (packet->layers & LAYER_ICMP)
		hear_icmp6(scanner, packet);
}
