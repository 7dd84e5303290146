// SPDX-License-Identifier: GPL-2.0-or-later
/* Watching interfaces: their frames go to the engines, the ring, the recorder and the probers alike. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/watch.h"
#include "cli/watch_replay.h"
#include "net/filter.h"

enum {
	FRAMES_AT_ONCE = 256, /* taken between two looks at the clock */
	REPLAY_SNAPLEN = 262144,
	FRAME_OVERHEAD =
	    82, /* bytes that the kernel's buffer has for a frame beside it: struct tpacket3_hdr and the like */
	WATCH_BUFFER = 32 << 20, /* bytes in the kernel: storms while a report is made */
};

/* Losses are asked for by netlink: not more often. */
static const nanos losses_interval = NANOS_PER_SECOND;
/* A frame may wait in the kernel for so long before it is taken: questions end that much later. */
static const nanos tick_delay = 50 * NANOS_PER_MILLI;

enum post_state { POST_UP, POST_DOWN, POST_GONE };

struct watch_live {
	struct text filter;
	char short_name[24]; /* of many interfaces, for the screen; empty: they are few */
	enum post_state states[STATION_MAX_POSTS];
	nanos next_losses, next_rate; /* monotonic */
	uint64_t frames_before;       /* when the second began */
	uint32_t rate;
	uint64_t dropped_told; /* losses that are in the log */
	/* Bytes that waited in the kernel when they were taken: those of the present go, and the most in a second. */
	uint64_t waiting, waiting_most;
	uint32_t ring_percent;
	struct live_losses losses;
};

nanos wall_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

/* --- opening --- */

static bool has_topology(const struct topology *topology)
{
	return topology->service_count > 0 || topology->real_server_count > 0 || topology->director_count > 0;
}

static void name_source(struct watch *watch)
{
	enum { NAMED = 3 };
	uint32_t count = watch->station.post_count;

	station_name(&watch->station, &watch->name);
	if (count > NAMED)
		snprintf(watch->live->short_name, sizeof watch->live->short_name, "%u interfaces", (unsigned)count);
}

static int choose_station(struct watch *watch, struct error *error)
{
	if (watch->options.interface)
		return station_choose_one(&watch->station, watch->options.interface, NULL, error);
	if (!has_topology(&watch->topology))
		return station_choose_to_listen(&watch->station, error);
	return station_choose(&watch->station, &watch->topology, error);
}

/* Without a set-up everything may matter. */
static int make_filter(struct watch *watch, struct error *error)
{
	struct text *filter = &watch->live->filter;

	if (has_topology(&watch->topology))
		filter_for_topology(&watch->topology, filter);
	return filter->failed ? error_set(error, ERROR_MEMORY, NULL, "no memory for the capture filter") : 0;
}

int watch_live_open(struct watch *watch, struct error *error)
{
	struct live_options capture = { .promiscuous = !watch->options.not_promiscuous,
					.dense = true,
					.snaplen = watch->options.snaplen,
					.buffer = WATCH_BUFFER };
	int status;

	/* Answers are compared as a whole, and segmentation offload hands over what is much larger than a frame. */
	if (watch_replay_is_wanted(watch))
		capture.snaplen = REPLAY_SNAPLEN;
	watch->live = calloc(1, sizeof *watch->live);
	if (!watch->live)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to watch");
	status = choose_station(watch, error);
	if (status == 0)
		status = make_filter(watch, error);
	if (status == 0) {
		capture.filter = watch->live->filter.length > 0 ? text_string(&watch->live->filter) : NULL;
		status = station_open(&watch->station, &capture, error);
	}
	if (status == 0)
		name_source(watch);
	if (status == 0)
		status = packets_new_live(&watch->packets, error);
	return status;
}

void watch_live_close(struct watch *watch)
{
	if (!watch->live)
		return;
	round_end(&watch->round);
	text_free(&watch->live->filter);
	free(watch->live);
	watch->live = NULL;
}

