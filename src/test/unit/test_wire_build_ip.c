// SPDX-License-Identifier: GPL-2.0-or-later
/* IP packets must decode to what they were built from, with checksums that hold. */
#include "test/unit/built.h"

/* The sum of 16-bit words (RFC 1071), which is ffff where a checksum among them holds. */
static uint32_t add_up(uint32_t sum, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* Checks the checksums of the IP packet that begins at `at`. `pseudo` where the upper one covers a pseudo header. */
static void expect_checksums(const struct built *built, size_t at, bool pseudo)
{
	const uint8_t *packet = built->bytes + at;
	bool is_v6 = packet[0] >> 4 == 6;
	size_t header = is_v6 ? 40 : 20, address = is_v6 ? 16 : 4;
	size_t length = is_v6 ? (size_t)packet[4] << 8 | packet[5] : ((size_t)packet[2] << 8 | packet[3]) - 20;
	uint32_t sum = pseudo ? (uint32_t)length + packet[is_v6 ? 6 : 9] : 0;

	if (pseudo)
		sum = add_up(sum, packet + (is_v6 ? 8 : 12), 2 * address);
	assert_int_equal(add_up(sum, packet + header, length), 0xffff);
	if (!is_v6)
		assert_int_equal(add_up(0, packet, header), 0xffff);
}

static void tcp_segments_carry_all_that_was_asked_for(void **state)
{
	struct built *built = *state;
	struct transport tcp = { .source_port = 40000,
				 .destination_port = 80,
				 .sequence = 0xdeadbeef,
				 .acknowledgement = 7,
				 .flags = TCP_SYN | TCP_ACK,
				 .window = 1234 };

	for (int variant = 0; variant < 4; variant++) {
		const struct ip_header *ip = variant & 1 ? &built->v6 : &built->v4;
		struct builder *builder = begin(built);
		const struct packet *packet;

		build_payload(builder, "hello", 5);
		build_tcp(builder, ip, &tcp, variant & 2 ? 1460 : 0);
		packet = finish(built, &untagged, LAYER_IP | LAYER_TCP);
		expect_checksums(built, 14, true);
		tcp.checksum = packet->transport.checksum;
		assert_memory_equal(&packet->transport, &tcp, sizeof tcp);
		assert_int_equal(packet->payload_length, 5);
		assert_memory_equal(packet->payload, "hello", 5);
		assert_int_equal(packet->ip.ttl, ip->ttl);
		assert_int_equal(packet->ip.id, ip->id);
		assert_true(packet->ip.dont_fragment); /* IPv6 routers never fragment */
		assert_true(ip_equal(&packet->ip.source, &ip->source));
		assert_true(ip_equal(&packet->ip.destination, &ip->destination));
	}
}

static void udp_checksums_are_never_zero(void **state)
{
	struct built *built = *state;
	struct transport udp = { .source_port = 1, .destination_port = 2 };

	for (uint32_t i = 0; i < 0x10000; i++) {
		uint8_t payload[2] = { (uint8_t)(i >> 8), (uint8_t)i };
		struct builder *builder = begin(built);

		build_payload(builder, payload, sizeof payload);
		build_udp(builder, i & 1 ? &built->v6 : &built->v4, &udp);
		assert_null(builder->failure);
		size_t at = i & 1 ? 40 : 20;

		assert_true(built->bytes[at + 6] || built->bytes[at + 7]);
	}
	build_payload(begin(built), "x", 1);
	build_udp(&built->builder, &built->v6, &udp);
	finish(built, &untagged, LAYER_IP | LAYER_UDP);
	expect_checksums(built, 14, true);
}

static void echoes_keep_id_and_sequence(void **state)
{
	struct built *built = *state;
	const struct icmp v4 = { .type = ICMP_TYPE_ECHO, .id = 0xbeef, .sequence = 3 };
	const struct icmp v6 = { .type = ICMP6_TYPE_ECHO, .id = 0xbeef, .sequence = 3 };
	const struct packet *packet;

	for (int is_v6 = 0; is_v6 < 2; is_v6++) {
		build_payload(begin(built), "odd", 3);
		build_icmp(&built->builder, is_v6 ? &built->v6 : &built->v4, is_v6 ? &v6 : &v4);
		packet = finish(built, &untagged, LAYER_IP | LAYER_ICMP);
		expect_checksums(built, 14, is_v6);
		assert_int_equal(packet->icmp.type, is_v6 ? v6.type : v4.type);
		assert_int_equal(packet->icmp.id, 0xbeef);
		assert_int_equal(packet->icmp.sequence, 3);
	}
}

static void errors_quote_the_packet(void **state)
{
	static const struct icmp errors[] = {
		{ .type = ICMP_TYPE_TIME_EXCEEDED },
		{ .type = ICMP_TYPE_UNREACHABLE, .code = 4, .mtu = 1400 },
		{ .type = ICMP_TYPE_UNREACHABLE, .code = 13 },
		{ .type = ICMP_TYPE_REDIRECT, .code = 1, .gateway = { 4, { 10, 0, 0, 99 } } },
		{ .type = ICMP6_TYPE_TIME_EXCEEDED },
		{ .type = ICMP6_TYPE_TOO_BIG, .mtu = 1280 },
		{ .type = ICMP6_TYPE_UNREACHABLE, .code = 4 },
	};
	struct built *built = *state;
	struct transport tcp = { .source_port = 40000, .destination_port = 80, .sequence = 99, .flags = TCP_SYN };

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		const struct ip_header *ip = i < 4 ? &built->v4 : &built->v6;
		struct builder *builder = begin(built);
		const struct packet *packet;

		build_tcp(builder, ip, &tcp, 0);
		build_icmp(builder, ip, &errors[i]);
		packet = finish(built, &untagged, LAYER_IP | LAYER_ICMP | LAYER_QUOTED);
		expect_checksums(built, 14, i >= 4);
		assert_int_equal(packet->icmp.type, errors[i].type);
		assert_int_equal(packet->icmp.code, errors[i].code);
		assert_int_equal(packet->icmp.mtu, errors[i].mtu);
		assert_true(ip_equal(&packet->icmp.gateway, &errors[i].gateway));
		assert_true(ip_equal(&packet->quoted.ip.destination, &ip->destination));
		assert_true(packet->quoted.has_ports);
		assert_int_equal(packet->quoted.transport.source_port, 40000);
	}
}

