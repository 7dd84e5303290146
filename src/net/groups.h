// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Being a member of IPv6 multicast groups: the kernel then tells switches so (MLD, RFC 3810), which else may keep the
 * groups' frames to themselves, and has the network card take them.
 */
#ifndef NET_GROUPS_H
#define NET_GROUPS_H

#include <stdint.h>

#include "base/error.h"
#include "net/interfaces.h"

/* A descriptor that the membership lasts as long as; ERROR_SYSTEM where the interface has no IPv6. */
int groups_join(const struct interface *interface, const struct ip *groups, uint32_t count, struct error *error);

#endif
