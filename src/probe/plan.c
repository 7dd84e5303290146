// SPDX-License-Identifier: GPL-2.0-or-later
/* What to ask next: addresses, and the MACs that answered for them. The services are in plan_server.c. */
#include "probe/prober_private.h"

#include <stdlib.h>

enum {
	TRIES = 3,
	TRIES_UNOWNED = 2, /* so few in vain that nobody is reported as missing */
	TRIES_ECHO = 2,
	QUESTIONS_EACH = 3, /* at least, for an address */
	WHOLE_TTL = 64,
};

static struct test_key question(enum test_kind kind, const struct ip *target, struct mac mac)
{
	struct test_key key = { .kind = (uint8_t)kind, .mac = mac };

	key.target = *target;
	return key;
}

static struct test_key question_to_all(enum test_kind kind, const struct ip *target)
{
	return question(kind, target, mac_of_all());
}

static void plan_echo(struct prober *prober, const struct address *address, struct mac mac, uint8_t ttl, nanos due)
{
	struct test_key key = { .kind = TEST_ECHO, .ttl = ttl, .mac = mac };

	key.target = address->ip;
	agenda_plan(prober, &key, address, TRIES_ECHO, due);
}

/* --- addresses --- */

static bool may_ask_ordinarily(const struct address *address)
{
	return address->source.family && !(address->roles & ADDRESS_LOCAL);
}

static bool may_ask_all(const struct address *address)
{
	return may_ask_ordinarily(address) && !address->distant;
}

/* Sender-0 repeated only where that is cheap; the form of IPv6 (RFC 4862) proves nothing about proxies. */
static uint8_t tries_of_probe(const struct prober *prober, const struct address *address)
{
	if (address->ip.family == 6)
		return 1;
	if (address->roles & ADDRESS_UNOWNED)
		return TRIES_UNOWNED;
	return prober->many ? 1 : TRIES;
}

void plan_probe(struct prober *prober, const struct address *address, nanos due)
{
	struct test_key key = question_to_all(TEST_PROBE, &address->ip);

	if ((address->roles & ADDRESS_LOCAL) && !(address->roles & ADDRESS_VIP))
		return;
	agenda_plan(prober, &key, address, tries_of_probe(prober, address), due);
}

static void plan_ordinary(struct prober *prober, const struct address *address, nanos due)
{
	struct test_key key = question_to_all(TEST_ORDINARY, &address->ip);
	uint8_t tries = address->roles & ADDRESS_UNOWNED ? TRIES_UNOWNED : TRIES;

	if (may_ask_all(address))
		agenda_plan(prober, &key, address, tries, due);
}

/* --- the start --- */

/*
 * One address after the other begins, no faster than questions can be asked, so that those of the first are through
 * before the last begins.
 */
void plan_start(struct prober *prober, nanos now)
{
	uint32_t count = prober->addresses.count;

	plan_unowned(prober, 4, now);
	plan_unowned(prober, 6, now);
	for (uint32_t i = 0; i < count; i++) {
		const struct address *address = address_at(prober, i);
		nanos due = now + i * QUESTIONS_EACH * PROBE_QUESTION_SPACING;

		plan_probe(prober, address, due);
		plan_ordinary(prober, address, due + PROBE_COLD);
	}
}

/* --- MACs --- */

/* The address was asked for by this MAC as well as by all: in a form that the answer to all did not show yet. */
static void plan_unicast(struct prober *prober, const struct address *address, const struct address_mac *claim,
			 nanos now)
{
	const struct party *party = table_find(&prober->parties, &claim->mac);
	struct test_key ordinary = question(TEST_ORDINARY, &address->ip, claim->mac);
	struct test_key probe = question(TEST_PROBE, &address->ip, claim->mac);

	if (!claim->owns && address->ip.family == 4)
		agenda_plan(prober, &probe, address, prober->many ? 1 : 2, now);
	if (!(address->roles & ADDRESS_VIP) && party && party->claims > MANY_CLAIMS)
		return;
	if (may_ask_ordinarily(address) || (address->source.family && (address->roles & ADDRESS_VIP)))
		agenda_plan(prober, &ordinary, address, prober->many ? 1 : 2, now);
}

/*
 * A MAC that does not answer sender-0 may be a router's, whose Time Exceeded for one address speaks for all that it
 * answers for; and it sends few of them.
 */
static void plan_sample(struct prober *prober, const struct address *address, struct address_mac *claim, nanos now)
{
	struct party *party = prober_party(prober, claim->mac);
	bool server = address->roles & ADDRESS_SERVER;
	uint32_t *sampled;

	if (!party || claim->sampled || address->ip.family == 0)
		return;
	sampled = server ? &party->sampled_servers : &party->sampled_others;
	if (!claim->owns && *sampled >= (server ? SAMPLED_SERVERS : SAMPLED_OTHERS))
		return;
	*sampled += !claim->owns;
	claim->sampled = true;
	plan_echo(prober, address, claim->mac, 1, now);
}

void plan_more_samples(struct prober *prober, struct mac mac, nanos now)
{
	struct party *party = prober_party(prober, mac);

	if (!party || party->router)
		return;
	party->sampled_servers = 0;
	party->sampled_others = 0;
	for (uint32_t i = 0; i < prober->addresses.count; i++) {
		struct address *address = address_at(prober, i);

		for (int k = 0; k < address->mac_count; k++)
			if (mac_equal(address->macs[k].mac, mac) && !(address->roles & ADDRESS_UNOWNED))
				plan_sample(prober, address, &address->macs[k], now);
	}
}

