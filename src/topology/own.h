// SPDX-License-Identifier: GPL-2.0-or-later
/* The inside of the own format's reader. For src/topology/ only. */
#ifndef TOPOLOGY_OWN_H
#define TOPOLOGY_OWN_H

#include "topology/words.h"

/* A line under the eyes: words are taken from the left. */
struct own {
	struct lines lines;
	size_t next; /* word */
	struct topology *topology;
	struct error *error;
};

/* What may follow the subject of a line. */
struct attributes {
	bool has_mac, has_service, has_port, has_weight, has_vrid, has_priority, vmac;
	struct mac mac;
	struct topology_service service; /* vip, port, protocol, fwmark */
	uint16_t port;
	uint32_t weight, vrid, priority, more;
	enum method method;
	struct topology_vrrp *vrrp; /* takes addresses */
};

enum line_kind { LINE_VIP = 1, LINE_DIRECTOR = 2, LINE_REAL_SERVER = 4, LINE_MAC = 8, LINE_VRRP = 16 };

/* Puts "name:line" in front of an adder's error; returns its code. */
int own_place(const struct own *own, int result);
/* The next word, "" at the end of the line. */
const char *own_take_value(struct own *own);
int own_take_ip(struct own *own, struct ip *ip);
int own_take_mac(struct own *own, struct attributes *attributes);
int own_take_service(struct own *own, struct attributes *attributes);
/* All words up to the end of a line of this kind. */
int own_take_attributes(struct own *own, enum line_kind kind, struct attributes *attributes);

#endif
