// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the engine tells the rules while frames come in. Pointers are valid
 * during the call only.
 */
#ifndef ANALYSIS_OBSERVATION_H
#define ANALYSIS_OBSERVATION_H

#include "analysis/facts.h"

enum observation_kind {
	OBSERVED_NEIGHBOUR,  /* a sane ARP packet or neighbour solicitation/advertisement */
	OBSERVED_MALFORMED,  /* an ARP packet with packet.arp.wrong set */
	OBSERVED_QUESTION,   /* LISTEN_TIME after a question: all its answers are known */
	OBSERVED_MASTER,     /* a VRRP group's mastership moved */
	OBSERVED_ADVERT,     /* a VRRP, CARP or HSRP advertisement */
	OBSERVED_ERROR,      /* an ICMP error with a quoted packet */
	OBSERVED_STALL,      /* a full-sized TCP segment was sent for the fourth time, in vain */
	OBSERVED_STALL_OVER, /* it was acknowledged after all */
};

#define SUBSCRIBE(kind) (1U << (kind))

/* What an ARP or ND message is. */
enum neighbour_kind {
	NEIGHBOUR_QUESTION,    /* who has? */
	NEIGHBOUR_PROBE,       /* with sender 0.0.0.0 or :: (RFC 5227 section 2.1.1, RFC 4862 section 5.4.2) */
	NEIGHBOUR_GRATUITOUS,  /* sender equals target, or an unsolicited advertisement to all */
	NEIGHBOUR_ANSWER,      /* reply to a question that was seen */
	NEIGHBOUR_UNSOLICITED, /* reply to nobody's question */
};

struct observation {
	enum observation_kind kind;
	uint32_t segment;
	struct mark mark;
	const struct packet *packet;   /* NULL for OBSERVED_QUESTION */
	enum neighbour_kind neighbour; /* OBSERVED_NEIGHBOUR */
	struct ip ip;                  /* address that is claimed or asked for; OBSERVED_STALL: the service's */
	struct mac mac;                /* MAC that is claimed for it, or the asker's; OBSERVED_STALL: the receiver's */
	const struct claim *claim;     /* may be NULL when tables are full */
	const struct question *question; /* answered or decided question, else NULL */
	const struct group *group;       /* OBSERVED_ADVERT (VRRP), OBSERVED_MASTER */
	const struct flow *flow;         /* OBSERVED_STALL, OBSERVED_STALL_OVER; and `stall` */
	const struct stall *stall;
};

#endif
