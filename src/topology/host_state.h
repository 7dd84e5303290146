// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a machine says of itself: a plain value that src/host fills from the
 * running kernel, from a saved state or from the outputs of ip(8), sysctl(8)
 * and ipvsadm(8), and that the host-* rules judge. Nothing in here does I/O.
 *
 * Lists grow by the adders only and are bounded by HOST_MAX_ENTRIES; what finds
 * no room is dropped, and noted as unseen. What could not be read is unseen: a
 * setting that is not known is SETTING_UNSEEN, never 0.
 */
#ifndef TOPOLOGY_HOST_STATE_H
#define TOPOLOGY_HOST_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "base/text.h"
#include "topology/topology.h"
#include "wire/address.h"

enum { HOST_NAME_SIZE = 65, HOST_LINK_SIZE = 16, HOST_WORD_SIZE = 64, HOST_MAX_ENTRIES = 65536 };

/* Settings of each interface and of `all`, in the order of the table in host_settings.c. */
enum host_setting {
	SETTING_ARP_IGNORE,
	SETTING_ARP_ANNOUNCE,
	SETTING_ARP_FILTER,
	SETTING_ARP_ACCEPT,
	SETTING_ARP_NOTIFY,
	SETTING_DROP_GRATUITOUS_ARP,
	SETTING_RP_FILTER,
	SETTING_PROXY_ARP,
	SETTING_PROXY_ARP_PVLAN,
	SETTING_FORWARDING,
	SETTING_SEND_REDIRECTS,
	SETTING_ACCEPT_LOCAL,
	SETTING_LOG_MARTIANS,
	SETTING_MEDIUM_ID,
	SETTING_FORWARDING6,
	SETTING_PROXY_NDP,
	SETTING_COUNT
};
enum { SETTING_UNSEEN = -1000 };

struct host_link {
	char name[HOST_LINK_SIZE];
	struct mac mac; /* zero where it has none */
	bool ethernet;  /* has Ethernet frames, and is no loopback */
	bool loopback;
	bool arp; /* not IFF_NOARP */
	bool up;
	uint32_t mtu;
	char kind[HOST_LINK_SIZE];    /* "bridge", "vlan", "ipip", ...; "" for plain devices */
	char master[HOST_LINK_SIZE];  /* the bridge, bond or switch that it is a port of; "" for none */
	struct mac given;             /* of a Xen guest's interface, the MAC that Xen's store has; zero unknown */
	char backend[HOST_LINK_SIZE]; /* ... and Dom0's end of it: "vif4.0"; "" unknown */
	int32_t settings[SETTING_COUNT];
};

struct host_address {
	struct ip ip;
	uint8_t prefix;
	char link[HOST_LINK_SIZE];
};

enum host_route_type { ROUTE_UNICAST, ROUTE_LOCAL, ROUTE_OTHER };

struct host_route {
	struct ip destination; /* of the default route: all zero, with its family */
	uint8_t prefix;
	enum host_route_type type;
	struct ip gateway; /* family 0: none */
	uint32_t table, metric;
	char link[HOST_LINK_SIZE];
};

struct host_neighbour {
	struct ip ip;
	struct mac mac; /* zero where it does not resolve, and for proxies */
	bool proxy;     /* `ip neigh show proxy`: this host answers for it */
	char link[HOST_LINK_SIZE];
	char state[HOST_LINK_SIZE]; /* "reachable", "stale", "failed", ... */
};

struct host_socket {
	struct ip ip; /* all zero: any address */
	uint16_t port;
	uint8_t protocol;
};

struct host_counter {
	char name[HOST_WORD_SIZE];
	uint64_t value;
};

/* A guest's interface as Xen's store or its tap names it. */
struct host_guest {
	char name[HOST_WORD_SIZE]; /* "" unknown */
	char link[HOST_LINK_SIZE]; /* this host's end: "vif4.0", "vnet3" */
	struct mac mac;            /* the guest's own; zero unknown */
	struct ip ip;              /* as its configuration says; family 0: none */
	char bridge[HOST_LINK_SIZE];
};

struct host_unseen {
	char *what, *why;
	bool denied; /* it is there, but could not be read: the evidence is incomplete */
};

