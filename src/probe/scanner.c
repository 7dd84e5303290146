// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rounds over all addresses. The first asks for each of them in both forms, the further ones, each 1.2 s after the one
 * before, for what was not answered yet.
 */
#include "probe/scanner.h"

#include <stdlib.h>

#include "probe/scanner_private.h"

/* As long as the engine listens for answers; the kernel's proxies wait up to 0.8 s. */
#define LISTEN (1200 * NANOS_PER_MILLI)

/* Proxies never answer a sender-0 question; owners do so at once. */
#define LISTEN_ANSWERED (200 * NANOS_PER_MILLI)

/* Timers are coarser than the intervals of a high pace: who is called so late sends what was due meanwhile. */
#define CATCH_UP (4 * NANOS_PER_MILLI)

enum {
	FORMS = 2,
	PACE_LEAST = 500,
	SECONDS_MOST = 6,    /* for the first round; then 1.2 s of listening, within 10 s in all */
	MOST_WAITING = 4,    /* echo requests that a MAC left unanswered in this round */
	ALL_NODES_FRAMES = 2 /* from the link's address, and from the network's */
};

/* --- life --- */

/* Where few or none answer, several rounds are to be done in time, too. */
static uint32_t default_pace(const struct scanner *scanner)
{
	uint32_t pace = scanner->count * FORMS / SECONDS_MOST + 1;

	return pace > PACE_LEAST ? pace : PACE_LEAST;
}

static int fill(struct scanner *scanner, const struct scanner_options *options, struct error *error)
{
	int result = builder_open(&scanner->builder, error);

	if (result == 0)
		result = scan_targets_init(scanner, options, error);
	if (result)
		return result;
	scanner->mac = options->mac;
	/* In a network that is heard the first round only asks who is there. */
	scanner->tries = (options->tries ? options->tries : SCANNER_TRIES) + scanner->hears;
	scanner->echo_id = (uint16_t)(options->seed >> 16);
	scanner->pace = options->pace ? options->pace : default_pace(scanner);
	scanner->interval = NANOS_PER_SECOND / scanner->pace + 1;
	return 0;
}

int scanner_new(struct scanner **result, const struct scanner_options *options, struct error *error)
{
	struct scanner *scanner = calloc(1, sizeof *scanner);
	int status;

	*result = NULL;
	if (!scanner)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	status = fill(scanner, options, error);
	if (status) {
		scanner_free(scanner);
		return status;
	}
	*result = scanner;
	return 0;
}

void scanner_free(struct scanner *scanner)
{
	if (!scanner)
		return;
	builder_close(&scanner->builder);
	scan_targets_free(scanner);
	free(scanner);
}

/* --- what is next in a pass --- */

/* 0 where the pass has nothing (more) to ask. */
typedef size_t (*pass_next)(struct scanner *scanner, uint8_t *buffer, size_t size);

static size_t next_all_nodes(struct scanner *scanner, uint8_t *buffer, size_t size)
{
	bool differ = !ip_equal(&scanner->link, &scanner->sender);

	for (; scanner->hears && scanner->at < ALL_NODES_FRAMES; scanner->at++) {
		bool wide = scanner->at > 0;

		if (wide ? scanner->sender.family != 0 && differ : scanner->link.family != 0) {
			scanner->at++;
			return scan_compose_all_nodes(scanner, wide, buffer, size);
		}
	}
	return 0;
}

static size_t next_question(struct scanner *scanner, enum scan_answered form, uint8_t *buffer, size_t size)
{
	struct ip target;

	while (scanner->at < scanner->count && scanner->answered[scanner->at] & form)
		scanner->at++;
	if (scanner->at == scanner->count)
		return 0;
	target = scan_address_at(scanner, scanner->at++);
	return scan_compose_question(scanner, &target, form == ANSWERED_PROBE, buffer, size);
}

static size_t next_ordinary(struct scanner *scanner, uint8_t *buffer, size_t size)
{
	return next_question(scanner, ANSWERED_ORDINARY, buffer, size);
}

static size_t next_probe(struct scanner *scanner, uint8_t *buffer, size_t size)
{
	return next_question(scanner, ANSWERED_PROBE, buffer, size);
}

/* A MAC that routes was proven to, and one that is silent is not pressed. */
static bool wants_test(struct scanner *scanner, const struct scan_claim *claim)
{
	struct scan_mac *mac = table_put(&scanner->macs, &claim->key.mac, NULL);

	if (claim->tested || scanner->sender.family == 0 || !mac || mac->routes || mac->waiting == MOST_WAITING)
		return false;
	mac->waiting++;
	return true;
}

