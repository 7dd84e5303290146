// SPDX-License-Identifier: GPL-2.0-or-later
/* A packet, layer by layer, and its bytes. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/screen_private.h"
#include "wire/mac_kind.h"
#include "wire/packet.h"

static void add_layer(struct page *page, const char *name)
{
	page_line(page, ROLE_HEADING, "%s", name);
}

static void add_field(struct page *page, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_field(struct page *page, const char *name, const char *format, ...)
{
	char value[160], label[32];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(value, sizeof value, format, arguments);
	va_end(arguments);
	snprintf(label, sizeof label, "  %s", name);
	page_labelled(page, label, 16, ROLE_PLAIN, value);
}

static void add_mac(struct page *page, const char *name, struct mac mac)
{
	char buffer[MAC_TEXT_SIZE];

	add_field(page, name, "%s (%s)", mac_format(mac, buffer), mac_kind_of(mac)->name);
}

static void add_ip(struct page *page, const char *name, const struct ip *ip)
{
	char buffer[IP_TEXT_SIZE];

	add_field(page, name, "%s", ip_format(ip, buffer));
}

static void add_link(struct page *page, const struct packet *packet)
{
	if (!(packet->layers & (LAYER_ETHERNET | LAYER_COOKED)))
		return;
	add_layer(page, packet->layers & LAYER_OVERLAY  ? "Ethernet (inside the overlay)"
			: packet->layers & LAYER_COOKED ? "Linux cooked"
							: "Ethernet");
	add_mac(page, "from", packet->source);
	if (!(packet->layers & LAYER_COOKED))
		add_mac(page, "to", packet->destination);
	for (uint8_t i = 0; i < packet->vlan_count; i++)
		add_field(page, "VLAN", "%u", packet->vlans[i]);
	if (packet->ethertype != 0)
		add_field(page, "type", "0x%04x", packet->ethertype);
}

static void add_arp(struct page *page, const struct packet *packet)
{
	const struct arp *arp = &packet->arp;

	if (!(packet->layers & (LAYER_ARP | LAYER_RARP)))
		return;
	add_layer(page, packet->layers & LAYER_ARP ? "ARP" : "RARP");
	add_field(page, "operation", "%u%s", arp->operation,
		  arp->operation == ARP_REQUEST ? " (request)"
		  : arp->operation == ARP_REPLY ? " (reply)"
						: "");
	if (arp->wrong != 0) {
		add_field(page, "malformed", "hardware %u, protocol 0x%04x, lengths %u and %u", arp->hardware_type,
			  arp->protocol_type, arp->hardware_length, arp->protocol_length);
		return;
	}
	add_mac(page, "sender MAC", arp->sha);
	add_ip(page, "sender", &arp->spa);
	add_mac(page, "target MAC", arp->tha);
	add_ip(page, "target", &arp->tpa);
}

static void add_ip_header(struct page *page, const char *name, const struct ip_header *ip)
{
	add_layer(page, name);
	add_ip(page, "from", &ip->source);
	add_ip(page, "to", &ip->destination);
	add_field(page, ip->source.family == 6 ? "hop limit" : "TTL", "%u", ip->ttl);
	add_field(page, "protocol", "%u", ip->protocol);
	add_field(page, "length", "%u", ip->total_length);
	if (ip->source.family == 4)
		add_field(page, "id", "%u%s", ip->id, ip->dont_fragment ? ", don't fragment" : "");
	if (ip->fragment != 0 || ip->more_fragments)
		add_field(page, "fragment", "at %u%s", ip->fragment, ip->more_fragments ? ", more follow" : ", last");
}

static void add_transport(struct page *page, const struct packet *packet)
{
	const struct transport *transport = &packet->transport;
	static const struct {
		uint8_t flag;
		const char *name;
	} names[] = { { TCP_SYN, " SYN" }, { TCP_ACK, " ACK" }, { TCP_PSH, " PSH" },
		      { TCP_FIN, " FIN" }, { TCP_RST, " RST" }, { TCP_URG, " URG" } };
	char flags[40] = "";

	if (!(packet->layers & (LAYER_TCP | LAYER_UDP)))
		return;
	add_layer(page, packet->layers & LAYER_TCP ? "TCP" : "UDP");
	add_field(page, "ports", "%u > %u", transport->source_port, transport->destination_port);
	if (packet->layers & LAYER_TCP) {
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (transport->flags & names[i].flag)
				strcat(flags, names[i].name);
		add_field(page, "flags", "%s", flags[0] != '\0' ? flags + 1 : "none");
		add_field(page, "sequence", "%" PRIu32, transport->sequence);
		add_field(page, "acknowledges", "%" PRIu32, transport->acknowledgement);
		add_field(page, "window", "%u", transport->window);
	}
	add_field(page, "payload", "%u bytes", packet->payload_length);
}

static void add_icmp(struct page *page, const struct packet *packet)
{
	const struct icmp *icmp = &packet->icmp;

	if (!(packet->layers & LAYER_ICMP))
		return;
	add_layer(page, packet->ip.source.family == 6 ? "ICMPv6" : "ICMP");
	add_field(page, "type, code", "%u, %u", icmp->type, icmp->code);
	if (icmp->type == ICMP_TYPE_ECHO || icmp->type == ICMP_TYPE_ECHO_REPLY || icmp->type == ICMP6_TYPE_ECHO ||
	    icmp->type == ICMP6_TYPE_ECHO_REPLY)
		add_field(page, "echo", "id %u, sequence %u", icmp->id, icmp->sequence);
	if (icmp->mtu != 0)
		add_field(page, "MTU", "%" PRIu32, icmp->mtu);
	if (packet->layers & LAYER_ND) {
		add_field(page, packet->nd.advert ? "advertises" : "asks for", "%s",
			  ip_format(&packet->nd.target, (char[IP_TEXT_SIZE]){ 0 }));
		if (packet->nd.has_lladdr)
			add_mac(page, "at", packet->nd.lladdr);
	}
	if (packet->layers & LAYER_QUOTED)
		add_ip_header(page, "  quoted packet", &packet->quoted.ip);
}

static void add_vrrp(struct page *page, const struct packet *packet)
{
	const struct vrrp *vrrp = &packet->vrrp;

	if (!(packet->layers & LAYER_VRRP))
		return;
	add_layer(page, "VRRP");
	add_field(page, "version", "%u", vrrp->version);
	add_field(page, "router id", "%u", vrrp->vrid);
	add_field(page, "priority", "%u", vrrp->priority);
	add_field(page, "interval", "%" PRIu32 " ms", vrrp->interval);
	for (uint8_t i = 0; i < vrrp->count; i++)
		add_ip(page, "address", &vrrp->addresses[i]);
}

/* What the faults say of this frame. */
static void add_proofs(struct page *page, const struct model *model, const struct frame *frame)
{
	enum { MOST_PROOFS = 8 };
	int count = 0;

	for (uint32_t i = 0; model->report != NULL && i < model->report->fault_count && count < MOST_PROOFS; i++) {
		const struct fault *fault = &model->report->faults[i];

		for (uint32_t k = 0; k < fault->evidence_count; k++) {
			char line[EVIDENCE_NOTE_SIZE + 64];

			if (fault->evidence[k].frame != frame->number || fault->evidence[k].input != frame->input)
				continue;
			snprintf(line, sizeof line, "%s: %s", fault->rule->id, fault->evidence[k].note);
			page_paragraph(page, "Proves", words_severity_role(fault->severity), line);
			count++;
			break;
		}
	}
}

