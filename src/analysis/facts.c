// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/engine_private.h"

#include <stdlib.h>

const struct segment *facts_segment(const struct facts *facts, uint32_t index)
{
	return table_at(&facts->segments, index);
}

uint32_t facts_input_of(const struct facts *facts, uint32_t segment)
{
	const struct segment *found = facts_segment(facts, segment);

	return found ? found->key.input : 0;
}

static struct host_key host_key_of(uint32_t segment, const struct ip *ip)
{
	struct host_key key = { .segment = segment };

	key.ip = *ip;
	return key;
}

static struct station_key station_key_of(uint32_t segment, struct mac mac)
{
	return (struct station_key){ .segment = segment, .mac = mac };
}

static struct claim_key claim_key_of(uint32_t segment, const struct ip *ip, struct mac mac)
{
	struct claim_key key = { .segment = segment, .mac = mac };

	key.ip = *ip;
	return key;
}

const struct host *facts_host(const struct facts *facts, uint32_t segment, const struct ip *ip)
{
	struct host_key key = host_key_of(segment, ip);

	return table_find(&facts->hosts, &key);
}

const struct station *facts_station(const struct facts *facts, uint32_t segment, struct mac mac)
{
	struct station_key key = station_key_of(segment, mac);

	return table_find(&facts->stations, &key);
}

struct claim *facts_get_claim(struct facts *facts, uint32_t segment, const struct ip *ip, struct mac mac)
{
	struct claim_key key = claim_key_of(segment, ip, mac);

	return table_find(&facts->claims, &key);
}

const struct claim *facts_claim(const struct facts *facts, uint32_t segment, const struct ip *ip, struct mac mac)
{
	struct claim_key key = claim_key_of(segment, ip, mac);

	return table_find(&facts->claims, &key);
}

const struct silence *facts_silence(const struct facts *facts, uint32_t segment, const struct ip *ip, struct mac mac)
{
	struct claim_key key = claim_key_of(segment, ip, mac);
	const struct silence *silence = table_find(&facts->silences, &key);
	const struct segment *where = facts_segment(facts, segment);

	return silence && (segment_sees(where, silence->asker) || segment_is_end(where, mac)) ? silence : NULL;
}

const struct stale *facts_stale(const struct facts *facts, uint32_t segment, const struct ip *ip, struct mac sender)
{
	struct claim_key key = claim_key_of(segment, ip, sender);

	return table_find(&facts->stales, &key);
}

const struct claim *facts_claim_at(const struct facts *facts, uint32_t chained)
{
	return chained == NO_INDEX ? NULL : table_at(&facts->claims, chained - 1);
}

struct host *facts_host_of(const struct facts *facts, const struct claim *claim)
{
	return table_at(&facts->hosts, claim->host);
}

struct station *facts_station_of(const struct facts *facts, const struct claim *claim)
{
	return table_at(&facts->stations, claim->station);
}

struct segment *facts_make_segment(struct facts *facts, const struct segment_key *key)
{
	bool made;
	struct segment *segment = table_put(&facts->segments, key, &made);

	if (segment && made)
		segment->index = facts->segments.count - 1;
	return segment;
}

struct station *facts_make_station(struct facts *facts, uint32_t segment, struct mac mac)
{
	struct station_key key = station_key_of(segment, mac);
	bool made;
	struct station *station = table_put(&facts->stations, &key, &made);

	if (station && made)
		station->index = facts->stations.count - 1;
	return station;
}

struct host *facts_make_host(struct facts *facts, uint32_t segment, const struct ip *ip)
{
	struct host_key key = host_key_of(segment, ip);
	bool made;
	struct host *host = table_put(&facts->hosts, &key, &made);

	if (host && made)
		host->index = facts->hosts.count - 1;
	return host;
}

/* Appends, so that the claims of a host stand in order of first sight. */
static void chain_to_host(struct facts *facts, struct host *host, uint32_t chained)
{
	if (host->last_claim == NO_INDEX)
		host->first_claim = chained;
	else
		((struct claim *)table_at(&facts->claims, host->last_claim - 1))->next_of_host = chained;
	host->last_claim = chained;
	host->claim_count++;
}

static void chain_to_station(struct station *station, struct claim *claim, uint32_t chained)
{
	claim->next_of_station = station->first_claim;
	station->first_claim = chained;
	station->claim_count++;
}

static const struct proofs no_proofs;

struct proofs *facts_proofs(struct facts *facts, struct claim *claim)
{
	uint32_t key = claim->index;
	struct proofs *proofs;

	if (claim->proofs != &no_proofs)
		return table_find(&facts->proofs, &key);
	proofs = table_put(&facts->proofs, &key, NULL);
	if (!proofs)
		return &facts->no_room;
	claim->proofs = proofs;
	return proofs;
}

/* An ordinary question to all was in vain, too, when nobody answered the latest sender-0 question, or since. */
static bool was_absent(const struct host *host)
{
	return host->unanswered_row > 0 && host->last_unanswered.time >= host->probe_silence.time - LATE_TIME;
}

/*
 * A sender-0 question to all went unanswered before this MAC spoke up at all: it counts when the MAC answers an
 * ordinary one, see questions_answer. A host's own probes for itself do not count.
 */
