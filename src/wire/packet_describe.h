// SPDX-License-Identifier: GPL-2.0-or-later
/* What the files that describe packets share. Each function appends to the line. */
#ifndef WIRE_PACKET_DESCRIBE_H
#define WIRE_PACKET_DESCRIBE_H

#include "base/text.h"
#include "wire/packet.h"

void describe_ip(struct text *text, const struct ip *ip);
void describe_mac(struct text *text, struct mac mac);
/* 10.0.0.1 > 10.0.0.2, and with ports */
void describe_addresses(struct text *text, const struct ip_header *ip);
void describe_endpoints(struct text *text, const struct ip_header *ip, const struct transport *transport);

void describe_icmp(struct text *text, const struct packet *packet);
void describe_nd(struct text *text, const struct packet *packet);

#endif
