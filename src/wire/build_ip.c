// SPDX-License-Identifier: GPL-2.0-or-later
/* IP packets: TCP, UDP, ICMP, neighbour discovery, VRRP, and the tunnels. */
#include "wire/build_private.h"

enum { VRRP_ADVERTISEMENT = 1, VRRP_HEADER = 8, VRRP_AUTHENTICATION = 8 };

static uint32_t ipv4_of(const struct ip *ip)
{
	uint32_t network_order;

	memcpy(&network_order, ip->b, sizeof network_order);
	return network_order;
}

static struct libnet_in6_addr ipv6_of(const struct ip *ip)
{
	struct libnet_in6_addr address;

	memcpy(&address, ip->b, sizeof address);
	return address;
}

static uint16_t fragment_of(const struct ip_header *ip)
{
	return (uint16_t)((ip->dont_fragment ? IP_DF : 0) | (ip->more_fragments ? IP_MF : 0) | ip->fragment / 8);
}

void build_ip_header(struct builder *builder, const struct ip_header *ip, uint8_t protocol, size_t inner)
{
	libnet_t *libnet = builder->libnet;
	bool is_v6 = ip->source.family == 6;

	if (ip->source.family != ip->destination.family)
		build_fail(builder, "source and destination are of different families");
	if (inner > (is_v6 ? 65535u : 65535u - LIBNET_IPV4_H))
		build_fail(builder, "the packet is too long");
	if (is_v6)
		build_check(builder, libnet_build_ipv6(0, 0, (uint16_t)inner, protocol, ip->ttl, ipv6_of(&ip->source),
						       ipv6_of(&ip->destination), NULL, 0, libnet, 0));
	else
		build_check(builder, libnet_build_ipv4((uint16_t)(LIBNET_IPV4_H + inner), 0, ip->id, fragment_of(ip),
						       ip->ttl, protocol, 0, ipv4_of(&ip->source),
						       ipv4_of(&ip->destination), NULL, 0, libnet, 0));
	builder->ethertype = is_v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
}

void build_ip(struct builder *builder, const struct ip_header *ip, uint8_t protocol)
{
	build_hand_over(builder);
	build_ip_header(builder, ip, protocol, builder->length);
	build_take_back(builder);
}

void build_tcp_with(struct builder *builder, const struct ip_header *ip, const struct transport *tcp,
		    const uint8_t *options, size_t option_length)
{
	size_t length = LIBNET_TCP_H + option_length + builder->length;

	if (option_length % 4 != 0 || option_length > 40) {
		build_fail(builder, "TCP options are up to ten words");
		return;
	}
	build_hand_over(builder);
	if (option_length > 0)
		build_check(builder, libnet_build_tcp_options(options, (uint32_t)option_length, builder->libnet, 0));
	build_check(builder,
		    libnet_build_tcp(tcp->source_port, tcp->destination_port, tcp->sequence, tcp->acknowledgement,
				     tcp->flags, tcp->window, 0, 0, (uint16_t)length, NULL, 0, builder->libnet, 0));
	build_ip_header(builder, ip, IP_PROTO_TCP, length);
	build_take_back(builder);
}

void build_tcp(struct builder *builder, const struct ip_header *ip, const struct transport *tcp, uint16_t mss)
{
	const uint8_t option[4] = { 2, sizeof option, (uint8_t)(mss >> 8), (uint8_t)mss };

	build_tcp_with(builder, ip, tcp, option, mss ? sizeof option : 0);
}

/* A sum of zero means "none" (RFC 768), so a sum that comes out as zero is sent as its other form. libnet does not. */
static void mend_udp_checksum(struct builder *builder)
{
	size_t at = builder->ethertype == ETHERTYPE_IPV6 ? LIBNET_IPV6_H : LIBNET_IPV4_H;
	uint8_t *checksum = builder->bytes + at + 6;

	if (!builder->failure && checksum[0] == 0 && checksum[1] == 0)
		build_put_u16(checksum, 0xffff);
}