static void neighbour_discovery_carries_target_flags_and_mac(void **state)
{
	struct built *built = *state;
	struct nd nd = { .target = ip_of("fd00::99"), .has_lladdr = true, .lladdr = mac_a };

	for (int advert = 0; advert < 2; advert++) {
		const struct packet *packet;

		nd.advert = advert;
		nd.flags = advert ? ND_SOLICITED | ND_OVERRIDE : 0;
		build_nd(begin(built), &built->v6, &nd);
		packet = finish(built, &untagged, LAYER_IP | LAYER_ICMP | LAYER_ND);
		expect_checksums(built, 14, true);
		assert_int_equal(packet->nd.advert, nd.advert);
		assert_int_equal(packet->nd.flags, nd.flags);
		assert_true(ip_equal(&packet->nd.target, &nd.target));
		assert_true(packet->nd.has_lladdr);
		assert_true(mac_equal(packet->nd.lladdr, mac_a));
	}
}

static void adverts_of_both_vrrp_versions(void **state)
{
	struct built *built = *state;

	for (int variant = 0; variant < 3; variant++) {
		bool is_v6 = variant == 2;
		struct vrrp vrrp = {
			.version = variant == 0 ? 2 : 3, .vrid = 51, .priority = 254, .interval = 2000, .count = 2
		};
		const struct packet *packet;

		vrrp.addresses[0] = ip_of(is_v6 ? "fe80::1" : "10.0.0.9");
		vrrp.addresses[1] = ip_of(is_v6 ? "fd00::9" : "10.0.0.10");
		build_vrrp(begin(built), is_v6 ? &built->v6 : &built->v4, &vrrp);
		packet = finish(built, &untagged, LAYER_IP | LAYER_VRRP);
		expect_checksums(built, 14, variant > 0);
		assert_int_equal(packet->vrrp.version, vrrp.version);
		assert_int_equal(packet->vrrp.vrid, 51);
		assert_int_equal(packet->vrrp.priority, 254);
		assert_int_equal(packet->vrrp.interval, 2000);
		assert_int_equal(packet->vrrp.count, 2);
		assert_true(ip_equal(&packet->vrrp.addresses[1], &vrrp.addresses[1]));
	}
}

