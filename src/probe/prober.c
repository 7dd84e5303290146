// SPDX-License-Identifier: GPL-2.0-or-later
/* The prober's life, its records, and the pace at which frames leave. */
#include "probe/prober_private.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	PACE_LEAST = 100,
	FRAMES_EACH = 9,        /* for an address, and for a service of a real server, with some to spare */
	SECONDS_LEAST = 5,      /* to ask a small set-up at least pace */
	ADDRESSES_A_SECOND = 25 /* more addresses take longer */
};

/* --- random numbers: SplitMix64 --- */

uint32_t prober_random(struct prober *prober)
{
	uint64_t z = prober->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ (z >> 31)) >> 32);
}

/* --- records --- */

static bool is_listed(const struct ip *list, uint32_t count, const struct ip *ip)
{
	for (uint32_t i = 0; i < count; i++)
		if (ip_equal(&list[i], ip))
			return true;
	return false;
}

bool prober_owns(const struct prober *prober, const struct ip *ip)
{
	for (uint32_t i = 0; i < prober->own_count; i++)
		if (ip_equal(&prober->own[i].ip, ip))
			return true;
	return is_listed(prober->local, prober->local_count, ip);
}

static bool may_be_source(const struct prober *prober, const struct prober_address *own, const struct ip *target)
{
	return own->ip.family == target->family && !topology_is_vip(&prober->topology, &own->ip) &&
	       ip_is_link_local(&own->ip) == ip_is_link_local(target);
}

struct ip prober_source_for(const struct prober *prober, const struct ip *target)
{
	const struct prober_address *best = NULL;
	int best_prefix = -2;

	for (uint32_t i = 0; i < prober->own_count; i++) {
		const struct prober_address *own = &prober->own[i];
		int prefix = ip_same_network(&own->ip, target, own->prefix) ? own->prefix : -1;

		if (!may_be_source(prober, own, target) || prefix <= best_prefix)
			continue;
		best = own;
		best_prefix = prefix;
	}
	return best ? best->ip : (struct ip){ .family = 0 };
}

struct address *prober_find_address(const struct prober *prober, const struct ip *ip)
{
	return table_find(&prober->addresses, ip);
}

struct address *prober_add_address(struct prober *prober, const struct ip *ip, unsigned roles)
{
	struct address *address;
	bool made;

	if (ip->family == 0 || is_listed(prober->skip, prober->skip_count, ip))
		return NULL;
	address = table_put(&prober->addresses, ip, &made);
	if (!address) {
		prober->out_of_memory = true;
		return NULL;
	}
	if (made) {
		address->index = prober->addresses.count - 1;
		address->source = prober_source_for(prober, ip);
		address->distant = is_listed(prober->distant, prober->distant_count, ip);
	}
	address->roles |= roles | (prober_owns(prober, ip) ? ADDRESS_LOCAL : 0);
	return address;
}

struct party *prober_party(struct prober *prober, struct mac mac)
{
	struct party *party = table_put(&prober->parties, &mac, NULL);

	prober->out_of_memory |= !party;
	return party;
}

struct meeting *prober_meet(struct prober *prober, const struct ip *ip, struct mac mac)
{
	struct meeting_key key = { .mac = mac };
	struct meeting *meeting;

	key.ip = *ip;
	meeting = table_put(&prober->meetings, &key, NULL);
	prober->out_of_memory |= !meeting;
	return meeting;
}

static const struct meeting *find_meeting(const struct prober *prober, const struct ip *ip, struct mac mac)
{
	struct meeting_key key = { .mac = mac };

	key.ip = *ip;
	return table_find(&prober->meetings, &key);
}

bool prober_has_accepted(const struct prober *prober, const struct ip *ip, struct mac mac)
{
	const struct meeting *meeting = find_meeting(prober, ip, mac);

	return meeting && meeting->accepted;
}

bool prober_has_expired(const struct prober *prober, const struct ip *ip, struct mac mac)
{
	const struct meeting *meeting = find_meeting(prober, ip, mac);

	return meeting && meeting->expired;
}

struct address_mac *address_find_mac(struct address *address, struct mac mac)
{
	for (int i = 0; i < address->mac_count; i++)
		if (mac_equal(address->macs[i].mac, mac))
			return &address->macs[i];
	if (address->mac_count == ADDRESS_MAX_MACS)
		return NULL;
	address->macs[address->mac_count] = (struct address_mac){ .mac = mac };
	return &address->macs[address->mac_count++];
}

const struct address_mac *prober_find_claim(const struct prober *prober, const struct test *test)
{
	const struct address *target = prober_find_address(prober, &test->key.target);

	for (int i = 0; target && i < target->mac_count; i++)
		if (mac_equal(target->macs[i].mac, test->key.mac))
			return &target->macs[i];
	return NULL;
}

/* --- life --- */

static void *copy_list(const void *from, uint32_t count, size_t size)
{
	void *copy = calloc(count + 1, size);

	if (copy && count)
		memcpy(copy, from, count * size);
	return copy;
}

