// SPDX-License-Identifier: GPL-2.0-or-later
/* What the program that counts answers and its user share. */
#ifndef NET_BPF_ANSWERS_H
#define NET_BPF_ANSWERS_H

#include <linux/types.h>

enum { ANSWERS_MAX_SOURCES = 65536, ANSWERS_MAX_CLIENTS = 1024, ANSWERS_MAX_COUNTS = 65536, ANSWERS_PORT_BYTES = 8192 };

/* As struct ip: family 4 or 6, zeros behind the address. */
struct answers_address {
	__u8 family;
	__u8 bytes[16];
};

/* Whose answers are counted; port 0 and protocol 0: any. */
struct answers_source {
	struct answers_address address;
	__u8 protocol;
	__u16 port; /* host order */
};

enum answers_client { ANSWERS_OWN = 1, ANSWERS_EMULATED = 2 };

struct answers_key {
	__u8 mac[6];
	struct answers_address source; /* what the packet, or the one that an error quotes, calls the server */
};

struct answers_value {
	__u64 syn_acks, resets, segments; /* TCP: SYN and ACK, RST, anything else */
	__u64 datagrams;                  /* UDP */
	__u64 errors;                     /* ICMP and ICMPv6 */
};

struct answers_settings {
	__u8 mac[6];                    /* of the interface: emulated clients have it, too */
	__u8 ports[ANSWERS_PORT_BYTES]; /* of clients, a bit for each */
};

#endif
