// SPDX-License-Identifier: GPL-2.0-or-later
/* From the set-up to whom the blast goes, by which interface, and from which addresses. */
#include <stdlib.h>
#include <string.h>

#include "cli/blast.h"

static enum method method_of(const struct replay_blast *given, const struct topology_service *service,
			     const struct topology_backend *backend)
{
	enum method method = backend ? backend->method : METHOD_UNKNOWN;

	if (method == METHOD_UNKNOWN)
		method = service->method;
	if (method == METHOD_UNKNOWN)
		method = given->default_method;
	return method == METHOD_UNKNOWN ? METHOD_DR : method;
}

static int add_target(struct blast_run *run, uint32_t service, uint32_t real_server,
		      const struct topology_backend *backend, struct error *error)
{
	const struct topology *topology = run->given->topology;
	struct blast_target *grown = reallocarray(run->targets, run->target_count + 1, sizeof *grown);
	struct blast_target *target;

	if (!grown)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the real servers");
	run->targets = grown;
	target = &grown[run->target_count++];
	*target = (struct blast_target){ .service = topology->services[service],
					 .real_server = topology->real_servers[real_server].ip,
					 .port = backend ? backend->port : 0 };
	target->service.method = method_of(run->given, &target->service, backend);
	if (target->service.method == METHOD_NAT && target->real_server.family != target->service.vip.family)
		run->target_count--;
	return 0;
}

/* Services without real servers of their own use all there are. */
static int add_service(struct blast_run *run, uint32_t service, struct error *error)
{
	const struct topology *topology = run->given->topology;
	bool has_backends = false;
	int status = 0;

	if (topology->services[service].vip.family == 0)
		return 0;
	for (uint32_t i = 0; i < topology->backend_count && status == 0; i++) {
		const struct topology_backend *backend = &topology->backends[i];

		if (backend->service != service)
			continue;
		has_backends = true;
		status = add_target(run, service, backend->real_server, backend, error);
	}
	for (uint32_t i = 0; i < topology->real_server_count && !has_backends && status == 0; i++)
		status = add_target(run, service, i, NULL, error);
	return status;
}

static int choose_interface(struct blast_run *run, struct error *error)
{
	const struct interface *interface;
	int status = interfaces_read(&run->interfaces, error);

	if (status < 0)
		return status;
	if (run->given->interface)
		interface = interfaces_take(&run->interfaces, run->given->interface, error);
	else
		interface = interfaces_choose(&run->interfaces, &run->targets[0].real_server, 1, error);
	if (!interface)
		return run->given->interface ? ERROR_SYSTEM : ERROR_USAGE;
	run->post.interface = interface;
	return 0;
}

/* An own address that is a VIP would be answered by this very host. */
static void choose_own(struct blast_run *run)
{
	for (uint32_t i = 0; i < run->target_count; i++) {
		const struct ip *target = &run->targets[i].real_server;
		const struct interface_address *own = interface_source(run->post.interface, target);
		struct ip *place = &run->own[target->family == 6];

		if (own && place->family == 0 && !topology_is_vip(run->given->topology, &own->ip))
			*place = own->ip;
	}
}

static int choose_clients(struct blast_run *run, struct error *error)
{
	uint32_t room = run->given->client_count + 2;

	run->clients = calloc(room, sizeof *run->clients);
	if (!run->clients)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the clients' addresses");
	for (uint32_t i = 0; i < run->given->client_count; i++)
		run->clients[run->client_count++] = run->given->clients[i];
	for (int i = 0; i < 2 && run->given->client_count == 0; i++)
		if (run->own[i].family != 0)
			run->clients[run->client_count++] = run->own[i];
	if (run->client_count == 0)
		return error_set(error, ERROR_USAGE, run->post.interface->name,
				 "has no address to send from that is no VIP; add one, or name clients");
	return 0;
}

static bool is_near(const struct interface *interface, const struct ip *target)
{
	for (uint32_t i = 0; i < interface->address_count; i++)
		if (ip_same_network(&interface->addresses[i].ip, target, interface->addresses[i].prefix))
			return true;
	return false;
}

/* Who gets the frames for a target: itself, or the router to it, which VS/DR cannot cross. */
static int choose_hop(const struct blast_run *run, const struct blast_target *target, struct ip *hop,
		      struct error *error)
{
	struct ip router = { .family = 0 };
	char text[2][IP_TEXT_SIZE];

	*hop = target->real_server;
	if (!is_near(run->post.interface, hop))
		router = interfaces_next_hop(hop);
	if (router.family == 0)
		return 0;
	if (target->service.method == METHOD_DR)
		return error_set(error, ERROR_USAGE, NULL,
				 "%s is behind the router %s, where VS/DR does not reach; use --method tun",
				 ip_format(&target->real_server, text[0]), ip_format(&router, text[1]));
	*hop = router;
	return 0;
}

static int choose_hops(struct blast_run *run, struct error *error)
{
	int status = 0;

	run->hops = calloc(run->target_count, sizeof *run->hops);
	if (!run->hops)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the real servers");
	for (uint32_t i = 0; i < run->target_count && status == 0; i++) {
		const struct mac *known;

		status = choose_hop(run, &run->targets[i], &run->hops[i], error);
		known = topology_known_mac(run->given->topology, &run->hops[i]);
		if (known)
			run->targets[i].mac = *known;
		if (run->targets[i].service.method == METHOD_TUN && status == 0 &&
		    run->own[run->targets[i].real_server.family == 6].family == 0)
			status = error_set(error, ERROR_USAGE, run->post.interface->name,
					   "has no address to send tunnels from");
	}
	return status;
}

int blast_choose_targets(struct blast_run *run, struct error *error)
{
	const struct topology *topology = run->given->topology;
	int status = 0;

	for (uint32_t i = 0; i < topology->service_count && status == 0; i++)
		status = add_service(run, i, error);
	if (status == 0 && run->target_count == 0)
		status = error_set(error, ERROR_USAGE, NULL,
				   "nobody to send to; name the set-up with --topology, or --vip and --rs");
	if (status == 0)
		status = choose_interface(run, error);
	if (status < 0)
		return status;
	choose_own(run);
	status = choose_clients(run, error);
	return status < 0 ? status : choose_hops(run, error);
}
