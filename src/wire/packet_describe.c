// SPDX-License-Identifier: GPL-2.0-or-later
/* One line about a packet. Only numbers, addresses and words of our own are printed, never bytes of the packet. */
#include <inttypes.h>

#include "wire/packet_describe.h"

void describe_ip(struct text *text, const struct ip *ip)
{
	char buffer[IP_TEXT_SIZE];

	text_add(text, ip_format(ip, buffer));
}

void describe_mac(struct text *text, struct mac mac)
{
	char buffer[MAC_TEXT_SIZE];

	text_add(text, mac_format(mac, buffer));
}

/* 10.0.0.1:80, [2001:db8::1]:80 */
static void describe_endpoint(struct text *text, const struct ip *ip, uint16_t port)
{
	text_add(text, ip->family == 6 ? "[" : "");
	describe_ip(text, ip);
	text_printf(text, "%s:%u", ip->family == 6 ? "]" : "", port);
}

void describe_addresses(struct text *text, const struct ip_header *ip)
{
	describe_ip(text, &ip->source);
	text_add(text, " > ");
	describe_ip(text, &ip->destination);
}

void describe_endpoints(struct text *text, const struct ip_header *ip, const struct transport *transport)
{
	describe_endpoint(text, &ip->source, transport->source_port);
	text_add(text, " > ");
	describe_endpoint(text, &ip->destination, transport->destination_port);
}

static void describe_macs(struct text *text, const struct packet *packet)
{
	describe_mac(text, packet->source);
	if (packet->layers & LAYER_COOKED)
		return;
	text_add(text, " > ");
	describe_mac(text, packet->destination);
}

static const char *how_sent(const struct packet *packet)
{
	if (packet->group)
		return packet->direction == PACKET_BROADCAST || mac_is_broadcast(packet->destination) ? "broadcast"
												      : "multicast";
	/* Cooked captures do not say where an outgoing frame went. */
	return packet->direction == PACKET_OUTGOING && packet->layers & LAYER_COOKED ? "outgoing" : "unicast";
}

static void describe_wrong(struct text *text, const struct arp *arp)
{
	static const struct {
		uint16_t wrong;
		const char *word;
	} words[] = {
		{ ARP_WRONG_HARDWARE, "hardware type" }, { ARP_WRONG_PROTOCOL, "protocol type" },
		{ ARP_WRONG_LENGTHS, "lengths" },        { ARP_WRONG_OPERATION, "operation" },
		{ ARP_WRONG_CUT, "too short" },
	};
	const char *separator = ": ";

	text_add(text, "malformed");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!(arp->wrong & words[i].wrong))
			continue;
		text_printf(text, "%s%s", separator, words[i].word);
		separator = ", ";
	}
}

static void describe_arp_request(struct text *text, const struct arp *arp)
{
	if (ip_equal(&arp->spa, &arp->tpa)) {
		text_add(text, "announcement ");
		describe_ip(text, &arp->spa);
		text_add(text, " is-at ");
		describe_mac(text, arp->sha);
		return;
	}
	text_add(text, "who-has ");
	describe_ip(text, &arp->tpa);
	text_add(text, " tell ");
	describe_ip(text, &arp->spa);
}

static void describe_arp_reply(struct text *text, const struct arp *arp)
{
	text_add(text, "reply ");
	describe_ip(text, &arp->spa);
	text_add(text, " is-at ");
	describe_mac(text, arp->sha);
}

static void describe_rarp(struct text *text, const struct arp *arp)
{
	bool reply = arp->operation == RARP_REPLY;

	text_add(text, reply ? "reply " : "who-is ");
	describe_mac(text, arp->tha);
	text_add(text, reply ? " at " : " tell ");
	if (reply)
		describe_ip(text, &arp->tpa);
	else
		describe_mac(text, arp->sha);
}

static void describe_arp(struct text *text, const struct packet *packet)
{
	const struct arp *arp = &packet->arp;

	text_add(text, packet->layers & LAYER_RARP ? "RARP " : "ARP ");
	if (arp->wrong)
		describe_wrong(text, arp);
	else if (arp->operation == ARP_REQUEST)
		describe_arp_request(text, arp);
	else if (arp->operation == ARP_REPLY)
		describe_arp_reply(text, arp);
	else if (arp->operation == RARP_REQUEST || arp->operation == RARP_REPLY)
		describe_rarp(text, arp);
	else
		text_printf(text, "operation %u", arp->operation);
	text_printf(text, " (%s)", how_sent(packet));
}

