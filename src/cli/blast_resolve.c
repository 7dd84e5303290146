// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The MACs of real servers, by sender-0 probes (RFC 5227 section 2.1.1) and neighbour solicitations, which change
 * nobody's cache; and whether emulated clients' addresses are free, by the same.
 */
#include <poll.h>
#include <stdlib.h>

#include "cli/blast.h"
#include "cli/interrupt.h"
#include "wire/build.h"

enum { ROUNDS = 3, ND_TTL = 255, FRAME_ROOM = 128 };
static const nanos round_time = 400 * NANOS_PER_MILLI;

struct resolver {
	struct blast_run *run;
	struct builder builder;
	struct error *taken; /* says who has an emulated client's address */
	bool is_taken;
};

static void ask(struct resolver *resolver, const struct ip *target)
{
	struct blast_run *run = resolver->run;
	const struct mac mac = run->post.interface->mac;
	struct build_link link = { .source = mac, .destination = { { 255, 255, 255, 255, 255, 255 } } };
	uint8_t frame[FRAME_ROOM];
	int length;

	build_begin(&resolver->builder, frame, sizeof frame);
	if (target->family == 4) {
		build_arp_request(&resolver->builder, mac, (struct ip){ .family = 4 }, *target);
	} else {
		const struct ip_header ip = { .source = run->own[1].family ? run->own[1] : (struct ip){ .family = 6 },
					      .destination = build_solicited_node(target),
					      .ttl = ND_TTL };
		const struct nd nd = { .target = *target, .has_lladdr = run->own[1].family != 0, .lladdr = mac };

		build_nd(&resolver->builder, &ip, &nd);
		link.destination = build_multicast_mac(&ip.destination);
	}
	build_ethernet(&resolver->builder, &link);
	build_pad(&resolver->builder);
	length = build_end(&resolver->builder, NULL);
	/* A full queue is one lost question among several. */
	if (length > 0)
		inject_send(run->post.inject, frame, (size_t)length, NULL);
}

/* Questions that are still open; gives how many real servers do not answer yet. */
static uint32_t ask_all(struct resolver *resolver, bool clients)
{
	struct blast_run *run = resolver->run;
	uint32_t open = 0;

	for (uint32_t i = 0; i < run->target_count; i++) {
		if (!mac_is_zero(run->targets[i].mac))
			continue;
		open++;
		if (i == 0 || !ip_equal(&run->hops[i], &run->hops[i - 1]))
			ask(resolver, &run->hops[i]);
	}
	for (uint32_t i = 0; i < run->given->client_count && clients; i++)
		ask(resolver, &run->given->clients[i]);
	return open;
}

static void note(struct resolver *resolver, const struct ip *ip, struct mac mac)
{
	struct blast_run *run = resolver->run;
	char address[IP_TEXT_SIZE], text[MAC_TEXT_SIZE];

	if (mac_equal(mac, run->post.interface->mac) || mac_is_group(mac) || mac_is_zero(mac))
		return;
	for (uint32_t i = 0; i < run->target_count; i++)
		if (mac_is_zero(run->targets[i].mac) && ip_equal(&run->hops[i], ip))
			run->targets[i].mac = mac;
	for (uint32_t i = 0; i < run->given->client_count; i++) {
		if (!ip_equal(&run->given->clients[i], ip))
			continue;
		resolver->is_taken = true;
		error_set(resolver->taken, ERROR_USAGE, NULL, "%s cannot be a client: %s has the address; name others",
			  ip_format(ip, address), mac_format(mac, text));
	}
}

static void hear(struct resolver *resolver)
{
	struct frame frame;
	struct packet packet;

	while (live_next(resolver->run->post.live, &frame, NULL) == 1) {
		packet_decode(&frame, &packet);
		if (packet.layers & LAYER_ARP && packet.arp.wrong == 0 && packet.arp.operation == ARP_REPLY)
			note(resolver, &packet.arp.spa, packet.arp.sha);
		else if (packet.layers & LAYER_ND && packet.nd.advert)
			note(resolver, &packet.nd.target, packet.nd.has_lladdr ? packet.nd.lladdr : packet.source);
	}
}

static bool is_open(const struct blast_run *run)
{
	for (uint32_t i = 0; i < run->target_count; i++)
		if (mac_is_zero(run->targets[i].mac))
			return true;
	return false;
}

/* Until all have answered; the whole time where a client's silence is what is wanted. */
static void wait_round(struct resolver *resolver)
{
	struct blast_run *run = resolver->run;
	struct pollfd poll_set = { .fd = live_descriptor(run->post.live), .events = POLLIN };
	nanos end = blast_now() + round_time;

	while (blast_now() < end && !interrupt_seen && (run->given->client_count > 0 || is_open(run))) {
		poll(&poll_set, 1, 20);
		hear(resolver);
	}
}

static int check_all(const struct blast_run *run, struct error *error)
{
	char address[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < run->target_count; i++)
		if (mac_is_zero(run->targets[i].mac))
			return error_set(error, ERROR_SYSTEM, run->post.interface->name,
					 "nobody answers for %s; name its MAC (--rs ADDRESS=MAC), or leave it out",
					 ip_format(&run->hops[i], address));
	return 0;
}

int blast_resolve(struct blast_run *run, struct error *error)
{
	struct resolver resolver = { .run = run, .taken = error };
	int status = builder_open(&resolver.builder, error);

	for (int i = 0; i < ROUNDS && status == 0 && !interrupt_seen; i++) {
		if (ask_all(&resolver, true) == 0 && run->given->client_count == 0)
			break;
		wait_round(&resolver);
	}
	builder_close(&resolver.builder);
	if (status == 0 && resolver.is_taken)
		return ERROR_USAGE;
	if (status == 0 && interrupt_seen)
		return error_set(error, ERROR_SYSTEM, NULL, "interrupted before anything was sent");
	return status < 0 ? status : check_all(run, error);
}
