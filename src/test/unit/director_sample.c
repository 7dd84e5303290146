// SPDX-License-Identifier: GPL-2.0-or-later
#include "test/unit/director_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/hash.h"

static struct ip parse(const char *text)
{
	struct ip ip = { .family = 0 };

	assert_true(ip_parse(text, &ip));
	return ip;
}

struct ip director_sample_vip(uint32_t service)
{
	static const char *const vips[] = { "192.0.2.100", "2001:db8::100", "192.0.2.200" };

	return parse(vips[service]);
}

struct mac director_sample_mac(void)
{
	return (struct mac){ { 2, 0, 0, 0, 0, 0xd1 } };
}

struct mac director_sample_server(uint32_t backend)
{
	return (struct mac){ { 2, 0, 0, 0, 1, (uint8_t)backend } };
}

static void add_service(struct director_sample *sample, uint32_t index, uint16_t port, uint8_t protocol,
			enum method method)
{
	struct topology_service service = {
		.vip = director_sample_vip(index), .port = port, .protocol = protocol, .method = method
	};

	assert_int_equal(topology_add_service(&sample->topology, &service, NULL), index);
}

void director_sample_make(struct director_sample *sample)
{
	struct error error = ERROR_INIT;

	*sample = (struct director_sample){ .topology = TOPOLOGY_INIT };
	add_service(sample, SAMPLE_WEB, 80, IP_PROTO_TCP, METHOD_DR);
	add_service(sample, SAMPLE_DNS, 53, IP_PROTO_UDP, METHOD_TUN);
	add_service(sample, SAMPLE_ALL, 0, 0, METHOD_TUN);
	for (int i = 0; i < SAMPLE_SERVERS; i++) {
		struct ip four = parse("192.0.2.10"), six = parse("2001:db8::10");

		four.b[3] = (uint8_t)(four.b[3] + i);
		six.b[15] = (uint8_t)(six.b[15] + i);
		assert_true(topology_add_real_server(&sample->topology, &four, NULL, ORIGIN_CONFIGURED, NULL) >= 0);
		assert_true(topology_add_real_server(&sample->topology, &six, NULL, ORIGIN_CONFIGURED, NULL) >= 0);
	}
	assert_int_equal(director_plan_make(&sample->plan, &sample->topology, &error), 0);
	assert_int_equal(builder_open(&sample->builder, &error), 0);
}

void director_sample_free(struct director_sample *sample)
{
	builder_close(&sample->builder);
	director_plan_free(&sample->plan);
	topology_free(&sample->topology);
}

static void fill_backend(const struct director_sample *sample, struct director_backend *backend, uint32_t index,
			 enum director_way way)
{
	const struct director_plan_backend *planned = &sample->plan.backends[index];
	const struct ip *server = &sample->topology.real_servers[planned->real_server].ip;
	struct ip own = server->family == 4 ? parse("192.0.2.2") : parse("2001:db8::2");
	struct mac server_mac = director_sample_server(index), own_mac = director_sample_mac();

	memcpy(backend->destination, server_mac.b, 6);
	memcpy(backend->source, own_mac.b, 6);
	backend->mtu = SAMPLE_MTU;
	backend->way = planned->method == METHOD_DR ? DIRECTOR_DIRECT : (uint8_t)way;
	backend->outer_family = server->family;
	backend->port = GUE_PORT;
	memcpy(backend->outer_source, own.b, sizeof backend->outer_source);
	memcpy(backend->outer_destination, server->b, sizeof backend->outer_destination);
}

void director_sample_fill(struct director_sample *sample, struct director_tables *tables, enum director_way way)
{
	struct mac own = director_sample_mac();

	assert_int_equal(director_tables_fill(tables, &sample->plan, NULL), 0);
	memcpy(tables->setup->mac, own.b, 6);
	tables->setup->mtu = SAMPLE_MTU;
	tables->setup->now = 1;
	for (uint32_t i = 0; i < sample->plan.backend_count; i++) {
		fill_backend(sample, &tables->backends[i], i, way);
		director_tables_set_alive(tables, &sample->plan, i, true);
	}
}

/* --- frames --- */

static struct ip client_of(uint8_t family, uint32_t flow)
{
	struct ip ip = family == 4 ? parse("198.51.100.0") : parse("2001:db8:1::");

	ip.b[family == 4 ? 3 : 15] = (uint8_t)flow;
	ip.b[family == 4 ? 2 : 14] = (uint8_t)(flow >> 8);
	return ip;
}

static size_t finish(struct director_sample *sample, struct build_link link)
{
	int length;

	link.destination = director_sample_mac();
	link.source = (struct mac){ { 2, 0, 0, 0, 2, 1 } };
	build_ethernet(&sample->builder, &link);
	build_pad(&sample->builder);
	length = build_end(&sample->builder, NULL);
	assert_true(length > 0);
	return (size_t)length;
}

static void put_packet(struct director_sample *sample, uint32_t service, uint32_t flow, uint16_t port, uint8_t protocol,
		       size_t size)
{
	static const uint8_t payload[SAMPLE_ROOM];
	struct ip vip = director_sample_vip(service);
	struct ip_header ip = {
		.source = client_of(vip.family, flow), .destination = vip, .ttl = 64, .id = (uint16_t)flow
	};
	struct transport transport = { .source_port = (uint16_t)(1024 + flow % 60000),
				       .destination_port = port,
				       .flags = TCP_ACK,
				       .window = 512 };
	struct icmp echo = { .type = vip.family == 4 ? ICMP_TYPE_ECHO : ICMP6_TYPE_ECHO, .id = (uint16_t)flow };

	ip.dont_fragment = true;
	if (size > 0)
		build_payload(&sample->builder, payload, size);
	if (protocol == IP_PROTO_TCP)
		build_tcp(&sample->builder, &ip, &transport, 0);
	else if (protocol == IP_PROTO_UDP)
		build_udp(&sample->builder, &ip, &transport);
	else
		build_icmp(&sample->builder, &ip, &echo);
}

