// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of a host as lists: making, growing, looking up. */
#include "topology/host_state.h"

#include <stdio.h>
#include <stdlib.h>

void host_state_init(struct host_state *state)
{
	*state = (struct host_state){ .ipvs = IPVS_UNSEEN };
	for (int i = 0; i < SETTING_COUNT; i++)
		state->all[i] = SETTING_UNSEEN;
}

void host_state_free(struct host_state *state)
{
	for (uint32_t i = 0; i < state->unseen_count; i++) {
		free(state->unseen[i].what);
		free(state->unseen[i].why);
	}
	free(state->links);
	free(state->addresses);
	free(state->routes);
	free(state->neighbours);
	free(state->sockets);
	free(state->counters);
	free(state->guests);
	free(state->filters);
	free(state->unseen);
	free(state->vips);
	topology_free(&state->services);
	topology_free(&state->keepalived);
	topology_free(&state->setup);
	host_state_init(state);
}

/* Once, since the list of what is unseen may be the full one. */
static void note_crowd(struct host_state *state)
{
	char what[64];

	if (state->crowded)
		return;
	state->crowded = true;
	snprintf(what, sizeof what, "what comes behind %d entries of a list", (int)HOST_MAX_ENTRIES);
	host_add_unseen(state, what, true, "there is no room for more");
}

/* Room for one more entry of `size` bytes, zeroed; the list doubles at powers of two. */
static void *grow(struct host_state *state, void *list, uint32_t *count, size_t size)
{
	void **place = list;
	bool full = (*count & (*count - 1)) == 0;
	char *grown = *place;

	if (*count >= HOST_MAX_ENTRIES) {
		note_crowd(state);
		return NULL;
	}
	if (full)
		grown = reallocarray(*place, *count == 0 ? 1 : (size_t)*count * 2, size);
	if (!grown) {
		state->failed = true;
		return NULL;
	}
	*place = grown;
	return memset(grown + (*count)++ * size, 0, size);
}

void host_copy_word(char *into, size_t size, const char *from)
{
	snprintf(into, size, "%s", from ? from : "");
	for (; *into != '\0'; into++)
		if (*into < ' ' || *into > '~')
			*into = '_';
}

struct host_link *host_add_link(struct host_state *state, const char *name)
{
	struct host_link *link = grow(state, &state->links, &state->link_count, sizeof *link);

	if (!link)
		return NULL;
	host_copy_word(link->name, sizeof link->name, name);
	for (int i = 0; i < SETTING_COUNT; i++)
		link->settings[i] = SETTING_UNSEEN;
	return link;
}

struct host_address *host_add_address(struct host_state *state)
{
	return grow(state, &state->addresses, &state->address_count, sizeof *state->addresses);
}

struct host_route *host_add_route(struct host_state *state)
{
	return grow(state, &state->routes, &state->route_count, sizeof *state->routes);
}

struct host_neighbour *host_add_neighbour(struct host_state *state)
{
	return grow(state, &state->neighbours, &state->neighbour_count, sizeof *state->neighbours);
}

struct host_socket *host_add_socket(struct host_state *state)
{
	return grow(state, &state->sockets, &state->socket_count, sizeof *state->sockets);
}

struct host_guest *host_add_guest(struct host_state *state)
{
	return grow(state, &state->guests, &state->guest_count, sizeof *state->guests);
}

static struct host_counter *name_counter(struct host_counter *counter, const char *name, uint64_t value)
{
	if (!counter)
		return NULL;
	host_copy_word(counter->name, sizeof counter->name, name);
	counter->value = value;
	return counter;
}

struct host_counter *host_add_counter(struct host_state *state, const char *name, uint64_t value)
{
	return name_counter(grow(state, &state->counters, &state->counter_count, sizeof *state->counters), name, value);
}

struct host_counter *host_add_filter(struct host_state *state, const char *name, bool of_arp)
{
	return name_counter(grow(state, &state->filters, &state->filter_count, sizeof *state->filters), name, of_arp);
}

void host_add_unseen(struct host_state *state, const char *what, bool denied, const char *why)
{
	struct host_unseen *unseen = grow(state, &state->unseen, &state->unseen_count, sizeof *unseen);

	if (!unseen)
		return;
	*unseen = (struct host_unseen){ .what = strdup(what), .why = strdup(why), .denied = denied };
	if (unseen->what && unseen->why)
		return;
	free(unseen->what);
	free(unseen->why);
	state->unseen_count--;
	state->failed = true;
}

