// SPDX-License-Identifier: GPL-2.0-or-later
/* The builder's life, and the layers below IP. */
#include "wire/build.h"

#include <stdlib.h>

#include "wire/build_private.h"

int builder_open(struct builder *builder, struct error *error)
{
	char why[LIBNET_ERRBUF_SIZE] = "";

	*builder = (struct builder){ .libnet = libnet_init(LIBNET_NONE, NULL, why) };
	if (!builder->libnet)
		return error_set(error, ERROR_MEMORY, NULL, "no context to build frames in: %s", why);
	return 0;
}

void builder_close(struct builder *builder)
{
	if (builder->libnet)
		libnet_destroy(builder->libnet);
	builder->libnet = NULL;
}

void build_begin(struct builder *builder, uint8_t *into, size_t room)
{
	builder->bytes = into;
	builder->room = room;
	builder->length = 0;
	builder->ethertype = 0;
	builder->failure = NULL;
	libnet_clear_packet(builder->libnet);
}

int build_end(const struct builder *builder, struct error *error)
{
	if (builder->failure)
		return error_set(error, ERROR_USAGE, NULL, "the frame cannot be built: %s", builder->failure);
	return (int)builder->length;
}

void build_put_u16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

void build_put_u32(uint8_t *at, uint32_t value)
{
	build_put_u16(at, value >> 16);
	build_put_u16(at + 2, value);
}

void build_prepend(struct builder *builder, const void *header, size_t size)
{
	if (size > builder->room - builder->length) {
		build_fail(builder, "the buffer is too small");
		return;
	}
	memmove(builder->bytes + size, builder->bytes, builder->length);
	memcpy(builder->bytes, header, size);
	builder->length += size;
}

void build_payload(struct builder *builder, const void *bytes, size_t length)
{
	if (length > 0)
		build_prepend(builder, bytes, length);
}

void build_hand_over(struct builder *builder)
{
	if (builder->length > 0)
		build_check(builder, libnet_build_data(builder->bytes, (uint32_t)builder->length, builder->libnet, 0));
}

void build_take_back(struct builder *builder)
{
	uint8_t *packet = NULL;
	uint32_t size = 0;

	if (!builder->failure && libnet_pblock_coalesce(builder->libnet, &packet, &size) < 0) {
		build_fail(builder, "libnet cannot put the headers together");
		packet = NULL;
	}
	if (packet && size <= builder->room) {
		memcpy(builder->bytes, packet, size);
		builder->length = size;
	} else {
		build_fail(builder, "the buffer is too small");
	}
	free(packet);
	libnet_clear_packet(builder->libnet);
}

void build_arp(struct builder *builder, const struct arp *arp)
{
	if (arp->spa.family == 6 || arp->tpa.family == 6)
		build_fail(builder, "ARP is for IPv4");
	build_check(builder,
		    libnet_build_arp(ARPHRD_ETHER, ETHERTYPE_IP, sizeof arp->sha.b, 4, arp->operation, arp->sha.b,
				     arp->spa.b, arp->tha.b, arp->tpa.b, NULL, 0, builder->libnet, 0));
	build_take_back(builder);
	builder->ethertype = ETHERTYPE_ARP;
}

void build_arp_request(struct builder *builder, struct mac sender_mac, struct ip sender, struct ip target)
{
	build_arp(builder, &(struct arp){ .operation = ARP_REQUEST, .sha = sender_mac, .spa = sender, .tpa = target });
}

void build_arp_reply(struct builder *builder, struct mac sender_mac, struct ip sender, struct mac target_mac,
		     struct ip target)
{
	build_arp(builder,
		  &(struct arp){
		      .operation = ARP_REPLY, .sha = sender_mac, .spa = sender, .tha = target_mac, .tpa = target });
}

void build_arp_announcement(struct builder *builder, uint16_t operation, struct mac mac, struct ip ip)
{
	struct arp arp = { .operation = operation, .sha = mac, .spa = ip, .tpa = ip };

	if (operation == ARP_REPLY)
		memset(arp.tha.b, 0xff, sizeof arp.tha.b);
	build_arp(builder, &arp);
}

/* Tag control and the type of what follows; the tag's own type stands in front of it. */
static void build_tag(struct builder *builder, uint16_t vlan, uint16_t tag_type)
{
	uint8_t tag[4];

	build_put_u16(tag, vlan);
	build_put_u16(tag + 2, builder->ethertype);
	build_prepend(builder, tag, sizeof tag);
	builder->ethertype = tag_type;
}

void build_ethernet(struct builder *builder, const struct build_link *link)
{
	for (unsigned i = link->vlan_count; i > 0; i--)
		build_tag(builder, link->vlans[i - 1],
			  i == 1 && link->provider && link->vlan_count > 1 ? 0x88a8 : ETHERTYPE_VLAN);
	build_hand_over(builder);
	build_check(builder, libnet_build_ethernet(link->destination.b, link->source.b, builder->ethertype, NULL, 0,
						   builder->libnet, 0));
	build_take_back(builder);
	builder->ethertype = ETHERTYPE_TRANSPARENT;
}

void build_pad(struct builder *builder)
{
	if (builder->length >= BUILD_MIN_FRAME)
		return;
	if (builder->room < BUILD_MIN_FRAME) {
		build_fail(builder, "the buffer is too small");
		return;
	}
	memset(builder->bytes + builder->length, 0, BUILD_MIN_FRAME - builder->length);
	builder->length = BUILD_MIN_FRAME;
}

struct mac build_multicast_mac(const struct ip *group)
{
	if (group->family == 6)
		return (struct mac){ { 0x33, 0x33, group->b[12], group->b[13], group->b[14], group->b[15] } };
	return (struct mac){ { 0x01, 0x00, 0x5e, group->b[1] & 0x7f, group->b[2], group->b[3] } };
}

struct ip build_solicited_node(const struct ip *target)
{
	struct ip group = { .family = 6, .b = { 0xff, 0x02, [11] = 0x01, [12] = 0xff } };

	memcpy(group.b + 13, target->b + 13, 3);
	return group;
}
