// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/replay_blast.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "cli/blast.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "net/privileges.h"
#include "wire/capture.h"

enum {
	MAX_RATE = 1000000000,
	ROOM_LEAST = 1 << 20,
	ROOM_UNKNOWN = 64 << 20, /* where the capture's size cannot be known before */
	LEAST_RECORD = 16 + 54,  /* of a capture: its header and the shortest packet */
};

static int take_rate(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct replay_blast_options *options = values;

	options->wanted = true;
	if (strcmp(value, "max") != 0)
		return options_parse_number(option, value, 1, MAX_RATE, &options->rate, error);
	options->rate = 0;
	return 0;
}

static int take_duration(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct replay_blast_options *options = values;

	return options_parse_duration(option, value, &options->duration, error);
}

static int take_to(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct replay_blast_options *options = values;

	options->to = true;
	options->spread = strcmp(value, "spread") == 0;
	if (options->spread || strcmp(value, "each") == 0)
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not each or spread", option->name, value);
}

static int take_engine(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct replay_blast_options *options = values;

	if (sender_kind_parse(value, &options->engine))
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not auto, xdp, afxdp, packet or libnet",
			 option->name, value);
}

static const struct option_spec specs[] = {
	{ 0, "rate", "PPS", "blast: send packets without waiting for answers, so many a second, or max", take_rate, 0,
	  NULL },
	{ 0, "duration", "TIME", "blast: for so long (10s, 500ms, 2min)", take_duration, 0, NULL },
	{ 0, "to", "WHOM", "blast: each packet to each real server (each), or clients spread over them (spread)",
	  take_to, 0, NULL },
	{ 0, "engine", "NAME", "blast: auto, xdp, afxdp, packet or libnet (default: auto, the fastest there is)",
	  take_engine, 0, NULL },
	{ 0 },
};

struct option_group replay_blast_options_group(struct replay_blast_options *options)
{
	return (struct option_group){ "Blast", specs, options };
}

int replay_blast_options_check(const struct replay_blast_options *options, struct error *error)
{
	if (options->wanted || (options->duration == 0 && !options->to && options->engine == SENDER_AUTO))
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--duration, --to and --engine are for --rate");
}

/* Room for the rewritten frames, which must be there before the capture may be read. */
static struct sender_options sender_room(const struct blast_run *run)
{
	uint64_t size = source_progress(run->source).size;
	uint64_t copies = run->given->options->spread ? 1 : run->target_count;
	uint64_t bytes = size == 0 ? ROOM_UNKNOWN : size * copies + ROOM_LEAST;
	uint64_t frames = bytes / LEAST_RECORD;

	return (struct sender_options){
		.interface = run->post.interface->name,
		.kind = run->given->options->engine,
		.frames = (uint32_t)(frames < SENDER_MAX_FRAMES ? frames : SENDER_MAX_FRAMES),
		.bytes = (uint32_t)(bytes < SENDER_MAX_BYTES ? bytes : SENDER_MAX_BYTES),
		.rate = run->given->options->rate,
	};
}

static int expect_answers(struct blast_run *run, struct error *error)
{
	bool emulated = run->given->client_count > 0;
	int status = 0;

	for (uint32_t i = 0; i < run->target_count && status == 0; i++) {
		const struct blast_target *target = &run->targets[i];
		bool nat = target->service.method == METHOD_NAT;
		uint16_t port = nat && target->port > 0 ? target->port : target->service.port;

		status = answers_expect(run->answers, nat ? &target->real_server : &target->service.vip, port,
					port > 0 ? target->service.protocol : 0, error);
	}
	for (uint32_t i = 0; i < run->client_count && status == 0; i++)
		status = answers_add_client(run->answers, &run->clients[i], emulated, error);
	return status;
}

static int open_all(struct blast_run *run, struct error *error)
{
	const struct live_options resolving = { .filter = "arp or icmp6" };
	const char *name = run->post.interface->name;
	struct sender_options room;
	int status = privileges_check_raw(error);

	if (status == 0)
		status = source_open(&run->source, run->given->capture, &interrupt_seen, error);
	if (status == 0)
		status = output_open(&run->output, run->given->report->output, error);
	if (status == 0)
		status = post_open(&run->post, &resolving, error);
	if (status == 0)
		status = answers_open(&run->answers, name, run->post.interface->mac, error);
	if (status == 0)
		status = expect_answers(run, error);
	if (status < 0)
		return status;
	room = sender_room(run);
	return sender_open(&run->sender, &room, error);
}