/* The address at this MAC: everything but the very first packet, which plan_services may have sent already. */
static void plan_mac(struct prober *prober, struct address *address, struct address_mac *claim, nanos now)
{
	bool local = address->roles & ADDRESS_LOCAL;

	if (address->source.family == 0)
		return;
	plan_unicast(prober, address, claim, now);
	if (!(address->roles & ADDRESS_UNOWNED) && !local)
		plan_sample(prober, address, claim, now);
	if (!local)
		plan_echo(prober, address, claim->mac, WHOLE_TTL, now);
	if (address->roles & ADDRESS_SERVER) {
		plan_quiet(prober, address, claim, now);
		plan_services(prober, address, claim->mac, now);
	}
	if ((address->roles & ADDRESS_VIP) && !local)
		plan_through_director(prober, address, claim->mac, now);
}

static void plan_all_macs(struct prober *prober, struct address *address, nanos now)
{
	for (int i = 0; i < address->mac_count; i++)
		plan_mac(prober, address, &address->macs[i], now);
}

void plan_after_answer(struct prober *prober, struct address *address, struct address_mac *claim, nanos now)
{
	if ((address->roles & ADDRESS_UNOWNED) && claim->owns) {
		plan_other_unowned(prober, address, now);
		return;
	}
	/* Sender-0 has not told it who asks: the first packet for the VIP shows as whom it asks back (arp_announce). */
	if ((address->roles & ADDRESS_SERVER) && !address->primed)
		plan_services(prober, address, claim->mac, now);
	else if (claim->answered_ordinary)
		plan_mac(prober, address, claim, now);
	else if ((address->roles & ADDRESS_LOCAL))
		plan_mac(prober, address, claim, now);
}

void plan_after_end(struct prober *prober, struct test *test, nanos now)
{
	struct address *address = address_at(prober, test->owner);

	if (test->key.tunnel == TUNNEL_IPIP && !test->answered && test->sent)
		plan_other_tunnels(prober, test, now);
	if (!mac_is_broadcast(test->key.mac))
		return;
	if (test->key.kind == TEST_ORDINARY)
		plan_all_macs(prober, address, now);
	else if ((address->roles & ADDRESS_UNOWNED) && !address->taken)
		plan_ordinary(prober, address, now);
	else if (!may_ask_all(address))
		plan_all_macs(prober, address, now);
}

/* --- before sending --- */

bool plan_may_provoke_errors(const struct prober *prober, const struct test *test)
{
	struct address *owner = address_at(prober, test->owner);
	struct address *target = prober_find_address(prober, &test->key.target);
	const struct address_mac *claim = prober_find_claim(prober, test);
	const struct party *party = table_find(&prober->parties, &test->key.mac);

	if (test_is_question(test))
		return false;
	if (test->key.tunnel != TUNNEL_NONE)
		return owner->tunnel_works == TUNNEL_NONE;
	/* Who has never complained drops what it does not like, and will again. */
	if (test->sent > 0 && !(party && party->complains))
		return false;
	if (test->key.kind == TEST_DATAGRAM)
		return true;
	if ((claim && claim->owns) || prober_has_accepted(prober, &test->key.target, test->key.mac))
		return false;
	/* The host itself answers, however far away it is. */
	return !(test->key.ttl > 1 && target && claim && !(target->roles & (ADDRESS_UNOWNED | ADDRESS_VIP)));
}

/* One Time Exceeded speaks for all addresses that the MAC does not own: for all but the one that it came from. */
static bool is_sample_worthwhile(const struct prober *prober, const struct test *test, const struct party *party)
{
	const struct address_mac *claim = prober_find_claim(prober, test);

	return test->key.kind != TEST_ECHO || test->key.ttl > 1 || !party || !party->router || (claim && claim->owns) ||
	       ip_equal(&party->self, &test->key.target);
}

/* Only the first service of a VIP that the MAC does not seem to take is asked with all that there is. */
static bool is_flow_worthwhile(const struct prober *prober, const struct test *test)
{
	bool accepted = prober_has_accepted(prober, &test->key.target, test->key.mac);

	if (accepted || test->first_of_vip || test->key.kind == TEST_ECHO)
		return true;
	return test->key.ttl > 1 && test->sent == 0;
}

bool plan_is_worthwhile(const struct prober *prober, const struct test *test)
{
	const struct address *owner = address_at(prober, test->owner);
	const struct party *party = table_find(&prober->parties, &test->key.mac);
	bool expired = prober_has_expired(prober, &test->key.target, test->key.mac);

	if (owner->taken)
		return false;
	if (test_is_question(test))
		return true;
	if (test->key.tunnel != TUNNEL_NONE)
		return !(owner->tunnels_refused & 1U << test->key.tunnel) &&
		       (owner->tunnel_works == TUNNEL_NONE || owner->tunnel_works == test->key.tunnel);
	if (party && party->router && test->sent > 0)
		return false;
	if (expired && (test->key.kind == TEST_ECHO || test->sent > 0))
		return false;
	return is_sample_worthwhile(prober, test, party) && is_flow_worthwhile(prober, test);
}