void page_tree(struct page *page, const struct model *model, const struct frame *frame)
{
	struct packet packet;
	char clock[CLOCK_SIZE], link[64];

	packet_decode(frame, &packet);
	page_line(page, ROLE_HEADING, "Frame %" PRIu64 " at %s: %u bytes%s", frame->number,
		  words_clock_fine(frame->time, model->utc_offset, clock), frame->length,
		  frame->captured < frame->length ? ", cut" : "");
	add_proofs(page, model, frame);
	if (!link_type_is_decoded(frame->link_type))
		page_line(page, ROLE_DIM, "not decoded: %s", link_type_name(frame->link_type, link, sizeof link));
	if (packet.layers & (LAYER_TUNNEL | LAYER_OVERLAY))
		add_ip_header(page, "IP (the tunnel)", &packet.outer);
	add_link(page, &packet);
	add_arp(page, &packet);
	if (packet.layers & LAYER_IP)
		add_ip_header(page, packet.ip.source.family == 6 ? "IPv6" : "IPv4", &packet.ip);
	add_transport(page, &packet);
	add_icmp(page, &packet);
	add_vrrp(page, &packet);
	if (packet.sums_wrong != 0)
		page_line(page, ROLE_BAD, "A checksum is wrong: a receiver drops this packet.");
}

/* "0010  08 00 06 04 00 02 00 16  3e aa 00 12 0a 00 00 50  ........>......P" */
static void add_bytes(struct page *page, const uint8_t *bytes, uint32_t offset, uint32_t count, uint32_t a_line)
{
	char line[96];
	int length = snprintf(line, sizeof line, "%04x ", offset);

	for (uint32_t i = 0; i < a_line; i++) {
		length += snprintf(line + length, sizeof line - (size_t)length, i == 8 ? "  " : " ");
		length += i < count ? snprintf(line + length, sizeof line - (size_t)length, "%02x", bytes[i])
				    : snprintf(line + length, sizeof line - (size_t)length, "  ");
	}
	length += snprintf(line + length, sizeof line - (size_t)length, "  ");
	for (uint32_t i = 0; i < count; i++)
		line[length++] = bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i] : '.';
	line[length] = '\0';
	page_line(page, ROLE_PLAIN, "%s", line);
}

void page_bytes(struct page *page, const struct frame *frame)
{
	enum { MOST_SHOWN = 9216 };
	uint32_t a_line = page->width >= 74 ? 16 : page->width >= 40 ? 8 : 4;
	uint32_t end = frame->captured < MOST_SHOWN ? frame->captured : MOST_SHOWN;

	for (uint32_t offset = 0; offset < end; offset += a_line)
		add_bytes(page, frame->bytes + offset, offset, end - offset < a_line ? end - offset : a_line, a_line);
}
