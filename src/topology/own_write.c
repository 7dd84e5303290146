// SPDX-License-Identifier: GPL-2.0-or-later
/* The own format, written so that what traffic showed can be saved, reviewed and used as configuration. */
#include "topology/topology_index.h"

static void write_origin(enum topology_origin origin, struct text *text)
{
	text_add(text, origin == ORIGIN_INFERRED ? " # inferred\n" : "\n");
}

/* "10.1.1.1:80/tcp fwmark 5" or "fwmark 5". */
static void write_service_name(const struct topology_service *service, struct text *text)
{
	char name[SERVICE_TEXT_SIZE];

	text_add(text, service_format(service, name));
	if (service->vip.family != 0 && service->fwmark != 0)
		text_printf(text, " fwmark %u", service->fwmark);
}

static void write_method(enum method method, struct text *text)
{
	if (method != METHOD_UNKNOWN)
		text_printf(text, " method %s", method_name(method));
}

static void write_services(const struct topology *topology, struct text *text)
{
	for (uint32_t i = 0; i < topology->service_count; i++) {
		const struct topology_service *service = &topology->services[i];

		text_add(text, "vip ");
		write_service_name(service, text);
		write_method(service->method, text);
		write_origin(service->origin, text);
	}
}

/* A MAC that was merely seen may be a proxy's: it stays a comment until somebody vouches for it. */
static void write_hosts(const char *word, const struct topology_host *hosts, uint32_t count, struct text *text)
{
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	for (uint32_t i = 0; i < count; i++) {
		text_printf(text, "%s %s", word, ip_format(&hosts[i].ip, ip));
		if (hosts[i].mac_known)
			text_printf(text, " mac %s", mac_format(hosts[i].mac, mac));
		else if (!mac_is_zero(hosts[i].mac))
			text_printf(text, " # seen at %s", mac_format(hosts[i].mac, mac));
		write_origin(hosts[i].origin, text);
	}
}

static void write_backends(const struct topology *topology, struct text *text)
{
	char ip[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < topology->backend_count; i++) {
		const struct topology_backend *backend = &topology->backends[i];
		const struct topology_service *service = &topology->services[backend->service];

		text_printf(text, "real-server %s %s", ip_format(&topology->real_servers[backend->real_server].ip, ip),
			    service->vip.family == 0 ? "" : "vip ");
		write_service_name(service, text);
		if (backend->port != 0)
			text_printf(text, " port %u", backend->port);
		if (backend->weight >= 0)
			text_printf(text, " weight %d", backend->weight);
		write_method(backend->method, text);
		text_add(text, "\n");
	}
}

static void write_known(const struct topology *topology, struct text *text)
{
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	for (uint32_t i = 0; i < topology->known_count; i++) {
		const struct topology_known_mac *known = &topology->known[i];

		if (topology_find_real_server(topology, &known->ip) || topology_find_director(topology, &known->ip))
			continue; /* stands in the host's own line */
		text_printf(text, "mac %s %s\n", ip_format(&known->ip, ip), mac_format(known->mac, mac));
	}
}

static void write_vrrp(const struct topology *topology, struct text *text)
{
	char ip[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < topology->vrrp_count; i++) {
		const struct topology_vrrp *vrrp = &topology->vrrp[i];

		text_printf(text, "vrrp %s vrid %u", vrrp->name, vrrp->vrid);
		if (vrrp->priority != 0)
			text_printf(text, " priority %u", vrrp->priority);
		if (vrrp->use_vmac)
			text_add(text, " vmac");
		for (uint32_t j = 0; j < vrrp->address_count; j++)
			text_printf(text, " address %s", ip_format(&vrrp->addresses[j], ip));
		if (vrrp->addresses_left_out != 0)
			text_printf(text, " more %u", vrrp->addresses_left_out);
		text_add(text, "\n");
	}
}

static const char heading[] = "# Set-up for truemac; see truemac.topology(5).\n";

bool topology_is_written(const char *text)
{
	return strncmp(text, heading, sizeof heading - 1) == 0;
}

void topology_write_own(const struct topology *topology, struct text *text)
{
	text_add(text, heading);
	write_services(topology, text);
	write_hosts("director", topology->directors, topology->director_count, text);
	write_hosts("real-server", topology->real_servers, topology->real_server_count, text);
	write_backends(topology, text);
	write_known(topology, text);
	write_vrrp(topology, text);
}
