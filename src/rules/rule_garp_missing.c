// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rivals.h"
#include "rules/rule_common.h"

/* keepalived announces within milliseconds after its first advertisement; others do before it. */
#define DUE_TIME   (2 * NANOS_PER_SECOND)
#define EARLY_TIME (3 * NANOS_PER_SECOND)

enum { MOST_MOVES = 32 };

/* A new master, and those of its addresses that it has not announced yet. */
struct move {
	struct group_key group;
	struct mark mark;
	struct mac from, to;
	struct ip to_ip;
	struct ip waiting[VRRP_MAX_ADDRESSES];
	uint8_t waiting_count;
	bool revoked; /* mastership moved on before the announcement was due */
};

struct moves {
	struct move list[MOST_MOVES];
	uint32_t count;
	uint32_t settled; /* so many, the oldest ones, are not due any more */
};

static bool was_announced_before(const struct facts *facts, const struct move *move, const struct ip *ip)
{
	const struct claim *claim = facts_claim(facts, move->group.segment, ip, move->to);

	return claim && mark_is_set(&claim->last_announcement) &&
	       move->mark.time - claim->last_announcement.time < EARLY_TIME;
}

static void revoke_earlier(struct moves *moves, const struct group_key *group, nanos now)
{
	for (uint32_t i = 0; i < moves->count; i++)
		if (memcmp(&moves->list[i].group, group, sizeof *group) == 0 &&
		    now - moves->list[i].mark.time < DUE_TIME)
			moves->list[i].revoked = true;
}

static void begin(struct moves *moves, const struct facts *facts, const struct observation *observation)
{
	const struct group *group = observation->group;
	const struct group_router *master = &group->routers[group->master];
	const struct group_change *change;
	struct move *move;

	revoke_earlier(moves, &group->key, observation->mark.time);
	if (moves->count == MOST_MOVES || group->change_count == 0)
		return;
	change = group_last_change(group);
	if (change->virtual_mac)
		return;
	move = &moves->list[moves->count++];
	*move = (struct move){ .group = group->key,
			       .mark = observation->mark,
			       .from = change->from,
			       .to = change->to,
			       .to_ip = change->to_ip };
	for (int i = 0; i < master->address_count; i++)
		if (!was_announced_before(facts, move, &master->addresses[i]))
			move->waiting[move->waiting_count++] = master->addresses[i];
}

/* Any MAC but the old master's: addresses may stand at a virtual MAC while advertisements come from the real one. */
static void take_announcement(struct move *move, const struct observation *observation)
{
	if (move->group.segment != observation->segment || observation->mark.time - move->mark.time > DUE_TIME ||
	    mac_equal(observation->mac, move->from))
		return;
	for (int i = 0; i < move->waiting_count; i++)
		if (ip_equal(&move->waiting[i], &observation->ip))
			move->waiting[i--] = move->waiting[--move->waiting_count];
}

/* Inputs have clocks of their own: another one's frames settle nothing. */
static void settle(struct moves *moves, const struct facts *facts, const struct observation *observation)
{
	uint32_t input = facts_input_of(facts, observation->segment);

	while (moves->settled < moves->count) {
		const struct move *oldest = &moves->list[moves->settled];

		if (facts_input_of(facts, oldest->group.segment) != input ||
		    observation->mark.time - oldest->mark.time <= DUE_TIME)
			return;
		moves->settled++;
	}
}

static void observe(void *state, const struct facts *facts, const struct observation *observation)
{
	struct moves *moves = state;

	if (observation->kind == OBSERVED_MASTER) {
		begin(moves, facts, observation);
		return;
	}
	if (moves->settled == moves->count || observation->neighbour != NEIGHBOUR_GRATUITOUS)
		return;
	settle(moves, facts, observation);
	for (uint32_t i = moves->settled; i < moves->count; i++)
		take_announcement(&moves->list[i], observation);
}

/*
 * A capture without any ARP (or ND) may have been filtered, and then says nothing of announcements, unless
 * somebody goes on sending to the old master as if there had been none.
 */
