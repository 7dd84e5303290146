// SPDX-License-Identifier: GPL-2.0-or-later
/* From the set-up to what each backend needs: an interface, a next hop, a source. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli/forward.h"
#include "net/groups.h"
#include "wire/build.h"
#include "wire/director_user.h"

static const struct ip *server_of(const struct forward *forward, uint32_t backend)
{
	return &forward->topology.real_servers[forward->plan.backends[backend].real_server].ip;
}

static const struct topology_service *service_of(const struct forward *forward, uint32_t backend)
{
	return &forward->topology.services[forward->plan.backends[backend].service];
}

static int take_first(struct forward *forward, struct error *error)
{
	const struct interface *interface;
	const struct ip *first = server_of(forward, 0);

	if (forward->options.interface)
		interface = interfaces_take(&forward->interfaces, forward->options.interface, error);
	else
		interface = interfaces_choose(&forward->interfaces, first, 1, error);
	if (!interface)
		return forward->options.interface ? ERROR_SYSTEM : ERROR_USAGE;
	forward->legs[0].post.interface = interface;
	forward->leg_count = 1;
	return 0;
}

static bool has_network_of(const struct interface *interface, const struct ip *target)
{
	for (uint32_t i = 0; i < interface->address_count; i++)
		if (interface->addresses[i].ip.family == target->family &&
		    ip_same_network(&interface->addresses[i].ip, target, interface->addresses[i].prefix))
			return true;
	return false;
}

/* The clients' interface where it has the network; else what the kernel would take. */
static int leg_to(struct forward *forward, const struct ip *target, struct error *error)
{
	const struct interface *interface = forward->legs[0].post.interface;
	char text[IP_TEXT_SIZE];

	if (!has_network_of(interface, target))
		interface = interfaces_route(&forward->interfaces, target);
	if (!interface && forward->options.interface)
		interface = forward->legs[0].post.interface;
	if (!interface)
		return error_set(error, ERROR_USAGE, NULL, "no Ethernet interface of this machine leads to %s",
				 ip_format(target, text));
	for (uint32_t i = 0; i < forward->leg_count; i++)
		if (forward->legs[i].post.interface == interface)
			return (int)i;
	if (forward->leg_count == FORWARD_MAX_LEGS)
		return error_set(error, ERROR_USAGE, NULL, "more than %d interfaces lead to the real servers",
				 FORWARD_MAX_LEGS);
	forward->legs[forward->leg_count].post.interface = interface;
	return (int)forward->leg_count++;
}

static int set_hop(const struct forward *forward, const struct forward_leg *leg, uint32_t backend,
		   struct checker_target *target, struct error *error)
{
	const struct interface *interface = leg->post.interface;
	struct ip router = { .family = 0 };
	char text[2][IP_TEXT_SIZE];

	target->hop = target->real_server;
	if (!has_network_of(interface, &target->real_server))
		router = interfaces_next_hop(&target->real_server);
	if (router.family == 0)
		return 0;
	if (forward->plan.backends[backend].method == METHOD_DR)
		return error_set(error, ERROR_USAGE, NULL,
				 "%s is behind the router %s, where VS/DR does not reach; use --method tun",
				 ip_format(&target->real_server, text[0]), ip_format(&router, text[1]));
	target->hop = router;
	return 0;
}

static int set_sources(const struct forward *forward, const struct forward_leg *leg, uint32_t backend,
		       struct checker_target *target, struct error *error)
{
	const struct interface_address *own = interface_source(leg->post.interface, &target->vip);
	char text[IP_TEXT_SIZE];

	if (own && !topology_is_vip(&forward->topology, &own->ip))
		target->source = own->ip;
	if (forward->plan.backends[backend].method == METHOD_DR)
		return 0;
	target->tunnel = forward->options.tunnel;
	target->tunnel_port = forward->options.tunnel_port;
	own = interface_source(leg->post.interface, &target->real_server);
	if (!own)
		return error_set(error, ERROR_USAGE, leg->post.interface->name,
				 "has no address of the family of %s, to send tunnels from",
				 ip_format(&target->real_server, text));
	target->outer_source = own->ip;
	return 0;
}

