// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's list of addresses and the MACs that they were seen at. */
#include "analysis/engine_private.h"

#include <stdlib.h>

#include "analysis/ownership.h"

/* One claim on its way into the list. */
struct listed {
	const struct claim *claim;
	uint32_t vlan;
	uint32_t order; /* of first sight */
};

static int compare_listed(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int order = ip_compare(&x->claim->key.ip, &y->claim->key.ip);

	if (order)
		return order;
	if (x->vlan != y->vlan)
		return x->vlan < y->vlan ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static struct listed *list_claims(const struct facts *facts)
{
	uint32_t count = facts->claims.count;
	struct listed *list = calloc(count ? count : 1, sizeof *list);

	for (uint32_t i = 0; list && i < count; i++) {
		list[i].claim = table_at(&facts->claims, i);
		list[i].vlan = facts_segment(facts, list[i].claim->key.segment)->key.vlan;
		list[i].order = i;
	}
	if (list)
		qsort(list, count, sizeof *list, compare_listed);
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

static bool judge_mac(const struct facts *facts, const struct claim *claim, struct report_host_mac *mac)
{
	struct ownership ownership = ownership_of(facts, claim);

	if (mac->own_reason && !own_outweighs(ownership.own, mac->own))
		return true;
	free(mac->own_reason);
	mac->own = ownership.own;
	mac->own_reason = strdup(ownership_reason(ownership.ground));
	return mac->own_reason != NULL;
}

static void take_answer_time(const struct claim *claim, struct report_host_mac *mac)
{
	nanos time = claim->delay_least * NANOS_PER_MICRO;

	if (claim->broadcast_delays == 0 || (mac->has_answer_time && mac->answer_time <= time))
		return;
	mac->has_answer_time = true;
	mac->answer_time = time;
}

static bool add_mac(const struct facts *facts, struct report_host *host, const struct claim *claim)
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
	return judge_mac(facts, claim, mac);
}

static bool add_host(const struct facts *facts, struct report *report, const struct listed *list, uint32_t count)
{
	struct report_host *host = &report->hosts[report->host_count++];

	host->ip = list->claim->key.ip;
	host->vlan = list->vlan;
	host->macs = calloc(count, sizeof *host->macs);
	if (!host->macs)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!add_mac(facts, host, list[i].claim))
			return false;
	return true;
}

int hosts_build(const struct facts *facts, struct report *report, struct error *error)
{
	struct listed *list = list_claims(facts);
	uint32_t count = facts->claims.count;
	int result = 0;

	report->hosts = calloc(count ? count : 1, sizeof *report->hosts);
	if (!list || !report->hosts)
		result = error_set(error, ERROR_MEMORY, NULL, "out of memory while listing hosts");
	for (uint32_t i = 0, end; result == 0 && i < count; i = end) {
		for (end = i + 1; end < count && list[end].vlan == list[i].vlan &&
				  ip_equal(&list[end].claim->key.ip, &list[i].claim->key.ip);
		     end++)
			continue;
		if (!add_host(facts, report, &list[i], end - i))
			result = error_set(error, ERROR_MEMORY, NULL, "out of memory while listing hosts");
	}
	free(list);
	return result;
}
