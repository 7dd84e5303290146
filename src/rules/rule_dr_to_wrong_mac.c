// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

/* The director still sends to the MAC that the real server had before; one damaged frame is no move. */
static bool has_moved(const struct facts *facts, const struct host *host, struct mac mac)
{
	const struct claim *now = facts_claim(facts, host->key.segment, &host->key.ip, host->current);

	return host->moves && mac_equal(host->previous, mac) && host->stale && now && !claim_is_hearsay(now);
}

/* Why the MAC that the director sends to is not the real server's; NULL where nothing speaks against it. */
static const char *objection(const struct facts *facts, const struct path *path, const struct ip *real_server,
			     struct mark *mark, enum confidence *confidence)
{
	const struct claim *claim = facts_claim(facts, path->segment, real_server, path->key.mac);
	const struct host *host = facts_host(facts, path->segment, real_server);
	const struct mac *known = topology_known_mac(facts->configured, real_server);
	struct ownership ownership = { .own = OWN_UNKNOWN };

	*confidence = CONFIDENCE_PROVEN;
	if (claim) {
		ownership = ownership_of(facts, claim);
		*mark = claim->answer;
	}
	if (known && !mac_equal(*known, path->key.mac))
		return "its known MAC is another";
	if (ownership.own == OWN_NO) {
		*confidence = ownership.confidence;
		return ownership_reason(ownership.ground);
	}
	if (claim && host && has_moved(facts, host, path->key.mac)) {
		*mark = host->moved;
		return "the real server has moved to another MAC since";
	}
	return NULL;
}

static void report(struct findings *findings, const struct path *path, const struct ip *real_server)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, path->segment, real_server, &path->key.mac, &path->key.service);
	struct mark mark = { .frame = 0 };
	enum confidence confidence;
	const char *reason = objection(facts, path, real_server, &mark, &confidence);
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE], director[MAC_TEXT_SIZE];
	struct fault *fault;

	if (!reason)
		return;
	fault = findings_add(findings, SEVERITY_ERROR, confidence, &subject);
	ip_format(real_server, ip);
	mac_format(path->key.mac, mac);
	fault_set_summary(fault,
			  "director %s sends packets for the VIP to %s, which is not the MAC of real server %s: %s",
			  mac_format(path->sender, director), mac, ip, reason);
	fault_cite(fault, facts, path->segment, &mark, "%s is-at %s", ip, mac);
	fault_cite(fault, facts, path->segment, &path->received_by_sender, "request for the VIP reaches the director");
	fault_cite(fault, facts, path->segment, &path->forwarded_to_it, "the director sends it to %s", mac);
	fault_cite(fault, facts, path->segment, &path->passing, "where it is sent on instead of accepted");
	fault_count(fault, path->flows, path->first_sent.time, path->first_sent.time);
}

static bool is_forwarded_by_director(const struct facts *facts, const struct path *path)
{
	return path->sender_forwards && path->tunnel == TUNNEL_NONE && !path_is_echo(path) &&
	       roles_is_vip(facts, &path->key.service) &&
	       roles_is_director(facts, path->segment, path->sender, &path->key.service) &&
	       !roles_is_director(facts, path->segment, path->key.mac, &path->key.service);
}

/* The own address of whoever has the MAC and sends the packet on; family 0 where it is not known, or a real server's.
 */
static struct ip stranger(const struct facts *facts, const struct path *path)
{
	struct ip own = { .family = 0 };

	if (facts->configured->real_server_count == 0 || !path->passed_on ||
	    roles_is_real_server(facts, path->segment, path->key.mac, &path->key.service))
		return own;
	for (uint32_t i = 0; own.family == 0 && i < facts->segments.count; i++)
		if (facts_input_of(facts, i) == path->key.input)
			own = roles_own_address(facts, i, path->key.mac);
	if (topology_find_real_server(facts->configured, &own))
		own = (struct ip){ .family = 0 };
	return own;
}