void build_udp(struct builder *builder, const struct ip_header *ip, const struct transport *udp)
{
	size_t length = LIBNET_UDP_H + builder->length;

	build_hand_over(builder);
	build_check(builder, libnet_build_udp(udp->source_port, udp->destination_port, (uint16_t)length, 0, NULL, 0,
					      builder->libnet, 0));
	build_ip_header(builder, ip, IP_PROTO_UDP, length);
	build_take_back(builder);
	mend_udp_checksum(builder);
}

/*
 * Every ICMP message is type, code, checksum, four bytes with a meaning of their own, and the rest. libnet's echo
 * takes the four bytes as two numbers, and so serves for all.
 */
static void build_icmp_message(struct builder *builder, const struct ip_header *ip, uint8_t type, uint8_t code,
			       uint32_t four)
{
	bool is_v6 = ip->source.family == 6;
	size_t length = LIBNET_ICMPV4_ECHO_H + builder->length;
	uint16_t high = (uint16_t)(four >> 16), low = (uint16_t)four;

	build_hand_over(builder);
	build_check(builder, is_v6 ? libnet_build_icmpv6_echo(type, code, 0, high, low, NULL, 0, builder->libnet, 0)
				   : libnet_build_icmpv4_echo(type, code, 0, high, low, NULL, 0, builder->libnet, 0));
	build_ip_header(builder, ip, is_v6 ? IP_PROTO_ICMPV6 : IP_PROTO_ICMP, length);
	build_take_back(builder);
}

/* The four bytes: RFC 792, RFC 1191 section 4, RFC 4443 section 3. */
static uint32_t icmp_four(const struct icmp *icmp, bool is_v6)
{
	if (!is_v6 && icmp->type == ICMP_TYPE_REDIRECT)
		return ntohl(ipv4_of(&icmp->gateway));
	if (icmp->type == (is_v6 ? ICMP6_TYPE_TOO_BIG : ICMP_TYPE_UNREACHABLE))
		return icmp->mtu;
	return (uint32_t)icmp->id << 16 | icmp->sequence;
}

void build_icmp(struct builder *builder, const struct ip_header *ip, const struct icmp *icmp)
{
	build_icmp_message(builder, ip, icmp->type, icmp->code, icmp_four(icmp, ip->source.family == 6));
}

/* RFC 4861 sections 4.3, 4.4 and 4.6.1: flags in the upper three bits, target 16, option type 1, length 1, MAC 6. */
void build_nd(struct builder *builder, const struct ip_header *ip, const struct nd *nd)
{
	uint8_t option[8] = { nd->advert ? 2 : 1, 1 };

	memcpy(option + 2, nd->lladdr.b, sizeof nd->lladdr.b);
	if (nd->has_lladdr)
		build_prepend(builder, option, sizeof option);
	build_prepend(builder, nd->target.b, sizeof nd->target.b);
	/* The decoder's bits are numbered from the right, the header's from the left. */
	uint32_t flags = (nd->flags & ND_ROUTER ? 1u << 31 : 0) | (nd->flags & ND_SOLICITED ? 1u << 30 : 0) |
			 (nd->flags & ND_OVERRIDE ? 1u << 29 : 0);

	build_icmp_message(builder, ip, nd->advert ? ICMP6_TYPE_ADVERT : ICMP6_TYPE_SOLICIT, 0, nd->advert ? flags : 0);
}

static size_t put_addresses(uint8_t *at, const struct vrrp *vrrp)
{
	size_t size = vrrp->count > 0 && vrrp->addresses[0].family == 6 ? 16 : 4;

	for (size_t i = 0; i < vrrp->count; i++)
		memcpy(at + i * size, vrrp->addresses[i].b, size);
	return vrrp->count * size;
}

static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	return sum;
}