static int drop_privileges(const struct blast_run *run, struct error *error)
{
	const char *outputs[2] = { run->output.target, NULL };

	return privileges_drop(outputs, error);
}

static int make_list(struct blast_run *run, struct error *error)
{
	const struct sender_options room = sender_room(run);
	const struct blast_options options = { .targets = run->targets,
					       .target_count = run->target_count,
					       .mac = run->post.interface->mac,
					       .own = { run->own[0], run->own[1] },
					       .clients = run->clients,
					       .client_count = run->client_count,
					       .first_port = run->given->first_port,
					       .last_port = run->given->last_port,
					       .tunnel = run->given->tunnel,
					       .spread = run->given->options->spread,
					       .mtu = run->post.interface->mtu,
					       .max_frames = room.frames,
					       .max_bytes = room.bytes,
					       .seed = run->seed };

	return blast_new(&run->list, &options, error);
}

/* What comes before the place where a capture breaks off is sent. */
static int read_capture(struct blast_run *run, struct error *error)
{
	struct capture *capture = NULL;
	struct frame frame;
	struct packet packet;
	int status = capture_open(&capture, source_read, run->source, source_name(run->source), 0, error);

	if (status < 0)
		return status;
	while ((status = capture_next(capture, &frame, error)) == 1) {
		run->capture_frames++;
		if (!link_type_is_decoded(frame.link_type))
			continue;
		packet_decode(&frame, &packet);
		blast_eat(run->list, &packet);
	}
	run->capture_broken = status < 0;
	if (status < 0)
		message_error(error);
	capture_close(capture);
	return 0;
}

static int check_list(const struct blast_run *run, struct error *error)
{
	const struct blast_summary summary = blast_summary(run->list);

	if (summary.short_of_memory)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the frames to send");
	if (blast_count(run->list) > 0)
		return 0;
	if (summary.packets == 0)
		return error_set(error, ERROR_INPUT, run->given->capture,
				 "holds no TCP or UDP packet for a VIP of the set-up, so there is nothing to send");
	return error_set(error, ERROR_INPUT, run->given->capture,
			 "none of its %llu packets for VIPs can be sent: %llu cut, %llu fragments, %llu too long, "
			 "%llu of other kinds",
			 (unsigned long long)summary.packets, (unsigned long long)summary.cut,
			 (unsigned long long)summary.fragments, (unsigned long long)summary.too_long,
			 (unsigned long long)summary.unfit);
}

static int prepare(struct blast_run *run, struct error *error)
{
	int status = 0;

	if (getrandom(&run->seed, sizeof run->seed, 0) != (ssize_t)sizeof run->seed)
		status = error_set(error, ERROR_SYSTEM, NULL, "the kernel has no random numbers");
	if (status == 0)
		status = blast_choose_targets(run, error);
	if (status == 0)
		status = open_all(run, error);
	return status < 0 ? status : drop_privileges(run, error);
}

static int work(struct blast_run *run, struct error *error)
{
	int status = prepare(run, error);

	if (status < 0)
		return status;
	interrupt_catch();
	status = blast_resolve(run, error);
	if (status == 0)
		status = make_list(run, error);
	if (status == 0)
		status = read_capture(run, error);
	if (status == 0)
		status = check_list(run, error);
	if (status == 0)
		status = answers_set_ports(run->answers, blast_ports(run->list), error);
	if (status == 0)
		status = blast_send(run, error);
	return status < 0 ? status : blast_make_report(run, error);
}

static void release(struct blast_run *run)
{
	blast_free(run->list);
	sender_close(run->sender);
	answers_close(run->answers);
	source_close(run->source);
	post_close(&run->post);
	output_discard(&run->output);
	report_free(&run->report);
	interfaces_free(&run->interfaces);
	free(run->targets);
	free(run->hops);
	free(run->clients);
}

int replay_blast_run(const struct replay_blast *blast)
{
	struct blast_run run = { .given = blast,
				 .output = OUTPUT_INIT,
				 .interfaces = INTERFACES_INIT,
				 .failed = ERROR_INIT,
				 .report = REPORT_INIT };
	struct error error = ERROR_INIT;
	int status = work(&run, &error);

	if (status < 0)
		status = message_fail(&error);
	else
		status = report_options_finish(blast->report, &run.report, &run.output);
	release(&run);
	return status;
}