enum host_virtual {
	VIRTUAL_UNKNOWN,
	VIRTUAL_NONE,
	VIRTUAL_XEN_DOM0,
	VIRTUAL_XEN_GUEST,
	VIRTUAL_KVM,
	VIRTUAL_VMWARE,
	VIRTUAL_HYPERV,
	VIRTUAL_VIRTUALBOX,
	VIRTUAL_OTHER,
	VIRTUAL_COUNT
};

enum host_ipvs { IPVS_UNSEEN, IPVS_ABSENT, IPVS_PRESENT };

enum host_role {
	HOST_ROLE_AUTO,
	HOST_ROLE_CLIENT,
	HOST_ROLE_DIRECTOR,
	HOST_ROLE_REAL_SERVER,
	HOST_ROLE_DOM0,
	HOST_ROLE_COUNT
};

/* An address that the service is meant to be at, and what this host has of it. */
struct host_vip {
	struct ip ip;
	enum method method;
	bool configured;                 /* by options, IPVS or keepalived; else it was found on lo or the like */
	bool floats;                     /* VRRP moves it: not to hold it is no fault */
	bool local;                      /* held as an address, or by a local route */
	const struct host_address *held; /* the widest, NULL for none */
};

struct host_state {
	char name[HOST_NAME_SIZE];
	char kernel[HOST_NAME_SIZE];
	nanos taken; /* 0 unknown */
	enum host_virtual virtualisation;
	bool container;
	char virtual_reason[HOST_WORD_SIZE];

	struct host_link *links;
	uint32_t link_count;
	struct host_address *addresses;
	uint32_t address_count;
	struct host_route *routes;
	uint32_t route_count;
	struct host_neighbour *neighbours;
	uint32_t neighbour_count;
	struct host_socket *sockets;
	uint32_t socket_count;
	struct host_counter *counters;
	uint32_t counter_count;
	struct host_guest *guests;
	uint32_t guest_count;
	struct host_counter *filters; /* packet filters that are loaded; value 1: of ARP */
	uint32_t filter_count;
	struct host_unseen *unseen;
	uint32_t unseen_count;

	int32_t all[SETTING_COUNT]; /* net.ipv4.conf.all, net.ipv6.conf.all */
	enum host_ipvs ipvs;
	struct topology services;   /* IPVS's table */
	struct topology keepalived; /* its configuration */
	bool sockets_seen;
	bool crowded; /* a list was full, and that is noted */
	bool failed;  /* memory ran out */

	/* Filled by host_state_prepare(): */
	enum host_role role;
	char role_reason[160];
	struct topology setup; /* given, IPVS and keepalived together */
	struct host_vip *vips; /* by address */
	uint32_t vip_count;
};

void host_state_init(struct host_state *state); /* everything unseen */
void host_state_free(struct host_state *state);

/* Adders give the new entry, zeroed, or NULL; a link has all its settings unseen. */
struct host_link *host_add_link(struct host_state *state, const char *name);
struct host_address *host_add_address(struct host_state *state);
struct host_route *host_add_route(struct host_state *state);
struct host_neighbour *host_add_neighbour(struct host_state *state);
struct host_socket *host_add_socket(struct host_state *state);
struct host_counter *host_add_counter(struct host_state *state, const char *name, uint64_t value);
struct host_counter *host_add_filter(struct host_state *state, const char *name, bool of_arp);
struct host_guest *host_add_guest(struct host_state *state);
void host_add_unseen(struct host_state *state, const char *what, bool denied, const char *why);

/* Copies what fits, always terminated; bytes that are not printable ASCII become '_'. */
void host_copy_word(char *into, size_t size, const char *from);

