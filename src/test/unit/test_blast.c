// SPDX-License-Identifier: GPL-2.0-or-later
/* Recorded packets rewritten for real servers: what the frames say, to whom they go, and what is left out. */
#include "replay/blast.h"

#include <stdio.h>

#include "test/unit/built.h"

enum { SERVERS = 2, ROOM = 100 };

struct scene {
	struct built *built;
	struct blast_target targets[SERVERS];
	struct ip clients[2];
	struct blast_options options;
	struct blast *blast;
	struct packet recorded; /* the last one */
};

static struct blast_target target(enum method method, uint8_t number)
{
	char address[16];

	snprintf(address, sizeof address, "10.1.1.%u", 12u + number);
	return (struct blast_target){ .service = { .vip = ip_of("10.1.1.1"), .port = 80, .method = method },
				      .real_server = ip_of(address),
				      .port = 8080,
				      .mac = { { 2, 0, 0, 0, 1, number } } };
}

static void open_scene(struct scene *scene, void **state, enum method method)
{
	*scene = (struct scene){ .built = *state };
	for (uint8_t i = 0; i < SERVERS; i++)
		scene->targets[i] = target(method, i);
	scene->clients[0] = ip_of("10.1.1.138");
	scene->clients[1] = ip_of("10.1.1.139");
	scene->options = (struct blast_options){ .targets = scene->targets,
						 .target_count = SERVERS,
						 .mac = mac_a,
						 .own = { ip_of("10.1.1.138") },
						 .clients = scene->clients,
						 .client_count = 1,
						 .tunnel = TUNNEL_IPIP,
						 .mtu = 1500,
						 .max_frames = ROOM,
						 .max_bytes = 1 << 20 };
}

static void start(struct scene *scene)
{
	struct error error = ERROR_INIT;

	assert_int_equal(blast_new(&scene->blast, &scene->options, &error), 0);
}

struct segment {
	const char *client;
	uint16_t port, service_port;
	uint8_t flags;
	uint32_t sequence;
	const char *payload;
};

static void record(struct scene *scene, const struct segment *segment, uint8_t protocol)
{
	struct builder *builder = begin(scene->built);
	struct ip_header ip = { .source = ip_of(segment->client),
				.destination = ip_of("10.1.1.1"),
				.ttl = 63,
				.id = (uint16_t)(segment->sequence + segment->port) };
	const struct transport transport = { .source_port = segment->port,
					     .destination_port = segment->service_port,
					     .sequence = segment->sequence,
					     .flags = segment->flags,
					     .window = 1000 };

	build_payload(builder, segment->payload, strlen(segment->payload));
	if (protocol == IP_PROTO_TCP)
		build_tcp(builder, &ip, &transport, 0);
	else
		build_udp(builder, &ip, &transport);
	scene->recorded =
	    *finish(scene->built, &untagged, LAYER_IP | (protocol == IP_PROTO_TCP ? LAYER_TCP : LAYER_UDP));
}

static void eat(struct scene *scene, struct segment segment)
{
	record(scene, &segment, IP_PROTO_TCP);
	blast_eat(scene->blast, &scene->recorded);
}

