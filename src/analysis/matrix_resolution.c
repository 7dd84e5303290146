// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells that ARP and ND decide: arp, mac, hop, quiet. */
#include "analysis/matrix.h"

enum {
	VAIN_QUESTIONS = 3,   /* that many in a row unanswered: the host is gone, not a frame lost */
	ENOUGH_QUESTIONS = 2, /* for the VIP, let pass */
};

static bool needs_true_mac(const struct cells *cells)
{
	return cells->row->method != METHOD_TUN && cells->row->method != METHOD_NAT;
}

static void judge_arp(struct cells *cells, const struct host *host)
{
	uint32_t vain = facts_vain_questions(cells->facts, host);

	if (vain >= VAIN_QUESTIONS)
		cell_set(cells, CHECK_ARP, CHECK_FAIL, "%u questions in a row went unanswered", vain);
	else if (host->claim_count > 0)
		cell_set(cells, CHECK_ARP, CHECK_PASS, "it resolves");
	else if (vain > 0)
		cell_set(cells, CHECK_ARP, CHECK_UNKNOWN, "%u questions unanswered: too few to tell", vain);
	else if (host->heard > 0)
		cell_set(cells, CHECK_ARP, CHECK_UNKNOWN,
			 "it was asked for; whether it answered is not seen here, only at the asker or at itself");
}

static void judge_mac(struct cells *cells, const struct claim *claim, const struct ownership *ownership)
{
	char mac[MAC_TEXT_SIZE];

	mac_format(claim->key.mac, mac);
	if (ownership->own == OWN_NO)
		cell_set(cells, CHECK_MAC, CHECK_FAIL, "%s: %s", mac, ownership_reason(ownership->ground));
	else if (ownership->own == OWN_YES)
		cell_set(cells, CHECK_MAC, CHECK_PASS, "%s: %s", mac, ownership_reason(ownership->ground));
}

static void judge_hop(struct cells *cells, const struct claim *claim, const struct ownership *ownership)
{
	if (mark_is_set(&claim->proofs->delivered))
		cell_set(cells, CHECK_HOP, CHECK_PASS, "a TTL-1 packet was delivered");
	else if (mark_is_set(&claim->proofs->time_exceeded))
		cell_set(cells, CHECK_HOP, CHECK_FAIL, "a router answered Time Exceeded");
	else if (ownership_shows_hop(claim, ownership))
		cell_set(cells, CHECK_HOP, CHECK_FAIL, "packets pass a router on the way: the TTL is decremented");
}

static bool answers_itself(const struct facts *facts, const struct host *host)
{
	FOR_CLAIMS_OF_HOST (facts, host, claim)
		if (ownership_of(facts, claim).own == OWN_YES)
			return true;
	return false;
}

/* Where the host answers for itself, the way by a proxy beside it is not its way. */
static void judge_claims(struct cells *cells, const struct host *host)
{
	bool itself = answers_itself(cells->facts, host);

	FOR_CLAIMS_OF_HOST (cells->facts, host, claim) {
		struct ownership ownership = ownership_of(cells->facts, claim);

		judge_mac(cells, claim, &ownership);
		if (!itself || ownership.own == OWN_YES)
			judge_hop(cells, claim, &ownership);
	}
}

void judge_resolution(struct cells *cells)
{
	if (!needs_true_mac(cells)) {
		cell_set(cells, CHECK_MAC, CHECK_NOT_APPLICABLE, "VS/%s works across a router",
			 cells->row->method == METHOD_TUN ? "TUN" : "NAT");
		cell_set(cells, CHECK_HOP, CHECK_NOT_APPLICABLE, "VS/%s works across a router",
			 cells->row->method == METHOD_TUN ? "TUN" : "NAT");
	}
	for (uint32_t i = 0; i < cells->facts->segments.count; i++) {
		const struct host *host = facts_host(cells->facts, i, &cells->row->real_server);

		if (!host)
			continue;
		judge_arp(cells, host);
		judge_claims(cells, host);
	}
	cell_set(cells, CHECK_ARP, CHECK_UNKNOWN, "nobody asked for it");
	cell_set(cells, CHECK_MAC, CHECK_UNKNOWN,
		 "nothing proves whose MAC it is; a sender-0 probe or a TTL-1 echo would");
	cell_set(cells, CHECK_HOP, CHECK_UNKNOWN, "no TTL-1 packet was sent to it; an echo with TTL 1 would settle it");
}

/* --- quiet --- */

static bool is_up(const struct cells *cells, uint32_t segment)
{
	const struct host *host = facts_host(cells->facts, segment, &cells->row->real_server);

	return host && (mark_is_set(&host->alive) || host->answered > 0 || host->probes_answered > 0);
}

static void judge_quiet_claim(struct cells *cells, uint32_t segment, struct mac mac)
{
	const struct claim *claim = facts_claim(cells->facts, segment, &cells->row->vip, mac);
	const struct silence *silence = facts_silence(cells->facts, segment, &cells->row->vip, mac);
	const struct host *vip = facts_host(cells->facts, segment, &cells->row->vip);

	if (claim && (claim->answers || claim->probes_answered))
		cell_set(cells, CHECK_QUIET, CHECK_FAIL, "it answers ARP for the VIP");
	else if (claim && claim->announcements + claim->unsolicited > 0)
		cell_set(cells, CHECK_QUIET, CHECK_FAIL, "it announces the VIP");
	else if (claim && claim->asks)
		cell_set(cells, CHECK_QUIET, CHECK_FAIL, "it asks ARP questions with the VIP as sender");
	else if (silence && is_up(cells, segment))
		cell_set(cells, CHECK_QUIET, CHECK_PASS, "a unicast question for the VIP stayed unanswered");
	else if (vip && is_up(cells, segment) && facts_questions_passed(cells->facts, vip, mac) >= ENOUGH_QUESTIONS)
		cell_set(cells, CHECK_QUIET, CHECK_PASS, "it let %u questions for the VIP pass",
			 facts_questions_passed(cells->facts, vip, mac));
}

/* Where nobody asked for the real server, its MAC may be known all the same. */
static void judge_quiet_roles(struct cells *cells)
{
	for (uint32_t i = cells->first_role; i < cells->end_role; i++) {
		const struct role_mac *role = &cells->facts->roles->macs[i];

		if (role->role == ROLE_REAL_SERVER && ip_equal(&role->ip, &cells->row->real_server) &&
		    !facts_claim(cells->facts, role->segment, &role->ip, role->mac))
			judge_quiet_claim(cells, role->segment, role->mac);
	}
}

void judge_quiet(struct cells *cells)
{
	if (cells->row->method == METHOD_NAT)
		cell_set(cells, CHECK_QUIET, CHECK_NOT_APPLICABLE, "VS/NAT real servers do not hold the VIP");
	else if (topology_find_director(&cells->facts->roles->topology, &cells->row->real_server))
		cell_set(cells, CHECK_QUIET, CHECK_NOT_APPLICABLE, "as a director it may answer for the VIP");
	for (uint32_t i = 0; i < cells->facts->segments.count; i++) {
		const struct host *host = facts_host(cells->facts, i, &cells->row->real_server);

		if (!host)
			continue;
		FOR_CLAIMS_OF_HOST (cells->facts, host, claim) {
			struct ownership ownership = ownership_of(cells->facts, claim);

			if (ownership.own != OWN_NO && !ownership.suspected)
				judge_quiet_claim(cells, i, claim->key.mac);
		}
	}
	judge_quiet_roles(cells);
	cell_set(cells, CHECK_QUIET, CHECK_UNKNOWN,
		 "nobody asked its MAC for the VIP; a unicast question would settle it");
}
