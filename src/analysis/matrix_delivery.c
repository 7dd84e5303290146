// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells that packets for the service decide: accepts, service, return. */
#include "analysis/matrix.h"

/* The real server answers for itself in this segment: another MAC that answers, too, is not where it is. */
static bool has_own_mac(const struct cells *cells, uint32_t segment)
{
	const struct host *host = facts_host(cells->facts, segment, &cells->row->real_server);

	if (!host)
		return false;
	FOR_CLAIMS_OF_HOST (cells->facts, host, claim)
		if (ownership_of(cells->facts, claim).own == OWN_YES)
			return true;
	return false;
}

static bool is_bystander(const struct cells *cells, const struct path *path)
{
	return station_is_proxy(cells->facts, path->segment, path->key.mac) && has_own_mac(cells, path->segment);
}

/* Where a tunnel ends counts, not the MAC that it is sent to; and behind a router nothing but the tunnel's end. */
static bool leads_elsewhere(const struct cells *cells, const struct path *path)
{
	if (path->key.via.family && topology_find_real_server(&cells->facts->roles->topology, &path->key.via))
		return !ip_equal(&path->key.via, &cells->row->real_server);
	return (cells->row->method == METHOD_TUN && station_is_proxy(cells->facts, path->segment, path->key.mac)) ||
	       is_bystander(cells, path);
}

/* Whether the path's receiver is this row's real server, as the sender believes. */
static bool leads_to_row(const struct cells *cells, const struct path *path)
{
	return cells_path_leads_to_row(cells, path) && !leads_elsewhere(cells, path);
}

/* A director that also claims to be a real server's proxy receives the clients' packets first: those tell nothing. */
static bool is_first_hop(const struct cells *cells, const struct path *path)
{
	return roles_is_director(cells->facts, path->segment, path->key.mac, &path->key.service) &&
	       !station_is_proxy(cells->facts, path->segment, path->key.mac);
}

/* The MAC is not the real server's own: what is answered from it may be the work of any server behind it. */
static bool is_anybodys(const struct cells *cells, const struct path *path)
{
	const struct claim *claim = facts_claim(cells->facts, path->segment, &cells->row->real_server, path->key.mac);

	return cells->row->method != METHOD_TUN && cells->row->method != METHOD_NAT && claim &&
	       ownership_of(cells->facts, claim).own == OWN_NO;
}

static void judge_acceptance(struct cells *cells, const struct path *path)
{
	char mac[MAC_TEXT_SIZE];

	if (path->passed_on)
		cell_set(cells, CHECK_ACCEPTS, CHECK_FAIL, "it sends packets for the VIP on to %s",
			 mac_format(path->passed_to, mac));
	else if (path->redirects)
		cell_set(cells, CHECK_ACCEPTS, CHECK_FAIL, "it answers packets for the VIP with a redirect");
	else if (path->time_exceeded)
		cell_set(cells, CHECK_ACCEPTS, CHECK_FAIL, "a router answered Time Exceeded");
	else if (path->unreachable)
		cell_set(cells, CHECK_ACCEPTS, CHECK_FAIL, "a router reported the VIP as unreachable");
	else if (is_anybodys(cells, path))
		cell_set(cells, CHECK_ACCEPTS, CHECK_UNKNOWN,
			 "packets for the VIP end at a MAC that is not its own; repair that first");
	else if (path->accepted || path->refused || path->prohibited)
		cell_set(cells, CHECK_ACCEPTS, CHECK_PASS, "it answers packets for the VIP from its own MAC");
	else if (path->other_replied && path->sender_forwards)
		cell_set(cells, CHECK_ACCEPTS, CHECK_FAIL, "%s answered what was sent to it",
			 mac_format(path->other, mac));
	else if (path->silent)
		cell_set(cells, CHECK_ACCEPTS, CHECK_UNKNOWN,
			 "%u requests unanswered: the VIP is missing and forwarding off, or a filter, rp_filter or the "
			 "return "
			 "path drops; `ip addr show to VIP` on the real server settles it",
			 path->silent_requests);
}

/* Whatever was answered to packets that were sent to it, others may have answered. */
static bool sends_on(const struct path *path)
{
	return path->passed_on || path->redirects || path->time_exceeded || path->unreachable;
}

