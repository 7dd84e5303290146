// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/vantage.h"

#include <stdlib.h>

#include "analysis/roles.h"
#include "analysis/vantage_private.h"

/* A claim, and what another capture says of it. */
struct crossing {
	struct claim_key key;
	uint32_t segment; /* where the packet arrived */
	struct mac true_mac;
	struct mark mark;
};

static int compare_identity(const struct flow *a, const struct flow *b)
{
	int order = ip_compare(&a->key.service, &b->key.service);

	order = order ? order : ip_compare(&a->key.client, &b->key.client);
	order = order ? order : a->key.protocol - b->key.protocol;
	order = order ? order : a->key.client_port - b->key.client_port;
	order = order ? order : a->key.service_port - b->key.service_port;
	if (order || !a->has_sequence || !b->has_sequence)
		return order;
	return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static int compare_flows(const void *a, const void *b)
{
	const struct flow *x = *(const struct flow *const *)a, *y = *(const struct flow *const *)b;
	int order = compare_identity(x, y);

	if (order)
		return order;
	if (x->key.input != y->key.input)
		return x->key.input < y->key.input ? -1 : 1;
	return x < y ? -1 : x > y;
}

int sightings_build(const struct facts *facts, struct sightings *sightings, struct error *error)
{
	sightings->flows = calloc(facts->flow_count ? facts->flow_count : 1, sizeof *sightings->flows);
	if (!sightings->flows)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	for (uint32_t i = 0; i < facts->flow_count; i++)
		sightings->flows[sightings->count++] = &facts->flows[i];
	qsort(sightings->flows, sightings->count, sizeof *sightings->flows, compare_flows);
	return 0;
}

uint32_t sightings_group(const struct sightings *sightings, uint32_t first)
{
	uint32_t end = first + 1;

	while (end < sightings->count && compare_identity(sightings->flows[first], sightings->flows[end]) == 0)
		end++;
	return end;
}

/* --- refuting claims --- */

static bool is_director_somewhere(const struct facts *facts, struct mac mac, const struct ip *vip)
{
	if (mac_kind_of(mac)->traits & MAC_TRAIT_BACKEND)
		return false;
	for (uint32_t i = 0; i < facts->roles->mac_count; i++) {
		const struct role_mac *role = &facts->roles->macs[i];

		if (role->role == ROLE_DIRECTOR && mac_equal(role->mac, mac) &&
		    (role->vip.family == 0 || ip_equal(&role->vip, vip)))
			return true;
	}
	return false;
}

/* The packet for `ip` was sent to near's MAC here, and arrived there at far's MAC, which says that it is `ip`. */
static void cross(struct facts *facts, const struct ip *ip, const struct leg *near, const struct leg *far)
{
	const struct claim *claim = facts_claim(facts, near->segment, ip, near->destination);
	const struct claim *own = facts_claim(facts, far->segment, ip, far->destination);
	struct crossing *crossing;
	bool made;

	if (!claim || !own || !near->has_destination || !far->has_destination || far->ttl_most >= near->ttl_most ||
	    mac_equal(near->destination, far->destination) || is_director_somewhere(facts, near->destination, ip))
		return;
	crossing = table_put(&facts->crossings, &claim->key, &made);
	if (!crossing || !made)
		return;
	crossing->segment = far->segment;
	crossing->true_mac = far->destination;
	crossing->mark = far->first;
}

static void cross_legs(struct facts *facts, const struct ip *ip, const struct leg *near, uint8_t near_count,
		       const struct leg *far, uint8_t far_count)
{
	for (int i = 0; i < near_count; i++)
		for (int k = 0; k < far_count; k++)
			cross(facts, ip, &near[i], &far[k]);
}

static void cross_group(struct facts *facts, const struct sightings *sightings, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++)
		for (uint32_t k = first; k < end; k++) {
			const struct flow *a = sightings->flows[i], *b = sightings->flows[k];

			if (a->key.input == b->key.input)
				continue;
			cross_legs(facts, &a->key.service, a->legs, a->leg_count, b->legs, b->leg_count);
			cross_legs(facts, &a->key.client, a->returns, a->return_count, b->returns, b->return_count);
		}
}

bool vantage_refutes(const struct facts *facts, const struct claim *claim, struct ownership *result)
{
	const struct crossing *crossing = facts->crossings.count ? table_find(&facts->crossings, &claim->key) : NULL;

	if (!crossing)
		return false;
	*result = (struct ownership){ .own = OWN_NO,
				      .confidence = CONFIDENCE_PROVEN,
				      .ground = GROUND_SEEN_BEHIND,
				      .mark = crossing->mark,
				      .segment = crossing->segment,
				      .true_mac = crossing->true_mac,
				      .has_true_mac = true };
	return true;
}

int vantage_build(struct facts *facts, struct report *report, struct error *error)
{
	enum { LARGEST_GROUP = 64 };
	struct sightings sightings = { .count = 0 };
	int result;

	table_init(&facts->crossings, sizeof(struct claim_key), sizeof(struct crossing), MAX_PATHS, facts->seed);
	if (facts->input_count < 2)
		return 0;
	result = sightings_build(facts, &sightings, error);
	for (uint32_t first = 0, end; result == 0 && first < sightings.count; first = end) {
		end = sightings_group(&sightings, first);
		if (end - first > 1 && end - first <= LARGEST_GROUP)
			cross_group(facts, &sightings, first, end);
	}
	if (result == 0)
		result = clocks_build(facts, &sightings, report, error);
	if (result == 0)
		result = followed_build(facts, &sightings, report, error);
	free(sightings.flows);
	return result;
}
