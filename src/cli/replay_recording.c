// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/replay.h"

static int read_frames(struct replay *replay, struct capture *capture)
{
	struct error cut = ERROR_INIT;
	struct packet packet;
	struct frame frame;
	int status;

	while ((status = capture_next(capture, &frame, &cut)) > 0) {
		if (!link_type_is_decoded(frame.link_type))
			continue;
		packet_decode(&frame, &packet);
		script_eat(replay->script, &packet);
	}
	/* What stands before the damage is as good as ever. */
	if (status < 0)
		message_error(&cut);
	return 0;
}

static void say_fates(const struct replay *replay, const struct script_summary *summary)
{
	for (int fate = 0; fate < SCRIPT_FATE_COUNT; fate++)
		if (summary->fates[fate] > 0)
			fprintf(stderr, "truemac: %s: %u conversation%s: %s\n", source_name(replay->recording.source),
				summary->fates[fate], summary->fates[fate] == 1 ? "" : "s",
				script_fate_text((enum script_fate)fate));
	if (summary->fragments > 0)
		fprintf(stderr,
			"truemac: %s: %llu IP fragments of packets for a VIP, which are not put together: what they "
			"carried is missing\n",
			source_name(replay->recording.source), (unsigned long long)summary->fragments);
}

static int refuse(const struct replay *replay, const struct capture_info *info, const struct script_summary *summary,
		  struct error *error)
{
	const char *name = source_name(replay->recording.source);

	if (info->frames == 0)
		return error_set(error, ERROR_INPUT, name, "holds no frames");
	if (summary->packets == 0 && summary->fragments == 0)
		return error_set(
		    error, ERROR_INPUT, name,
		    "holds no client traffic of the set-up's VIPs (%llu TCP and UDP packets of others); check "
		    "--vip, or record where clients' packets pass",
		    (unsigned long long)summary->others);
	return error_set(
	    error, ERROR_INPUT, name,
	    "holds nothing that can be replayed; record whole packets (tcpdump -s 0) from the first SYN on");
}

int replay_read_recording(struct replay *replay, struct error *error)
{
	const struct script_options options = { .topology = &replay->topology };
	struct source *source = replay->recording.source;
	struct script_summary summary;
	struct capture *capture = NULL;
	int status = script_new(&replay->script, &options, error);

	if (status == 0)
		status = capture_open(&capture, source_read, source, source_name(source), 0, error);
	if (status == 0)
		status = read_frames(replay, capture);
	if (status == 0)
		status = script_finish(replay->script, error);
	if (status == 0) {
		script_summary(replay->script, &summary);
		if (!replay->report.quiet || summary.replayed == 0)
			say_fates(replay, &summary);
		if (summary.replayed == 0)
			status = refuse(replay, capture_info(capture), &summary, error);
	}
	capture_close(capture);
	return status;
}

int replay_make_replayer(struct replay *replay, uint32_t pace, struct error *error)
{
	const struct interface *interface = replay->station.posts[0].interface;
	const struct replayer_options options = {
		.script = replay->script,
		.topology = &replay->topology,
		.mask = &replay->mask,
		.mac = interface->mac,
		.mtu = interface->mtu,
		.own = { replay->own[0], replay->own[1] },
		.clients = replay->clients,
		.client_count = replay->client_count,
		.client_mac = replay->client_mac,
		.first_port = replay->first_port,
		.last_port = replay->last_port,
		.tunnel = replay->tunnel,
		.speed = replay->speed,
		.loops = replay->loops,
		.concurrency = replay->concurrency,
		.timeout = replay->timeout * NANOS_PER_SECOND,
		.pace = pace,
		.seed = replay->seed,
	};

	return replayer_new(&replay->replayer, &options, error);
}
