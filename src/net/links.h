// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watching one interface through netlink: whether it stays up, stays there,
 * and keeps its addresses. What happens to it is a gap in the record.
 */
#ifndef NET_LINKS_H
#define NET_LINKS_H

#include "base/error.h"
#include "net/interfaces.h"

enum link_change {
	LINK_UP,      /* comes back */
	LINK_DOWN,    /* set down, or without carrier */
	LINK_GONE,    /* deleted, or moved to another network namespace */
	LINK_ADDRESS, /* its MAC or one of its addresses is another */
	LINK_MISSED,  /* the kernel could not tell everything that happened */
};

struct link_event {
	enum link_change change;
	char text[112]; /* one phrase: "eth0 lost its address 192.0.2.1" */
};

struct links;

/* Watches the interface as it was read; what happened since then is told first. The caller owns it (links_close). */
int links_open(struct links **links, const struct interface *interface, struct error *error);
void links_close(struct links *links); /* NULL is legal */

/* Readable when the kernel has something to tell, of whatever interface. */
int links_descriptor(const struct links *links);

/* 1: an event. 0: none. Never waits. Temporary IPv6 addresses (RFC 8981) come and go unnoticed, and
 * link-local ones come so. */
int links_next(struct links *links, struct link_event *event);

#endif
