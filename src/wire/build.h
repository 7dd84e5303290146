// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Building frames, from the inside out.
 *
 * Each step wraps what the builder holds: a TCP segment becomes an IP packet,
 * the packet a tunnel's payload, that a frame. Headers are described by the
 * same structures that packet_decode() fills, so what is built decodes to
 * what it was built from:
 *
 *     build_begin(&builder, buffer, sizeof buffer);
 *     build_tcp(&builder, &ip, &syn, 1460);
 *     build_ipip(&builder, &outer);
 *     build_ethernet(&builder, &link);
 *     length = build_end(&builder, &error);
 *
 * Lengths and checksums are computed; ip_header.protocol and total_length are
 * ignored. A step that fails (no room, families that do not match) makes
 * build_end() fail. libnet builds the headers that it knows well, in a context
 * without a device: no privileges, no I/O.
 *
 * Sources as in packet.h; GRE with key RFC 2890; frames shorter than 60 bytes
 * IEEE 802.3 clause 4.2.3.3.
 */
#ifndef WIRE_BUILD_H
#define WIRE_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "wire/address.h"
#include "wire/packet.h"

enum { BUILD_MIN_FRAME = 60 };

enum { GUE_PORT = 6080, VXLAN_PORT = 4789 };

struct builder {
	struct libnet_context *libnet; /* owned */
	uint8_t *bytes;                /* borrowed from the caller of build_begin */
	size_t room, length;
	uint16_t ethertype;  /* of what is there */
	const char *failure; /* static; NULL while all is well */
};

struct build_link {
	struct mac destination, source;
	uint16_t vlans[PACKET_MAX_VLANS]; /* ids, outermost first */
	uint8_t vlan_count;
	bool provider; /* the outermost of several tags is an 802.1ad S-tag (0x88a8) */
};

/* A context serves any number of frames, one after the other. `*builder` needs no initialisation. */
int builder_open(struct builder *builder, struct error *error);
void builder_close(struct builder *builder); /* zeroed and closed builders are legal */

/* Starts an empty frame in a buffer that must live until the frame was used. */
void build_begin(struct builder *builder, uint8_t *into, size_t room);
/* The frame's length, or ERROR_USAGE. */
int build_end(const struct builder *builder, struct error *error);

/* Puts bytes where the payload is to be: call it first. */
void build_payload(struct builder *builder, const void *bytes, size_t length);

/* ARP: the general form, and those that are asked for most. */
void build_arp(struct builder *builder, const struct arp *arp);
/* Who has `target`? With `sender` 0.0.0.0 it is the probe of RFC 5227, which changes nobody's cache. */
void build_arp_request(struct builder *builder, struct mac sender_mac, struct ip sender, struct ip target);
void build_arp_reply(struct builder *builder, struct mac sender_mac, struct ip sender, struct mac target_mac,
		     struct ip target);
/* Gratuitous ARP in the form of a request (target MAC zero) or of a reply (target MAC broadcast). */
void build_arp_announcement(struct builder *builder, uint16_t operation, struct mac mac, struct ip ip);

/* IP packets; what the builder holds becomes their payload. `mss` 0: no option. */
void build_tcp(struct builder *builder, const struct ip_header *ip, const struct transport *tcp, uint16_t mss);
/* With any options, `option_length` bytes of them: a multiple of 4, at most 40. */
void build_tcp_with(struct builder *builder, const struct ip_header *ip, const struct transport *tcp,
		    const uint8_t *options, size_t option_length);
void build_udp(struct builder *builder, const struct ip_header *ip, const struct transport *udp);
/*
 * ICMP or ICMPv6 by the family of `ip`. What the builder holds is the data of an echo, or what an error quotes. `mtu`
 * and `gateway` go into the types that have them, `id` and `sequence` into all others.
 */
void build_icmp(struct builder *builder, const struct ip_header *ip, const struct icmp *icmp);
void build_nd(struct builder *builder, const struct ip_header *ip, const struct nd *nd);
/* Version 2 without authentication, or version 3 (checksum over the pseudo header too: RFC 5798 section 5.2.8). */
void build_vrrp(struct builder *builder, const struct ip_header *ip, const struct vrrp *vrrp);

/* Tunnels around the IP packet that the builder holds. */
void build_ipip(struct builder *builder, const struct ip_header *outer);
void build_gre(struct builder *builder, const struct ip_header *outer, bool has_key, uint32_t key);
/* GUE as the kernel's IPVS and fou speak it: variant 0, no flags. `udp` gives the ports. */
void build_gue(struct builder *builder, const struct ip_header *outer, const struct transport *udp);
/* Around the Ethernet frame that the builder holds. */
void build_vxlan(struct builder *builder, const struct ip_header *outer, const struct transport *udp, uint32_t vni);

void build_ethernet(struct builder *builder, const struct build_link *link);
/* Zeros up to BUILD_MIN_FRAME, as a sending network card appends them. */
void build_pad(struct builder *builder);

/* 33:33 and the last four bytes (RFC 2464 section 7), 01:00:5e and the last 23 bits (RFC 1112 section 6.4). */
struct mac build_multicast_mac(const struct ip *group);
/* The group that a neighbour solicitation for `target` goes to (RFC 4291 section 2.7.1). */
struct ip build_solicited_node(const struct ip *target);

#endif
