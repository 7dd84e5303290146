// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rounds over all addresses. The first asks for each of them in both forms, the further ones, each 1.2 s after the one
 * before, for what was not answered yet.
 */
#include "probe/scanner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/build.h"

/* As long as the engine listens for answers; the kernel's proxies wait up to 0.8 s. */
#define LISTEN (1200 * NANOS_PER_MILLI)

/* Timers are coarser than the intervals of a high pace: who is called so late sends what was due meanwhile. */
#define CATCH_UP (2 * NANOS_PER_MILLI)

enum {
	FORMS = 2,
	ADDRESS_BITS = 32,
	PACE_LEAST = 500,
	SECONDS_MOST = 7, /* for the first round; then 1.2 s of listening, within 10 s in all */
};

enum scan_answered { ANSWERED_PROBE = 1, ANSWERED_ORDINARY = 2, ANSWERED_BOTH = 3 };

struct scanner {
	struct builder builder;
	struct mac mac;
	struct ip sender; /* of ordinary questions; family 0: there is none */
	struct ip *own;
	uint32_t own_count;
	uint32_t first, count; /* addresses as numbers */
	uint8_t *answered;     /* enum scan_answered, for each address */
	uint32_t pace, tries;
	nanos interval, next_free, round_starts;
	uint32_t round;    /* 0 is the first; `tries`: all are through */
	uint32_t at, form; /* of the round */
	uint32_t settled;  /* addresses that answered in every form that is asked */
	bool done;
	uint32_t sent;
};

static uint32_t number_of(const struct ip *ip)
{
	return (uint32_t)ip->b[0] << 24 | (uint32_t)ip->b[1] << 16 | (uint32_t)ip->b[2] << 8 | ip->b[3];
}

/* --- what to scan --- */

static int refuse(struct error *error, const char *text, const char *why)
{
	return error_set(error, ERROR_USAGE, text, "%s", why);
}

static int check_network(const char *where, const struct ip *network, uint8_t prefix, struct error *error)
{
	if (network->family != 4)
		return refuse(error, where, "only IPv4 networks can be scanned");
	if (prefix > ADDRESS_BITS)
		return refuse(error, where, "a prefix has at most 32 bits");
	if (ADDRESS_BITS - prefix > SCANNER_MAX_BITS)
		return refuse(error, where, "the network is larger than a /16: scan it part by part");
	if (ip_is_multicast(network) || ip_is_zero(network) || ip_is_broadcast(network))
		return refuse(error, where, "no host has such addresses");
	return 0;
}

static bool parse_prefix(const char *text, uint8_t *prefix)
{
	char *end;
	unsigned long value;

	if (*text < '0' || *text > '9')
		return false;
	value = strtoul(text, &end, 10);
	if (*end || value > UINT8_MAX)
		return false;
	*prefix = (uint8_t)value;
	return true;
}

int scanner_parse(const char *text, struct ip *network, uint8_t *prefix, struct error *error)
{
	const char *slash = strchr(text, '/');
	char address[IP_TEXT_SIZE];

	*prefix = ADDRESS_BITS;
	if (snprintf(address, sizeof address, "%.*s", slash ? (int)(slash - text) : IP_TEXT_SIZE, text) >=
		(int)sizeof address ||
	    !ip_parse(address, network) || (slash && !parse_prefix(slash + 1, prefix)))
		return refuse(error, text, "not a network in the form ADDRESS/PREFIX");
	return check_network(text, network, *prefix, error);
}

/* Neither the network's own address nor its broadcast address, where the network has them. */
static void set_range(struct scanner *scanner, const struct ip *network, uint8_t prefix)
{
	unsigned bits = ADDRESS_BITS - prefix;
	uint32_t size = UINT32_C(1) << bits;

	scanner->first = number_of(network) & ~(size - 1);
	scanner->count = size;
	if (bits >= 2) {
		scanner->first++;
		scanner->count -= 2;
	}
}

/* --- life --- */

static bool is_foreign(const struct scanner_options *options, const struct ip *ip)
{
	for (uint32_t i = 0; i < options->foreign_count; i++)
		if (ip_equal(&options->foreign[i], ip))
			return true;
	return false;
}

static void choose_sender(struct scanner *scanner, const struct scanner_options *options)
{
	for (uint32_t i = 0; i < options->own_count; i++) {
		const struct prober_address *own = &options->own[i];
		bool near = own->ip.family == 4 && ip_same_network(&own->ip, &options->network, own->prefix);

		if (own->ip.family != 4 || is_foreign(options, &own->ip))
			continue;
		if (scanner->sender.family == 0 || near)
			scanner->sender = own->ip;
		if (near)
			return;
	}
}

static uint32_t default_pace(const struct scanner *scanner)
{
	uint32_t pace = scanner->count * FORMS / SECONDS_MOST + 1;

	return pace > PACE_LEAST ? pace : PACE_LEAST;
}

/* The kernel's own addresses are not asked for: nobody would hear. */
static void settle_own(struct scanner *scanner)
{
	for (uint32_t i = 0; i < scanner->own_count; i++) {
		uint32_t place = number_of(&scanner->own[i]) - scanner->first;

		if (scanner->own[i].family != 4 || place >= scanner->count || scanner->answered[place] == ANSWERED_BOTH)
			continue;
		scanner->answered[place] = ANSWERED_BOTH;
		scanner->settled++;
	}
}