size_t director_sample_packet(struct director_sample *sample, uint8_t *into, uint32_t service, uint32_t flow,
			      size_t size)
{
	static const uint16_t ports[] = { 80, 53, 443 };
	static const uint8_t protocols[] = { IP_PROTO_TCP, IP_PROTO_UDP, IP_PROTO_TCP };

	build_begin(&sample->builder, into, SAMPLE_ROOM);
	put_packet(sample, service, flow, ports[service], protocols[service], size);
	return finish(sample, (struct build_link){ .vlan_count = 0 });
}

uint32_t director_sample_number(uint64_t *random, uint32_t below)
{
	*random = hash_bytes(random, sizeof *random, 1);
	return (uint32_t)((*random >> 32) % below);
}

/* IPv6 extension headers in front of what is there: `at` is the IP header. */
static size_t extend(uint8_t *into, size_t length, size_t at, uint64_t *random)
{
	static const uint8_t kinds[] = { 0, 60, 43, 44, 51 };
	uint32_t count = 1 + director_sample_number(random, 3);

	for (uint32_t i = 0; i < count && length + 8 < SAMPLE_ROOM; i++) {
		uint8_t kind = kinds[director_sample_number(random, 5)], *ip = into + at;
		uint8_t header[8] = { ip[6] };

		if (kind == 44) {
			header[3] =
			    (uint8_t)(director_sample_number(random, 3) ? director_sample_number(random, 2) : 8);
			header[7] = (uint8_t)director_sample_number(random, 4);
		}
		if (kind == 43)
			header[3] = (uint8_t)(director_sample_number(random, 4) == 0);
		memmove(ip + 48, ip + 40, length - at - 40);
		memcpy(ip + 40, header, 8);
		ip[6] = kind;
		ip[5] = (uint8_t)(ip[5] + 8);
		ip[4] = (uint8_t)(ip[4] + (ip[5] < 8));
		length += 8;
	}
	return length;
}

static void damage(uint8_t *into, size_t *length, uint64_t *random)
{
	uint32_t count = 1 + director_sample_number(random, 3);

	for (uint32_t i = 0; i < count; i++)
		into[12 + director_sample_number(random, 60) % (*length - 12)] =
		    (uint8_t)director_sample_number(random, 256);
	if (director_sample_number(random, 3) == 0)
		*length = 14 + director_sample_number(random, (uint32_t)*length - 14);
}

/* An error about a packet that a real server has sent as the VIP. */
static size_t make_error(struct director_sample *sample, uint8_t *into, uint32_t service, uint32_t flow)
{
	struct ip vip = director_sample_vip(service);
	struct ip_header quoted = { .source = vip, .destination = client_of(vip.family, flow), .ttl = 60 };
	struct ip_header outer = { .source = client_of(vip.family, flow + 1), .destination = vip, .ttl = 64 };
	struct transport back = { .source_port = service == SAMPLE_DNS ? 53 : 80,
				  .destination_port = (uint16_t)(1024 + flow % 60000) };
	struct icmp icmp = { .type = vip.family == 4 ? ICMP_TYPE_UNREACHABLE : ICMP6_TYPE_UNREACHABLE, .code = 1 };

	build_begin(&sample->builder, into, SAMPLE_ROOM);
	if (service == SAMPLE_DNS)
		build_udp(&sample->builder, &quoted, &back);
	else
		build_tcp(&sample->builder, &quoted, &back, 0);
	build_icmp(&sample->builder, &outer, &icmp);
	return finish(sample, (struct build_link){ .vlan_count = 0 });
}

size_t director_sample_random(struct director_sample *sample, uint8_t *into, uint64_t *random)
{
	static const uint16_t ports[] = { 80, 53, 443, 80, 53 };
	static const uint8_t protocols[] = { IP_PROTO_TCP, IP_PROTO_UDP, IP_PROTO_ICMP };
	static const size_t sizes[] = { 0, 5, 100, 1000, 1440, 1460 };
	uint32_t service = director_sample_number(random, 3), flow = director_sample_number(random, 300);
	struct build_link link = { .vlan_count = (uint8_t)(director_sample_number(random, 8) / 6), .vlans = { 7, 9 } };
	size_t length, at = 14 + 4u * link.vlan_count;

	if (director_sample_number(random, 10) == 0) {
		length = make_error(sample, into, service, flow);
		at = 14;
	} else {
		build_begin(&sample->builder, into, SAMPLE_ROOM);
		put_packet(sample, service, flow, ports[director_sample_number(random, 5)],
			   protocols[director_sample_number(random, 3)], sizes[director_sample_number(random, 6)]);
		length = finish(sample, link);
	}
	if (service == SAMPLE_DNS && director_sample_number(random, 3) == 0)
		length = extend(into, length, at, random);
	if (service != SAMPLE_DNS && director_sample_number(random, 4) == 0) {
		into[at + 6] = (uint8_t)(director_sample_number(random, 2) << 5);
		into[at + 7] = (uint8_t)director_sample_number(random, 2);
	}
	if (director_sample_number(random, 3) == 0)
		damage(into, &length, random);
	return length;
}