/* Every real server's MAC is configured, and this is none of them; or it is somebody else's. */
static bool is_strange(const struct facts *facts, const struct path *path)
{
	const struct topology *topology = facts->configured;

	if (stranger(facts, path).family)
		return true;

	for (uint32_t i = 0; i < topology->real_server_count; i++) {
		const struct mac *known = topology_known_mac(topology, &topology->real_servers[i].ip);

		if (!known || mac_equal(*known, path->key.mac))
			return false;
	}
	return topology->real_server_count > 0;
}

static void report_stranger(struct findings *findings, const struct path *path)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, path->segment, NULL, &path->key.mac, &path->key.service);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, CONFIDENCE_PROVEN, &subject);
	struct ip owner = stranger(facts, path);
	char mac[MAC_TEXT_SIZE], director[MAC_TEXT_SIZE], ip[IP_TEXT_SIZE];

	mac_format(path->sender, director);
	mac_format(path->key.mac, mac);
	if (owner.family)
		fault_set_summary(
		    fault,
		    "director %s sends packets for the VIP to %s, which is no real server's MAC but that of "
		    "%s, who sends them on",
		    director, mac, ip_format(&owner, ip));
	else
		fault_set_summary(fault, "director %s sends packets for the VIP to %s, which is no real server's MAC",
				  director, mac);
	fault_cite(fault, facts, path->segment, &path->received_by_sender, "request for the VIP reaches the director");
	fault_cite(fault, facts, path->segment, &path->forwarded_to_it, "the director sends it to %s", mac);
	fault_cite(fault, facts, path->segment, &path->passing, "where it is sent on instead of accepted");
	fault_count(fault, path->flows, path->first_sent.time, path->first_sent.time);
}

/* A proxy answers for many addresses; where the real servers are configured, the director means one of them. */
static bool may_be_meant(const struct facts *facts, const struct ip *ip)
{
	return facts->configured->real_server_count == 0 || topology_find_real_server(facts->configured, ip);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (path, path, &facts->paths) {
		if (!is_forwarded_by_director(facts, path))
			continue;
		if (is_strange(facts, path)) {
			report_stranger(findings, path);
			continue;
		}
		for (uint32_t i = 0; i < facts->roles->mac_count; i++) {
			const struct role_mac *role = &facts->roles->macs[i];

			if (role->role == ROLE_REAL_SERVER && role->segment == path->segment && role->ip.family &&
			    mac_equal(role->mac, path->key.mac) && may_be_meant(facts, &role->ip))
				report(findings, path, &role->ip);
		}
	}
}

const struct rule rule_dr_to_wrong_mac = {
	.id = "dr-to-wrong-mac",
	.severity = SEVERITY_ERROR,
	.summary = "The director forwards to a MAC that is not the real server's.",
	.why = "A VS/DR director sends the client's packet unchanged to the MAC that ARP gave it for the real server. "
	       "When a proxy "
	       "answered, or the entry is stale, the packet reaches somebody for whom the VIP means nothing.",
	.proof = "Proven by the forwarded packet together with the proof that this MAC is not the real server's (known "
		 "MAC, Time "
		 "Exceeded, sender-0 probe, the same packet seen elsewhere).",
	.effect = "Connections scheduled to this real server hang, or come back to the director in a loop.",
	.remedies = { "Repair the cause: see mac-substituted. On a Xen host use vif-bridge, or forward with VS/TUN or "
		      "VS/NAT.",
		      "For a stale entry on the director: ip neigh flush to RIP" },
	.no_help = "A permanent neighbour entry with the true MAC on the director does not help behind a routing Dom0: "
		   "the frame's "
		   "next receiver is Dom0 whatever MAC it carries.",
	.sources = "net/netfilter/ipvs/ip_vs_xmit.c (ip_vs_dr_xmit)",
	.conclude = conclude,
};