/* The input is called as what can be opened to look at its frames. */
int watch_live_begin(struct watch *watch, struct error *error)
{
	bool whole = watch->options.record.path && !recording_rotates(&watch->options.record);

	watch->live->next_rate = monotonic_now() + NANOS_PER_SECOND;
	return verdicts_add_input(watch->verdicts, whole ? watch->options.record.path : text_string(&watch->name),
				  error);
}

/* --- what happens to the interfaces --- */

static void note_gap(struct watch *watch, const char *reason)
{
	verdicts_add_gap(watch->verdicts, 0, reason, 1);
	watch_say(watch, SEVERITY_WARNING, "%s", reason);
	watch_event_link(watch, reason);
	watch->changed = true;
}

static void note_gone(struct watch *watch, uint32_t place, const char *reason)
{
	bool all = true;

	if (watch->live->states[place] == POST_GONE)
		return;
	watch->live->states[place] = POST_GONE;
	note_gap(watch, reason);
	for (uint32_t i = 0; i < watch->station.post_count; i++)
		all = all && watch->live->states[i] == POST_GONE;
	/* Who looks at a screen goes on looking at what there was. */
	if (all && !watch->screen)
		watch_end_with(watch, WATCH_LOST);
}

static void note_event(struct watch *watch, uint32_t place, const struct link_event *event)
{
	enum post_state *state = &watch->live->states[place];

	switch (event->change) {
	case LINK_GONE: note_gone(watch, place, event->text); return;
	case LINK_DOWN: *state = *state == POST_GONE ? POST_GONE : POST_DOWN; break;
	case LINK_UP:
		*state = *state == POST_GONE ? POST_GONE : POST_UP;
		watch_say(watch, SEVERITY_INFO, "%s", event->text);
		watch_event_link(watch, event->text);
		return;
	case LINK_ADDRESS:
	case LINK_MISSED: break;
	}
	note_gap(watch, event->text);
}

static void look_at_links(struct watch *watch)
{
	struct link_event event;

	for (uint32_t i = 0; i < watch->station.post_count; i++)
		while (watch->live->states[i] != POST_GONE && links_next(watch->station.posts[i].links, &event) > 0)
			note_event(watch, i, &event);
}

static void look_at_losses(struct watch *watch)
{
	struct watch_live *live = watch->live;
	const struct capture_info *info = station_info(&watch->station);

	live->losses = (struct live_losses){ .kernel = 0 };
	for (uint32_t i = 0; i < watch->station.post_count; i++) {
		struct live_losses losses = live_losses(watch->station.posts[i].live);

		live->losses.kernel += losses.kernel;
		live->losses.interface += losses.interface;
	}
	verdicts_update_input(watch->verdicts, 0, info);
	if (info->dropped > live->dropped_told) {
		watch_say(watch, SEVERITY_WARNING, "%llu frames lost while capturing",
			  (unsigned long long)(info->dropped - live->dropped_told));
		live->dropped_told = info->dropped;
		watch->changed = true;
	}
}

void watch_live_look(struct watch *watch)
{
	struct watch_live *live = watch->live;
	nanos now = monotonic_now();

	look_at_links(watch);
	if (now >= live->next_losses) {
		live->next_losses = now + losses_interval;
		look_at_losses(watch);
	}
	if (now >= live->next_rate) {
		nanos elapsed = now - live->next_rate + NANOS_PER_SECOND;
		uint64_t frames = watch->station.info.frames - live->frames_before;

		live->rate = (uint32_t)((unsigned __int128)frames * NANOS_PER_SECOND / (uint64_t)elapsed);
		live->frames_before = watch->station.info.frames;
		live->next_rate = now + NANOS_PER_SECOND;
		live->ring_percent =
		    live->waiting_most < WATCH_BUFFER ? (uint32_t)(live->waiting_most * 100 / WATCH_BUFFER) : 100;
		live->waiting_most = 0;
	}
}

