// SPDX-License-Identifier: GPL-2.0-or-later
/* A host's state as JSON, schema truemac.state/1: writing. Unseen settings are left out; no address is "". */
#include <jansson.h>
#include <stdlib.h>

#include "host/host.h"

static json_t *json_of_ip(const struct ip *ip)
{
	char text[IP_TEXT_SIZE];

	return json_string(ip->family ? ip_format(ip, text) : "");
}

static json_t *json_of_mac(struct mac mac)
{
	char text[MAC_TEXT_SIZE];

	return json_string(mac_is_zero(mac) ? "" : mac_format(mac, text));
}

static json_t *json_of_settings(const int32_t settings[static SETTING_COUNT])
{
	json_t *object = json_object();

	for (int i = 0; i < SETTING_COUNT; i++) {
		enum host_setting setting = (enum host_setting)i;
		char key[SETTING_KEY_SIZE];

		snprintf(key, sizeof key, "%s.%s", host_setting_family(setting), host_setting_name(setting));
		if (settings[i] != SETTING_UNSEEN)
			json_object_set_new(object, key, json_integer(settings[i]));
	}
	return object;
}

static json_t *json_of_link(const struct host_state *state, uint32_t i)
{
	const struct host_link *link = &state->links[i];

	return json_pack("{s:s, s:o, s:b, s:b, s:b, s:b, s:i, s:s, s:s, s:o, s:s, s:o}", "name", link->name, "mac",
			 json_of_mac(link->mac), "ethernet", link->ethernet, "loopback", link->loopback, "arp",
			 link->arp, "up", link->up, "mtu", (int)link->mtu, "kind", link->kind, "master", link->master,
			 "given", json_of_mac(link->given), "backend", link->backend, "settings",
			 json_of_settings(link->settings));
}

static json_t *json_of_address(const struct host_state *state, uint32_t i)
{
	const struct host_address *address = &state->addresses[i];

	return json_pack("{s:o, s:i, s:s}", "ip", json_of_ip(&address->ip), "prefix", (int)address->prefix, "link",
			 address->link);
}

static json_t *json_of_route(const struct host_state *state, uint32_t i)
{
	static const char *const types[] = { "unicast", "local", "other" };
	const struct host_route *route = &state->routes[i];

	return json_pack("{s:o, s:i, s:s, s:o, s:I, s:I, s:s}", "to", json_of_ip(&route->destination), "prefix",
			 (int)route->prefix, "type", types[route->type], "gateway", json_of_ip(&route->gateway),
			 "table", (json_int_t)route->table, "metric", (json_int_t)route->metric, "link", route->link);
}

static json_t *json_of_neighbour(const struct host_state *state, uint32_t i)
{
	const struct host_neighbour *neighbour = &state->neighbours[i];

	return json_pack("{s:o, s:o, s:b, s:s, s:s}", "ip", json_of_ip(&neighbour->ip), "mac",
			 json_of_mac(neighbour->mac), "proxy", neighbour->proxy, "link", neighbour->link, "state",
			 neighbour->state);
}

static json_t *json_of_socket(const struct host_state *state, uint32_t i)
{
	const struct host_socket *made = &state->sockets[i];

	return json_pack("{s:o, s:i, s:s}", "ip", json_of_ip(&made->ip), "port", (int)made->port, "protocol",
			 protocol_name(made->protocol));
}

static json_t *json_of_counter(const struct host_state *state, uint32_t i)
{
	return json_pack("{s:s, s:I}", "name", state->counters[i].name, "value", (json_int_t)state->counters[i].value);
}

static json_t *json_of_filter(const struct host_state *state, uint32_t i)
{
	return json_pack("{s:s, s:b}", "name", state->filters[i].name, "arp", state->filters[i].value != 0);
}

static json_t *json_of_guest(const struct host_state *state, uint32_t i)
{
	const struct host_guest *guest = &state->guests[i];

	return json_pack("{s:s, s:s, s:o, s:o, s:s}", "name", guest->name, "link", guest->link, "mac",
			 json_of_mac(guest->mac), "ip", json_of_ip(&guest->ip), "bridge", guest->bridge);
}

static json_t *json_of_unseen(const struct host_state *state, uint32_t i)
{
	const struct host_unseen *unseen = &state->unseen[i];

	return json_pack("{s:s, s:s, s:b}", "what", unseen->what, "why", unseen->why, "denied", unseen->denied);
}

static json_t *json_of_list(const struct host_state *state, uint32_t count,
			    json_t *(*make)(const struct host_state *, uint32_t))
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < count; i++)
		if (json_array_append_new(list, make(state, i)) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *json_of_set_up(const struct topology *topology)
{
	struct text text = TEXT_INIT;
	json_t *string;

	topology_write_own(topology, &text);
	string = text.failed ? NULL : json_string(text_string(&text));
	text_free(&text);
	return string;
}

static json_t *json_of_ipvs(const struct host_state *state)
{
	if (state->ipvs == IPVS_UNSEEN)
		return json_null();
	return state->ipvs == IPVS_ABSENT ? json_false() : json_true();
}

static json_t *json_of_state(const struct host_state *state)
{
	char taken[NANOS_RFC3339_SIZE];

	return json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
			 "s:o, s:o, s:o, s:b}",
			 "schema", "truemac.state/1", "name", state->name, "kernel", state->kernel, "taken",
			 (json_int_t)state->taken, "time", nanos_format_rfc3339(state->taken, taken), "virtualisation",
			 host_virtual_name(state->virtualisation), "virtual_reason", state->virtual_reason, "container",
			 state->container, "links", json_of_list(state, state->link_count, json_of_link), "all",
			 json_of_settings(state->all), "addresses",
			 json_of_list(state, state->address_count, json_of_address), "routes",
			 json_of_list(state, state->route_count, json_of_route), "neighbours",
			 json_of_list(state, state->neighbour_count, json_of_neighbour), "sockets",
			 json_of_list(state, state->socket_count, json_of_socket), "counters",
			 json_of_list(state, state->counter_count, json_of_counter), "filters",
			 json_of_list(state, state->filter_count, json_of_filter), "guests",
			 json_of_list(state, state->guest_count, json_of_guest), "unseen",
			 json_of_list(state, state->unseen_count, json_of_unseen), "ipvs", json_of_ipvs(state),
			 "services", json_of_set_up(&state->services), "keepalived", json_of_set_up(&state->keepalived),
			 "sockets_seen", state->sockets_seen);
}

int host_save(const struct host_state *state, struct text *into, struct error *error)
{
	json_t *root = json_of_state(state);
	char *dump = root ? json_dumps(root, JSON_INDENT(1)) : NULL;

	json_decref(root);
	if (dump)
		text_add(into, dump);
	text_add(into, "\n");
	free(dump);
	return dump && !into->failed ? 0 : error_set(error, ERROR_MEMORY, NULL, "the state cannot be written");
}