static void judge_service(struct cells *cells, const struct path *path)
{
	if (sends_on(path) || is_anybodys(cells, path))
		return;
	if (path->opened)
		cell_set(cells, CHECK_SERVICE, CHECK_PASS, "the service answers");
	else if (path->prohibited)
		cell_set(cells, CHECK_SERVICE, CHECK_FAIL, "a filter prohibits it");
	else if (path->refused)
		cell_set(cells, CHECK_SERVICE, CHECK_FAIL,
			 cells->row->method == METHOD_NAT ? "the port is closed" : "the port is closed on the VIP");
}

static void judge_return(struct cells *cells, const struct path *path)
{
	char ip[IP_TEXT_SIZE];

	if (path->via_director && cells->row->method != METHOD_NAT)
		cell_set(cells, CHECK_RETURN, CHECK_FAIL, "its answers go to the director");
	else if (path->from_rip)
		cell_set(cells, CHECK_RETURN, CHECK_FAIL, "its answers come from %s instead of the VIP",
			 ip_format(&path->stray_source, ip));
	else if (path->straight && !sends_on(path) && !is_anybodys(cells, path))
		cell_set(cells, CHECK_RETURN, CHECK_PASS, "its answers come straight, with the VIP as source");
	else if (path->accepted && cells->row->method == METHOD_TUN)
		cell_set(cells, CHECK_RETURN, CHECK_PASS, "its answers have the VIP as source");
}

/* What a client's connections through the directors came to. */
struct outcome {
	bool tried, served;
};

static struct outcome outcome_of(const struct cells *cells)
{
	struct outcome outcome = { .tried = false };

	FOR_RECORDS (path, path, &cells->facts->paths) {
		if (!cells_path_matches(cells, path) || path->flows == 0 ||
		    !roles_is_director(cells->facts, path->segment, path->key.mac, &path->key.service))
			continue;
		/* What was refused may not have come as far as to a real server. */
		outcome.tried |= path->flows > path->denied + path->prohibited + path->unreachable;
		outcome.served |= path->served > 0;
	}
	return outcome;
}

/* Whether this path shows that the real server answers other than straight to who asks it. */
static bool answers_otherwise(const struct facts *facts, const struct path *path)
{
	return path->accepted > path->to_asker ||
	       (path->accepted && roles_is_director(facts, path->segment, path->key.mac, NULL));
}

/* All real servers were asked, and answered straight if at all: who was served all the same was so by a director that
 * hides him from them. */
static bool all_answer_straight(const struct facts *facts)
{
	const struct topology *topology = &facts->roles->topology;

	for (uint32_t i = 0; i < topology->real_server_count; i++) {
		bool asked = false;

		FOR_RECORDS (path, path, &facts->paths) {
			if (path_is_echo(path) || !ip_equal(&path->key.service, &topology->real_servers[i].ip))
				continue;
			if (answers_otherwise(facts, path))
				return false;
			asked |= path->accepted + path->silent > 0;
		}
		if (!asked)
			return false;
	}
	return true;
}

/*
 * VS/NAT needs the answers back at the director, which puts the VIP's address into them. Who asks a real server himself
 * sees how it would answer him: straight to him, it would also answer what the director sends it in his name, unless
 * the director puts its own address into that, too.
 */
static void judge_translated_return(struct cells *cells, const struct path *path)
{
	struct outcome outcome;

	if (roles_is_director(cells->facts, path->segment, path->key.mac, NULL))
		cell_set(cells, CHECK_RETURN, CHECK_PASS, "its answers come by way of the director");
	else if (path->accepted > path->to_asker)
		cell_set(cells, CHECK_RETURN, CHECK_PASS, "its answers go back to the director");
	else if (roles_is_director(cells->facts, path->segment, path->sender, NULL))
		cell_set(
		    cells, CHECK_RETURN, CHECK_UNKNOWN,
		    "the director's own questions are answered to it in any case; a client's connection settles it");
	else {
		outcome = outcome_of(cells);
		if (outcome.served && all_answer_straight(cells->facts))
			cell_set(cells, CHECK_RETURN, CHECK_PASS,
				 "its answers reach this client by way of the director, which hides clients from it");
		else if (outcome.tried && !outcome.served)
			cell_set(cells, CHECK_RETURN, CHECK_FAIL,
				 "its answers go straight to a client in its own network, past the director");
		else
			cell_set(cells, CHECK_RETURN, CHECK_UNKNOWN,
				 "it answers this client straight; a client in another network settles it, or %s",
				 outcome.served ? "a connection that is known to have reached it"
						: "a connection to the VIP");
	}
}

