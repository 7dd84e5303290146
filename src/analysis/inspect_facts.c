// SPDX-License-Identifier: GPL-2.0-or-later
/* What is in force on a host, line by line, for people and for comparing hosts. */
#include <stdlib.h>
#include <string.h>

#include "analysis/inspect.h"

struct facts_writer {
	struct report *report;
	const struct host_state *state;
	bool failed;
};

/* Takes over the value's bytes. */
static void add_fact(struct facts_writer *writer, const char *name, struct text *value)
{
	struct report *report = writer->report;
	struct report_fact *grown = reallocarray(report->facts, report->fact_count + 1, sizeof *grown);

	writer->failed |= !grown || value->failed;
	if (grown) {
		report->facts = grown;
		grown += report->fact_count++;
		*grown = (struct report_fact){ .name = strdup(name), .value = strdup(text_string(value)) };
		writer->failed |= !grown->name || !grown->value;
	}
	text_free(value);
	*value = (struct text)TEXT_INIT;
}

static void add_machine(struct facts_writer *writer)
{
	const struct host_state *state = writer->state;
	struct text value = TEXT_INIT;

	text_printf(&value, "%s: %s", host_role_name(state->role), state->role_reason);
	add_fact(writer, "role", &value);
	text_printf(&value, "%s%s%s%s%s", host_virtual_name(state->virtualisation),
		    state->virtual_reason[0] ? ": " : "", state->virtual_reason,
		    state->container ? ", in a container" : "", state->kernel[0] ? ", Linux " : "");
	text_add(&value, state->kernel);
	add_fact(writer, "machine", &value);
}

static void add_addresses(struct text *value, const struct host_state *state, const char *link)
{
	char ip[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < state->address_count; i++)
		if (strcmp(state->addresses[i].link, link) == 0)
			text_printf(value, ", %s/%u", ip_format(&state->addresses[i].ip, ip),
				    state->addresses[i].prefix);
}

static void add_settings(struct text *value, const struct host_state *state, const struct host_link *link)
{
	const char *comma = "; ";

	for (int i = 0; i < SETTING_COUNT; i++) {
		int32_t in_force = host_setting(state, link, (enum host_setting)i);

		if (in_force == SETTING_UNSEEN ||
		    (in_force == 0 && i != SETTING_ARP_IGNORE && i != SETTING_ARP_ANNOUNCE && i != SETTING_RP_FILTER))
			continue;
		text_printf(value, "%s%s%s %d", comma, host_setting_name((enum host_setting)i),
			    i == SETTING_FORWARDING6 ? " (IPv6)" : "", (int)in_force);
		comma = ", ";
	}
}

/* What the hypervisor says of a guest's interface. */
static void add_given(struct text *value, const struct host_link *link)
{
	char mac[MAC_TEXT_SIZE];

	if (!mac_is_zero(link->given))
		text_printf(value, " (Xen's store: %s",
			    mac_equal(link->given, link->mac) ? "the same" : mac_format(link->given, mac));
	if (link->backend[0])
		text_printf(value, "%s%s in Dom0", mac_is_zero(link->given) ? " (" : ", ", link->backend);
	if (!mac_is_zero(link->given) || link->backend[0])
		text_add_char(value, ')');
}

static void add_links(struct facts_writer *writer)
{
	for (uint32_t i = 0; i < writer->state->link_count; i++) {
		const struct host_link *link = &writer->state->links[i];
		struct text value = TEXT_INIT;
		char mac[MAC_TEXT_SIZE];

		text_add(&value, mac_is_zero(link->mac) ? "no MAC" : mac_format(link->mac, mac));
		add_given(&value, link);
		text_printf(&value, ", %s%s, mtu %u", link->up ? "up" : "down", link->arp ? "" : ", without ARP",
			    (unsigned)link->mtu);
		if (link->kind[0])
			text_printf(&value, ", %s", link->kind);
		if (link->master[0])
			text_printf(&value, ", port of %s", link->master);
		else if (host_link_is_vif(link))
			text_add(&value, ", routed");
		add_addresses(&value, writer->state, link->name);
		add_settings(&value, writer->state, link);
		add_fact(writer, link->name, &value);
	}
}

/* "any address" also serves the VIP; a socket of another address does not. */
static void add_sockets(struct text *value, const struct host_state *state, const struct topology_service *service)
{
	bool serves;
	const struct host_socket *made = host_find_socket(state, service, &serves);
	char ip[IP_TEXT_SIZE];

	if (serves)
		text_printf(value, ", port %u: listened on", service->port);
	else if (made)
		text_printf(value, ", port %u: %s only", service->port, ip_format(&made->ip, ip));
	else
		text_printf(value, ", port %u: nobody listens", service->port);
}

static void add_ports(struct text *value, const struct host_state *state, const struct ip *vip)
{
	for (uint32_t i = 0; i < state->setup.service_count; i++)
		if (ip_equal(&state->setup.services[i].vip, vip) && state->setup.services[i].port != 0)
			add_sockets(value, state, &state->setup.services[i]);
}