static uint32_t add(const uint8_t *bytes, size_t length, uint32_t sum)
{
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

/* Of the innermost IPv4 packet with TCP or UDP: both sums come out as ones. */
static void check_sums(const struct packet *packet)
{
	uint32_t headers = packet->ip.total_length - packet->payload_length;
	const uint8_t *ip = packet->payload - headers;
	uint32_t header = (ip[0] & 15) * 4u, sum;

	assert_int_equal(add(ip, header, 0) % 0xffff, 0);
	sum = add(ip + 12, 8, packet->ip.protocol + packet->ip.total_length - header);
	assert_int_equal(add(ip + header, packet->ip.total_length - header, sum) % 0xffff, 0);
}

static struct packet decode(struct blast_frame from)
{
	static struct frame frame;
	struct packet packet;

	frame = (struct frame){
		.bytes = from.bytes, .captured = from.length, .length = from.length, .link_type = LINK_ETHERNET
	};
	packet_decode(&frame, &packet);
	return packet;
}

static const struct segment request = { "192.0.2.7", 40000, 80, TCP_ACK | TCP_PSH, 1000, "GET / HTTP/1.0\r\n\r\n" };

static void direct_routing_changes_the_macs_and_the_client_only(void **state)
{
	struct scene scene;

	open_scene(&scene, state, METHOD_DR);
	start(&scene);
	eat(&scene, request);
	assert_int_equal(blast_count(scene.blast), SERVERS);
	for (uint32_t i = 0; i < SERVERS; i++) {
		struct packet sent = decode(blast_frame(scene.blast, i));

		assert_int_equal(blast_frame(scene.blast, i).target, i);
		assert_true(mac_equal(sent.destination, scene.targets[i].mac));
		assert_true(mac_equal(sent.source, mac_a));
		assert_true(ip_equal(&sent.ip.source, &scene.clients[0]));
		assert_true(ip_equal(&sent.ip.destination, &scene.targets[i].service.vip));
		assert_int_equal(sent.transport.source_port, 40000);
		assert_int_equal(sent.transport.sequence, 1000);
		assert_int_equal(sent.payload_length, strlen(request.payload));
		assert_memory_equal(sent.payload, request.payload, sent.payload_length);
		check_sums(&sent);
	}
	blast_free(scene.blast);
}

static void translation_changes_address_and_port_of_the_server(void **state)
{
	struct scene scene;
	struct packet sent;

	open_scene(&scene, state, METHOD_NAT);
	start(&scene);
	eat(&scene, request);
	sent = decode(blast_frame(scene.blast, 1));
	assert_true(ip_equal(&sent.ip.destination, &scene.targets[1].real_server));
	assert_int_equal(sent.transport.destination_port, 8080);
	check_sums(&sent);
	blast_free(scene.blast);
}

static void tunnels_carry_the_packet_to_the_real_server(void **state)
{
	static const enum packet_tunnel tunnels[] = { TUNNEL_IPIP, TUNNEL_GRE, TUNNEL_GUE };

	for (size_t i = 0; i < sizeof tunnels / sizeof *tunnels; i++) {
		struct scene scene;
		struct packet sent;

		open_scene(&scene, state, METHOD_TUN);
		scene.options.tunnel = tunnels[i];
		start(&scene);
		eat(&scene, request);
		sent = decode(blast_frame(scene.blast, 0));
		assert_int_equal(sent.tunnel, tunnels[i]);
		assert_true(ip_equal(&sent.outer.destination, &scene.targets[0].real_server));
		assert_true(ip_equal(&sent.ip.destination, &scene.targets[0].service.vip));
		assert_int_equal(sent.transport.destination_port, 80);
		check_sums(&sent);
		blast_free(scene.blast);
	}
}

static void wrong_checksums_of_the_sending_host_are_mended(void **state)
{
	struct scene scene;
	struct packet sent;

	open_scene(&scene, state, METHOD_DR);
	start(&scene);
	record(&scene, &request, IP_PROTO_TCP);
	scene.built->bytes[14 + 20 + 16] ^= 0x55;
	blast_eat(scene.blast, &scene.recorded);
	sent = decode(blast_frame(scene.blast, 0));
	check_sums(&sent);
	blast_free(scene.blast);
}

static void spread_gives_a_client_always_the_same_server(void **state)
{
	struct scene scene;
	uint64_t shares[SERVERS];

	open_scene(&scene, state, METHOD_DR);
	scene.options.spread = true;
	start(&scene);
	for (uint32_t round = 0; round < 3; round++)
		for (uint16_t port = 40000; port < 40010; port++)
			eat(&scene, (struct segment){ "192.0.2.7", port, 80, TCP_ACK, round, "x" });
	assert_int_equal(blast_count(scene.blast), 30);
	for (uint32_t i = 0; i < 30; i++)
		assert_int_equal(blast_frame(scene.blast, i).target, i % 10 % SERVERS);
	blast_share(scene.blast, 30 * 7 + 1, shares);
	assert_int_equal(shares[0], 15 * 7 + 1);
	assert_int_equal(shares[1], 15 * 7);
	blast_free(scene.blast);
}

static void two_clients_on_one_address_get_two_ports(void **state)
{
	struct scene scene;
	struct packet first, second;

	open_scene(&scene, state, METHOD_DR);
	start(&scene);
	eat(&scene, request);
	eat(&scene, (struct segment){ "192.0.2.8", 40000, 80, TCP_ACK, 5, "" });
	first = decode(blast_frame(scene.blast, 0));
	second = decode(blast_frame(scene.blast, SERVERS));
	assert_true(ip_equal(&first.ip.source, &second.ip.source));
	assert_int_equal(second.transport.source_port, 40001);
	assert_int_equal(blast_ports(scene.blast)[40001 / 8] & 3 << 40000 % 8, 3 << 40000 % 8);
	blast_free(scene.blast);
	scene.options.client_count = 2;
	start(&scene);
	eat(&scene, request);
	eat(&scene, (struct segment){ "192.0.2.8", 40000, 80, TCP_ACK, 5, "" });
	second = decode(blast_frame(scene.blast, SERVERS));
	assert_true(ip_equal(&second.ip.source, &scene.clients[1]));
	assert_int_equal(second.transport.source_port, 40000);
	blast_free(scene.blast);
}

static void ports_stay_in_the_range_that_may_be_used(void **state)
{
	struct scene scene;

	open_scene(&scene, state, METHOD_DR);
	scene.options.first_port = 10000;
	scene.options.last_port = 10002;
	start(&scene);
	for (uint16_t port = 40000; port < 40004; port++)
		eat(&scene, (struct segment){ "192.0.2.7", port, 80, TCP_ACK, port, "" });
	eat(&scene, (struct segment){ "192.0.2.8", 10001, 80, TCP_ACK, 1, "" });
	assert_int_equal(blast_count(scene.blast), 3 * SERVERS);
	assert_int_equal(blast_summary(scene.blast).unfit, 2);
	for (uint32_t i = 0; i < 3; i++) {
		struct packet sent = decode(blast_frame(scene.blast, i * SERVERS));

		assert_in_range(sent.transport.source_port, 10000, 10002);
	}
	blast_free(scene.blast);
}

static void connections_that_were_opened_are_reset(void **state)
{
	struct scene scene;
	struct packet reset;

	open_scene(&scene, state, METHOD_DR);
	start(&scene);
	eat(&scene, (struct segment){ "192.0.2.7", 40000, 80, TCP_SYN, 77, "" });
	eat(&scene, request);
	assert_int_equal(blast_farewell_count(scene.blast), SERVERS);
	reset = decode(blast_farewell(scene.blast, 1));
	assert_int_equal(reset.transport.flags, TCP_RST);
	assert_int_equal(reset.transport.sequence, 78);
	assert_int_equal(reset.transport.source_port, 40000);
	assert_true(mac_equal(reset.destination, scene.targets[1].mac));
	check_sums(&reset);
	blast_free(scene.blast);
}

static void what_cannot_be_sent_is_counted(void **state)
{
	struct scene scene;
	struct blast_summary summary;

	open_scene(&scene, state, METHOD_DR);
	scene.options.max_frames = 3 * SERVERS;
	start(&scene);
	eat(&scene, request);
	blast_eat(scene.blast, &scene.recorded);
	eat(&scene, (struct segment){ "192.0.2.7", 40000, 81, TCP_ACK, 1, "" });
	record(&scene, &request, IP_PROTO_TCP);
	scene.recorded.ip.more_fragments = true;
	blast_eat(scene.blast, &scene.recorded);
	record(&scene, &request, IP_PROTO_TCP);
	scene.recorded.payload_captured = 3;
	blast_eat(scene.blast, &scene.recorded);
	for (uint32_t i = 0; i < 3; i++)
		eat(&scene, (struct segment){ "192.0.2.7", 40000, 80, TCP_ACK, 5000 + i, "" });
	summary = blast_summary(scene.blast);
	assert_int_equal(summary.packets, 7);
	assert_int_equal(summary.taken, 3);
	assert_int_equal(summary.twice, 1);
	assert_int_equal(summary.fragments, 1);
	assert_int_equal(summary.cut, 1);
	assert_int_equal(summary.no_room, 1);
	assert_int_equal(blast_count(scene.blast), 3 * SERVERS);
	blast_free(scene.blast);
}

static void frames_that_a_tunnel_makes_too_long_are_left_out(void **state)
{
	struct scene scene;
	char payload[1450];

	memset(payload, 'x', sizeof payload - 1);
	payload[sizeof payload - 1] = '\0';
	open_scene(&scene, state, METHOD_TUN);
	start(&scene);
	eat(&scene, (struct segment){ "192.0.2.7", 40000, 80, TCP_ACK, 1, payload });
	assert_int_equal(blast_count(scene.blast), 0);
	assert_int_equal(blast_summary(scene.blast).too_long, 1);
	blast_free(scene.blast);
}

static void datagrams_are_rewritten_with_their_sums(void **state)
{
	struct scene scene;
	struct packet sent;

	open_scene(&scene, state, METHOD_DR);
	start(&scene);
	for (uint32_t i = 0; i < 40; i++) {
		record(&scene, &(struct segment){ "192.0.2.7", (uint16_t)(40000 + i), 80, 0, i, "odd" }, IP_PROTO_UDP);
		blast_eat(scene.blast, &scene.recorded);
		sent = decode(blast_frame(scene.blast, i * SERVERS));
		assert_true(sent.layers & LAYER_UDP);
		check_sums(&sent);
	}
	blast_free(scene.blast);
}

static void a_rate_says_how_many_are_due(void **state)
{
	(void)state;
	assert_int_equal(blast_due(1000, 0), 0);
	assert_int_equal(blast_due(1000, -5), 0);
	assert_int_equal(blast_due(1000, 1500000000), 1500);
	assert_int_equal(blast_due(UINT32_MAX, INT64_C(86400) * 1000000000), UINT64_C(86400) * UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(direct_routing_changes_the_macs_and_the_client_only),
		cmocka_unit_test(translation_changes_address_and_port_of_the_server),
		cmocka_unit_test(tunnels_carry_the_packet_to_the_real_server),
		cmocka_unit_test(wrong_checksums_of_the_sending_host_are_mended),
		cmocka_unit_test(spread_gives_a_client_always_the_same_server),
		cmocka_unit_test(two_clients_on_one_address_get_two_ports),
		cmocka_unit_test(ports_stay_in_the_range_that_may_be_used),
		cmocka_unit_test(connections_that_were_opened_are_reset),
		cmocka_unit_test(what_cannot_be_sent_is_counted),
		cmocka_unit_test(frames_that_a_tunnel_makes_too_long_are_left_out),
		cmocka_unit_test(datagrams_are_rewritten_with_their_sums),
		cmocka_unit_test(a_rate_says_how_many_are_due),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
