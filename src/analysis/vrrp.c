// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VRRP groups (RFC 3768, RFC 5798): who is master, when mastership moved, and
 * whether a router goes on advertising against a better one.
 *
 * A backup takes over three intervals and a skew after the last advertisement, or at once after priority 0. A router
 * with a higher priority may preempt: then the lower one, which hears it, falls silent (RFC 5798 section 6.4.3); one
 * advertisement of it may have been on its way. A second one in a row shows that it does not hear the better router.
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

static void take_addresses(struct eating *eating, struct group *group, struct group_router *router)
{
	const struct vrrp *vrrp = &eating->packet->vrrp;
	uint64_t hash = hash_addresses(vrrp);

	if (router->count > 1 && hash == router->addresses_hash && group->address_count == vrrp->count)
		return;
	router->addresses_hash = hash;
	router->address_count = vrrp->count;
	memcpy(router->addresses, vrrp->addresses, sizeof router->addresses);
	group->address_count = vrrp->count;
	memcpy(group->addresses, vrrp->addresses, sizeof group->addresses);
	for (int i = 0; i < vrrp->count; i++)
		interest_add(eating->engine, &vrrp->addresses[i]);
}

/*
 * Where the address stood at the old master's MAC, its neighbours must now learn the new one. An address that is kept
 * at another MAC than the advertisements come from (a virtual MAC) does not move.
 */
static void move_address(struct eating *eating, const struct ip *ip, const struct group_change *change, bool moved)
{
	struct host *host = facts_make_host(eating->facts, eating->segment->index, ip);
	struct claim *claim = facts_get_claim(eating->facts, eating->segment->index, ip, change->to);

	if (!host || mac_vrrp_vrid(change->to) >= 0)
		return;
	if (mac_is_zero(host->current) || (moved && mac_equal(host->current, change->from)))
		hosts_moved(eating, host, change->to, true);
	if (claim)
		claim->probes_pending = 0;
}

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
		else
			group->changes[GROUP_MAX_CHANGES - 1] = change;
		group->change_count++;
	}
	if (group->master != to)
		for (int i = 0; i < group->address_count; i++)
			move_address(eating, &group->addresses[i], &change, moved);
	group->master = to;
	if (moved)
		engine_observe(eating->engine, &observation);
}

/* It advertised within its interval and half of one more, and did not resign. */
static bool is_alive(const struct group_router *router, nanos now)
{
	nanos interval = (nanos)router->interval * NANOS_PER_MILLI;

	return mark_is_set(&router->last) && now - router->last.time < interval + interval / 2 &&
	       !(mark_is_set(&router->resigned) && router->resigned.time >= router->last.time);
}

/* RFC 5798 section 6.4.3: the higher priority, then the higher address, stays master. */
static bool is_better(const struct group_router *router, const struct group_router *than)
{
	if (router->priority != than->priority)
		return router->priority > than->priority;
	return ip_compare(&router->source, &than->source) > 0;
}

static void count_defiance(const struct group *group, struct group_router *router, struct mark mark)
{
	/* It had fallen silent, as it should: what it advertises now follows nothing. */
	if (!is_alive(router, mark.time))
		router->defiance = 0;
	for (int i = 0; i < group->router_count; i++) {
		const struct group_router *other = &group->routers[i];

		if (other == router || !is_better(other, router) || !is_alive(other, mark.time))
			continue;
		if (router->defiance++ == 0 && router->most_defiance < 2)
			router->first_defiance = mark;
		if (router->defiance > router->most_defiance) {
			router->most_defiance = router->defiance;
			router->last_defiance = mark;
			router->defied = other->source;
		}
		return;
	}
	router->defiance = 0;
}

/* What a mirror port shows twice, and what is sent off schedule, is no second one. */
static bool is_copy(const struct group_router *router, nanos now)
{
	nanos interval = (nanos)router->interval * NANOS_PER_MILLI;

	return mark_is_set(&router->last) && now - router->last.time < interval / 4;
}

static bool becomes_master(const struct group *group, const struct group_router *router, nanos now)
{
	const struct group_router *master = group->master < 0 ? NULL : &group->routers[group->master];

	return !master || master == router || !is_alive(master, now) || is_better(router, master);
}

static void take_advert(struct eating *eating, struct group *group, struct group_router *router)
{
	const struct vrrp *vrrp = &eating->packet->vrrp;

	if (!router->count++)
		router->first = eating->mark;
	router->mac = eating->packet->source;
	router->version = vrrp->version;
	if (vrrp->priority == 0) {
		router->resigned = eating->mark;
		router->last = eating->mark;
		return;
	}
	router->interval = vrrp->interval ? vrrp->interval : 1000;
	router->priority = vrrp->priority;
	take_addresses(eating, group, router);
	if (!is_copy(router, eating->mark.time))
		count_defiance(group, router, eating->mark);
	router->last = eating->mark;
	if (becomes_master(group, router, eating->mark.time))
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