/* RFC 1071 over the message, and from version 3 on over the pseudo header (RFC 8200 section 8.1) too. */
static uint16_t vrrp_checksum(const struct ip_header *ip, bool pseudo, const uint8_t *message, size_t size)
{
	size_t address = ip->source.family == 6 ? 16 : 4;
	uint32_t sum = add_words(0, message, size);

	if (pseudo) {
		sum = add_words(sum, ip->source.b, address);
		sum = add_words(sum, ip->destination.b, address);
		sum += IP_PROTO_VRRP + (uint32_t)size;
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/*
 * version and type 1 | VRID 1 | priority 1 | count 1 | interval 2 | checksum 2 | addresses
 *
 * Version 2 (RFC 3768 section 5.1): the interval is one byte of authentication type and one of seconds, and eight
 * bytes of authentication end the message. Version 3 (RFC 5798 section 5.1): 12 bits of hundredths of a second.
 * libnet 1.1.6 knows version 2 only and swaps version and type.
 */
void build_vrrp(struct builder *builder, const struct ip_header *ip, const struct vrrp *vrrp)
{
	uint8_t message[VRRP_HEADER + VRRP_MAX_ADDRESSES * 16 + VRRP_AUTHENTICATION] = { 0 };
	bool is_v2 = vrrp->version == 2;
	size_t size = VRRP_HEADER + (is_v2 ? VRRP_AUTHENTICATION : 0);

	if (builder->length > 0 || vrrp->count > VRRP_MAX_ADDRESSES) {
		build_fail(builder, "an advertisement carries up to 32 addresses and no payload");
		return;
	}
	message[0] = (uint8_t)(vrrp->version << 4 | VRRP_ADVERTISEMENT);
	message[1] = vrrp->vrid;
	message[2] = vrrp->priority;
	message[3] = vrrp->count;
	build_put_u16(message + 4, is_v2 ? vrrp->interval / 1000 & 0xff : vrrp->interval / 10 & 0xfff);
	size += put_addresses(message + VRRP_HEADER, vrrp);
	build_put_u16(message + 6, vrrp_checksum(ip, !is_v2, message, size));
	build_prepend(builder, message, size);
	build_ip(builder, ip, IP_PROTO_VRRP);
}

static uint8_t inner_protocol(const struct builder *builder)
{
	return builder->ethertype == ETHERTYPE_IPV6 ? IP_PROTO_IPV6 : IP_PROTO_IPIP;
}

void build_ipip(struct builder *builder, const struct ip_header *outer)
{
	build_ip(builder, outer, inner_protocol(builder));
}

void build_gre(struct builder *builder, const struct ip_header *outer, bool has_key, uint32_t key)
{
	uint16_t flags = has_key ? GRE_KEY : 0;
	size_t length = libnet_getgre_length(flags) + builder->length;

	build_hand_over(builder);
	build_check(builder, libnet_build_gre(flags, builder->ethertype, 0, 0, key, 0, (uint16_t)length, NULL, 0,
					      builder->libnet, 0));
	build_ip_header(builder, outer, IP_PROTO_GRE, length);
	build_take_back(builder);
}

/* draft-ietf-intarea-gue section 3.2: variant and header length 1, protocol 1, flags 2 */
void build_gue(struct builder *builder, const struct ip_header *outer, const struct transport *udp)
{
	uint8_t header[4] = { 0, inner_protocol(builder) };

	build_prepend(builder, header, sizeof header);
	build_udp(builder, outer, udp);
}

/* RFC 7348 section 5: flags 1 (a valid id), reserved 3, id 3, reserved 1 */
void build_vxlan(struct builder *builder, const struct ip_header *outer, const struct transport *udp, uint32_t vni)
{
	uint8_t header[8] = { 0x08 };

	build_put_u32(header + 4, vni << 8);
	build_prepend(builder, header, sizeof header);
	build_udp(builder, outer, udp);
}
