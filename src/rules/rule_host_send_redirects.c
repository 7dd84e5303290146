// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

static bool sends(const struct host_state *state, const struct host_link *link)
{
	return host_link_speaks_arp(link) && host_link_has(state, link, 4) &&
	       host_setting(state, link, SETTING_FORWARDING) > 0 &&
	       host_setting(state, link, SETTING_SEND_REDIRECTS) > 0;
}

static bool has_nat(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->setup.service_count; i++)
		if (state->setup.services[i].method == METHOD_NAT)
			return true;
	return false;
}

/* Either one is enough to send, so both have to be off. */
static void report(struct findings *findings, const struct host_state *state, const struct host_link *link)
{
	struct fault *fault = host_fault(findings, state, has_nat(state) ? SEVERITY_WARNING : SEVERITY_INFO,
					 CONFIDENCE_PROVEN, link, NULL);
	struct text list = TEXT_INIT;

	fault_set_summary(fault, "this director sends ICMP redirects by %s", link->name);
	host_note_setting(fault, state, link, SETTING_SEND_REDIRECTS);
	host_add_assignment(&list, "all", SETTING_SEND_REDIRECTS, 0);
	host_add_assignment(&list, link->name, SETTING_SEND_REDIRECTS, 0);
	host_set_sysctl(fault, "send-redirects", link, text_string(&list));
	text_free(&list);
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	for (uint32_t i = 0; i < state->link_count && state->role == HOST_ROLE_DIRECTOR; i++)
		if (sends(state, &state->links[i]))
			report(findings, state, &state->links[i]);
}

const struct rule rule_host_send_redirects = {
	.id = "host-send-redirects",
	.severity = SEVERITY_WARNING,
	.summary = "This director sends ICMP redirects.",
	.why =
	    "A forwarding host tells senders of a better way when a packet leaves by the interface that it came in by. "
	    "On a VS/NAT director with clients and real servers in one network, the better way is past the director.",
	.proof =
	    "Proven by the values in force: the interface's, or that of all, with forwarding on. A warning with "
	    "VS/NAT services; for VS/DR and VS/TUN, where the director forwards nothing itself, a remark: a backup "
	    "may redirect clients that still have its MAC.",
	.effect =
	    "Real servers that believe the redirect answer clients directly, from an address that these do not know: "
	    "connections break.",
	.remedies = { "sysctl -w net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.INTERFACE.send_redirects=0",
		      "printf 'net.ipv4.conf.all.send_redirects=0\\nnet.ipv4.conf.INTERFACE.send_redirects=0\\n' > "
		      "/etc/sysctl.d/60-lvs-send-redirects-INTERFACE.conf" },
	.no_help = "send_redirects=0 of all alone, or of the interface alone: either one is enough to send.",
	.sources = "include/linux/inetdevice.h (IN_DEV_TX_REDIRECTS), net/ipv4/ip_forward.c",
	.inspect = inspect,
};