static int copy_options(struct prober *prober, const struct prober_options *options, struct error *error)
{
	prober->mac = options->mac;
	prober->own = copy_list(options->own, options->own_count, sizeof *options->own);
	prober->own_count = options->own_count;
	prober->local = copy_list(options->local, options->local_count, sizeof *options->local);
	prober->local_count = options->local_count;
	prober->skip = copy_list(options->skip, options->skip_count, sizeof *options->skip);
	prober->skip_count = options->skip_count;
	prober->distant = copy_list(options->distant, options->distant_count, sizeof *options->distant);
	prober->distant_count = options->distant_count;
	prober->random = options->seed;
	if (!prober->own || !prober->local || !prober->skip || !prober->distant)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	return topology_copy(options->topology, &prober->topology, error);
}

static void add_addresses(struct prober *prober)
{
	const struct topology *topology = &prober->topology;

	for (uint32_t i = 0; i < topology->service_count; i++)
		prober_add_address(prober, &topology->services[i].vip, ADDRESS_VIP);
	for (uint32_t i = 0; i < topology->director_count; i++)
		prober_add_address(prober, &topology->directors[i].ip, ADDRESS_DIRECTOR);
	for (uint32_t i = 0; i < topology->real_server_count; i++)
		prober_add_address(prober, &topology->real_servers[i].ip, ADDRESS_SERVER);
	prober->many = prober->addresses.count > MANY_ADDRESSES;
}

static uint32_t default_pace(const struct prober *prober)
{
	const struct topology *topology = &prober->topology;
	uint64_t services = topology->backend_count;
	uint64_t frames, seconds = SECONDS_LEAST + prober->addresses.count / ADDRESSES_A_SECOND;

	if (services == 0)
		services = (uint64_t)topology->service_count * topology->real_server_count;
	frames = (prober->addresses.count + services) * FRAMES_EACH;
	return frames / seconds > PACE_LEAST ? (uint32_t)(frames / seconds) : PACE_LEAST;
}

static void init_tables(struct prober *prober)
{
	uint64_t seed = prober->random;

	table_init(&prober->tests, sizeof(struct test_key), sizeof(struct test), MOST_TESTS, seed);
	table_init(&prober->addresses, sizeof(struct ip), sizeof(struct address), MOST_TESTS, seed + 1);
	table_init(&prober->parties, sizeof(struct mac), sizeof(struct party), MOST_TESTS, seed + 2);
	table_init(&prober->meetings, sizeof(struct meeting_key), sizeof(struct meeting), MOST_TESTS, seed + 3);
}

/* Each prober has its part of the ports, and the upper bits of all ids that its tests can have. */
static void choose_numbers(struct prober *prober, const struct prober_options *options)
{
	uint32_t share = options->places ? PORT_COUNT / options->places : 0;

	prober->next_port = (prober_random(prober) + options->place * share) % PORT_COUNT;
	prober->echo_id = (uint16_t)(prober_random(prober) + options->place * (MOST_TESTS / 65536 + 1));
	prober->random += options->place;
}

static int fill(struct prober *prober, const struct prober_options *options, struct error *error)
{
	int result = builder_open(&prober->builder, error);

	if (result == 0)
		result = copy_options(prober, options, error);
	if (result)
		return result;
	init_tables(prober);
	add_addresses(prober);
	if (prober->out_of_memory)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	if (prober->addresses.count == 0)
		return error_set(error, ERROR_USAGE, NULL, "no VIP, director or real server to ask for");
	prober->pace = options->pace ? options->pace : default_pace(prober);
	prober->interval = NANOS_PER_SECOND / prober->pace + 1;
	choose_numbers(prober, options);
	return 0;
}

int prober_new(struct prober **result, const struct prober_options *options, struct error *error)
{
	struct prober *prober = calloc(1, sizeof *prober);
	int status;

	*result = NULL;
	if (!prober)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	status = fill(prober, options, error);
	if (status) {
		prober_free(prober);
		return status;
	}
	*result = prober;
	return 0;
}

void prober_free(struct prober *prober)
{
	if (!prober)
		return;
	builder_close(&prober->builder);
	topology_free(&prober->topology);
	table_free(&prober->tests);
	table_free(&prober->addresses);
	table_free(&prober->parties);
	table_free(&prober->meetings);
	agenda_free(&prober->questions);
	agenda_free(&prober->packets);
	free(prober->own);
	free(prober->local);
	free(prober->skip);
	free(prober->distant);
	free(prober);
}

bool prober_done(const struct prober *prober)
{
	return prober->done;
}

uint32_t prober_pace(const struct prober *prober)
{
	return prober->pace;
}

bool prober_is_short_of_memory(const struct prober *prober)
{
	return prober->out_of_memory;
}

void prober_progress(const struct prober *prober, struct prober_progress *progress)
{
	static const char *const asked[] = { [TEST_PROBE] = "who has it (sender 0)?",
					     [TEST_ORDINARY] = "who has it?",
					     [TEST_ECHO] = "echo",
					     [TEST_SYN] = "connection",
					     [TEST_DATAGRAM] = "datagram" };
	const struct test *test = prober->asking ? test_at(prober, prober->asking - 1) : NULL;
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	*progress = (struct prober_progress){ .done = prober->ended, .all = prober->tests.count, .sent = prober->sent };
	if (!test)
		return;
	snprintf(progress->asking, sizeof progress->asking, "%s%s%s: %s", ip_format(&test->key.target, ip),
		 mac_is_broadcast(test->key.mac) ? "" : " at ",
		 mac_is_broadcast(test->key.mac) ? "" : mac_format(test->key.mac, mac), asked[test->key.kind]);
}