static size_t next_hop(struct scanner *scanner, uint8_t *buffer, size_t size)
{
	while (scanner->at < scanner->claims.count)
		if (wants_test(scanner, table_at(&scanner->claims, scanner->at++)))
			return scan_compose_hop(scanner, scanner->at - 1, buffer, size);
	return 0;
}

/* --- rounds --- */

static const pass_next passes[PASS_COUNT] = { next_all_nodes, next_ordinary, next_probe, next_hop };

static void start_round(struct scanner *scanner, nanos now)
{
	scanner->round++;
	scanner->pass = 0;
	scanner->at = 0;
	scanner->starts = now + LISTEN;
	for (uint32_t i = 0; i < scanner->macs.count; i++)
		((struct scan_mac *)table_at(&scanner->macs, i))->waiting = 0;
}

/* In a network that is heard somebody else may speak up, as long as there are rounds. */
static bool is_settled(const struct scanner *scanner)
{
	return !scanner->hears && scanner->settled == scanner->count && scanner->tested == scanner->claims.count;
}

/* When all that was sent was listened for, if nothing more needs to be asked. */
static nanos heard_out(const struct scanner *scanner)
{
	nanos ordinary = scanner->last_ordinary + LISTEN, all = scanner->last_sent + LISTEN_ANSWERED;

	return ordinary > all ? ordinary : all;
}

/* The frame that shows that nothing more came; where nobody is known, the question to all. */
static size_t send_last(struct scanner *scanner, uint8_t *buffer, size_t size)
{
	struct ip target;

	scanner->done = true;
	if (scanner->count == 0)
		return scan_compose_all_nodes(scanner, scanner->link.family == 0, buffer, size);
	target = scan_address_at(scanner, 0);
	return scan_compose_question(scanner, &target, true, buffer, size);
}

/* All answered after the first round, so that only listening is left. */
static void end_early(struct scanner *scanner)
{
	if (scanner->round == 0 || scanner->pass > 0 || scanner->at > 0 || !is_settled(scanner))
		return;
	scanner->round = scanner->tries;
	if (scanner->starts > heard_out(scanner))
		scanner->starts = heard_out(scanner);
}

static size_t next_frame(struct scanner *scanner, nanos now, uint8_t *buffer, size_t size)
{
	size_t length;

	if (now < scanner->starts)
		return 0;
	if (scanner->round == scanner->tries)
		return send_last(scanner, buffer, size);
	for (; scanner->pass < PASS_COUNT; scanner->pass++, scanner->at = 0) {
		length = passes[scanner->pass](scanner, buffer, size);
		if (length == 0)
			continue;
		if (scanner->pass == PASS_ORDINARY)
			scanner->last_ordinary = now;
		return length;
	}
	/* What was sent last is listened for until the next round. */
	start_round(scanner, now);
	end_early(scanner);
	return 0;
}

size_t scanner_next(struct scanner *scanner, nanos now, uint8_t *buffer, size_t size)
{
	size_t length;

	if (scanner->done || now < scanner->next_free)
		return 0;
	length = next_frame(scanner, now, buffer, size);
	if (length == 0)
		return 0;
	scanner->sent++;
	scanner->last_sent = now;
	scanner->next_free = (now - scanner->next_free < CATCH_UP ? scanner->next_free : now) + scanner->interval;
	return length;
}

nanos scanner_deadline(const struct scanner *scanner)
{
	if (scanner->done)
		return INT64_MAX;
	return scanner->starts > scanner->next_free ? scanner->starts : scanner->next_free;
}

void scanner_eat(struct scanner *scanner, const struct packet *packet, nanos now)
{
	(void)now;
	scan_hear(scanner, packet);
	end_early(scanner);
}

bool scanner_is_short(const struct scanner *scanner)
{
	return scanner->heard.refused > 0 || scanner->claims.refused > 0 || scanner->macs.refused > 0;
}

bool scanner_done(const struct scanner *scanner)
{
	return scanner->done;
}

void scanner_progress(const struct scanner *scanner, struct scanner_progress *progress)
{
	bool last_probes = scanner->round + 1 >= scanner->tries && scanner->pass == PASS_PROBE;
	uint32_t through = last_probes ? scanner->at : 0;

	if (through < scanner->settled)
		through = scanner->settled;
	if (scanner->round == scanner->tries || (scanner->round + 1 == scanner->tries && scanner->pass == PASS_HOP))
		through = scanner->count;
	*progress = (struct scanner_progress){ .done = through, .all = scanner->count, .sent = scanner->sent };
}
