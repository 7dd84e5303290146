// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What packets to and from services have shown: flows, and the paths that
 * finished flows are folded into. A part of the facts (facts.h).
 */
#ifndef ANALYSIS_TRAFFIC_H
#define ANALYSIS_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/segment.h"
#include "base/nanos.h"
#include "wire/address.h"
#include "wire/packet.h"

enum {
	MAX_FLOWS = 8192,
	MAX_PATHS = 16384,
	FLOW_MAX_LEGS = 6,
	FLOW_MAX_RETURNS = 3,
	FLOW_MAX_ERRORS = 3,
};

/* One hop of a flow: frames with one pair of MACs. */
struct leg {
	uint32_t segment;
	struct mac source, destination;
	bool has_destination;
	uint8_t ttl_most, ttl_least;
	uint32_t count;
	struct mark first, last;
	enum packet_tunnel tunnel;
	struct ip outer_destination;
	uint8_t tcp_flags; /* all flags seen, or'ed */
};

struct flow_error {
	uint32_t segment;
	uint8_t type, code;
	bool redirect, time_exceeded, unreachable, prohibited, port, too_big;
	struct ip from;
	struct mac mac;
	struct mark mark;
};

/* The oldest full-sized TCP segment of one direction that was not acknowledged (stalls.h). */
struct stall {
	uint32_t sequence, length;
	uint16_t copies;         /* 0: there is none */
	bool acknowledged;       /* the other side acknowledged something, ever: its packets are seen here */
	bool told;               /* it is a stall by now, and the rules know */
	struct mac sender;       /* of the first copy */
	struct mac receiver;     /* of the latest hop */
	struct mark first, last; /* copies */
};

/* A flow's place in a hash chain, newest first; apart from the flow, so that a search touches no other flows. */
struct flow_link {
	uint32_t tag;         /* of the chain's key: half of its hash */
	uint32_t next, newer; /* index + 1 */
};

struct flow {
	struct flow_key {
		uint32_t input;
		struct ip client, service;
		uint16_t client_port, service_port; /* echo: id and sequence; VRRP: IP id and VRID */
		uint8_t protocol;
		uint8_t pad;
	} key;
	uint32_t sequence; /* of the first SYN */
	bool has_sequence;
	bool started;      /* the SYN, echo request or datagram itself was seen */
	uint32_t requests; /* SYNs, echo requests, client datagrams on the first leg */
	struct mark first_request, last_request;
	struct mark syn_ack, reset, answer; /* `answer`: any packet from service to client */
	uint32_t client_packets;
	uint8_t leg_count, return_count, error_count;
	bool legs_lost;
	struct leg legs[FLOW_MAX_LEGS];       /* client to service, in order of first sight */
	struct leg returns[FLOW_MAX_RETURNS]; /* service to client */
	struct flow_error errors[FLOW_MAX_ERRORS];
	/* A reply from another address than the service's, with the service's ports, to the client. */
	struct mark stray;
	uint32_t stray_segment;
	struct ip stray_source;
	struct mac stray_mac;
	struct stall stalls[2]; /* of the client's segments, of the service's */
};

/* What happened with the packets for one service that were sent to one MAC. */
struct path {
	struct path_key {
		uint32_t input;
		struct ip service;
		uint8_t protocol;
		uint16_t port;
		struct mac mac; /* the receiver */
		struct ip via;  /* the end of the tunnel that they were sent in; family 0: none */
		uint8_t pad[1];
	} key;
	uint32_t segment;
	uint32_t flows; /* that were sent to it */
	struct mark first_sent;
	struct mac sender;           /* who sent them to it (the first one) */
	bool sender_forwards;        /* ... and had received them itself: a director or a router */
	struct mark forwarded_to_it; /* frame that shows it */
	struct mark received_by_sender;
	uint32_t accepted; /* answered from this MAC with the service's address */
	struct mark acceptance;
	uint32_t opened; /* SYN/ACK, datagram or echo answered */
	struct mark opening;
	uint32_t refused; /* RST or port unreachable from this MAC */
	struct mark refusal;
	uint32_t prohibited;
	struct mark prohibition;
	uint32_t redirects;
	struct mark redirect;
	uint32_t passed_on; /* it sent the packet on to another MAC */
	struct mark passing;
	struct mac passed_to;
	bool routed_on; /* ... in the tunnel as it came: it stands on the tunnel's way */
	uint32_t time_exceeded;
	struct mark expiry;
	uint32_t unreachable;
	struct mark unreachability;
	uint32_t silent; /* nothing came back although answers of this MAC would have been seen */
	uint32_t silent_requests;
	uint32_t unheard; /* as `silent`, but its answers might not have been seen */
	uint32_t unheard_requests;
	struct mark unhearing;
	struct mark silence;
	uint32_t other_replied; /* answers to what was sent to this MAC came from another one */
	struct mark other_reply;
	struct mac other;
	bool other_whole; /* ... with an initial TTL */
	bool rewritten;   /* the same packet went out of its receiver with another destination: NAT */
	struct ip rewritten_to;
	struct mark rewriting;
	bool translated; /* the service's address here is what a NAT director made of `virtual` */
	struct ip virtual;
	uint32_t served;   /* what its first receiver sent it was answered in the end, whoever did */
	uint32_t denied;   /* ... or refused */
	uint32_t straight; /* answers that went neither through the director nor decremented */
	struct mark straightness;
	uint32_t passed_back; /* answers that the sender of the request passed back to the client: it routes */
	uint32_t to_asker;    /* answers to somebody who asked for himself, sent to him */
	uint32_t elsewhere;   /* answers that went to another MAC than the one the request came from */
	struct mark elsewhere_mark;
	uint32_t via_director; /* answers that it sent to the director's MAC */
	struct mark detour;
	uint32_t from_rip; /* answers with its own address as source */
	struct mark strays;
	struct ip stray_source;
	uint32_t bounced; /* packets that came back to a MAC that had them before, TTL falling */
	struct mark bounce;
	uint8_t ttl_high, ttl_low;
	enum packet_tunnel tunnel;
	struct ip tunnel_to;
	uint32_t too_big;
	struct mark big;
};

/* Echo requests: tests, of no service. */
static inline bool path_is_echo(const struct path *path)
{
	return path->key.protocol == IP_PROTO_ICMP || path->key.protocol == IP_PROTO_ICMPV6;
}

#endif
