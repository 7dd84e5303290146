// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

/* Values of arp_ignore: answer for the link's own addresses; for those, to askers in their network; for none. */
enum { OWN_ALONE = 1, OWN_NETWORK = 2, NONE = 8 };

/* With 2 only who is in a network of the link that holds the VIP, too, is answered. */
static bool has_network_of(const struct host_state *state, const struct host_link *link, const struct ip *vip)
{
	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *address = &state->addresses[i];

		if (address->prefix < 32 && strcmp(address->link, link->name) == 0 &&
		    ip_same_network(&address->ip, vip, address->prefix))
			return true;
	}
	return false;
}

/* Whether a VIP that the link itself does not hold is spared; 3 would do it for one of scope host only. */
static bool is_quiet(int32_t ignore)
{
	return ignore == OWN_ALONE || ignore == OWN_NETWORK || ignore == NONE || ignore == SETTING_UNSEEN;
}

/*
 * Whether a question for the VIP that comes in by the link is answered (net/ipv4/arp.c: arp_ignore; for IPv6 only the
 * receiving interface's addresses are answered for).
 */
static bool answers_for(const struct host_state *state, const struct host_link *link, const struct host_vip *vip)
{
	bool own = host_link_holds(state, link, &vip->ip);
	int32_t ignore = host_setting(state, link, SETTING_ARP_IGNORE);

	if (!host_link_speaks_arp(link) || !host_link_has(state, link, vip->ip.family))
		return false;
	if (vip->ip.family == 6)
		return own;
	return !is_quiet(ignore) || (ignore == OWN_ALONE && own) ||
	       (ignore == OWN_NETWORK && own && has_network_of(state, link, &vip->ip));
}

static bool is_on_lo(const struct host_state *state, const struct ip *vip)
{
	for (uint32_t i = 0; i < state->address_count; i++)
		if (strcmp(state->addresses[i].link, "lo") == 0 && ip_equal(&state->addresses[i].ip, vip))
			return true;
	return false;
}

/*
 * The first address of a network takes the others along when it is deleted, unless promote_secondaries is on
 * (net/ipv4/devinet.c: __inet_del_ifa): the host's own would be gone.
 */
static bool takes_others_along(const struct host_state *state, const struct host_address *held)
{
	for (uint32_t i = 0; i < state->address_count && held->ip.family == 4; i++) {
		const struct host_address *other = &state->addresses[i];

		if (other->prefix == held->prefix && strcmp(other->link, held->link) == 0 &&
		    !ip_equal(&other->ip, &held->ip) && ip_same_network(&other->ip, &held->ip, held->prefix))
			return true;
	}
	return false;
}

static void add_promotion(struct text *command, const char *link)
{
	text_add(command, "sysctl -w net.ipv4.conf.");
	for (; *link != '\0'; link++)
		text_add_char(command, *link == '.' ? '/' : *link);
	text_add(command, ".promote_secondaries=1; ");
}

/* On an interface of its own network it is answered for with arp_ignore=1, too. */
static void add_move(struct fault *fault, const struct host_state *state, const struct host_link *link,
		     const struct host_vip *vip)
{
	unsigned whole = vip->ip.family == 4 ? 32 : 128;
	char address[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *held = &state->addresses[i];
		struct text command = TEXT_INIT;

		if (!ip_equal(&held->ip, &vip->ip) || strcmp(held->link, link->name) != 0)
			continue;
		ip_format(&vip->ip, address);
		if (takes_others_along(state, held))
			add_promotion(&command, link->name);
		text_printf(&command, "ip addr del %s/%u dev %s", address, held->prefix, link->name);
		if (!is_on_lo(state, &vip->ip))
			text_printf(&command, "; ip addr add %s/%u dev lo", address, whole);
		fault_add_remedy(fault, "%s", text_string(&command));
		text_free(&command);
		fault_add_remedy(fault, "Make it last where the address is configured: on lo, with the mask /%u.",
				 whole);
		host_note(fault, state, link->name, "holds %s/%u itself", address, held->prefix);
	}
}

static void report(struct findings *findings, const struct host_state *state, const struct host_link *link,
		   const struct host_vip *vip)
{
	bool filtered = host_filters_arp(state);
	struct fault *fault = host_fault(findings, state, SEVERITY_ERROR,
					 filtered ? CONFIDENCE_LIKELY : CONFIDENCE_PROVEN, link, &vip->ip);
	char address[IP_TEXT_SIZE];

	fault_set_summary(fault, "this real server answers ARP for the VIP %s by %s", ip_format(&vip->ip, address),
			  link->name);
	host_note_setting(fault, state, link, SETTING_ARP_IGNORE);
	if (filtered)
		host_note(fault, state, "filters", "one of ARP is loaded; whether it drops such questions is unseen");
	if (vip->ip.family == 4 && !is_quiet(host_setting(state, link, SETTING_ARP_IGNORE)))
		host_raise_all(fault, "arp-ignore", link, SETTING_ARP_IGNORE, OWN_ALONE);
	add_move(fault, state, link, vip);
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	if (state->role != HOST_ROLE_REAL_SERVER)
		return;
	for (uint32_t v = 0; v < state->vip_count; v++)
		for (uint32_t i = 0; i < state->link_count && host_vip_is_quiet(&state->vips[v]); i++)
			if (answers_for(state, &state->links[i], &state->vips[v]))
				report(findings, state, &state->links[i], &state->vips[v]);
}

const struct rule rule_host_arp_ignore = {
	.id = "host-arp-ignore",
	.severity = SEVERITY_ERROR,
	.summary = "This real server's settings let it answer ARP for the VIP.",
	.why = "For VS/DR and VS/TUN every real server holds the VIP, but only the director may answer for it. With "
	       "arp_ignore=0 Linux answers on any interface for any of its addresses, those on lo included; with 1 "
	       "still for those of the interface that the question comes in by. 3 spares addresses of scope host "
	       "alone, and "
	       "4 to 7 and more than 8 count as 0.",
	.proof =
	    "Proven by the value in force, the greater of the interface's and that of all, and by where the VIP is. "
	    "Likely where a filter of ARP is loaded, which may drop what the settings allow.",
	.effect = "Who answers first gets the clients: some bypass the director, the load is uneven, and connections "
		  "break when a neighbour cache is refreshed.",
	.remedies = { "sysctl -w net.ipv4.conf.all.arp_ignore=1",
		      "printf 'net.ipv4.conf.all.arp_ignore=1\\n' > /etc/sysctl.d/60-lvs-arp-ignore.conf",
		      "ip addr del VIP/32 dev INTERFACE; ip addr add VIP/32 dev lo" },
	.no_help =
	    "arp_ignore of lo alone, since the interface counts that the question comes in by; arp_filter, which "
	    "does not cover sender-0 probes; arp_ignore=1 while the VIP is on the interface itself.",
	.sources = "net/ipv4/arp.c (arp_ignore), include/linux/inetdevice.h, Documentation/networking/ip-sysctl.rst",
	.inspect = inspect,
};
