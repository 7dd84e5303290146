// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The prober's inside; for src/probe/ only.
 *
 *   test     one frame to send, up to `tries` times, and how long to listen after each
 *   agenda   the tests that are due at some time, the earliest first
 *   address  somebody to ask for, and the MACs that claimed it
 *   party    a MAC that answered
 *
 * The plan_*.c make tests, agenda.c says whose turn it is, compose.c makes the frame, hear.c matches what
 * comes back. What a test asks is its key: the same thing is never planned twice.
 */
#ifndef PROBE_PROBER_PRIVATE_H
#define PROBE_PROBER_PRIVATE_H

#include "base/table.h"
#include "probe/prober.h"
#include "wire/build.h"

/* How long an answer may take: the kernel's proxies wait up to 0.8 s (proxy_delay), slow hosts add to it. */
#define PROBE_LISTEN (1200 * NANOS_PER_MILLI)
/* Linux reports a host as unreachable after three questions in vain (mcast_solicit, retrans_time: 3 s). */
#define PROBE_LISTEN_ROUTER (3300 * NANOS_PER_MILLI)
/* Between tests that may provoke ICMP errors of one MAC: net.ipv4.icmp_ratelimit is one a second. */
#define PROBE_SPACING (1100 * NANOS_PER_MILLI)

/*
 * The first errors may follow each other sooner: a responder sends six at once before it keeps to one a second
 * (net/ipv4/inetpeer.c, XRLIM_BURST_FACTOR). One is left for others.
 */
#define PROBE_BURST_SPACING (100 * NANOS_PER_MILLI)
enum { PROBE_BURST = 5 };
/* Between questions: 90 a second keep half of the queue of a Linux proxy free. */
#define PROBE_QUESTION_SPACING (NANOS_PER_SECOND / 90)
/* An owner answers sender-0 at once; until then nothing has taught it this host's MAC. */
#define PROBE_COLD (300 * NANOS_PER_MILLI)

enum {
	MANY_ADDRESSES = 300,  /* so many are asked less often, each */
	MANY_CLAIMS = 8,       /* addresses of one MAC that are asked by unicast */
	SAMPLED_SERVERS = 2,   /* TTL-1 echoes to real servers that share a MAC that does not answer sender-0 */
	SAMPLED_OTHERS = 1,    /* ... and to other addresses */
	UNOWNED_WANTED = 2,    /* addresses that nobody has, in each family */
	UNOWNED_ATTEMPTS = 16, /* and how many may turn out to be owned */
	MOST_TESTS = 1 << 20,
	ADDRESS_MAX_MACS = 8,
	/* Below Linux' own ephemeral ports (net.ipv4.ip_local_port_range). */
	FIRST_PORT = 20000,
	PORT_COUNT = 12000,
	MOST_RESETS = 4096,
};

enum test_kind { TEST_PROBE, TEST_ORDINARY, TEST_ECHO, TEST_SYN, TEST_DATAGRAM };

struct test_key {
	struct ip target; /* asked for, or the packet's destination */
	struct mac mac;   /* the frame's destination; broadcast: to all */
	uint8_t kind, ttl, tunnel;
	struct ip via; /* tunnels: the outer destination */
	uint8_t pad[1];
	uint16_t port;
};

struct test {
	struct test_key key;
	uint32_t index;
	uint32_t owner; /* the address that it was planned for */
	uint8_t tries, sent;
	bool answered; /* by whatever decides it */
	bool ended;
	bool serves;       /* flows: as the service is asked; else an echo beside it */
	bool first_of_vip; /* flows: the first service of its VIP is asked even where the VIP seems to be missing */
	nanos due, planned;
	uint16_t source_port;
	uint32_t sequence;
};

enum address_role {
	ADDRESS_VIP = 1 << 0,
	ADDRESS_DIRECTOR = 1 << 1,
	ADDRESS_SERVER = 1 << 2,
	ADDRESS_UNOWNED = 1 << 3,
	ADDRESS_LOCAL = 1 << 4, /* this machine's own */
};

struct address_mac {
	struct mac mac;
	bool answered_probe, answered_ordinary;
	bool owns;    /* it answered sender-0; in IPv6 proxies do so, too (ndisc_recv_ns) */
	bool sampled; /* a TTL-1 echo was planned, or is not needed */
};

struct address {
	struct ip ip; /* key */
	uint8_t pad[3];
	uint32_t index;
	unsigned roles;
	struct ip source;        /* whom it is asked as; family 0: only sender-0 can be asked */
	bool distant;            /* not to be asked for ordinarily but at a MAC that it was found at */
	bool primed;             /* an ordinary question told it this host's MAC */
	bool taken;              /* unowned: somebody has it after all */
	uint8_t tunnels_refused; /* a bit for each enum packet_tunnel that it reported as nothing that it knows */
	uint8_t tunnel_works;    /* enum packet_tunnel, the first one that did; TUNNEL_NONE: none yet */
	nanos next_free;         /* for what comes to it in tunnels, and may provoke errors of its own */
	uint8_t provoked;        /* ... and how often it did, up to PROBE_BURST */
	uint8_t mac_count;
	struct address_mac macs[ADDRESS_MAX_MACS];
};

struct party {
	struct mac mac; /* key */
	uint8_t pad[2];
	uint32_t claims;
	uint32_t sampled_servers, sampled_others;
	bool complains;  /* it sent an ICMP error */
	bool router;     /* it answered Time Exceeded */
	struct ip self;  /* ... with this address */
	nanos next_free; /* for tests that may provoke errors */
};

