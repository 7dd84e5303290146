// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * forward_load INTERFACE MAC VIP SECONDS [SIZE [ENGINE]]: load for a director, for the benchmarks: TCP frames of SIZE
 * bytes (60) for port 80 of the VIP (IPv4), of 4096 flows in turn, as fast as the interface takes them. Prints how many
 * frames the kernel took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "net/interfaces.h"
#include "net/sender.h"
#include "wire/build.h"

enum { FLOWS = 4096, ROOM = 2048, BATCH = 1 << 18 };

static uint8_t bytes[FLOWS][ROOM];
static struct sender_frame frames[FLOWS];

static int fail(const struct error *error)
{
	fprintf(stderr, "forward_load: %s\n", error->message);
	return 3;
}

static int build(const struct interface *interface, struct mac mac, const struct ip *vip, size_t size,
		 struct error *error)
{
	static const uint8_t payload[ROOM];
	struct build_link link = { .destination = mac, .source = interface->mac };
	struct builder builder;
	int status = builder_open(&builder, error);

	for (uint32_t i = 0; i < FLOWS && status >= 0; i++) {
		struct ip_header ip = { .source = ip_from_v4(0x0a090000 + 0x8000 + i / 16),
					.destination = *vip,
					.ttl = 64,
					.dont_fragment = true };
		struct transport tcp = { .source_port = (uint16_t)(20000 + i % 16 * 997),
					 .destination_port = 80,
					 .flags = TCP_ACK,
					 .window = 1024 };

		build_begin(&builder, bytes[i], ROOM);
		if (size > 60)
			build_payload(&builder, payload, size - 54);
		build_tcp(&builder, &ip, &tcp, 0);
		build_ethernet(&builder, &link);
		build_pad(&builder);
		status = build_end(&builder, error);
		frames[i] = (struct sender_frame){ bytes[i], (uint32_t)status };
	}
	builder_close(&builder);
	return status < 0 ? status : 0;
}

static int run(struct sender *sender, double seconds, struct error *error)
{
	struct timespec begin, now;
	struct rusage usage;
	double passed = 0, cpu;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	while (passed < seconds) {
		if (sender_send(sender, BATCH, error) < 0)
			return ERROR_SYSTEM;
		clock_gettime(CLOCK_MONOTONIC, &now);
		passed = (double)(now.tv_sec - begin.tv_sec) + 1e-9 * (double)(now.tv_nsec - begin.tv_nsec);
	}
	sender_settle(sender);
	getrusage(RUSAGE_SELF, &usage);
	cpu = (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
	      1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
	printf("%llu %.6f %.6f\n", (unsigned long long)sender_counts(sender).sent, passed, cpu);
	return 0;
}

int main(int argc, char **argv)
{
	struct sender_options options = { .kind = SENDER_XDP, .frames = FLOWS, .bytes = FLOWS * ROOM };
	struct interfaces interfaces = INTERFACES_INIT;
	const struct interface *interface;
	struct error error = ERROR_INIT;
	struct sender *sender = NULL;
	struct mac mac;
	struct ip vip;
	int status;

	if (argc < 5 || !mac_parse(argv[2], &mac) || !ip_parse(argv[3], &vip) ||
	    (argc > 6 && !sender_kind_parse(argv[6], &options.kind))) {
		fprintf(stderr, "usage: forward_load INTERFACE MAC VIP SECONDS [SIZE [ENGINE]]\n");
		return 2;
	}
	options.interface = argv[1];
	status = interfaces_read(&interfaces, &error);
	interface = status == 0 ? interfaces_take(&interfaces, argv[1], &error) : NULL;
	if (!interface)
		return fail(&error);
	status = build(interface, mac, &vip, argc > 5 ? strtoul(argv[5], NULL, 10) : 60, &error);
	if (status == 0)
		status = sender_open(&sender, &options, &error);
	if (status == 0)
		status = sender_place(sender, frames, FLOWS, &error);
	if (status == 0)
		status = run(sender, strtod(argv[4], NULL), &error);
	sender_close(sender);
	interfaces_free(&interfaces);
	return status < 0 ? fail(&error) : 0;
}
