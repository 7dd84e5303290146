// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/unsolicited.h"

#include "base/hash.h"

static size_t slot_of(uint32_t segment, struct mac mac, const struct ip *ip)
{
	struct {
		struct ip ip;
		struct mac mac;
	} key = { .ip = *ip, .mac = mac };

	return hash_bytes(&key, sizeof key, segment) % UNSOLICITED_ASKED;
}

static void note_question(struct unsolicited *unsolicited, const struct observation *observation)
{
	struct asked *asked = &unsolicited->asked[slot_of(observation->segment, observation->mac, &observation->ip)];

	asked->segment = observation->segment;
	asked->mac = observation->mac;
	asked->ip = observation->ip;
	asked->mark = observation->mark;
}

static struct intrusion *intrusion_of(struct unsolicited *unsolicited, const struct observation *observation)
{
	struct intrusion *intrusion;

	for (uint32_t i = 0; i < unsolicited->count; i++) {
		intrusion = &unsolicited->intrusions[i];
		if (intrusion->segment == observation->segment && mac_equal(intrusion->mac, observation->mac) &&
		    ip_equal(&intrusion->ip, &observation->ip))
			return intrusion;
	}
	if (unsolicited->count == UNSOLICITED_MOST)
		return NULL;
	intrusion = &unsolicited->intrusions[unsolicited->count++];
	intrusion->segment = observation->segment;
	intrusion->mac = observation->mac;
	intrusion->ip = observation->ip;
	return intrusion;
}

static void note_unsolicited(struct unsolicited *unsolicited, const struct facts *facts,
			     const struct observation *observation)
{
	const struct host *host = facts_host(facts, observation->segment, &observation->ip);
	struct intrusion *intrusion = host && host->claim_count > 1 ? intrusion_of(unsolicited, observation) : NULL;

	if (!intrusion)
		return;
	if (intrusion->count < UNSOLICITED_MARKS)
		intrusion->marks[intrusion->count] = observation->mark;
	intrusion->count++;
	intrusion->to_all += observation->packet->group;
	intrusion->last = observation->mark;
}

void unsolicited_take(struct unsolicited *unsolicited, const struct facts *facts, const struct observation *observation)
{
	if (observation->neighbour == NEIGHBOUR_QUESTION)
		note_question(unsolicited, observation);
	else if (observation->neighbour == NEIGHBOUR_UNSOLICITED && observation->claim)
		note_unsolicited(unsolicited, facts, observation);
}

struct mark unsolicited_question(const struct unsolicited *unsolicited, const struct intrusion *intrusion)
{
	const struct asked *asked = &unsolicited->asked[slot_of(intrusion->segment, intrusion->mac, &intrusion->ip)];

	if (asked->segment == intrusion->segment && mac_equal(asked->mac, intrusion->mac) &&
	    ip_equal(&asked->ip, &intrusion->ip))
		return asked->mark;
	return (struct mark){ .frame = 0 };
}