void watch_live_tick(struct watch *watch)
{
	verdicts_tick(watch->verdicts, 0, wall_now() - tick_delay);
}

/* --- frames --- */

uint32_t watch_live_poll(const struct watch *watch, struct pollfd *descriptors)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < watch->station.post_count; i++) {
		const struct post *post = &watch->station.posts[i];

		/* What is gone would be readable for ever. */
		if (watch->live->states[i] == POST_GONE)
			continue;
		descriptors[count++] = (struct pollfd){ .fd = live_descriptor(post->live), .events = POLLIN };
		descriptors[count++] = (struct pollfd){ .fd = links_descriptor(post->links), .events = POLLIN };
	}
	return count;
}

/* Numbers, inputs and interfaces are those of the whole run. */
static void take(struct watch *watch, uint32_t place, struct frame *frame)
{
	struct capture_info *info = &watch->station.info;

	frame->number = ++info->frames;
	frame->input = 0;
	frame->interface = place;
	info->bytes += frame->length;
	if (info->frames == 1)
		info->first = frame->time;
	info->last = frame->time;
	watch->live->waiting += frame->captured + FRAME_OVERHEAD;
	verdicts_eat(watch->verdicts, frame);
	packets_add(watch->packets, frame);
	recording_add(&watch->recording, frame, verdicts_report(watch->verdicts));
	if (round_goes_on(&watch->round) || watch_replay_goes_on(watch)) {
		struct packet packet;

		packet_decode(frame, &packet);
		round_eat(&watch->round, place, &packet);
		watch_replay_eat(watch, place, &packet);
	}
	watch->changed = true;
}

/* True where there may be more. */
static bool take_from(struct watch *watch, uint32_t place)
{
	struct error error = ERROR_INIT;
	struct frame frame;
	int status = 1;

	if (watch->live->states[place] == POST_GONE)
		return false;
	for (int i = 0; i < FRAMES_AT_ONCE && status > 0; i++) {
		status = live_next(watch->station.posts[place].live, &frame, &error);
		if (status > 0)
			take(watch, place, &frame);
	}
	if (status < 0) {
		char reason[sizeof error.message];

		/* Netlink tells better why than the call that failed. */
		look_at_links(watch);
		snprintf(reason, sizeof reason, "%.100s%s%.300s", error.where, error.where[0] ? " " : "",
			 error.message);
		note_gone(watch, place, reason);
	}
	return status > 0;
}

bool watch_live_take(struct watch *watch, nanos most)
{
	nanos end = monotonic_now() + most;
	bool more = true;

	while (more && monotonic_now() < end) {
		more = false;
		for (uint32_t i = 0; i < watch->station.post_count; i++)
			more = take_from(watch, i) || more;
	}
	if (watch->live->waiting > watch->live->waiting_most)
		watch->live->waiting_most = watch->live->waiting;
	if (!more)
		watch->live->waiting = 0;
	return more;
}

void watch_live_end(struct watch *watch)
{
	watch_live_take(watch, 100 * NANOS_PER_MILLI);
	look_at_links(watch);
	verdicts_end_input(watch->verdicts, 0, station_info(&watch->station));
}

void watch_live_fill_model(const struct watch *watch, struct model_source *source)
{
	const struct watch_live *live = watch->live;

	source->live = true;
	if (live->short_name[0] != '\0')
		source->name = live->short_name;
	for (uint32_t i = 0; i < watch->station.post_count; i++)
		source->link_down = source->link_down || live->states[i] != POST_UP;
	source->frames = watch->station.info.frames;
	source->rate = live->rate;
	source->ring_percent = live->ring_percent;
	source->kernel_dropped = live->losses.kernel;
	source->interface_dropped = live->losses.interface;
	source->capture_filter = live->filter.length > 0 ? text_string(&live->filter) : NULL;
	source->recording = watch->recording.open ? watch->recording.path : NULL;
}
