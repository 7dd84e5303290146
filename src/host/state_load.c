// SPDX-License-Identifier: GPL-2.0-or-later
/* A host's state from JSON. Saved states come from other machines: every field is checked. */
#include <jansson.h>
#include <string.h>

#include "host/readers.h"

static bool text_to_ip(const char *text, struct ip *ip)
{
	return text[0] == '\0' || ip_parse(text, ip);
}

static bool text_to_mac(const char *text, struct mac *mac)
{
	return text[0] == '\0' || mac_parse(text, mac);
}

static void load_settings(const json_t *object, int32_t settings[static SETTING_COUNT])
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		enum host_setting setting = (enum host_setting)i;
		char key[SETTING_KEY_SIZE];
		const json_t *value;

		snprintf(key, sizeof key, "%s.%s", host_setting_family(setting), host_setting_name(setting));
		value = json_object_get(object, key);
		if (json_is_integer(value) && json_integer_value(value) > SETTING_UNSEEN &&
		    json_integer_value(value) <= INT32_MAX)
			settings[i] = (int32_t)json_integer_value(value);
	}
}

static bool load_link(struct host_state *state, json_t *from)
{
	const char *name, *mac = "", *kind = "", *master = "", *given = "", *backend = "";
	int ethernet = 0, loopback = 0, arp = 1, up = 0, mtu = 0;
	json_t *settings = NULL;
	struct host_link *link;

	if (json_unpack(from, "{s:s, s?s, s?b, s?b, s?b, s?b, s?i, s?s, s?s, s?s, s?s, s?o}", "name", &name, "mac",
			&mac, "ethernet", &ethernet, "loopback", &loopback, "arp", &arp, "up", &up, "mtu", &mtu, "kind",
			&kind, "master", &master, "given", &given, "backend", &backend, "settings", &settings) < 0)
		return false;
	link = host_add_link(state, name);
	if (!link || mtu < 0 || !text_to_mac(mac, &link->mac) || !text_to_mac(given, &link->given))
		return false;
	link->ethernet = ethernet;
	link->loopback = loopback;
	link->arp = arp;
	link->up = up;
	link->mtu = (uint32_t)mtu;
	host_copy_word(link->kind, sizeof link->kind, kind);
	host_copy_word(link->master, sizeof link->master, master);
	host_copy_word(link->backend, sizeof link->backend, backend);
	load_settings(settings, link->settings);
	return true;
}

static bool is_prefix(const struct ip *ip, int prefix)
{
	return ip->family != 0 && prefix >= 0 && prefix <= (ip->family == 4 ? 32 : 128);
}

static bool load_address(struct host_state *state, json_t *from)
{
	struct host_address *address = host_add_address(state);
	const char *ip, *link;
	int prefix;

	if (!address || json_unpack(from, "{s:s, s:i, s:s}", "ip", &ip, "prefix", &prefix, "link", &link) < 0 ||
	    !text_to_ip(ip, &address->ip) || !is_prefix(&address->ip, prefix))
		return false;
	address->prefix = (uint8_t)prefix;
	host_copy_word(address->link, sizeof address->link, link);
	return true;
}

static bool load_route(struct host_state *state, json_t *from)
{
	struct host_route *route = host_add_route(state);
	const char *to, *type = "unicast", *gateway = "", *link = "";
	json_int_t table = 254, metric = 0;
	int prefix;

	if (!route ||
	    json_unpack(from, "{s:s, s:i, s?s, s?s, s?I, s?I, s?s}", "to", &to, "prefix", &prefix, "type", &type,
			"gateway", &gateway, "table", &table, "metric", &metric, "link", &link) < 0 ||
	    !text_to_ip(to, &route->destination) || !text_to_ip(gateway, &route->gateway) ||
	    !is_prefix(&route->destination, prefix))
		return false;
	route->prefix = (uint8_t)prefix;
	route->type = strcmp(type, "unicast") == 0 ? ROUTE_UNICAST
		      : strcmp(type, "local") == 0 ? ROUTE_LOCAL
						   : ROUTE_OTHER;
	route->table = (uint32_t)table;
	route->metric = (uint32_t)metric;
	host_copy_word(route->link, sizeof route->link, link);
	return true;
}

static bool load_neighbour(struct host_state *state, json_t *from)
{
	struct host_neighbour *neighbour = host_add_neighbour(state);
	const char *ip, *mac = "", *link = "", *word = "";
	int proxy = 0;

	if (!neighbour ||
	    json_unpack(from, "{s:s, s?s, s?b, s?s, s?s}", "ip", &ip, "mac", &mac, "proxy", &proxy, "link", &link,
			"state", &word) < 0 ||
	    !ip_parse(ip, &neighbour->ip) || !text_to_mac(mac, &neighbour->mac))
		return false;
	neighbour->proxy = proxy;
	host_copy_word(neighbour->link, sizeof neighbour->link, link);
	host_copy_word(neighbour->state, sizeof neighbour->state, word);
	return true;
}

static bool load_socket(struct host_state *state, json_t *from)
{
	struct host_socket *made = host_add_socket(state);
	const char *ip, *protocol;
	int port;

	if (!made || json_unpack(from, "{s:s, s:i, s:s}", "ip", &ip, "port", &port, "protocol", &protocol) < 0 ||
	    !ip_parse(ip, &made->ip) || port < 0 || port > 65535 || !protocol_parse(protocol, &made->protocol))
		return false;
	made->port = (uint16_t)port;
	return true;
}

