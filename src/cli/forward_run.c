// SPDX-License-Identifier: GPL-2.0-or-later
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/forward.h"
#include "cli/interrupt.h"

enum { FRAME_SIZE = 2048, FRAMES_AT_ONCE = 256, SENT_AT_ONCE = 32, WORK_AT_ONCE = 64 };

/* Nothing waits longer: for what is shown, and for an interface that does not say that it is gone. */
static const nanos longest_wait = 250 * NANOS_PER_MILLI;
static const nanos queue_wait = NANOS_PER_MILLI;

struct run {
	struct forward *forward;
	struct forward_show show;
	bool over;
	bool announced;
	nanos next_tick;
	struct error error; /* what ended it, if that was a failure */
	int status;
};

nanos forward_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

static void end(struct run *run, const char *gap)
{
	if (!run->over && gap)
		(void)report_add_gap(&run->forward->report, 1, "%s", gap);
	run->over = true;
}

/* --- what happens --- */

static void name_backend(const struct forward *forward, uint32_t index, char *into, size_t size)
{
	const struct director_plan_backend *backend = &forward->plan.backends[index];
	char service[SERVICE_TEXT_SIZE], server[IP_TEXT_SIZE];

	snprintf(into, size, "%s %s", service_format(&forward->topology.services[backend->service], service),
		 ip_format(&forward->topology.real_servers[backend->real_server].ip, server));
}

static void take_change(struct run *run, const struct forward_leg *leg, const struct checker_change *change)
{
	struct forward *forward = run->forward;
	uint32_t index = leg->backends[change->target];
	struct forward_backend *backend = &forward->backends[index];
	char name[SERVICE_TEXT_SIZE + IP_TEXT_SIZE + 2], mac[MAC_TEXT_SIZE] = "";

	if (change->up) {
		memcpy(forward->engine->tables.backends[index].destination, change->mac.b, sizeof change->mac.b);
		backend->mac = change->mac;
		backend->has_mac = true;
		mac_format(change->mac, mac);
	}
	backend->failures += backend->known && backend->up && !change->up;
	backend->known = true;
	backend->up = change->up;
	backend->why = change->why;
	director_tables_set_alive(&forward->engine->tables, &forward->plan, index, change->up);
	name_backend(forward, index, name, sizeof name);
	forward_show_event(&run->show, "%s is %s: %s%s%s", name, change->up ? "up" : "down", change->why,
			   change->up ? ", at " : "", mac);
}

static void take_changes(struct run *run, struct forward_leg *leg)
{
	struct checker_change change;

	while (leg->checker && checker_change(leg->checker, &change) > 0)
		take_change(run, leg, &change);
}

static void take_rival(struct run *run, struct forward_leg *leg)
{
	char text[160], address[IP_TEXT_SIZE], mac_text[MAC_TEXT_SIZE];
	struct ip vip;
	struct mac mac;

	if (!leg->announcer || !announcer_rival(leg->announcer, &vip, &mac))
		return;
	ip_format(&vip, address);
	mac_format(mac, mac_text);
	if (announcer_state(leg->announcer) == ANNOUNCER_REFUSED) {
		run->status = error_set(&run->error, ERROR_SYSTEM, NULL,
					"%s is not announced: %s answers for it already; end that first, or leave "
					"--announce out and lead the clients here otherwise",
					address, mac_text);
		end(run, NULL);
		return;
	}
	snprintf(text, sizeof text, "%s claimed %s while it was announced here", mac_text, address);
	forward_show_event(&run->show, "%s", text);
	(void)report_add_gap(&run->forward->report, 1, "%s", text);
}

static void note_announcing(struct run *run, const struct forward_leg *leg)
{
	if (run->announced || !leg->announcer || announcer_state(leg->announcer) != ANNOUNCER_ANSWERING)
		return;
	run->announced = true;
	forward_show_event(&run->show, "nobody else owns the VIPs: announcing them");
}

/* Down it may be for a while; gone it is for good, and with another MAC nothing reaches it. */
static void watch(struct run *run, struct forward_leg *leg)
{
	struct link_event event;

	while (links_next(leg->post.links, &event) > 0) {
		if (event.change == LINK_MISSED)
			continue;
		forward_show_event(&run->show, "%s", event.text);
		if (event.change == LINK_DOWN && !leg->down)
			(void)report_add_gap(&run->forward->report, 1, "%s", event.text);
		if (event.change == LINK_DOWN || event.change == LINK_UP)
			leg->down = event.change == LINK_DOWN;
		if (event.change == LINK_GONE || strstr(event.text, "another MAC"))
			end(run, event.text);
	}
}

/* --- sending and hearing --- */

static size_t next_frame(const struct forward_leg *leg, nanos now, uint8_t *buffer, size_t size)
{
	size_t length = 0;

	if (leg->announcer)
		length = announcer_next(leg->announcer, now, buffer, size);
	/* Until it is known that they are nobody else's, nothing else is asked. */
	if (leg->announcer && announcer_state(leg->announcer) != ANNOUNCER_ANSWERING)
		return length;
	if (length == 0 && leg->checker)
		length = checker_next(leg->checker, now, buffer, size);
	return length;
}

