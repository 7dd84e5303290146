// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the set-up is meant to be: VIPs and their services, directors, real
 * servers, VRRP instances and MAC addresses that are known to be true. One
 * reader per source fills it (options, own file, keepalived.conf, `ipvsadm
 * -S -n`, ethers); the analysis adds what traffic shows, marked inferred.
 */
#ifndef TOPOLOGY_TOPOLOGY_H
#define TOPOLOGY_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/table.h"
#include "base/text.h"
#include "wire/address.h"

/* How a director forwards: LVS packet-forwarding methods (ipvsadm(8): -g, -i, -m). */
enum method { METHOD_UNKNOWN, METHOD_DR, METHOD_TUN, METHOD_NAT };

enum topology_origin { ORIGIN_CONFIGURED, ORIGIN_INFERRED };

enum { IP_PROTO_SCTP = 132 };

/* Limits that keep hostile configuration from eating the machine. */
enum {
	TOPOLOGY_MAX_SERVICES = 4096,
	TOPOLOGY_MAX_HOSTS = 65536,
	TOPOLOGY_MAX_BACKENDS = 65536,
	TOPOLOGY_MAX_VRRP = 1024,
};

/* One virtual service. A VIP given without a port has port 0 and protocol 0 (any). */
struct topology_service {
	struct ip vip;    /* family 0 for an fwmark service without address */
	uint16_t port;    /* 0: any */
	uint8_t protocol; /* IP_PROTO_TCP, IP_PROTO_UDP, IP_PROTO_SCTP; 0: any */
	uint32_t fwmark;  /* 0: none */
	enum method method;
	enum topology_origin origin;
};

/* A real server in a service. Services without any backend use those of the topology: see topology_uses(). */
struct topology_backend {
	uint32_t service;     /* index */
	uint32_t real_server; /* index */
	uint16_t port;        /* 0: the service's, also where it was given and is the same */
	int32_t weight;       /* -1 unknown */
	enum method method;   /* METHOD_UNKNOWN: the service's */
};

struct topology_host {
	struct ip ip;
	struct mac mac; /* zero where none was given */
	bool mac_known; /* `mac` is configured as the true one; else it was merely seen */
	enum topology_origin origin;
};

struct topology_known_mac {
	struct ip ip;
	struct mac mac;
};

struct topology_vrrp {
	char name[64];
	uint8_t vrid;
	uint8_t priority; /* 0 unknown */
	bool use_vmac;
	uint32_t address_count;      /* of those below */
	struct ip addresses[16];     /* the first that it advertises; all become VIPs */
	uint32_t addresses_left_out; /* how many more there are */
};

struct topology {
	struct topology_service *services;
	uint32_t service_count, service_room;
	struct topology_backend *backends;
	uint32_t backend_count, backend_room;
	struct topology_host *real_servers;
	uint32_t real_server_count, real_server_room;
	struct topology_host *directors;
	uint32_t director_count, director_room;
	struct topology_known_mac *known;
	uint32_t known_count, known_room;
	struct topology_vrrp *vrrp;
	uint32_t vrrp_count, vrrp_room;
	struct table index; /* finds all of the above; the adders keep it */
};

// clang-format off
#define TOPOLOGY_INIT { .services = NULL }
// clang-format on

void topology_free(struct topology *topology); /* and back to TOPOLOGY_INIT */
/* A deep copy into an initialised, empty topology. */
int topology_copy(const struct topology *from, struct topology *to, struct error *error);

/*
 * The part of a set-up that concerns one address, into an initialised, empty topology: of a real server itself and the
 * services that it is for; of a VIP its services and their real servers; with the directors. An address that plays no
 * part becomes a real server without a service.
 */
int topology_narrow(const struct topology *from, const struct ip *address, struct topology *to, struct error *error);

/*
 * Adders merge with what is there (a host by address, a service by address,
 * port, protocol and fwmark, a VRRP instance by name) and give the index, or a
 * negative error code. Lists grow through them only, since lookups use their
 * index; fields that are no part of a key may be changed in place.
 *
 * What is configured wins over what is inferred. Configuration that
 * contradicts itself is ERROR_USAGE: a second method, MAC or weight, an address
 * that is both VIP and real server, a real server of the other family than its
 * VIP unless the method is VS/TUN, an address that no host can own. So is a list
 * that is full. A MAC that comes with ORIGIN_CONFIGURED becomes a known one for
 * its address in every role.
 */
int topology_add_service(struct topology *topology, const struct topology_service *service, struct error *error);
int topology_add_real_server(struct topology *topology, const struct ip *ip, const struct mac *mac,
			     enum topology_origin origin, struct error *error);
