// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VRRP groups (RFC 3768, RFC 5798): who is master, when mastership moved, and
 * whether two routers advertise at once without one giving way.
 *
 * A backup takes over three intervals and a skew after the last
 * advertisement, or at once after priority 0. A router with a higher priority may preempt: then both
 * advertise within one interval once, and the lower one falls silent.
 */
#include "analysis/engine_private.h"

static uint64_t hash_addresses(const struct vrrp *vrrp)
{
	uint64_t sum = 0;

	for (int i = 0; i < vrrp->count; i++) {
		uint64_t h = 1469598103934665603U;

		for (size_t k = 0; k < sizeof vrrp->addresses[i].b; k++)
			h = (h ^ vrrp->addresses[i].b[k]) * 1099511628211U;
		sum += h;
	}
	return sum;
}

static struct group *group_of(struct eating *eating)
{
	struct group_key key = { .segment = eating->segment->index,
				 .family = eating->packet->ip.source.family,
				 .vrid = eating->packet->vrrp.vrid };
	bool made = false;
	struct group *group = table_put(&eating->facts->groups, &key, &made);

	if (group && made)
		group->master = -1;
	return group;
}

static struct group_router *router_of(struct group *group, const struct packet *packet)
{
	struct group_router *router;

	for (int i = 0; i < group->router_count; i++)
		if (ip_equal(&group->routers[i].source, &packet->ip.source))
			return &group->routers[i];
	if (group->router_count == GROUP_MAX_ROUTERS)
		return NULL;
	router = &group->routers[group->router_count++];
	router->source = packet->ip.source;
	return router;
}

static void take_addresses(struct eating *eating, struct group *group)
{
	const struct vrrp *vrrp = &eating->packet->vrrp;

	group->address_count = vrrp->count;
	memcpy(group->addresses, vrrp->addresses, sizeof group->addresses);
	for (int i = 0; i < vrrp->count; i++)
		interest_add(eating->engine, &vrrp->addresses[i]);
}

/* The addresses move with the mastership, whether or not a gratuitous ARP follows. */
static void move_master(struct eating *eating, struct group *group, int8_t to)
{
	struct observation observation = { .kind = OBSERVED_MASTER,
					   .segment = eating->segment->index,
					   .mark = eating->mark,
					   .packet = eating->packet,
					   .group = group };
	struct group_change change = { .mark = eating->mark,
				       .to = group->routers[to].mac,
				       .to_ip = group->routers[to].source };
	bool moved = group->master >= 0 && group->master != to;

	if (moved) {
		change.from = group->routers[group->master].mac;
		change.from_ip = group->routers[group->master].source;
		change.virtual_mac = mac_vrrp_vrid(change.to) >= 0;
		if (group->change_count < GROUP_MAX_CHANGES)
			group->changes[group->change_count] = change;
		group->change_count++;
	}
	group->master = to;
	if (moved)
		engine_observe(eating->engine, &observation);
}

/* Another router advertised less than an interval ago and did not resign: both believe to be master. */
static bool overlaps(const struct group *group, const struct group_router *router, nanos now)
{
	nanos interval = (nanos)group->interval * NANOS_PER_MILLI;

	for (int i = 0; i < group->router_count; i++) {
		const struct group_router *other = &group->routers[i];

		if (other != router && mark_is_set(&other->last) && now - other->last.time < interval + interval / 2 &&
		    !(mark_is_set(&other->resigned) && other->resigned.time >= other->last.time))
			return true;
	}
	return false;
}

static void take_advert(struct eating *eating, struct group *group, struct group_router *router)
{
	const struct vrrp *vrrp = &eating->packet->vrrp;

	if (!router->count++)
		router->first = eating->mark;
	router->mac = eating->packet->source;
	router->version = vrrp->version;
	router->addresses_hash = hash_addresses(vrrp);
	router->address_count = vrrp->count;
	if (vrrp->priority == 0) {
		router->resigned = eating->mark;
		router->last = eating->mark;
		return;
	}
	group->interval = vrrp->interval ? vrrp->interval : 1000;
	router->priority = vrrp->priority;
	if (overlaps(group, router, eating->mark.time) && !router->overlaps++)
		router->first_overlap = eating->mark;
	router->last = eating->mark;
	take_addresses(eating, group);
	move_master(eating, group, (int8_t)(router - group->routers));
}

void eat_vrrp(struct eating *eating)
{
	struct observation observation = { .kind = OBSERVED_ADVERT,
					   .segment = eating->segment->index,
					   .mark = eating->mark,
					   .packet = eating->packet };
	struct group *group = group_of(eating);
	struct group_router *router = group ? router_of(group, eating->packet) : NULL;

	if (router)
		take_advert(eating, group, router);
	observation.group = group;
	engine_observe(eating->engine, &observation);
}