static int fill(struct scanner *scanner, const struct scanner_options *options, struct error *error)
{
	int result = check_network(NULL, &options->network, options->prefix, error);

	if (result == 0)
		result = builder_open(&scanner->builder, error);
	if (result)
		return result;
	scanner->mac = options->mac;
	scanner->tries = options->tries ? options->tries : SCANNER_TRIES;
	choose_sender(scanner, options);
	set_range(scanner, &options->network, options->prefix);
	scanner->answered = calloc(scanner->count, sizeof *scanner->answered);
	scanner->own = calloc(options->own_count + 1, sizeof *scanner->own);
	if (!scanner->answered || !scanner->own)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	for (; scanner->own_count < options->own_count; scanner->own_count++)
		scanner->own[scanner->own_count] = options->own[scanner->own_count].ip;
	if (scanner->sender.family == 0)
		memset(scanner->answered, ANSWERED_ORDINARY, scanner->count);
	settle_own(scanner);
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
	free(scanner->answered);
	free(scanner->own);
	free(scanner);
}

/* --- asking --- */

static size_t compose(struct scanner *scanner, uint32_t place, uint32_t form, uint8_t *buffer, size_t size)
{
	struct build_link link = { .destination = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } }, .source = scanner->mac };
	struct ip sender = { .family = 4 };
	int length;

	if (form == ANSWERED_ORDINARY)
		sender = scanner->sender;
	build_begin(&scanner->builder, buffer, size);
	build_arp_request(&scanner->builder, scanner->mac, sender, ip_from_v4(scanner->first + place));
	build_ethernet(&scanner->builder, &link);
	build_pad(&scanner->builder);
	length = build_end(&scanner->builder, NULL);
	return length > 0 ? (size_t)length : 0;
}

/* The round's next question that is not answered yet. */
static bool find_question(struct scanner *scanner)
{
	for (; scanner->at < scanner->count; scanner->at++, scanner->form = 0)
		for (; scanner->form < FORMS; scanner->form++)
			if (!(scanner->answered[scanner->at] & 1 << scanner->form))
				return true;
	return false;
}

static void start_round(struct scanner *scanner, nanos now)
{
	scanner->round = scanner->settled == scanner->count ? scanner->tries : scanner->round + 1;
	scanner->at = 0;
	scanner->form = 0;
	scanner->round_starts = now + LISTEN;
}

/* The question that shows that nothing more came. */
static size_t send_last(struct scanner *scanner, uint8_t *buffer, size_t size)
{
	scanner->done = true;
	return compose(scanner, 0, ANSWERED_PROBE, buffer, size);
}

/* All answered while the round before was listened for, so that this one has nothing to ask. */
static bool is_settled(const struct scanner *scanner)
{
	return scanner->round > 0 && scanner->at == 0 && scanner->form == 0 && scanner->settled == scanner->count;
}

static size_t next_frame(struct scanner *scanner, nanos now, uint8_t *buffer, size_t size)
{
	if (now < scanner->round_starts)
		return 0;
	if (scanner->round == scanner->tries || is_settled(scanner))
		return send_last(scanner, buffer, size);
	if (find_question(scanner))
		return compose(scanner, scanner->at, 1U << scanner->form++, buffer, size);
	/* What was sent last is listened for until the next round. */
	start_round(scanner, now);
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
	scanner->next_free = (now - scanner->next_free < CATCH_UP ? scanner->next_free : now) + scanner->interval;
	return length;
}

nanos scanner_deadline(const struct scanner *scanner)
{
	if (scanner->done)
		return INT64_MAX;
	return scanner->round_starts > scanner->next_free ? scanner->round_starts : scanner->next_free;
}

void scanner_eat(struct scanner *scanner, const struct packet *packet, nanos now)
{
	const struct arp *arp = &packet->arp;
	uint32_t place;
	uint8_t before;

	(void)now;
	if (!(packet->layers & LAYER_ARP) || arp->wrong || arp->operation != ARP_REPLY ||
	    !mac_equal(arp->tha, scanner->mac) || mac_equal(packet->source, scanner->mac))
		return;
	place = number_of(&arp->spa) - scanner->first;
	if (place >= scanner->count)
		return;
	before = scanner->answered[place];
	scanner->answered[place] |= ip_is_zero(&arp->tpa) ? ANSWERED_PROBE : ANSWERED_ORDINARY;
	if (before != ANSWERED_BOTH && scanner->answered[place] == ANSWERED_BOTH)
		scanner->settled++;
}

bool scanner_done(const struct scanner *scanner)
{
	return scanner->done;
}

nanos scanner_expected_duration(const struct scanner *scanner, uint32_t share_answering)
{
	uint64_t first = (uint64_t)scanner->count * FORMS;
	uint64_t repeated = first * (100 - (share_answering < 100 ? share_answering : 100)) / 100;
	uint64_t rounds = repeated ? scanner->tries : 1;

	return (nanos)(first + repeated * (scanner->tries - 1)) * scanner->interval + (nanos)rounds * LISTEN;
}

uint32_t scanner_pace(const struct scanner *scanner)
{
	return scanner->pace;
}

void scanner_progress(const struct scanner *scanner, struct scanner_progress *progress)
{
	uint32_t through = scanner->round + 1 >= scanner->tries ? scanner->at : 0;

	if (through < scanner->settled)
		through = scanner->settled;
	if (scanner->round == scanner->tries)
		through = scanner->count;
	*progress = (struct scanner_progress){ .done = through, .all = scanner->count, .sent = scanner->sent };
}