/* VS/NAT: the director's translated packets are for the real server's own address. */
static void judge_translated(struct cells *cells, const struct path *path)
{
	char ip[IP_TEXT_SIZE];

	if (!ip_equal(&path->key.service, &cells->row->real_server) || path_is_echo(path) ||
	    (cells->row->protocol && path->key.protocol != cells->row->protocol))
		return;
	if (path->accepted)
		cell_set(cells, CHECK_ACCEPTS, CHECK_PASS, "it answers translated packets");
	judge_service(cells, path);
	if (path->elsewhere)
		cell_set(cells, CHECK_RETURN, CHECK_FAIL, "its answers bypass the director, from %s",
			 ip_format(&path->key.service, ip));
	else if (path->accepted)
		judge_translated_return(cells, path);
}

/* Whichever way it came, and whoever sent the request on: it is this real server's. */
static void judge_stray(struct cells *cells, const struct path *path)
{
	char ip[IP_TEXT_SIZE];

	if (path->from_rip && cells_path_matches(cells, path) &&
	    ip_equal(&path->stray_source, &cells->row->real_server))
		cell_set(cells, CHECK_RETURN, CHECK_FAIL, "its answers come from %s instead of the VIP",
			 ip_format(&path->stray_source, ip));
}

/* Tunnels and translated packets may cross routers on their way: what a router does with them tells nothing. */
static bool is_routed_through(const struct cells *cells, const struct path *path)
{
	return (cells->row->method == METHOD_TUN || cells->row->method == METHOD_NAT) && path->passed_on;
}

/* An echo request for the VIP itself, whatever becomes of requests to the service. */
static void judge_echo(struct cells *cells, const struct path *path)
{
	if (path_is_echo(path) && ip_equal(&path->key.service, &cells->row->vip) && path->accepted &&
	    leads_to_row(cells, path) && !is_first_hop(cells, path) && !path->passed_on && !is_anybodys(cells, path))
		cell_set(cells, CHECK_ACCEPTS, CHECK_PASS, "it answers an echo request for the VIP from its own MAC");
}

/* Whatever the real server sends to who asks comes by way of the director, its answers for the VIP, too. */
static void judge_detour(struct cells *cells, const struct path *path)
{
	if (path->key.protocol == IP_PROTO_ICMP && ip_equal(&path->key.service, &cells->row->real_server) &&
	    path->other_replied && cells->row->method != METHOD_NAT &&
	    roles_is_director(cells->facts, path->segment, path->other, NULL) &&
	    !station_is_proxy(cells->facts, path->segment, path->other))
		cell_set(cells, CHECK_RETURN, CHECK_FAIL, "its answers to echo requests come from the director's MAC");
}

void judge_delivery(struct cells *cells)
{
	FOR_RECORDS (path, path, &cells->facts->paths) {
		if (cells->row->method == METHOD_NAT)
			judge_translated(cells, path);
		judge_echo(cells, path);
		judge_stray(cells, path);
		judge_detour(cells, path);
		if (!cells_path_matches(cells, path) || !leads_to_row(cells, path) || is_first_hop(cells, path) ||
		    is_routed_through(cells, path))
			continue;
		/* Behind a router's MAC the VIP is the director's, and so are the answers. */
		if (cells->row->method != METHOD_NAT) {
			judge_acceptance(cells, path);
			judge_service(cells, path);
		}
		judge_return(cells, path);
	}
	cell_set(cells, CHECK_ACCEPTS, CHECK_UNKNOWN, "no packet for the VIP was seen on its way to it");
	cell_set(cells, CHECK_SERVICE, CHECK_UNKNOWN, "no request to the service was answered");
	cell_set(cells, CHECK_RETURN, CHECK_UNKNOWN, "no answer was seen");
}
