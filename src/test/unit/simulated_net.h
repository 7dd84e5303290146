// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A network in virtual time: segments, and hosts that behave as Linux does as far as the prober can see it - ARP and
 * neighbour discovery with arp_ignore, arp_announce and the proxies, local delivery, forwarding with TTL, redirects and
 * ICMP errors at their rate, TCP and UDP ports, packet filters, tunnels, and the director of VS/DR, TUN and NAT.
 *
 * One host's first interface is where the prober sends and captures. Everything that is seen there goes to the prober
 * and to the engine, and is checked for politeness.
 */
#ifndef TEST_SIMULATED_NET_H
#define TEST_SIMULATED_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/engine.h"
#include "probe/prober.h"
#include "probe/scanner.h"
#include "wire/build.h"

enum { HOST_PORTS = 4, HOST_ADDRESSES = 6, HOST_ROUTES = 8, HOST_SERVICES = 4, HOST_SERVERS = 8, HOST_FILTERS = 4 };

/* net/ipv4/arp.c: a broadcast question is answered for others after a random part of it. */
#define PROXY_DELAY (800 * NANOS_PER_MILLI)

struct net;

struct net_port {
	int segment;
	struct mac mac;
	bool proxy_arp;       /* for addresses whose route leaves by another port; proxy_ndp for IPv6 */
	bool proxy_arp_pvlan; /* ... by the same */
	nanos waits[64];      /* until when its delayed answers wait: at most 64 (proxy_qlen) */
};

struct net_address {
	struct ip ip;
	uint8_t prefix;
	int port; /* -1: lo */
};

struct net_route {
	struct ip ip;
	uint8_t prefix;
	int port;
	struct ip via; /* family 0: on the link */
};

struct net_filter {
	struct ip ip;
	uint16_t port;
	uint8_t protocol;
	bool reject; /* with ICMP "administratively prohibited" */
};

struct net_service {
	struct ip ip; /* family 0: every address */
	uint16_t port;
	uint8_t protocol;
};

struct net_connection {
	struct ip client;
	uint8_t pad[1];
	uint16_t port;
};

struct net_host {
	struct net *net;
	char name[16];
	bool down;
	struct net_port ports[HOST_PORTS];
	int port_count;
	struct net_address addresses[HOST_ADDRESSES];
	int address_count;
	struct net_route routes[HOST_ROUTES];
	int route_count;
	struct net_route *many_routes; /* more of them, for a router with many guests; freed with the host */
	int many_count;
	struct net_service services[HOST_SERVICES];
	int service_count;
	struct net_filter filters[HOST_FILTERS];
	int filter_count;
	bool forwards, arp_ignore, arp_announce, decapsulates, no_echo, no_probes;
	enum packet_tunnel tunnel; /* which one it decapsulates */
	struct ip proxied;         /* a neighbour proxy entry */
	/* Director: packets for `vip` and its port go to one of the servers. */
	struct ip vip;
	uint16_t vip_port;
	enum method method;
	struct ip servers[HOST_SERVERS];
	int server_count;
	struct table connections; /* VS/NAT: clients' addresses and ports */
	struct table neighbours;
	nanos tokens; /* ICMP errors: six at once, then one a second; each costs a second */
	nanos tokens_at;
};

/* What a third party would object to. */
struct net_objections {
	uint32_t too_fast, forged, announcements, icmp_too_fast, unanswered_syn_acks;
};

struct net {
	struct net_host *hosts[2048];
	int host_count;
	struct net_event *events; /* heap */
	uint32_t event_count, event_room;
	uint64_t event_order;
	nanos now, started;
	uint64_t random;
	uint32_t loss; /* frames of a thousand that get lost on their way to or from the prober's host */
	struct builder builder;
	struct net_host *here; /* where the prober runs */
	struct engine *engine;
	struct prober *prober;
	struct scanner *scanner;
	uint32_t frames; /* captured */
	uint32_t sent;
	nanos last_sent;
	nanos interval;
	struct net_objections objections;
	struct table half_open;
	uint32_t half_opened, closed;
};

struct net *net_new(uint64_t seed);
void net_free(struct net *net);

struct net_host *net_add_host(struct net *net, const char *name);
/* A port with a MAC such as "00:16:3e:0a:01:0d", in a segment (any number; hosts in one hear each other). */
int net_add_port(struct net_host *host, int segment, const char *mac);
/* "10.1.1.13/24" on a port, or on lo with port -1. */
void net_add_address(struct net_host *host, int port, const char *address);
void net_add_route(struct net_host *host, const char *network, int port, const char *via);
void net_add_service(struct net_host *host, const char *ip, uint16_t port, uint8_t protocol);
void net_add_filter(struct net_host *host, const char *ip, uint16_t port, bool reject);
void net_add_server(struct net_host *director, const char *ip);

/*
 * Runs the prober (or the scanner) on `here` to its end, with an engine fed beside it, and gives the duration. The
 * report is the caller's to free.
 */
nanos net_run_probe(struct net *net, struct net_host *here, const struct topology *topology, struct report *report);
nanos net_run_scan(struct net *net, struct net_host *here, const char *network, struct report *report);

/* --- between simulated_net.c and simulated_host.c --- */

void net_send(struct net_host *host, int port, const uint8_t *bytes, size_t length, nanos delay);
void net_receive(struct net_host *host, int port, const uint8_t *bytes, uint32_t length);
/* Calls the host back: the neighbour was not found yet. */
void net_call_later(struct net_host *host, const struct ip *neighbour, nanos delay);
void net_retry_neighbour(struct net_host *host, const struct ip *neighbour);
uint32_t net_random(struct net *net);
bool host_has(const struct net_host *host, const struct ip *ip);
/* Whether the host would do anything about this broadcast question. */
bool host_cares_for(const struct net_host *host, int port, const struct ip *target);

#endif