/* --- looking up --- */

struct host_link *host_find_link(const struct host_state *state, const char *name)
{
	for (uint32_t i = 0; i < state->link_count; i++)
		if (strcmp(state->links[i].name, name) == 0)
			return &state->links[i];
	return NULL;
}

const struct host_address *host_find_address(const struct host_state *state, const struct ip *ip)
{
	const struct host_address *widest = NULL;

	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *address = &state->addresses[i];

		if (ip_equal(&address->ip, ip) && (!widest || address->prefix < widest->prefix))
			widest = address;
	}
	return widest;
}

const struct host_vip *host_find_vip(const struct host_state *state, const struct ip *ip)
{
	for (uint32_t i = 0; i < state->vip_count; i++)
		if (ip_equal(&state->vips[i].ip, ip))
			return &state->vips[i];
	return NULL;
}

uint64_t host_counter_value(const struct host_state *state, const char *name)
{
	for (uint32_t i = 0; i < state->counter_count; i++)
		if (strcmp(state->counters[i].name, name) == 0)
			return state->counters[i].value;
	return 0;
}

static const struct host_link *connected_link(const struct host_state *state, const struct ip *ip)
{
	const struct host_link *best = NULL;
	int longest = -1;

	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *address = &state->addresses[i];
		const struct host_link *link = host_find_link(state, address->link);

		if (link && !link->loopback && address->ip.family == ip->family && !ip_equal(&address->ip, ip) &&
		    address->prefix > longest && ip_same_network(&address->ip, ip, address->prefix)) {
			best = link;
			longest = address->prefix;
		}
	}
	return best;
}

const struct host_link *host_link_towards(const struct host_state *state, const struct ip *ip)
{
	const struct host_link *best = connected_link(state, ip);
	int longest = -1;

	for (uint32_t i = 0; i < state->route_count && !best; i++) {
		const struct host_route *route = &state->routes[i];

		if (route->type == ROUTE_UNICAST && route->destination.family == ip->family &&
		    route->prefix > longest && ip_same_network(&route->destination, ip, route->prefix))
			longest = route->prefix;
	}
	for (uint32_t i = 0; i < state->route_count && !best; i++) {
		const struct host_route *route = &state->routes[i];

		if (route->type == ROUTE_UNICAST && route->destination.family == ip->family &&
		    route->prefix == longest && ip_same_network(&route->destination, ip, route->prefix))
			best = host_find_link(state, route->link);
	}
	return best;
}

bool host_link_speaks_arp(const struct host_link *link)
{
	return link->ethernet && link->up && link->arp && link->master[0] == '\0';
}

bool host_link_is_vif(const struct host_link *link)
{
	unsigned domain, number;
	int end = 0;

	return sscanf(link->name, "vif%u.%u%n", &domain, &number, &end) == 2 && link->name[end] == '\0';
}

const struct host_socket *host_find_socket(const struct host_state *state, const struct topology_service *service,
					   bool *serves)
{
	const struct host_socket *other = NULL;

	*serves = false;
	for (uint32_t i = 0; i < state->socket_count; i++) {
		const struct host_socket *made = &state->sockets[i];
		bool any = ip_is_zero(&made->ip) && (made->ip.family == 6 || service->vip.family == 4);

		if (made->port != service->port || made->protocol != service->protocol)
			continue;
		if (any || ip_equal(&made->ip, &service->vip)) {
			*serves = true;
			return made;
		}
		if (made->ip.family == service->vip.family)
			other = made;
	}
	return other;
}

bool host_filters_arp(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->filter_count; i++)
		if (state->filters[i].value)
			return true;
	return false;
}

/* AnyIP: `ip route add local 10.1.1.0/24 dev lo` makes a whole network the host's own. */
bool host_holds_locally(const struct host_state *state, const struct ip *ip)
{
	if (host_find_address(state, ip))
		return true;
	for (uint32_t i = 0; i < state->route_count; i++) {
		const struct host_route *route = &state->routes[i];

		if (route->type == ROUTE_LOCAL && route->destination.family == ip->family &&
		    ip_same_network(&route->destination, ip, route->prefix))
			return true;
	}
	return false;
}
