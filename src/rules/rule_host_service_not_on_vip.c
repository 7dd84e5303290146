// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "rules/host_common.h"

static void report(struct findings *findings, const struct host_state *state, const struct topology_service *service,
		   const struct host_socket *made)
{
	enum confidence confidence = host_may_redirect(state) ? CONFIDENCE_LIKELY : CONFIDENCE_PROVEN;
	const struct host_link *link = host_link_towards(state, &service->vip);
	struct fault *fault = host_fault(findings, state, SEVERITY_ERROR, confidence, link, &service->vip);
	char vip[IP_TEXT_SIZE], address[IP_TEXT_SIZE], place[IP_TEXT_SIZE + 8];

	fault_set_summary(fault, "this real server holds the VIP %s, but its service at port %u listens on %s only",
			  ip_format(&service->vip, vip), service->port, ip_format(&made->ip, address));
	snprintf(place, sizeof place, made->ip.family == 4 ? "%s:%u" : "[%s]:%u", address, made->port);
	host_note(fault, state, place, "a socket waits here, and none on the VIP or on any address");
}

/* Where nobody listens at all, the service may just be stopped: no fault of an address. */
static void inspect(const struct host_state *state, struct findings *findings)
{
	for (uint32_t i = 0; i < state->setup.service_count && state->role == HOST_ROLE_REAL_SERVER; i++) {
		const struct topology_service *service = &state->setup.services[i];
		const struct host_vip *vip = host_find_vip(state, &service->vip);
		const struct host_socket *made;
		bool serves;

		if (!vip || !host_vip_is_quiet(vip) || service->port == 0)
			continue;
		made = host_find_socket(state, service, &serves);
		if (made && !serves)
			report(findings, state, service, made);
	}
}

const struct rule rule_host_service_not_on_vip = {
	.id = "host-service-not-on-vip",
	.severity = SEVERITY_ERROR,
	.summary = "This real server's service listens on another address than the VIP.",
	.why =
	    "VS/DR and VS/TUN deliver packets that still carry the VIP as destination. A socket that is bound to the "
	    "real server's own address does not get them.",
	.proof =
	    "Proven by the sockets that wait at the VIP's port: some, but none of the VIP or of any address. Likely "
	    "where a packet filter is loaded, which may redirect. Nobody listening at all is only printed.",
	.effect = "Every n-th connection is refused at once, while health checks of the real server's own address stay "
		  "green.",
	.remedies = { "Let the service listen on the VIP or on any address (`ss -lntup` shows where it listens now), "
		      "at "
		      "the same port." },
	.no_help = "A different port in ipvsadm -r: VS/DR and VS/TUN rewrite neither ports nor addresses.",
	.sources = "net/ipv4/inet_hashtables.c (compute_score), bind(2)",
	.inspect = inspect,
};