int topology_add_director(struct topology *topology, const struct ip *ip, const struct mac *mac,
			  enum topology_origin origin, struct error *error);
int topology_add_backend(struct topology *topology, const struct topology_backend *backend, struct error *error);
int topology_add_known_mac(struct topology *topology, const struct ip *ip, struct mac mac, struct error *error);

/* Keeps the instance alone; its addresses become VIPs by topology_add_service. Odd bytes of the name become '_'. */
int topology_add_vrrp(struct topology *topology, const struct topology_vrrp *vrrp, struct error *error);

bool topology_is_vip(const struct topology *topology, const struct ip *ip);
/* Whether any service, or any of its real servers, is forwarded so. */
bool topology_has_method(const struct topology *topology, enum method method);
const struct topology_host *topology_find_real_server(const struct topology *topology, const struct ip *ip);
const struct topology_host *topology_find_director(const struct topology *topology, const struct ip *ip);
/*
 * Whether a service without backends uses the real server: those of its VIP's family, or all where there are none.
 * Firewall marks may stand for either family.
 */
bool topology_uses(const struct topology *topology, const struct topology_service *service,
		   const struct topology_host *real_server);
/* The MAC that configuration says is true for `ip` (ethers, --rs IP=MAC, ...), or NULL. */
const struct mac *topology_known_mac(const struct topology *topology, const struct ip *ip);

const char *method_name(enum method method);              /* "dr", "tun", "nat", "unknown" */
bool method_parse(const char *text, enum method *method); /* dr, tun, nat and keepalived's DR, TUN, NAT */

const char *protocol_name(uint8_t protocol); /* "tcp", "udp", "sctp", "any" */
/* tcp, udp and sctp in either case; not "any". */
bool protocol_parse(const char *text, uint8_t *protocol);

/* Room for the longest that service_format writes. */
enum { SERVICE_TEXT_SIZE = IP_TEXT_SIZE + 32 };
/* "10.1.1.1:80/tcp", "[2001:db8::1]:53/udp", "10.1.1.1", "fwmark 7": what the own format reads. */
const char *service_format(const struct topology_service *service, char buffer[static SERVICE_TEXT_SIZE]);
/* Sets vip, port and protocol from ADDR[:PORT[/PROTO]]; a port without protocol is TCP, port 0 is any port. */
int service_parse(const char *text, struct topology_service *service, struct error *error);

/* Option forms: ADDR[:PORT[/PROTO]] ([v6]:PORT for IPv6), ADDR[=MAC]. `option` is for the message. */
int topology_parse_vip(struct topology *topology, const char *option, const char *text, enum method method,
		       struct error *error);
int topology_parse_host(const char *option, const char *text, struct ip *ip, struct mac *mac, bool *has_mac,
			struct error *error);

/*
 * Files that a configuration includes are asked for through this callback:
 * `pattern` is as written (it may hold wildcards), `base` the file that names
 * it. Calls `each` for every match in sorted order, not at all where nothing
 * matches; stops when `each` gives anything but 0, and returns that. `name` and
 * `bytes` are lent for the call.
 */
struct topology_loader {
	int (*load)(void *context, const char *base, const char *pattern,
		    int (*each)(void *argument, const char *name, const char *bytes, size_t length,
				struct error *error),
		    void *argument, struct error *error);
	void *context;
	const char *config_id; /* which `@id` lines of keepalived.conf hold (keepalived -i); NULL: none does */
};

/* Tells own format, keepalived.conf and `ipvsadm -S` output apart by content. `loader` may be NULL: includes then fail.
 */
int topology_read(struct topology *topology, const char *name, const char *bytes, size_t length,
		  const struct topology_loader *loader, struct error *error);

/* One reader per source; `name` is for messages, errors carry "name:line". */
int topology_read_own(struct topology *topology, const char *name, const char *bytes, size_t length,
		      struct error *error);
int topology_read_keepalived(struct topology *topology, const char *name, const char *bytes, size_t length,
			     const struct topology_loader *loader, struct error *error);
int topology_read_ipvsadm(struct topology *topology, const char *name, const char *bytes, size_t length,
			  struct error *error);
int topology_read_ethers(struct topology *topology, const char *name, const char *bytes, size_t length,
			 struct error *error);

/* Writes the own format: reading it back gives the same topology, with everything configured. */
void topology_write_own(const struct topology *topology, struct text *text);
/* Whether a text begins as such, and is no chance comment of somebody else's. */
bool topology_is_written(const char *text);

#endif
