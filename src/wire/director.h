// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a stand-in director knows while it forwards: plain tables that its
 * engines share with the kernel. An XDP program reads them as maps, the slower
 * engines as memory; director_decide.h is the code over them, one for all.
 *
 *	setup     what holds for all
 *	services  by VIP, port and protocol: a small hash table
 *	pools     of each service a Maglev table: slot -> backend
 *	backends  where a packet goes, and how: a real server in a service
 *	flows     which backend a flow was given, so that it stays there when tables change
 *	counts    of each backend and of everything else, one set for each CPU
 *
 * The layouts hold for one machine and one run: values are in host order
 * unless they are bytes of a packet. Included by programs for the kernel, so it
 * needs nothing but fixed-width integers.
 */
#ifndef WIRE_DIRECTOR_H
#define WIRE_DIRECTOR_H

#include <stdbool.h>
#include <stdint.h>

enum {
	DIRECTOR_SLOTS = 65537,         /* of a Maglev table: a prime, some hundred times the real servers */
	DIRECTOR_SERVICE_PLACES = 1024, /* a power of two */
	DIRECTOR_PROBES = 8,            /* places at which a service may be, from its hash on */
	DIRECTOR_MAX_SERVICES = 256,
	DIRECTOR_MAX_BACKENDS = 16384,
	DIRECTOR_NOBODY = 0xffff, /* in a slot: no backend */
	/*
	 * 65,536 flows in half a megabyte: what one looks up is hardly ever near, and the more there are the farther.
	 * Those beyond are still served by the Maglev table alone.
	 */
	DIRECTOR_FLOW_SETS = 1 << 13,
	DIRECTOR_FLOW_WAYS = 8, /* flows of a set: one cache line */
	/* In place of a protocol: the entry tells that the address is a VIP, and nothing else. */
	DIRECTOR_IS_VIP = 255,
};

/* IPv4 addresses as ::ffff:a.b.c.d, so that one table serves both families (RFC 4291 section 2.5.5.2). */
struct director_address {
	uint64_t words[2]; /* the 16 bytes as they lie in memory */
};

struct director_service {
	struct director_address vip;
	uint16_t port;    /* 0: any */
	uint8_t protocol; /* 0: any */
	uint8_t used;
	uint32_t pool;
	uint64_t pad;
};

struct director_setup {
	uint8_t mac[6];         /* frames for anybody else are none of ours */
	uint16_t mtu;           /* what one frame of the interface can hold; larger ones are still to be cut up */
	uint32_t salt;          /* of the hash that places services */
	uint32_t backend_count; /* at least 1 */
	volatile uint32_t now;  /* seconds since the start, kept up by user space */
	uint32_t pad;
};

/* Rounded up to 8 bytes, as the kernel lays out the values of an array. */
struct director_pool {
	uint16_t slots[DIRECTOR_SLOTS + 3];
};

enum director_way { DIRECTOR_DIRECT, DIRECTOR_IPIP, DIRECTOR_GRE, DIRECTOR_GUE };

struct director_backend {
	uint8_t destination[6], source[6]; /* MACs of the frame */
	uint8_t alive;                     /* 0: gets nothing; its flows find another */
	uint8_t way;                       /* enum director_way */
	uint8_t outer_family;              /* 4 or 6, of tunnels */
	uint8_t pad;
	uint16_t mtu;     /* of the interface that leads there */
	uint16_t port;    /* of GUE */
	uint32_t ifindex; /* 0: the interface by which the packet came */
	uint8_t outer_source[16], outer_destination[16];
	uint32_t pad2[2];
};

/* Bits 63-32 the upper half of the flow's hash, 31-16 its backend + 1, 15-0 the second of its latest packet. 0: free.
 */
struct director_flow_set {
	uint64_t ways[DIRECTOR_FLOW_WAYS];
};

struct director_backend_count {
	uint64_t packets, bytes; /* sent on; bytes of the frames as they came */
	uint64_t flows;          /* that were given to it: by their first packet, or since another one died */
	uint64_t too_big;        /* for the tunnel or the other interface */
};

/* Packets for a VIP that went to no backend. */
struct director_other_count {
	uint64_t no_service; /* no service of this port */
	uint64_t no_backend; /* nobody is alive */
	uint64_t orphans;    /* fragments whose first one was not seen before */
	uint64_t expired;    /* TTL used up */
	uint64_t unreadable; /* cut, or headers that are not followed */
	uint64_t answered;   /* too big: the sender was told */
	uint64_t not_sent;   /* the interface did not take it (not known to XDP) */
	uint64_t pad;
};

/* All tables. Memory of the caller's, or maps of the kernel's. */
struct director_tables {
	struct director_setup *setup;
	struct director_service *services; /* DIRECTOR_SERVICE_PLACES */
	struct director_pool *pools;
	struct director_backend *backends;
	struct director_flow_set *flows;              /* DIRECTOR_FLOW_SETS */
	struct director_backend_count *backend_count; /* CPU by CPU, backend_count each */
	struct director_other_count *other_count;     /* one for each CPU */
	uint32_t pool_count, backend_total, cpu_count;
};

#endif