/* The engines give frames to others alone. */
static int refuse_own(const struct forward *forward, const struct ip *server, struct error *error)
{
	char text[IP_TEXT_SIZE];

	if (!interfaces_have(&forward->interfaces, server))
		return 0;
	return error_set(error, ERROR_USAGE, NULL,
			 "%s is an address of this machine, which forwards to others only; leave that real server out",
			 ip_format(server, text));
}

static int describe_target(const struct forward *forward, const struct forward_leg *leg, uint32_t backend,
			   struct checker_target *target, struct error *error)
{
	const struct topology_service *service = service_of(forward, backend);
	const struct mac *mac;
	int status;

	*target = (struct checker_target){ .vip = service->vip,
					   .port = service->port,
					   .protocol = service->protocol,
					   .real_server = *server_of(forward, backend) };
	status = set_hop(forward, leg, backend, target, error);
	if (status == 0)
		status = set_sources(forward, leg, backend, target, error);
	mac = topology_known_mac(&forward->topology, &target->hop);
	target->mac_known = mac != NULL;
	if (mac)
		target->mac = *mac;
	return status;
}

static int make_checker(struct forward *forward, struct forward_leg *leg, const struct checker_target *targets,
			struct error *error)
{
	struct checker_options options = { .mac = leg->post.interface->mac,
					   .targets = targets,
					   .target_count = leg->target_count,
					   .interval = forward->options.check_every * NANOS_PER_SECOND };

	if (getrandom(&options.seed, sizeof options.seed, 0) != (ssize_t)sizeof options.seed)
		return error_set(error, ERROR_SYSTEM, NULL, "the kernel has no random numbers");
	return checker_new(&leg->checker, &options, error);
}

static int set_backend(struct forward *forward, uint32_t leg, uint32_t backend, const struct checker_target *target)
{
	forward->legs[leg].backends[forward->legs[leg].target_count] = backend;
	forward->backends[backend].mac = target->mac;
	forward->backends[backend].has_mac = target->mac_known;
	return 0;
}

/* One leg after the other, since each backend is known by its leg alone. */
static int fill_leg(struct forward *forward, uint32_t index, const int *legs, struct checker_target *targets,
		    struct error *error)
{
	struct forward_leg *leg = &forward->legs[index];
	int status = 0;

	leg->backends = calloc(forward->plan.backend_count, sizeof *leg->backends);
	if (!leg->backends)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the real servers");
	for (uint32_t i = 0; i < forward->plan.backend_count && status == 0; i++) {
		if (legs[i] != (int)index)
			continue;
		status = describe_target(forward, leg, i, &targets[leg->target_count], error);
		if (status == 0)
			status = set_backend(forward, index, i, &targets[leg->target_count]);
		leg->target_count++;
	}
	return status < 0 || leg->target_count == 0 ? status : make_checker(forward, leg, targets, error);
}

static int fill_legs(struct forward *forward, struct error *error)
{
	uint32_t count = forward->plan.backend_count;
	struct checker_target *targets = calloc(count, sizeof *targets);
	int *legs = calloc(count, sizeof *legs);
	int status = targets && legs ? 0 : error_set(error, ERROR_MEMORY, NULL, "no memory for the real servers");

	for (uint32_t i = 0; i < count && status == 0; i++) {
		legs[i] = leg_to(forward, server_of(forward, i), error);
		status = legs[i] < 0 ? legs[i] : 0;
	}
	for (uint32_t i = 0; i < forward->leg_count && status == 0; i++)
		status = fill_leg(forward, i, legs, targets, error);
	free(targets);
	free(legs);
	return status;
}

int forward_prepare(struct forward *forward, struct error *error)
{
	int status = director_plan_make(&forward->plan, &forward->topology, error);

	if (status == 0)
		status = interfaces_read(&forward->interfaces, error);
	for (uint32_t i = 0; i < forward->plan.backend_count && status == 0; i++)
		status = refuse_own(forward, server_of(forward, i), error);
	if (status == 0)
		status = take_first(forward, error);
	if (status == 0) {
		forward->backends = calloc(forward->plan.backend_count, sizeof *forward->backends);
		if (!forward->backends)
			status = error_set(error, ERROR_MEMORY, NULL, "no memory for the real servers");
	}
	return status == 0 ? fill_legs(forward, error) : status;
}