static void build_inside(struct built *built, enum packet_tunnel tunnel, const struct ip_header *outer)
{
	const struct transport gue = { .source_port = 40000, .destination_port = GUE_PORT };

	switch (tunnel) {
	case TUNNEL_IPIP: build_ipip(&built->builder, outer); break;
	case TUNNEL_GRE: build_gre(&built->builder, outer, true, 42); break;
	case TUNNEL_GUE: build_gue(&built->builder, outer, &gue); break;
	default: fail();
	}
}

static void tunnels_carry_either_family(void **state)
{
	static const enum packet_tunnel tunnels[] = { TUNNEL_IPIP, TUNNEL_GRE, TUNNEL_GUE };
	struct built *built = *state;
	struct transport tcp = { .source_port = 40000, .destination_port = 80, .flags = TCP_SYN };
	struct ip_header outer = { .source = ip_of("192.0.2.1"), .destination = ip_of("192.0.2.2"), .ttl = 9 };

	for (unsigned i = 0; i < 6; i++) {
		const struct ip_header *inner = i % 2 ? &built->v6 : &built->v4;
		enum packet_tunnel tunnel = tunnels[i / 2];
		const struct packet *packet;

		build_tcp(begin(built), inner, &tcp, 0);
		build_inside(built, tunnel, &outer);
		packet = finish(built, &untagged, LAYER_IP | LAYER_TCP | LAYER_TUNNEL);
		assert_int_equal(packet->tunnel, tunnel);
		assert_true(ip_equal(&packet->outer.destination, &outer.destination));
		assert_int_equal(packet->outer.ttl, 9);
		assert_true(ip_equal(&packet->ip.destination, &inner->destination));
		assert_int_equal(packet->transport.destination_port, 80);
	}
}

static void vxlan_carries_a_frame(void **state)
{
	struct built *built = *state;
	struct build_link inner = { .source = { { 2, 9, 9, 9, 9, 9 } } };
	struct transport udp = { .source_port = 40000, .destination_port = VXLAN_PORT };
	const struct packet *packet;

	build_arp_request(begin(built), mac_a, ip_of("10.0.0.1"), ip_of("10.0.0.2"));
	build_ethernet(&built->builder, &inner);
	build_vxlan(&built->builder, &built->v4, &udp, 1234);
	packet = finish(built, &untagged, LAYER_ARP | LAYER_OVERLAY);
	assert_int_equal(packet->tunnel, TUNNEL_VXLAN);
	assert_int_equal(packet->overlay, 1235);
	assert_true(mac_equal(packet->source, inner.source));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_segments_carry_all_that_was_asked_for),
		cmocka_unit_test(udp_checksums_are_never_zero),
		cmocka_unit_test(echoes_keep_id_and_sequence),
		cmocka_unit_test(errors_quote_the_packet),
		cmocka_unit_test(neighbour_discovery_carries_target_flags_and_mac),
		cmocka_unit_test(adverts_of_both_vrrp_versions),
		cmocka_unit_test(tunnels_carry_either_family),
		cmocka_unit_test(vxlan_carries_a_frame),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
