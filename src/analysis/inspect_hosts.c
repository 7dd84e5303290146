// SPDX-License-Identifier: GPL-2.0-or-later
/* Which MACs a host knows for true, its own and its guests', and which it was told. */
#include <stdlib.h>
#include <string.h>

#include "analysis/inspect.h"
#include "wire/mac_kind.h"

/* One line of the table to be; `order` keeps what was said first in front. */
struct entry {
	struct ip ip;
	uint32_t order;
	struct report_host_mac mac;
};

struct entries {
	struct entry *list;
	uint32_t count;
	nanos taken;
	bool failed;
};

/* What is said first of a MAC stands: the host's own word, then its guests' configuration, then the neighbour table. */
static void add_mac(struct entries *entries, const struct ip *ip, struct mac mac, enum own own, const char *reason)
{
	struct entry *grown;

	for (uint32_t i = 0; i < entries->count; i++)
		if (ip_equal(&entries->list[i].ip, ip) && mac_equal(entries->list[i].mac.mac, mac))
			return;
	grown = reallocarray(entries->list, entries->count + 1, sizeof *grown);
	entries->failed |= !grown;
	if (!grown)
		return;
	entries->list = grown;
	grown[entries->count] = (struct entry){
		.ip = *ip,
		.order = entries->count,
		.mac = { .mac = mac,
			 .kind = mac_kind_of_host(mac, ip)->name,
			 .own = own,
			 .own_reason = reason,
			 .first = entries->taken,
			 .last = entries->taken },
	};
	entries->count++;
}

static void add_own(const struct host_state *state, struct entries *entries)
{
	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *address = &state->addresses[i];
		const struct host_link *link = host_find_link(state, address->link);

		if (link && link->ethernet && !mac_is_zero(link->mac))
			add_mac(entries, &address->ip, link->mac, OWN_YES, "it is the inspected host's interface");
	}
}

static bool is_guest_mac(const struct host_state *state, struct mac mac)
{
	for (uint32_t i = 0; i < state->guest_count; i++)
		if (mac_equal(state->guests[i].mac, mac))
			return true;
	return false;
}

static void add_guests(const struct host_state *state, struct entries *entries)
{
	for (uint32_t i = 0; i < state->guest_count; i++) {
		const struct host_guest *guest = &state->guests[i];

		if (guest->ip.family != 0 && !mac_is_zero(guest->mac))
			add_mac(entries, &guest->ip, guest->mac, OWN_YES, "the guest's configuration says so");
	}
}

/* An entry that differs from what is known for true is wrong. */
static bool is_refuted(const struct host_state *state, const struct entries *entries,
		       const struct host_neighbour *neighbour)
{
	const struct mac *known = topology_known_mac(&state->setup, &neighbour->ip);

	if (known)
		return !mac_equal(*known, neighbour->mac);
	for (uint32_t i = 0; i < entries->count; i++)
		if (ip_equal(&entries->list[i].ip, &neighbour->ip) && entries->list[i].mac.own == OWN_YES &&
		    !mac_equal(entries->list[i].mac.mac, neighbour->mac))
			return true;
	return false;
}

static void add_neighbours(const struct host_state *state, struct entries *entries)
{
	for (uint32_t i = 0; i < state->neighbour_count; i++) {
		const struct host_neighbour *neighbour = &state->neighbours[i];
		const struct mac *known = topology_known_mac(&state->setup, &neighbour->ip);

		if (neighbour->proxy || mac_is_zero(neighbour->mac) || strcmp(neighbour->state, "failed") == 0)
			continue;
		if (is_refuted(state, entries, neighbour))
			add_mac(entries, &neighbour->ip, neighbour->mac, OWN_NO,
				"in the inspected host's neighbour table, but another one is known");
		else if (known || is_guest_mac(state, neighbour->mac))
			add_mac(entries, &neighbour->ip, neighbour->mac, OWN_YES, "it is known to be the true one");
		else
			add_mac(entries, &neighbour->ip, neighbour->mac, OWN_UNKNOWN,
				"in the inspected host's neighbour table");
	}
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = ip_compare(&x->ip, &y->ip);

	return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

static bool lay_out(const struct entries *entries, struct report *report)
{
	report->hosts = calloc(entries->count + 1, sizeof *report->hosts);
	report->host_macs = calloc(entries->count + 1, sizeof *report->host_macs);
	if (!report->hosts || !report->host_macs)
		return false;
	for (uint32_t i = 0; i < entries->count; i++) {
		if (i == 0 || !ip_equal(&entries->list[i].ip, &entries->list[i - 1].ip))
			report->hosts[report->host_count++] =
			    (struct report_host){ .ip = entries->list[i].ip, .macs = &report->host_macs[i] };
		report->host_macs[i] = entries->list[i].mac;
		report->hosts[report->host_count - 1].mac_count++;
	}
	return true;
}

int inspect_add_hosts(const struct host_state *state, struct report *report, struct error *error)
{
	struct entries entries = { .taken = state->taken };

	add_own(state, &entries);
	add_guests(state, &entries);
	add_neighbours(state, &entries);
	if (entries.count > 0)
		qsort(entries.list, entries.count, sizeof *entries.list, compare_entries);
	entries.failed |= !lay_out(&entries, report);
	free(entries.list);
	return entries.failed ? error_set(error, ERROR_MEMORY, NULL, "no memory for the report") : 0;
}
