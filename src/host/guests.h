// SPDX-License-Identifier: GPL-2.0-or-later
/* Parts of guests_read() that tests call. */
#ifndef HOST_GUESTS_H
#define HOST_GUESTS_H

#include "host/xenstore.h"
#include "topology/host_state.h"

/*
 * On a Dom0: of each /local/domain/0/backend/vif/DOMAIN/HANDLE its mac, ip and bridge, and the guest's name; gives
 * whether the store was told anything at all.
 */
bool guests_read_store(struct host_state *state, struct xenstore *store);

/* In a Xen guest: the MAC that the store gives to the link at `node` ("device/vif/0"), and Dom0's end of it. */
void guests_read_own_vif(struct xenstore *store, struct host_link *link, const char *node);

/* Taps of libvirt and of others: the guest's MAC is the tap's with another first octet (libvirt: fe). */
void guests_find_taps(struct host_state *state);

#endif