static void add_vips(struct facts_writer *writer)
{
	const struct host_state *state = writer->state;

	for (uint32_t i = 0; i < state->vip_count; i++) {
		const struct host_vip *vip = &state->vips[i];
		struct text value = TEXT_INIT;
		char ip[IP_TEXT_SIZE];

		text_add(&value, ip_format(&vip->ip, ip));
		if (vip->held)
			text_printf(&value, "/%u on %s", vip->held->prefix, vip->held->link);
		else
			text_add(&value, vip->local ? " by a local route" : " not held");
		text_printf(&value, ", method %s%s%s", method_name(vip->method), vip->floats ? ", moved by VRRP" : "",
			    vip->configured ? "" : ", guessed from where it is");
		if (state->sockets_seen && state->role == HOST_ROLE_REAL_SERVER)
			add_ports(&value, state, &vip->ip);
		add_fact(writer, "VIP", &value);
	}
}

static void add_ipvs(struct facts_writer *writer)
{
	static const char *const words[] = {
		[IPVS_UNSEEN] = "not seen",
		[IPVS_ABSENT] = "no table: the module ip_vs is not loaded",
		[IPVS_PRESENT] = "loaded",
	};
	const struct topology *services = &writer->state->services;
	struct text value = TEXT_INIT;

	text_add(&value, words[writer->state->ipvs]);
	if (writer->state->ipvs == IPVS_PRESENT)
		text_printf(&value, ", %u service%s, %u real server%s", (unsigned)services->service_count,
			    services->service_count == 1 ? "" : "s", (unsigned)services->backend_count,
			    services->backend_count == 1 ? "" : "s");
	add_fact(writer, "IPVS", &value);
	if (writer->state->keepalived.service_count + writer->state->keepalived.vrrp_count == 0)
		return;
	text_printf(
	    &value, "%u virtual server%s and addresses, %u VRRP instance%s",
	    (unsigned)writer->state->keepalived.service_count, writer->state->keepalived.service_count == 1 ? "" : "s",
	    (unsigned)writer->state->keepalived.vrrp_count, writer->state->keepalived.vrrp_count == 1 ? "" : "s");
	add_fact(writer, "keepalived", &value);
}

/* Xen's store names a bridge for routed guests, too: the interface itself knows better. */
static void add_way(struct text *value, const struct host_state *state, const struct host_guest *guest)
{
	const struct host_link *link = host_find_link(state, guest->link);
	const char *bridge = link ? link->master : guest->bridge;

	if (bridge[0])
		text_printf(value, ", bridge %s", bridge);
	else if (link)
		text_add(value, ", routed");
}

static void add_guests(struct facts_writer *writer)
{
	for (uint32_t i = 0; i < writer->state->guest_count; i++) {
		const struct host_guest *guest = &writer->state->guests[i];
		struct text value = TEXT_INIT;
		char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

		text_printf(&value, "%s, true MAC %s", guest->link,
			    mac_is_zero(guest->mac) ? "unknown" : mac_format(guest->mac, mac));
		if (guest->name[0])
			text_printf(&value, ", %s", guest->name);
		if (guest->ip.family)
			text_printf(&value, ", configured as %s", ip_format(&guest->ip, ip));
		add_way(&value, writer->state, guest);
		add_fact(writer, "guest", &value);
	}
}

static void add_counters(struct facts_writer *writer)
{
	struct text value = TEXT_INIT;

	for (uint32_t i = 0; i < writer->state->counter_count; i++)
		if (writer->state->counters[i].value != 0)
			text_printf(&value, "%s%s %llu", value.length ? ", " : "", writer->state->counters[i].name,
				    (unsigned long long)writer->state->counters[i].value);
	if (value.length)
		add_fact(writer, "counters", &value);
	for (uint32_t i = 0; i < writer->state->filter_count; i++)
		text_printf(&value, "%s%s", value.length ? ", " : "", writer->state->filters[i].name);
	if (value.length)
		add_fact(writer, "filters", &value);
}

static void add_unseen(struct facts_writer *writer)
{
	for (uint32_t i = 0; i < writer->state->unseen_count; i++) {
		struct text value = TEXT_INIT;

		if (writer->state->unseen[i].denied)
			continue; /* told as incomplete evidence */
		text_printf(&value, "%s: %s", writer->state->unseen[i].what, writer->state->unseen[i].why);
		add_fact(writer, "not seen", &value);
	}
}

int inspect_add_facts(const struct host_state *state, struct report *report, struct error *error)
{
	struct facts_writer writer = { .report = report, .state = state };

	add_machine(&writer);
	add_links(&writer);
	add_vips(&writer);
	add_ipvs(&writer);
	add_guests(&writer);
	add_counters(&writer);
	add_unseen(&writer);
	return writer.failed ? error_set(error, ERROR_MEMORY, NULL, "no memory for the report") : 0;
}