/* An address that accepted a packet at a MAC, or was refused there. */
struct meeting {
	struct meeting_key {
		struct ip ip;
		struct mac mac;
		uint8_t pad[1];
	} key;
	bool accepted, expired;
};

struct agenda {
	uint32_t *heap; /* indices of tests */
	uint32_t count, room;
};

/* A SYN/ACK that waits for its RST. */
struct reset {
	uint32_t test;
	uint32_t sequence;
	struct ip to;
	struct mac mac; /* where it came from, when that is not how the SYN went */
	bool stray;
};

struct prober {
	struct builder builder;
	struct topology topology;
	struct mac mac;
	struct prober_address *own;
	uint32_t own_count;
	struct ip *local, *skip, *distant;
	uint32_t local_count, skip_count, distant_count;
	uint64_t random;
	uint32_t pace;
	nanos interval, next_free, next_question;
	nanos started, last_sent;
	bool running, done, out_of_memory;
	bool many; /* addresses: ask each less often */
	struct table tests, addresses, parties, meetings;
	struct agenda questions, packets;
	uint32_t ports[PORT_COUNT]; /* which test, index + 1 */
	uint32_t next_port;
	uint16_t echo_id;
	struct reset resets[MOST_RESETS]; /* ring */
	uint32_t reset_first, reset_count;
	uint32_t unowned_tried;
	uint32_t sent, ended;
	uint32_t asking; /* latest test, index + 1 */
};

static inline struct mac mac_of_all(void)
{
	return (struct mac){ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
}

static inline bool test_is_question(const struct test *test)
{
	return test->key.kind <= TEST_ORDINARY;
}

static inline struct test *test_at(const struct prober *prober, uint32_t index)
{
	return table_at(&prober->tests, index);
}

static inline struct address *address_at(const struct prober *prober, uint32_t index)
{
	return table_at(&prober->addresses, index);
}

/* prober.c */
uint32_t prober_random(struct prober *prober);
struct address *prober_find_address(const struct prober *prober, const struct ip *ip);
struct address *prober_add_address(struct prober *prober, const struct ip *ip, unsigned roles);
struct party *prober_party(struct prober *prober, struct mac mac);
struct meeting *prober_meet(struct prober *prober, const struct ip *ip, struct mac mac);
bool prober_has_accepted(const struct prober *prober, const struct ip *ip, struct mac mac);
bool prober_has_expired(const struct prober *prober, const struct ip *ip, struct mac mac);
bool prober_owns(const struct prober *prober, const struct ip *ip);
/* An own address to ask for `target` as: of its network if there is one, never a VIP. Family 0: none. */
struct ip prober_source_for(const struct prober *prober, const struct ip *target);
/* The MAC of this kind of answer, or a new place for it; NULL when the address has too many. */
struct address_mac *address_find_mac(struct address *address, struct mac mac);
/* The MAC that the test is sent to as one that claimed the test's target; NULL where it did not. */
const struct address_mac *prober_find_claim(const struct prober *prober, const struct test *test);

/* agenda.c */
bool agenda_push(struct agenda *agenda, const struct prober *prober, uint32_t test);
uint32_t agenda_pop(struct agenda *agenda, const struct prober *prober);
void agenda_free(struct agenda *agenda);
/* Plans a test unless it was planned before; NULL then, or when memory ran out. */
struct test *agenda_plan(struct prober *prober, const struct test_key *key, const struct address *owner, uint8_t tries,
			 nanos due);

/* plan.c: what to ask next */
void plan_start(struct prober *prober, nanos now);
/* The first answer of this form by this MAC. */
void plan_after_answer(struct prober *prober, struct address *address, struct address_mac *claim, nanos now);
void plan_after_end(struct prober *prober, struct test *test, nanos now);
/* Before it is sent: whether what was heard since makes it pointless. */
bool plan_is_worthwhile(const struct prober *prober, const struct test *test);
bool plan_may_provoke_errors(const struct prober *prober, const struct test *test);
/* A sampled TTL-1 echo was delivered: the MAC is no router, so that its other addresses need a test of their own. */
void plan_more_samples(struct prober *prober, struct mac mac, nanos now);

/* Asks all for the address in the sender-0 form, the first thing that is asked. */
void plan_probe(struct prober *prober, const struct address *address, nanos due);

/* plan_unowned.c: addresses that nobody has */
void plan_unowned(struct prober *prober, uint8_t family, nanos now);
/* Somebody has the address: another one takes its place. */
void plan_other_unowned(struct prober *prober, struct address *address, nanos now);

/* plan_server.c: the tests of services */
void plan_quiet(struct prober *prober, const struct address *server, const struct address_mac *claim, nanos now);
void plan_services(struct prober *prober, const struct address *server, struct mac mac, nanos now);
void plan_through_director(struct prober *prober, const struct address *vip, struct mac mac, nanos now);
void plan_other_tunnels(struct prober *prober, const struct test *test, nanos now);

/* compose.c: the frame's length, 0 where it cannot be built */
size_t compose_test(struct prober *prober, const struct test *test, uint8_t *buffer, size_t size);
size_t compose_reset(struct prober *prober, const struct reset *reset, uint8_t *buffer, size_t size);

#endif
