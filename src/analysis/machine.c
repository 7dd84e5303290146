// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/machine.h"

#include <stdlib.h>
#include <string.h>

static void copy_links(const struct host_state *state, struct report_machine *machine)
{
	for (uint32_t i = 0; i < state->link_count; i++) {
		const struct host_link *link = &state->links[i];
		struct machine_link *copy = &machine->links[machine->link_count++];

		host_copy_word(copy->name, sizeof copy->name, link->name);
		copy->mac = link->mac;
		copy->up = link->up;
		copy->arp = host_link_speaks_arp(link);
		copy->vif = host_link_is_vif(link);
		copy->proxy_arp = host_setting(state, link, SETTING_PROXY_ARP) > 0;
	}
}

static void copy_addresses(const struct host_state *state, struct report_machine *machine)
{
	for (uint32_t i = 0; i < state->address_count; i++) {
		struct machine_address *copy = &machine->addresses[machine->address_count++];

		copy->ip = state->addresses[i].ip;
		copy->prefix = state->addresses[i].prefix;
		host_copy_word(copy->link, sizeof copy->link, state->addresses[i].link);
	}
}

static void copy_vips(const struct host_state *state, struct report_machine *machine)
{
	for (uint32_t i = 0; i < state->vip_count; i++) {
		const struct host_vip *vip = &state->vips[i];
		struct machine_vip *copy = &machine->vips[machine->vip_count++];

		copy->ip = vip->ip;
		copy->method = vip->method;
		copy->held = vip->local;
		copy->floats = vip->floats;
		host_copy_word(copy->link, sizeof copy->link, vip->held ? vip->held->link : "");
	}
}

/* What IPVS has in force counts, not what a configuration meant. */
static const struct topology *director_table(const struct host_state *state)
{
	return state->services.backend_count > 0 ? &state->services : &state->keepalived;
}

static void copy_destinations(const struct topology *table, struct report_machine *machine)
{
	for (uint32_t i = 0; i < table->backend_count; i++) {
		const struct topology_backend *backend = &table->backends[i];
		struct machine_destination *copy = &machine->destinations[machine->destination_count++];

		copy->service = table->services[backend->service];
		if (backend->method != METHOD_UNKNOWN)
			copy->service.method = backend->method;
		copy->real_server = table->real_servers[backend->real_server].ip;
		copy->port = backend->port;
	}
}

static void copy_guests(const struct host_state *state, struct report_machine *machine)
{
	for (uint32_t i = 0; i < state->guest_count; i++) {
		struct machine_guest *copy = &machine->guests[machine->guest_count++];

		host_copy_word(copy->name, sizeof copy->name, state->guests[i].name);
		host_copy_word(copy->link, sizeof copy->link, state->guests[i].link);
		copy->mac = state->guests[i].mac;
		copy->ip = state->guests[i].ip;
	}
}

struct report_machine *machine_of_state(const struct host_state *state)
{
	const struct topology *table = director_table(state);
	struct report_machine *machine = calloc(1, sizeof *machine);

	if (!machine)
		return NULL;
	host_copy_word(machine->name, sizeof machine->name, state->name);
	machine->role = state->role;
	machine->virtualisation = state->virtualisation;
	machine->ipvs = state->ipvs;
	machine->links = calloc(state->link_count + 1, sizeof *machine->links);
	machine->addresses = calloc(state->address_count + 1, sizeof *machine->addresses);
	machine->vips = calloc(state->vip_count + 1, sizeof *machine->vips);
	machine->destinations = calloc(table->backend_count + 1, sizeof *machine->destinations);
	machine->guests = calloc(state->guest_count + 1, sizeof *machine->guests);
	if (!machine->links || !machine->addresses || !machine->vips || !machine->destinations || !machine->guests) {
		machine_free(machine);
		return NULL;
	}
	copy_links(state, machine);
	copy_addresses(state, machine);
	copy_vips(state, machine);
	copy_destinations(table, machine);
	copy_guests(state, machine);
	return machine;
}

void machine_free(struct report_machine *machine)
{
	if (!machine)
		return;
	free(machine->links);
	free(machine->addresses);
	free(machine->vips);
	free(machine->destinations);
	free(machine->guests);
	free(machine);
}

const struct machine_link *machine_find_link(const struct report_machine *machine, const char *name)
{
	for (uint32_t i = 0; i < machine->link_count; i++)
		if (strcmp(machine->links[i].name, name) == 0)
			return &machine->links[i];
	return NULL;
}

const struct machine_link *machine_find_mac(const struct report_machine *machine, struct mac mac)
{
	for (uint32_t i = 0; i < machine->link_count; i++)
		if (!mac_is_zero(mac) && mac_equal(machine->links[i].mac, mac))
			return &machine->links[i];
	return NULL;
}

const struct machine_address *machine_find_address(const struct report_machine *machine, const struct ip *ip)
{
	for (uint32_t i = 0; i < machine->address_count; i++)
		if (ip_equal(&machine->addresses[i].ip, ip))
			return &machine->addresses[i];
	return NULL;
}

const struct machine_vip *machine_find_vip(const struct report_machine *machine, const struct ip *ip)
{
	for (uint32_t i = 0; i < machine->vip_count; i++)
		if (ip_equal(&machine->vips[i].ip, ip))
			return &machine->vips[i];
	return NULL;
}

const char *machine_ipvs_name(enum host_ipvs ipvs)
{
	static const char *const names[] = {
		[IPVS_UNSEEN] = "unseen",
		[IPVS_ABSENT] = "absent",
		[IPVS_PRESENT] = "present",
	};

	return names[ipvs];
}
