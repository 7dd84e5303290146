// SPDX-License-Identifier: GPL-2.0-or-later
/* Which part a host plays in the set-up, and what says so. */
#include "topology/host_role.h"

#include <stdio.h>

static const char *const role_names[HOST_ROLE_COUNT] = {
	[HOST_ROLE_AUTO] = "auto",         [HOST_ROLE_CLIENT] = "client",
	[HOST_ROLE_DIRECTOR] = "director", [HOST_ROLE_REAL_SERVER] = "real-server",
	[HOST_ROLE_DOM0] = "dom0",
};

static const char *const virtual_names[VIRTUAL_COUNT] = {
	[VIRTUAL_UNKNOWN] = "unknown",     [VIRTUAL_NONE] = "none",     [VIRTUAL_XEN_DOM0] = "xen-dom0",
	[VIRTUAL_XEN_GUEST] = "xen-guest", [VIRTUAL_KVM] = "kvm",       [VIRTUAL_VMWARE] = "vmware",
	[VIRTUAL_HYPERV] = "hyper-v",      [VIRTUAL_OTHER] = "virtual", [VIRTUAL_VIRTUALBOX] = "virtualbox",
};

const char *host_role_name(enum host_role role)
{
	return role_names[role];
}

bool host_role_parse(const char *text, enum host_role *role)
{
	for (int i = 0; i < HOST_ROLE_COUNT; i++) {
		if (strcmp(text, role_names[i]) == 0) {
			*role = (enum host_role)i;
			return true;
		}
	}
	return false;
}

const char *host_virtual_name(enum host_virtual kind)
{
	return virtual_names[kind];
}

bool host_virtual_parse(const char *text, enum host_virtual *kind)
{
	for (int i = 0; i < VIRTUAL_COUNT; i++) {
		if (strcmp(text, virtual_names[i]) == 0) {
			*kind = (enum host_virtual)i;
			return true;
		}
	}
	return false;
}

static void say(struct host_state *state, enum host_role role, const char *reason)
{
	state->role = role;
	host_copy_word(state->role_reason, sizeof state->role_reason, reason);
}

/* The first of `hosts` that is this one; NULL for none. */
static const struct host_address *find_own(const struct host_state *state, const struct topology_host *hosts,
					   uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct host_address *own = host_find_address(state, &hosts[i].ip);

		if (own)
			return own;
	}
	return NULL;
}

static bool named_by(struct host_state *state, const struct topology *given)
{
	const struct host_address *director = find_own(state, given->directors, given->director_count);
	const struct host_address *server = find_own(state, given->real_servers, given->real_server_count);
	char address[IP_TEXT_SIZE];

	if (!director && !server)
		return false;
	state->role = director ? HOST_ROLE_DIRECTOR : HOST_ROLE_REAL_SERVER;
	snprintf(state->role_reason, sizeof state->role_reason, "its address %s is given as a %s's",
		 ip_format(director ? &director->ip : &server->ip, address), director ? "director" : "real server");
	return true;
}

static bool has_vifs(struct host_state *state)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < state->link_count; i++)
		count += host_link_is_vif(&state->links[i]);
	if (count == 0 && state->virtualisation != VIRTUAL_XEN_DOM0)
		return false;
	state->role = HOST_ROLE_DOM0;
	snprintf(state->role_reason, sizeof state->role_reason, "%s%u interface%s of Xen guests (vif*)",
		 state->virtualisation == VIRTUAL_XEN_DOM0 ? "Xen's Dom0, " : "it has ", (unsigned)count,
		 count == 1 ? "" : "s");
	return true;
}

static bool holds_vip(struct host_state *state)
{
	for (uint32_t i = 0; i < state->vip_count; i++) {
		const struct host_vip *vip = &state->vips[i];
		char address[IP_TEXT_SIZE];

		if (!vip->held || !host_link_is_quiet(state, vip->held->link))
			continue;
		state->role = HOST_ROLE_REAL_SERVER;
		snprintf(state->role_reason, sizeof state->role_reason, "%s holds %s, as real servers hold a VIP",
			 vip->held->link, ip_format(&vip->ip, address));
		return true;
	}
	return false;
}

bool host_link_is_quiet(const struct host_state *state, const char *name)
{
	const struct host_link *link = host_find_link(state, name);

	return strcmp(name, "lo") == 0 || strncmp(name, "dummy", 5) == 0 || strncmp(name, "tunl", 4) == 0 ||
	       strncmp(name, "ip6tnl", 6) == 0 || (link && (link->loopback || strcmp(link->kind, "dummy") == 0));
}

void host_role_choose(struct host_state *state, const struct topology *given, enum host_role role)
{
	const struct topology *keepalived = &state->keepalived;

	if (role != HOST_ROLE_AUTO)
		say(state, role, "as asked for");
	else if (given && named_by(state, given))
		return;
	else if (has_vifs(state))
		return;
	else if (state->services.service_count > 0)
		say(state, HOST_ROLE_DIRECTOR, "its IPVS table has services");
	else if (keepalived->service_count > 0 || keepalived->vrrp_count > 0)
		say(state, HOST_ROLE_DIRECTOR, "its keepalived.conf has virtual servers or addresses");
	else if (!holds_vip(state))
		say(state, HOST_ROLE_CLIENT, "no Xen vifs, no IPVS services, no keepalived.conf, no VIP on lo");
}