int forward_prepare_announcer(struct forward *forward, struct error *error)
{
	const struct topology *topology = &forward->topology;
	struct announcer_options options = { .mac = forward->legs[0].post.interface->mac };
	struct ip *vips = calloc(topology->service_count, sizeof *vips);
	char text[IP_TEXT_SIZE];
	int status = vips ? 0 : error_set(error, ERROR_MEMORY, NULL, "no memory to announce the VIPs");

	for (uint32_t i = 0; i < topology->service_count && status == 0; i++) {
		const struct ip *vip = &topology->services[i].vip;
		uint32_t k = 0;

		while (k < options.vip_count && !ip_equal(&vips[k], vip))
			k++;
		if (k == options.vip_count)
			vips[options.vip_count++] = *vip;
		if (interfaces_have(&forward->interfaces, vip))
			status =
			    error_set(error, ERROR_USAGE, NULL,
				      "this machine has %s itself, so its kernel answers for it; leave --announce out",
				      ip_format(vip, text));
	}
	options.vips = vips;
	if (status == 0)
		status = announcer_new(&forward->legs[0].announcer, &options, error);
	free(vips);
	return status;
}

int forward_join_groups(struct forward *forward, struct error *error)
{
	const struct topology *topology = &forward->topology;
	struct ip *groups = calloc(topology->service_count, sizeof *groups);
	uint32_t count = 0;

	if (!groups)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to announce the VIPs");
	for (uint32_t i = 0; i < topology->service_count; i++)
		if (topology->services[i].vip.family == 6)
			groups[count++] = build_solicited_node(&topology->services[i].vip);
	if (count > 0)
		forward->groups = groups_join(forward->legs[0].post.interface, groups, count, error);
	free(groups);
	return count > 0 && forward->groups < 0 ? ERROR_SYSTEM : 0;
}

static uint8_t way_of(const struct forward *forward, uint32_t backend)
{
	if (forward->plan.backends[backend].method == METHOD_DR)
		return DIRECTOR_DIRECT;
	switch (forward->options.tunnel) {
	case TUNNEL_GRE: return DIRECTOR_GRE;
	case TUNNEL_GUE: return DIRECTOR_GUE;
	default: return DIRECTOR_IPIP;
	}
}

static void fill_backend(struct forward *forward, const struct forward_leg *leg, uint32_t index)
{
	const struct interface *interface = leg->post.interface;
	const struct ip *server = server_of(forward, index);
	const struct interface_address *own = interface_source(interface, server);
	struct director_backend *backend = &forward->engine->tables.backends[index];

	backend->way = way_of(forward, index);
	backend->mtu = (uint16_t)(interface->mtu < 65535 ? interface->mtu : 65535);
	backend->ifindex = leg == &forward->legs[0] ? 0 : (uint32_t)interface->index;
	memcpy(backend->source, interface->mac.b, sizeof backend->source);
	memcpy(backend->destination, forward->backends[index].mac.b, sizeof backend->destination);
	if (backend->way == DIRECTOR_DIRECT || !own)
		return;
	backend->outer_family = server->family;
	backend->port = forward->options.tunnel_port;
	memcpy(backend->outer_source, own->ip.b, sizeof backend->outer_source);
	memcpy(backend->outer_destination, server->b, sizeof backend->outer_destination);
}

void forward_fill_backends(struct forward *forward)
{
	struct director_setup *setup = forward->engine->tables.setup;
	const struct interface *first = forward->legs[0].post.interface;

	memcpy(setup->mac, first->mac.b, sizeof setup->mac);
	setup->mtu = (uint16_t)(first->mtu < 65535 ? first->mtu : 65535);
	setup->now = 1;
	for (uint32_t i = 0; i < forward->leg_count; i++)
		for (uint32_t k = 0; k < forward->legs[i].target_count; k++)
			fill_backend(forward, &forward->legs[i], forward->legs[i].backends[k]);
}

void forward_free(struct forward *forward)
{
	if (forward->engine)
		forward->engine->kind->close(forward->engine);
	for (uint32_t i = 0; i < forward->leg_count; i++) {
		checker_free(forward->legs[i].checker);
		announcer_free(forward->legs[i].announcer);
		free(forward->legs[i].backends);
		post_close(&forward->legs[i].post);
	}
	if (forward->groups >= 0)
		close(forward->groups);
	free(forward->backends);
	director_plan_free(&forward->plan);
	interfaces_free(&forward->interfaces);
	report_free(&forward->report);
	topology_free(&forward->topology);
}
