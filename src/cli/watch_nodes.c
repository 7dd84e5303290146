// SPDX-License-Identifier: GPL-2.0-or-later
/* What this host says of itself, beside its own addresses. It is read once, while files can be read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/inspect.h"
#include "cli/watch.h"
#include "host/host.h"
#include "net/loader.h"

enum { ARP_SETTINGS_SIZE = 16 };

struct watch_nodes {
	struct host_state state;
	struct report report; /* only its facts */
	struct model_node *list;
	char (*settings)[ARP_SETTINGS_SIZE];
	uint32_t count;
};

static int read_state(struct watch_nodes *nodes, const struct topology *topology, struct error *error)
{
	struct loader loader;
	struct host_source source = { .root = "/" };
	int status;

	loader_init(&loader, NULL);
	source.loader = &loader.topology;
	status = host_read(&source, &nodes->state, error);
	if (status == 0)
		status = host_state_prepare(&nodes->state, topology, HOST_ROLE_AUTO, error);
	if (status == 0)
		status = inspect_add_facts(&nodes->state, &nodes->report, error);
	return status;
}

/* "1/2": arp_ignore and arp_announce in force on the interface of the address. */
static void format_settings(const struct host_state *state, const struct host_address *address,
			    char into[static ARP_SETTINGS_SIZE])
{
	const struct host_link *link = host_find_link(state, address->link);
	int32_t ignore = link ? host_setting(state, link, SETTING_ARP_IGNORE) : SETTING_UNSEEN;
	int32_t announce = link ? host_setting(state, link, SETTING_ARP_ANNOUNCE) : SETTING_UNSEEN;

	into[0] = '\0';
	if (ignore != SETTING_UNSEEN && announce != SETTING_UNSEEN)
		snprintf(into, ARP_SETTINGS_SIZE, "%d/%d", (int)ignore, (int)announce);
}

static bool is_shown(const struct host_state *state, const struct host_address *address)
{
	const struct host_link *link = host_find_link(state, address->link);

	return link && !link->loopback && !ip_is_link_local(&address->ip);
}

static int list_nodes(struct watch_nodes *nodes, struct error *error)
{
	const struct host_state *state = &nodes->state;

	nodes->list = calloc(state->address_count + 1, sizeof *nodes->list);
	nodes->settings = calloc(state->address_count + 1, sizeof *nodes->settings);
	if (!nodes->list || !nodes->settings)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for this host's facts");
	for (uint32_t i = 0; i < state->address_count; i++) {
		char *settings = nodes->settings[nodes->count];

		if (!is_shown(state, &state->addresses[i]))
			continue;
		format_settings(state, &state->addresses[i], settings);
		nodes->list[nodes->count++] = (struct model_node){ .ip = state->addresses[i].ip,
								   .name = state->name[0] ? state->name : NULL,
								   .arp_settings = settings[0] ? settings : NULL,
								   .weight = -1,
								   .facts = nodes->report.facts,
								   .fact_count = nodes->report.fact_count };
	}
	return 0;
}

/* Of a director: the real servers of IPVS's table, with their weights. */
static int list_real_servers(struct watch_nodes *nodes, struct error *error)
{
	const struct topology *table = &nodes->state.services;
	struct model_node *grown =
	    reallocarray(nodes->list, (size_t)nodes->count + table->backend_count + 1, sizeof *grown);

	if (!grown)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for IPVS's real servers");
	nodes->list = grown;
	for (uint32_t i = 0; i < table->backend_count; i++)
		grown[nodes->count++] =
		    (struct model_node){ .ip = table->real_servers[table->backends[i].real_server].ip,
					 .weight = table->backends[i].weight };
	return 0;
}

int watch_nodes_read(struct watch *watch, struct error *error)
{
	struct watch_nodes *nodes = calloc(1, sizeof *nodes);
	int status;

	watch->nodes = nodes;
	if (!nodes)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for this host's facts");
	host_state_init(&nodes->state);
	nodes->report = (struct report)REPORT_INIT;
	status = read_state(nodes, &watch->topology, error);
	if (status == 0)
		status = list_nodes(nodes, error);
	return status < 0 ? status : list_real_servers(nodes, error);
}

void watch_nodes_free(struct watch *watch)
{
	if (!watch->nodes)
		return;
	report_free(&watch->nodes->report);
	host_state_free(&watch->nodes->state);
	free(watch->nodes->list);
	free(watch->nodes->settings);
	free(watch->nodes);
	watch->nodes = NULL;
}

const struct model_node *watch_nodes_list(const struct watch *watch, uint32_t *count)
{
	*count = watch->nodes ? watch->nodes->count : 0;
	return watch->nodes ? watch->nodes->list : NULL;
}