static bool sees_announcements(const struct facts *facts, uint32_t segment, uint8_t family)
{
	FOR_RECORDS (claim, claim, &facts->claims)
		if (claim->key.segment == segment && claim->key.ip.family == family)
			return true;
	FOR_RECORDS (stale, stale, &facts->stales)
		if (stale->key.segment == segment && stale->count >= STALE_FRAMES && stale->key.ip.family == family)
			return true;
	return false;
}

static bool is_due(const struct facts *facts, const struct move *move)
{
	const struct input_facts *input = &facts->inputs[facts_input_of(facts, move->group.segment)];
	const struct group *group = table_find(&facts->groups, &move->group);

	return move->waiting_count > 0 && !move->revoked && input->last - move->mark.time >= DUE_TIME &&
	       input->dropped == 0 && group && !group_is_split(group) &&
	       sees_announcements(facts, move->group.segment, move->group.family);
}

static void report(struct findings *findings, const struct move *move, const struct ip *vip)
{
	const struct facts *facts = findings->facts;
	uint32_t segment = move->group.segment;
	struct subject subject = subject_of(facts, segment, vip, &move->to, vip);
	struct fault *fault = findings_add(findings, SEVERITY_WARNING, CONFIDENCE_LIKELY, &subject);
	char address[IP_TEXT_SIZE], name[WHO_SIZE], old[MAC_TEXT_SIZE];

	fault_set_summary(fault, "%s became master of VRID %u and did not announce %s: neighbours keep %s for it",
			  who(&move->to_ip, move->to, name), move->group.vrid, ip_format(vip, address),
			  mac_format(move->from, old));
	fault_cite(fault, facts, segment, &move->mark, "%s is master from here on; no announcement of %s in 2 s", name,
		   address);
	fault_count(fault, 1, move->mark.time, move->mark.time);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	const struct moves *moves = state;

	for (uint32_t i = 0; i < moves->count; i++)
		if (is_due(facts, &moves->list[i]))
			for (int k = 0; k < moves->list[i].waiting_count; k++)
				report(findings, &moves->list[i], &moves->list[i].waiting[k]);
}

const struct rule rule_garp_missing = {
	.id = "garp-missing",
	.severity = SEVERITY_WARNING,
	.summary = "VRRP mastership moved, and the new master did not announce the addresses.",
	.why =
	    "Neighbours keep the old master's MAC until their entries expire. Therefore a new master announces each "
	    "address with gratuitous ARP (IPv6: unsolicited neighbour advertisements) as soon as it takes over. It is "
	    "missing when it is switched off in keepalived, when a virtual switch or dynamic ARP inspection drops it, "
	    "or when the address was not added at all.",
	.proof =
	    "Likely when the capture shows the new master's first advertisement and goes on for two seconds without "
	    "an announcement for the address. With a virtual MAC nothing has to be announced to neighbours.",
	.effect =
	    "Hosts and above all the router go on sending to the old director, for some tens of seconds on Linux "
	    "and for up to four hours on some routers; for them the service is down although the failover worked.",
	.remedies = { "In keepalived's global_defs remove vrrp_garp_master_repeat 0 and the like; keep the defaults "
		      "(vrrp_garp_master_repeat 5, vrrp_garp_master_delay 5).",
		      "Let the master repeat it: vrrp_garp_master_refresh 60 in global_defs, or garp_master_refresh 60 "
		      "in "
		      "the vrrp_instance.",
		      "At once, on the new master: arping -c 3 -A -I eth0 VIP; arping -c 3 -U -I eth0 VIP",
		      "Seen when captured on the director and missing elsewhere: look for a filter on the virtual "
		      "switch "
		      "(port security, dynamic ARP inspection, Xen and libvirt anti-spoofing)." },
	.no_help = "A shorter advert_int makes the failover faster and announces nothing.",
	.sources = "RFC 5798 sections 6.4.1 and 6.4.2, RFC 3768 section 6.4, keepalived.conf(5)",
	.subscribes = SUBSCRIBE(OBSERVED_MASTER) | SUBSCRIBE(OBSERVED_NEIGHBOUR),
	.state_size = sizeof(struct moves),
	.observe = observe,
	.conclude = conclude,
};
