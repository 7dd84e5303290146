// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/frame.h"

#include <stdio.h>

#include "wire/decode.h"

/* Values and names of https://www.tcpdump.org/linktypes.html; the first ones are decoded, the others are met often. */
static const struct {
	uint16_t type;
	const char *name;
	decode_link *decoder;
} link_types[] = {
	{ LINK_ETHERNET, "EN10MB (Ethernet)", decode_ethernet },
	{ LINK_LINUX_SLL, "LINUX_SLL (Linux cooked v1)", decode_sll },
	{ LINK_LINUX_SLL2, "LINUX_SLL2 (Linux cooked v2)", decode_sll2 },
	{ 0, "NULL (BSD loopback)", NULL },
	{ 6, "IEEE802_5 (Token Ring)", NULL },
	{ 9, "PPP", NULL },
	{ 10, "FDDI", NULL },
	{ 50, "PPP_HDLC (PPP in HDLC framing)", NULL },
	{ 51, "PPP_ETHER (PPPoE session)", NULL },
	{ 101, "RAW (IP without a link layer)", NULL },
	{ 104, "C_HDLC (Cisco HDLC)", NULL },
	{ 105, "IEEE802_11 (802.11)", NULL },
	{ 107, "FRELAY (Frame Relay)", NULL },
	{ 108, "LOOP (OpenBSD loopback)", NULL },
	{ 117, "PFLOG (OpenBSD packet filter log)", NULL },
	{ 119, "PRISM_HEADER (802.11 with a Prism header)", NULL },
	{ 127, "IEEE802_11_RADIO (802.11 with a radiotap header)", NULL },
	{ 189, "USB_LINUX", NULL },
	{ 192, "PPI (per-packet information)", NULL },
	{ 195, "IEEE802_15_4_WITHFCS (802.15.4)", NULL },
	{ 201, "BLUETOOTH_HCI_H4_WITH_PHDR (Bluetooth)", NULL },
	{ 220, "USB_LINUX_MMAPPED", NULL },
	{ 227, "CAN_SOCKETCAN (CAN bus)", NULL },
	{ 228, "IPV4 (IPv4 without a link layer)", NULL },
	{ 229, "IPV6 (IPv6 without a link layer)", NULL },
	{ 239, "NFLOG (Linux netfilter log)", NULL },
	{ 247, "INFINIBAND", NULL },
	{ 249, "USBPCAP", NULL },
	{ 253, "NETLINK (Linux netlink)", NULL },
};

enum { LINK_TYPE_COUNT = sizeof link_types / sizeof *link_types };

decode_link *link_type_decoder(uint16_t link_type)
{
	for (size_t i = 0; i < LINK_TYPE_COUNT && link_types[i].decoder; i++)
		if (link_types[i].type == link_type)
			return link_types[i].decoder;
	return NULL;
}

bool link_type_is_decoded(uint16_t link_type)
{
	return link_type_decoder(link_type) != NULL;
}

const char *link_type_name(uint16_t link_type, char *buffer, unsigned size)
{
	for (size_t i = 0; i < LINK_TYPE_COUNT; i++) {
		if (link_types[i].type == link_type) {
			snprintf(buffer, size, "%s", link_types[i].name);
			return buffer;
		}
	}
	snprintf(buffer, size, "link type %u", link_type);
	return buffer;
}