/* NULL where there is none. */
struct host_link *host_find_link(const struct host_state *state, const char *name);
const struct host_address *host_find_address(const struct host_state *state, const struct ip *ip);
const struct host_vip *host_find_vip(const struct host_state *state, const struct ip *ip);
uint64_t host_counter_value(const struct host_state *state, const char *name); /* 0 where it is unseen, too */
/* The link whose network holds the address; else that of the route with the longest prefix; NULL for neither. */
const struct host_link *host_link_towards(const struct host_state *state, const struct ip *ip);
/* Whether ARP is asked and answered on the link: Ethernet, up, not switched off, and no port of a bridge. */
bool host_link_speaks_arp(const struct host_link *link);
/* The host's end of a Xen guest's interface, by its name and its MAC. */
bool host_link_is_vif(const struct host_link *link);
/*
 * Who waits for clients of a service at its port: at the VIP or at any address, which is `serves`, else at another
 * address; NULL for nobody.
 */
const struct host_socket *host_find_socket(const struct host_state *state, const struct topology_service *service,
					   bool *serves);
bool host_filters_arp(const struct host_state *state);
bool host_holds_locally(const struct host_state *state, const struct ip *ip);

/*
 * The value in force on a link: its own and that of `all` combined as include/linux/inetdevice.h does (IN_DEV_MAXCONF
 * for arp_ignore, arp_announce, arp_accept, arp_notify, rp_filter; IN_DEV_ORCONF for proxy_arp, arp_filter,
 * send_redirects, ...; the interface's alone for forwarding and medium_id). SETTING_UNSEEN where neither is known;
 * where one is unseen, what the other alone decides.
 */
int32_t host_setting(const struct host_state *state, const struct host_link *link, enum host_setting setting);
const char *host_setting_name(enum host_setting setting);   /* "arp_ignore" */
const char *host_setting_family(enum host_setting setting); /* "ipv4" */
/* "net.ipv4.conf.vif1/0.proxy_arp": as sysctl(8) takes it, whatever dots the link's name has. */
enum { SETTING_KEY_SIZE = 80 };
const char *host_setting_key(const char *link, enum host_setting setting, char buffer[static SETTING_KEY_SIZE]);
bool host_setting_find(const char *family, const char *name, enum host_setting *setting);

const char *host_role_name(enum host_role role); /* "auto", "client", "director", "real-server", "dom0" */
bool host_role_parse(const char *text, enum host_role *role);
const char *host_virtual_name(enum host_virtual kind); /* "xen-dom0", ... */
bool host_virtual_parse(const char *text, enum host_virtual *kind);

/*
 * Fills role, setup and VIPs, for the rules. `given` (may be NULL) is what options say of the set-up; HOST_ROLE_AUTO
 * chooses and says why. Sources that contradict each other are noted as unseen. Fails with ERROR_MEMORY only.
 */
int host_state_prepare(struct host_state *state, const struct topology *given, enum host_role role,
		       struct error *error);

/*
 * The set-up as this host knows it, for other commands: IPVS and keepalived.conf, and as known MACs its own, and on a
 * Xen Dom0 its guests'. `topology` is initialised and empty. A part that contradicts the rest is left out.
 */
int host_topology(const struct host_state *state, struct topology *topology, struct error *error);

/*
 * Completes a set-up that options began by what this host knows, for commands that ask the network: IPVS's table,
 * keepalived.conf, and its own address as the director's; of a hypervisor's guests the true MACs, where their
 * configuration tells the address. What options name is asked for alone: beside a VIP of theirs no other service is
 * added, beside a real server no other one. A hypervisor that is told of nothing gets its guests as real servers: those
 * whose configuration tells the address, and those that it has talked to. Where sources contradict each other, options
 * stand, then the table, then keepalived.conf. `macs_alone`: nothing but MACs is added. `sources` takes what was used:
 * "the IPVS table (1 service, 2 real servers), the true MACs of 5 guests"; "" for nothing. Fails with ERROR_MEMORY
 * only.
 */
int host_topology_complete(const struct host_state *state, bool macs_alone, struct topology *topology,
			   struct text *sources, struct error *error);

/*
 * Completes a set-up that options began by one that was kept with a capture, by the same rules: the two together give
 * what the options and the host gave. Fails with ERROR_MEMORY only.
 */
int host_topology_recall(struct topology *topology, const struct topology *kept, struct error *error);

/* Adds services, hosts, real servers, MACs and VRRP of `from`; stops at the first contradiction. */
int host_topology_merge(struct topology *into, const struct topology *from, struct error *error);

#endif