static void describe_flags(struct text *text, uint8_t flags)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} names[] = {
		{ TCP_SYN, " SYN" }, { TCP_FIN, " FIN" }, { TCP_RST, " RST" },
		{ TCP_PSH, " PSH" }, { TCP_ACK, " ACK" }, { TCP_URG, " URG" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (flags & names[i].flag)
			text_add(text, names[i].name);
}

static void describe_tcp(struct text *text, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;

	text_add(text, "TCP ");
	describe_endpoints(text, &packet->ip, tcp);
	describe_flags(text, tcp->flags);
	text_printf(text, " seq %" PRIu32, tcp->sequence);
	if (tcp->flags & TCP_ACK)
		text_printf(text, " ack %" PRIu32, tcp->acknowledgement);
	text_printf(text, " length %" PRIu32, packet->payload_length);
}

static void describe_udp(struct text *text, const struct packet *packet)
{
	if (packet->layers & LAYER_HSRP)
		text_add(text, "HSRP ");
	else if (packet->layers & LAYER_DHCP)
		text_add(text, "DHCP ");
	else
		text_add(text, "UDP ");
	describe_endpoints(text, &packet->ip, &packet->transport);
	text_printf(text, " length %" PRIu32, packet->payload_length);
}

static void describe_vrrp(struct text *text, const struct packet *packet)
{
	const struct vrrp *vrrp = &packet->vrrp;

	if (packet->layers & LAYER_CARP)
		text_printf(text, "CARP vhid %u advskew %u from ", vrrp->vrid, vrrp->priority);
	else
		text_printf(text, "VRRPv%u vrid %u priority %u from ", vrrp->version, vrrp->vrid, vrrp->priority);
	describe_ip(text, &packet->ip.source);
	if (packet->layers & LAYER_CARP)
		return;
	text_printf(text, " every %" PRIu32 " ms:", vrrp->interval);
	for (uint8_t i = 0; i < vrrp->count; i++) {
		text_add(text, i == 0 ? " " : ", ");
		describe_ip(text, &vrrp->addresses[i]);
	}
}

static void describe_plain_ip(struct text *text, const struct packet *packet)
{
	text_printf(text, "IPv%u ", packet->ip.source.family);
	describe_addresses(text, &packet->ip);
	text_printf(text, " protocol %u", packet->ip.protocol);
	if (packet->ip.fragment > 0)
		text_printf(text, " fragment at %u", packet->ip.fragment);
	text_printf(text, " length %u", packet->ip.total_length);
}

static void describe_frame(struct text *text, const struct packet *packet)
{
	if (!(packet->layers & (LAYER_ETHERNET | LAYER_COOKED))) {
		text_add(text, "unknown frame");
		return;
	}
	text_add(text, packet->layers & LAYER_LACP ? "LACP " : "frame ");
	if (packet->layers & LAYER_ETHERNET)
		describe_macs(text, packet);
	if (packet->ethertype != 0)
		text_printf(text, " ethertype 0x%04x", packet->ethertype);
}

/* What the packet is, from the innermost layer out: the first layer of the list that is there decides. */
static const struct {
	uint32_t layers;
	void (*describe)(struct text *text, const struct packet *packet);
} describers[] = {
	{ LAYER_ARP | LAYER_RARP, describe_arp },
	{ LAYER_ND, describe_nd },
	{ LAYER_ICMP, describe_icmp },
	{ LAYER_TCP, describe_tcp },
	{ LAYER_UDP, describe_udp },
	{ LAYER_VRRP | LAYER_CARP, describe_vrrp },
	{ LAYER_IP, describe_plain_ip },
};

enum { DESCRIBER_COUNT = sizeof describers / sizeof *describers };

static void describe_carrier(struct text *text, const struct packet *packet)
{
	static const char *const names[] = {
		[TUNNEL_NONE] = "",   [TUNNEL_IPIP] = "IPIP",   [TUNNEL_GRE] = "GRE",
		[TUNNEL_GUE] = "GUE", [TUNNEL_VXLAN] = "VXLAN", [TUNNEL_GENEVE] = "Geneve",
	};

	if (packet->tunnel == TUNNEL_NONE)
		return;
	text_printf(text, "%s ", names[packet->tunnel]);
	if (packet->layers & LAYER_OVERLAY)
		text_printf(text, "%" PRIu32 " ", packet->overlay - 1);
	describe_addresses(text, &packet->outer);
	text_add(text, ": ");
}

void packet_describe(const struct packet *packet, struct text *text)
{
	size_t i = 0;

	describe_carrier(text, packet);
	for (uint8_t tag = 0; tag < packet->vlan_count; tag++)
		text_printf(text, "vlan %u ", packet->vlans[tag]);
	while (i < DESCRIBER_COUNT && !(packet->layers & describers[i].layers))
		i++;
	if (i < DESCRIBER_COUNT)
		describers[i].describe(text, packet);
	else
		describe_frame(text, packet);
	if (packet->cut)
		text_add(text, " (cut)");
}
