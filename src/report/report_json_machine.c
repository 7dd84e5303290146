// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON format: what an inspected host says of itself. */
#include "report/report_json.h"
#include "report/report_words.h"

typedef json_t *(*make_item)(const struct report_machine *machine, uint32_t index);

static json_t *json_of_list(const struct report_machine *machine, uint32_t count, make_item make)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < count; i++)
		list = json_list_add(list, make(machine, i));
	return list;
}

static json_t *json_of_word(const char *word)
{
	return json_of_string(word[0] != '\0' ? word : NULL);
}

static json_t *json_of_own_mac(struct mac mac)
{
	return json_of_mac(!mac_is_zero(mac), mac);
}

static json_t *json_of_link(const struct report_machine *machine, uint32_t index)
{
	const struct machine_link *link = &machine->links[index];
	const struct json_field fields[] = {
		{ "name", json_of_string(link->name) },
		{ "mac", json_of_own_mac(link->mac) },
		{ "up", json_boolean(link->up) },
		{ "arp", json_boolean(link->arp) },
		{ "vif", json_boolean(link->vif) },
		{ "proxy_arp", json_boolean(link->proxy_arp) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_address(const struct report_machine *machine, uint32_t index)
{
	const struct machine_address *address = &machine->addresses[index];
	const struct json_field fields[] = {
		{ "address", json_of_ip(&address->ip) },
		{ "prefix", json_of_count(address->prefix) },
		{ "link", json_of_string(address->link) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_held(const struct report_machine *machine, uint32_t index)
{
	const struct machine_vip *vip = &machine->vips[index];
	const struct json_field fields[] = {
		{ "address", json_of_ip(&vip->ip) }, { "method", json_of_method(vip->method) },
		{ "held", json_boolean(vip->held) }, { "floats", json_boolean(vip->floats) },
		{ "link", json_of_word(vip->link) }, JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_destination(const struct report_machine *machine, uint32_t index)
{
	const struct machine_destination *destination = &machine->destinations[index];
	const struct json_field fields[] = {
		{ "vip", json_of_ip(&destination->service.vip) },
		{ "port", json_of_count_or_null(destination->service.port) },
		{ "protocol", json_of_string(report_protocol_name(destination->service.protocol)) },
		{ "fwmark", json_of_count_or_null(destination->service.fwmark) },
		{ "method", json_of_method(destination->service.method) },
		{ "real_server", json_of_ip(&destination->real_server) },
		{ "real_server_port", json_of_count_or_null(destination->port) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_guest(const struct report_machine *machine, uint32_t index)
{
	const struct machine_guest *guest = &machine->guests[index];
	const struct json_field fields[] = {
		{ "name", json_of_word(guest->name) },
		{ "link", json_of_word(guest->link) },
		{ "mac", json_of_own_mac(guest->mac) },
		{ "address", json_of_ip(&guest->ip) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

json_t *json_of_machine(const struct report *report)
{
	const struct report_machine *machine = report->machine;

	if (machine == NULL)
		return json_null();
	const struct json_field fields[] = {
		{ "name", json_of_word(machine->name) },
		{ "role", json_string(host_role_name(machine->role)) },
		{ "virtualisation", json_string(host_virtual_name(machine->virtualisation)) },
		{ "links", json_of_list(machine, machine->link_count, json_of_link) },
		{ "addresses", json_of_list(machine, machine->address_count, json_of_address) },
		{ "vips", json_of_list(machine, machine->vip_count, json_of_held) },
		{ "ipvs", json_string(machine_ipvs_name(machine->ipvs)) },
		{ "destinations", json_of_list(machine, machine->destination_count, json_of_destination) },
		{ "guests", json_of_list(machine, machine->guest_count, json_of_guest) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}
