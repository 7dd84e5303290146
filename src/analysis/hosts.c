// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's list of addresses and the MACs that they were seen at. */
#include "analysis/engine_private.h"

#include <stdlib.h>

#include "analysis/ownership.h"

static uint32_t vlan_of(const struct facts *facts, const struct claim *claim)
{
	return facts_segment(facts, claim->key.segment)->key.vlan;
}

/* Of two places in the table of claims: by address, VLAN, first sight. */
static int compare_claims(const void *a, const void *b, void *context)
{
	const struct facts *facts = context;
	uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
	const struct claim *x = table_at(&facts->claims, first), *y = table_at(&facts->claims, second);
	int order = ip_compare(&x->key.ip, &y->key.ip);

	if (order)
		return order;
	if (vlan_of(facts, x) != vlan_of(facts, y))
		return vlan_of(facts, x) < vlan_of(facts, y) ? -1 : 1;
	return first < second ? -1 : first > second;
}

/* The places of all claims in their order. */
static uint32_t *list_claims(const struct facts *facts)
{
	uint32_t count = facts->claims.count;
	uint32_t *list = calloc(count ? count : 1, sizeof *list);

	for (uint32_t i = 0; list && i < count; i++)
		list[i] = i;
	if (list)
		qsort_r(list, count, sizeof *list, compare_claims, (void *)facts);
	return list;
}

static struct report_host_mac *find_mac(struct report_host *host, struct mac mac)
{
	for (uint32_t i = 0; i < host->mac_count; i++)
		if (mac_equal(host->macs[i].mac, mac))
			return &host->macs[i];
	return NULL;
}

/* Proof from one vantage point outweighs ignorance at another; a refutation outweighs all. */
static bool own_outweighs(enum own a, enum own b)
{
	static const int weight[] = { [OWN_UNKNOWN] = 0, [OWN_YES] = 1, [OWN_NO] = 2 };

	return weight[a] > weight[b];
}

static void judge_mac(const struct facts *facts, const struct claim *claim, struct report_host_mac *mac)
{
	struct ownership ownership = ownership_of(facts, claim);

	if (mac->own_reason && !own_outweighs(ownership.own, mac->own))
		return;
	mac->own = ownership.own;
	mac->own_reason = ownership_reason(ownership.ground);
}

static void take_answer_time(const struct claim *claim, struct report_host_mac *mac)
{
	nanos time = claim->delay_least * NANOS_PER_MICRO;

	if (claim->broadcast_delays == 0 || (mac->has_answer_time && mac->answer_time <= time))
		return;
	mac->has_answer_time = true;
	mac->answer_time = time;
}

static void add_mac(const struct facts *facts, struct report_host *host, const struct claim *claim)
{
	struct report_host_mac *mac = find_mac(host, claim->key.mac);

	if (!mac) {
		mac = &host->macs[host->mac_count++];
		mac->mac = claim->key.mac;
		mac->kind = mac_kind_of_host(claim->key.mac, &claim->key.ip)->name;
		mac->first = claim->first.time;
	}
	if (claim->first.time < mac->first)
		mac->first = claim->first.time;
	if (claim->last.time > mac->last)
		mac->last = claim->last.time;
	mac->claims += claim->count;
	take_answer_time(claim, mac);
	judge_mac(facts, claim, mac);
}

/* Whether the claim is about the address, and the VLAN, that the latest host of the report stands for. */
static bool is_of_latest(const struct facts *facts, const struct report *report, const struct claim *claim)
{
	const struct report_host *latest = report->host_count ? &report->hosts[report->host_count - 1] : NULL;

	return latest && latest->vlan == vlan_of(facts, claim) && ip_equal(&latest->ip, &claim->key.ip);
}

static void add_claim(const struct facts *facts, struct report *report, const struct claim *claim)
{
	struct report_host *host = &report->hosts[report->host_count];

	if (is_of_latest(facts, report, claim)) {
		add_mac(facts, host - 1, claim);
		return;
	}
	host->ip = claim->key.ip;
	host->vlan = vlan_of(facts, claim);
	host->macs = report->host_count ? host[-1].macs + host[-1].mac_count : report->host_macs;
	report->host_count++;
	add_mac(facts, host, claim);
}

int hosts_build(const struct facts *facts, struct report *report, struct error *error)
{
	uint32_t *list = list_claims(facts);
	uint32_t count = facts->claims.count;
	int result = 0;

	report->hosts = calloc(count + 1, sizeof *report->hosts);
	report->host_macs = calloc(count + 1, sizeof *report->host_macs);
	if (!list || !report->hosts || !report->host_macs)
		result = error_set(error, ERROR_MEMORY, NULL, "out of memory while listing hosts");
	for (uint32_t i = 0; result == 0 && i < count; i++)
		add_claim(facts, report, table_at(&facts->claims, list[i]));
	free(list);
	return result;
}
