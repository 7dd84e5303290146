// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel's part of deafen.c and its loader share. Any C that includes it has uint8_t and so on, or __u8. */
#ifndef NET_BPF_DEAFEN_H
#define NET_BPF_DEAFEN_H

#include <linux/types.h>

enum { DEAFEN_MAX_SERVICES = 4096 };

/* One end of a service: who answers. IPv4 addresses fill the first four bytes. */
struct deafen_service {
	__u8 address[16];
	__u16 port; /* network order; 0: any */
	__u8 protocol;
	__u8 family; /* 4 or 6 */
};

/* One of this host's addresses that clients use. */
struct deafen_client {
	__u8 address[16];
	__u8 family;
};

/* Ports of clients, host order. */
struct deafen_ports {
	__u16 first, last;
};

#endif
