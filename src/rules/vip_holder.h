// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may speak for a VIP, and who may not. */
#ifndef RULES_VIP_HOLDER_H
#define RULES_VIP_HOLDER_H

#include "rules/rules.h"

/*
 * Whether the MAC that claims a VIP is a real server's: known as one, or, where the VIP's director is known, neither
 * the director's nor a proxy's. `confidence` is set where it is.
 */
bool vip_holder_is_real_server(const struct facts *facts, const struct claim *claim, enum confidence *confidence);

/* The claiming station's own address; family 0: not known. */
struct ip vip_holder_address(const struct facts *facts, const struct claim *claim);

#endif