/* A frame that does not go out is asked again: whoever waits for its answer gives up on it. */
static void send_due(struct run *run, struct forward_leg *leg)
{
	uint8_t buffer[FRAME_SIZE];
	struct error error = ERROR_INIT;

	for (int i = 0; i < SENT_AT_ONCE && !run->over; i++) {
		size_t length = next_frame(leg, forward_now(), buffer, sizeof buffer);

		if (length == 0)
			break;
		if (inject_send(leg->post.inject, buffer, length, &error) < 0)
			watch(run, leg);
	}
}

static void hear(struct run *run, struct forward_leg *leg)
{
	struct error error = ERROR_INIT;
	struct packet packet;
	struct frame frame;

	for (int i = 0; i < FRAMES_AT_ONCE && !run->over; i++) {
		int status = live_next(leg->post.live, &frame, &error);

		if (status < 0)
			watch(run, leg);
		if (status <= 0)
			return;
		packet_decode(&frame, &packet);
		if (leg->announcer)
			announcer_eat(leg->announcer, &packet, forward_now());
		if (leg->checker)
			checker_eat(leg->checker, &packet, forward_now());
	}
}

static void work(struct run *run)
{
	struct director_engine *engine = run->forward->engine;
	struct error error = ERROR_INIT;
	int count = 1;

	for (int i = 0; i < WORK_AT_ONCE && count > 0; i++)
		count = engine->kind->work(engine, &error);
	if (count < 0) {
		for (uint32_t i = 0; i < run->forward->leg_count; i++)
			watch(run, &run->forward->legs[i]);
		end(run, error.message);
	}
}

/* --- the loop --- */

static nanos time_to_wait(const struct run *run)
{
	nanos now = forward_now(), least = longest_wait;

	for (uint32_t i = 0; i < run->forward->leg_count; i++) {
		const struct forward_leg *leg = &run->forward->legs[i];
		nanos deadline = INT64_MAX;

		if (leg->announcer)
			deadline = announcer_deadline(leg->announcer);
		if (leg->checker && (!leg->announcer || announcer_state(leg->announcer) == ANNOUNCER_ANSWERING) &&
		    checker_deadline(leg->checker) < deadline)
			deadline = checker_deadline(leg->checker);
		if (deadline < now + least)
			least = deadline > now ? deadline - now : 0;
	}
	/* What is due and does not go is not tried without a pause. */
	return least > 0 ? least : queue_wait / 4;
}

/* The engine's first, then two of each leg: frames, and what happens to the interface. */
static unsigned fill_descriptors(const struct run *run, struct pollfd *list, unsigned *engine_count)
{
	const struct forward *forward = run->forward;
	unsigned count = forward->engine->kind->descriptors(forward->engine, list);

	*engine_count = count;
	for (uint32_t i = 0; i < forward->leg_count; i++) {
		const struct post *post = &forward->legs[i].post;

		list[count++] = (struct pollfd){ .fd = live_descriptor(post->live), .events = POLLIN };
		list[count++] = (struct pollfd){ .fd = links_descriptor(post->links), .events = POLLIN };
	}
	return count;
}

static void wait_and_hear(struct run *run)
{
	struct pollfd list[DIRECTOR_MAX_DESCRIPTORS + 2 * FORWARD_MAX_LEGS];
	nanos duration = time_to_wait(run);
	const struct timespec timeout = { .tv_sec = duration / NANOS_PER_SECOND,
					  .tv_nsec = duration % NANOS_PER_SECOND };
	unsigned engine_count, count = fill_descriptors(run, list, &engine_count);
	sigset_t none;

	/* Signals come in only while waiting, so that none is overslept. */
	sigemptyset(&none);
	if (ppoll(list, count, &timeout, &none) <= 0)
		return;
	for (unsigned i = 0; i < engine_count; i++) {
		if (list[i].revents) {
			work(run);
			break;
		}
	}
	for (unsigned i = engine_count; i + 1 < count; i += 2) {
		struct forward_leg *leg = &run->forward->legs[(i - engine_count) / 2];

		if (list[i].revents)
			hear(run, leg);
		if (list[i + 1].revents)
			watch(run, leg);
	}
}

static void tick(struct run *run)
{
	struct forward *forward = run->forward;
	nanos now = forward_now();

	if (now >= run->next_tick) {
		forward->engine->tables.setup->now = 1 + (uint32_t)((now - forward->began) / NANOS_PER_SECOND);
		run->next_tick = now + NANOS_PER_SECOND / 4;
	}
	if (forward->options.duration > 0 && now - forward->began >= forward->options.duration)
		end(run, NULL);
	if (interrupt_seen)
		end(run, NULL);
	if (forward_show_is_due(&run->show, now))
		forward_show(&run->show, now);
}

static void hold_signals(sigset_t *before)
{
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigprocmask(SIG_BLOCK, &ours, before);
}

int forward_run(struct forward *forward, struct error *error)
{
	struct run run = { .forward = forward, .error = ERROR_INIT };
	sigset_t before;

	hold_signals(&before);
	forward->began = forward_now();
	forward_show_begin(&run.show, forward);
	while (!run.over) {
		for (uint32_t i = 0; i < forward->leg_count && !run.over; i++) {
			struct forward_leg *leg = &forward->legs[i];

			send_due(&run, leg);
			take_changes(&run, leg);
			take_rival(&run, leg);
			note_announcing(&run, leg);
		}
		if (!run.over)
			wait_and_hear(&run);
		tick(&run);
	}
	forward->ended = forward_now();
	forward_show_end(&run.show);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (run.status < 0)
		*error = run.error;
	return run.status;
}