static bool load_counter(struct host_state *state, json_t *from)
{
	const char *name;
	json_int_t value;

	return json_unpack(from, "{s:s, s:I}", "name", &name, "value", &value) == 0 &&
	       host_add_counter(state, name, (uint64_t)value);
}

static bool load_filter(struct host_state *state, json_t *from)
{
	const char *name;
	int of_arp = 0;

	return json_unpack(from, "{s:s, s?b}", "name", &name, "arp", &of_arp) == 0 &&
	       host_add_filter(state, name, of_arp);
}

static bool load_guest(struct host_state *state, json_t *from)
{
	struct host_guest *guest = host_add_guest(state);
	const char *name = "", *link = "", *mac = "", *ip = "", *bridge = "";

	if (!guest ||
	    json_unpack(from, "{s?s, s?s, s?s, s?s, s?s}", "name", &name, "link", &link, "mac", &mac, "ip", &ip,
			"bridge", &bridge) < 0 ||
	    !text_to_mac(mac, &guest->mac) || !text_to_ip(ip, &guest->ip))
		return false;
	host_copy_word(guest->name, sizeof guest->name, name);
	host_copy_word(guest->link, sizeof guest->link, link);
	host_copy_word(guest->bridge, sizeof guest->bridge, bridge);
	return true;
}

static bool load_unseen(struct host_state *state, json_t *from)
{
	const char *what, *why = "";
	int denied = 0;

	if (json_unpack(from, "{s:s, s?s, s?b}", "what", &what, "why", &why, "denied", &denied) < 0)
		return false;
	host_add_unseen(state, what, denied, why);
	return true;
}

static const struct {
	const char *key;
	bool (*load)(struct host_state *state, json_t *from);
} lists[] = {
	{ "links", load_link },           { "addresses", load_address }, { "routes", load_route },
	{ "neighbours", load_neighbour }, { "sockets", load_socket },    { "counters", load_counter },
	{ "filters", load_filter },       { "guests", load_guest },      { "unseen", load_unseen },
};

static int load_lists(const char *name, const json_t *root, struct host_state *state, struct error *error)
{
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		const json_t *list = json_object_get(root, lists[i].key);

		for (size_t k = 0; k < json_array_size(list); k++)
			if (!lists[i].load(state, json_array_get(list, k)))
				return error_set(error, ERROR_INPUT, name,
						 "is no state of a host: %s, entry %zu is wrong", lists[i].key, k + 1);
	}
	return 0;
}

static int load_set_up(const char *name, const json_t *root, const char *key, struct topology *topology,
		       struct error *error)
{
	const char *text = json_string_value(json_object_get(root, key));

	return text ? topology_read_own(topology, name, text, strlen(text), error) : 0;
}

static void load_heading(const json_t *root, struct host_state *state)
{
	const char *kind = json_string_value(json_object_get(root, "virtualisation"));
	const json_t *ipvs = json_object_get(root, "ipvs");

	host_copy_word(state->name, sizeof state->name, json_string_value(json_object_get(root, "name")));
	host_copy_word(state->kernel, sizeof state->kernel, json_string_value(json_object_get(root, "kernel")));
	host_copy_word(state->virtual_reason, sizeof state->virtual_reason,
		       json_string_value(json_object_get(root, "virtual_reason")));
	state->taken = json_integer_value(json_object_get(root, "taken"));
	if (kind)
		host_virtual_parse(kind, &state->virtualisation);
	state->container = json_is_true(json_object_get(root, "container"));
	state->sockets_seen = json_is_true(json_object_get(root, "sockets_seen"));
	state->ipvs = json_is_true(ipvs) ? IPVS_PRESENT : json_is_false(ipvs) ? IPVS_ABSENT : IPVS_UNSEEN;
	load_settings(json_object_get(root, "all"), state->all);
}

/* What the library says of the place quotes the file. */
static int refuse(const char *name, const json_error_t *place, struct error *error)
{
	char what[sizeof place->text];

	host_copy_word(what, sizeof what, place->text);
	return error_set(error, ERROR_INPUT, name, "line %d: %s", place->line, what);
}

int state_json_load(const char *name, const char *bytes, size_t length, struct host_state *state, struct error *error)
{
	json_error_t place;
	json_t *root = json_loadb(bytes, length, 0, &place);
	const char *schema = json_string_value(json_object_get(root, "schema"));
	int status = 0;

	if (!root)
		status = refuse(name, &place, error);
	else if (!schema || strcmp(schema, "truemac.state/1") != 0)
		status = error_set(error, ERROR_INPUT, name, "is no state of a host (schema truemac.state/1)");
	if (status == 0) {
		load_heading(root, state);
		status = load_lists(name, root, state, error);
	}
	if (status == 0)
		status = load_set_up(name, root, "services", &state->services, error);
	if (status == 0)
		status = load_set_up(name, root, "keepalived", &state->keepalived, error);
	json_decref(root);
	if (status == ERROR_USAGE)
		status = error_set(error, ERROR_INPUT, name, "%s", "the set-up in it is wrong");
	return status;
}
