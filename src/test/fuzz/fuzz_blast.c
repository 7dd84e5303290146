// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbitrary packets rewritten for real servers: whatever was recorded, each
 * frame goes to a target's MAC, comes from a client's address, is not longer
 * than the interface takes, and decodes.
 *
 * The first byte chooses method, tunnel and form; then frames, each behind its length in two bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "replay/blast.h"

enum { TARGETS = 4, MTU = 1500, ETHERNET = 14 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static struct ip ip_of(const char *text)
{
	struct ip ip = { .family = 0 };

	check(ip_parse(text, &ip));
	return ip;
}

static void make_targets(struct blast_target targets[TARGETS], enum method method)
{
	static const char *const servers[TARGETS] = { "10.77.0.12", "10.77.0.13", "fd00::12", "fd00::13" };

	for (uint8_t i = 0; i < TARGETS; i++)
		targets[i] = (struct blast_target){ .service = { .vip = ip_of(i < 2 ? "10.77.0.1" : "fd00::1"),
								 .method = method },
						    .real_server = ip_of(servers[i]),
						    .port = 8080,
						    .mac = { { 2, 0, 0, 0, 1, i } } };
}

static bool is_client(const struct blast_options *options, const struct ip *ip)
{
	for (uint32_t i = 0; i < options->client_count; i++)
		if (ip_equal(&options->clients[i], ip))
			return true;
	return false;
}

static void check_frame(const struct blast_options *options, struct blast_frame from)
{
	const struct frame frame = {
		.bytes = from.bytes, .captured = from.length, .length = from.length, .link_type = LINK_ETHERNET
	};
	static struct packet packet;

	check(from.target < options->target_count && from.length >= 60 && from.length <= MTU + ETHERNET);
	packet_decode(&frame, &packet);
	check(mac_equal(packet.destination, options->targets[from.target].mac));
	check(mac_equal(packet.source, options->mac));
	check(packet.layers & LAYER_IP && !(packet.sums_wrong & SUM_IP));
	/* What was recorded may itself look like a tunnel's carrier, and is then decoded further. */
	check(is_client(options, &packet.ip.source) || (packet.layers & (LAYER_TUNNEL | LAYER_OVERLAY)));
}

static void check_all(const struct blast *blast, const struct blast_options *options)
{
	uint64_t shares[TARGETS], sum = 0;

	for (uint32_t i = 0; i < blast_count(blast); i++)
		check_frame(options, blast_frame(blast, i));
	for (uint32_t i = 0; i < blast_farewell_count(blast); i++)
		check_frame(options, blast_farewell(blast, i));
	blast_share(blast, 1000, shares);
	for (uint32_t i = 0; i < TARGETS; i++)
		sum += shares[i];
	check(sum == (blast_count(blast) > 0 ? 1000 : 0));
}

static void eat_all(struct blast *blast, struct bytes bytes)
{
	static struct packet packet;
	uint16_t length;
	uint64_t number = 0;

	while (bytes_get_u16(&bytes, &length) && length <= bytes.left) {
		number++;
		const struct frame frame = { .bytes = bytes.at,
					     .captured = length,
					     .length = length,
					     .number = number,
					     .time = (nanos)number * 300000000,
					     .link_type = LINK_ETHERNET };

		packet_decode(&frame, &packet);
		blast_eat(blast, &packet);
		bytes_skip(&bytes, length);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum packet_tunnel tunnels[] = { TUNNEL_IPIP, TUNNEL_GRE, TUNNEL_GUE, TUNNEL_IPIP };
	static const enum method methods[] = { METHOD_DR, METHOD_TUN, METHOD_NAT, METHOD_DR };
	struct blast_target targets[TARGETS];
	const struct ip clients[] = { ip_of("10.77.0.2"), ip_of("fd00::2"), ip_of("10.77.0.3") };
	struct blast_options options = { .targets = targets,
					 .target_count = TARGETS,
					 .mac = { { 2, 0, 0, 0, 0, 1 } },
					 .own = { clients[0], clients[1] },
					 .clients = clients,
					 .client_count = 3,
					 .mtu = MTU,
					 .max_frames = 1000,
					 .max_bytes = 1 << 20 };
	struct error error = ERROR_INIT;
	struct blast *blast;

	if (size == 0)
		return 0;
	make_targets(targets, methods[data[0] & 3]);
	options.tunnel = tunnels[data[0] >> 2 & 3];
	options.spread = data[0] & 16;
	if (data[0] & 32) {
		options.first_port = 10000;
		options.last_port = 10003;
	}
	check(blast_new(&blast, &options, &error) == 0);
	eat_all(blast, bytes_of(data + 1, size - 1));
	check_all(blast, &options);
	blast_free(blast);
	return 0;
}