static void note_earlier_probe(struct facts *facts, const struct host *host, struct claim *claim)
{
	struct proofs *proofs;

	if (!mark_is_set(&host->probe_silence) || mac_equal(host->prober, claim->key.mac) || was_absent(host))
		return;
	claim->probes_pending = host->probes_vain < UINT8_MAX ? (uint8_t)host->probes_vain : UINT8_MAX;
	proofs = facts_proofs(facts, claim);
	proofs->probe_silence = host->probe_silence;
	proofs->prober = host->prober;
}

struct claim *facts_make_claim(struct facts *facts, uint32_t segment, const struct ip *ip, struct mac mac)
{
	struct claim_key key = claim_key_of(segment, ip, mac);
	struct claim *claim = table_find(&facts->claims, &key);
	struct station *station;
	struct host *host;

	if (claim)
		return claim;
	host = facts_make_host(facts, segment, ip);
	station = facts_make_station(facts, segment, mac);
	claim = host && station ? table_put(&facts->claims, &key, NULL) : NULL;
	if (!claim) {
		facts->addresses_refused++;
		return NULL;
	}
	claim->host = host->index;
	claim->station = station->index;
	claim->index = facts->claims.count - 1;
	claim->proofs = &no_proofs;
	note_earlier_probe(facts, host, claim);
	chain_to_host(facts, host, facts->claims.count);
	chain_to_station(station, claim, facts->claims.count);
	return claim;
}

int facts_init(struct facts *facts, uint32_t max_hosts, uint32_t max_questions, uint64_t seed, struct error *error)
{
	facts->seed = seed;
	table_init(&facts->segments, sizeof(struct segment_key), sizeof(struct segment), MAX_SEGMENTS, seed);
	table_init(&facts->hosts, sizeof(struct host_key), sizeof(struct host), max_hosts, seed + 1);
	table_init(&facts->stations, sizeof(struct station_key), sizeof(struct station), max_hosts, seed + 2);
	table_init(&facts->claims, sizeof(struct claim_key), sizeof(struct claim), max_hosts, seed + 3);
	table_init(&facts->proofs, sizeof(uint32_t), sizeof(struct proofs), max_hosts, seed + 7);
	table_init(&facts->silences, sizeof(struct claim_key), sizeof(struct silence), max_hosts, seed + 6);
	table_init(&facts->stales, sizeof(struct claim_key), sizeof(struct stale), MAX_STALES, seed + 7);
	table_init(&facts->groups, sizeof(struct group_key), sizeof(struct group), MAX_GROUPS, seed + 4);
	table_init(&facts->paths, sizeof(struct path_key), sizeof(struct path), MAX_PATHS, seed + 5);
	facts->inputs = calloc(ENGINE_MAX_INPUTS, sizeof *facts->inputs);
	facts->flows = calloc(MAX_FLOWS, sizeof *facts->flows);
	facts->flow_slots = calloc(FLOW_SLOTS, sizeof *facts->flow_slots);
	facts->flow_links = calloc(MAX_FLOWS, sizeof *facts->flow_links);
	if (!facts->inputs || !facts->flows || !facts->flow_slots || !facts->flow_links)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	return questions_init(&facts->questions, max_questions, error);
}

void facts_free(struct facts *facts)
{
	table_free(&facts->segments);
	table_free(&facts->hosts);
	table_free(&facts->stations);
	table_free(&facts->claims);
	table_free(&facts->proofs);
	table_free(&facts->silences);
	table_free(&facts->stales);
	table_free(&facts->groups);
	table_free(&facts->paths);
	free(facts->flows);
	free(facts->flow_slots);
	free(facts->flow_links);
	for (uint32_t i = 0; i < facts->input_count; i++)
		free(facts->inputs[i].name);
	free(facts->inputs);
	questions_free(&facts->questions);
}

uint32_t facts_vain_questions(const struct facts *facts, const struct host *host)
{
	return segment_sees(facts_segment(facts, host->key.segment), host->last_asker) ? host->unanswered_row : 0;
}

uint32_t facts_silent_probes(const struct facts *facts, const struct claim *claim)
{
	const struct segment *segment = facts_segment(facts, claim->key.segment);
	bool seen = segment_sees(segment, claim->proofs->prober) || segment_sees(segment, claim->key.mac);

	/* Of two busy ends one may be far: what it sends to others than the near one is not seen. */
	seen |= segment_is_end(segment, claim->proofs->prober) && segment_is_end(segment, claim->key.mac);
	return seen ? claim->probes_silent : 0;
}

uint32_t facts_questions_passed(const struct facts *facts, const struct host *host, struct mac mac)
{
	const struct segment *segment = facts_segment(facts, host->key.segment);

	if (segment_is_end(segment, mac))
		return host->heard;
	return segment_sees(segment, host->sight_asker) ? host->asked_in_sight : 0;
}

bool ttl_is_initial(uint8_t ttl)
{
	return ttl == 64 || ttl == 128 || ttl == 255 || ttl == 32;
}

bool ttl_is_decremented(uint8_t ttl)
{
	return (ttl >= 61 && ttl < 64) || (ttl >= 125 && ttl < 128) || (ttl >= 252 && ttl < 255);
}
