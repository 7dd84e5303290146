// SPDX-License-Identifier: GPL-2.0-or-later
/* One captured frame: the unit that every source hands to the analysis. */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"

/* Link types (https://www.tcpdump.org/linktypes.html) that are decoded. */
enum link_type {
	LINK_ETHERNET = 1,
	LINK_LINUX_SLL = 113,
	LINK_LINUX_SLL2 = 276,
};

struct frame {
	const uint8_t *bytes; /* borrowed: valid until the source is asked for the next frame */
	uint32_t captured;    /* bytes present at `bytes` */
	uint32_t length;      /* bytes on the wire, >= captured in sane files */
	nanos time;           /* by the clock of the capturing machine */
	uint64_t number;      /* 1 for the first frame of its input: what Wireshark shows */
	uint32_t input;       /* which file or interface, in the order in which they were opened */
	uint32_t interface;   /* interface within a pcapng input, 0 elsewhere */
	uint16_t link_type;   /* enum link_type or another LINKTYPE_ value */
};

bool link_type_is_decoded(uint16_t link_type);

/* "EN10MB (Ethernet)" and the like; "link type 999" where the value has no name here. */
const char *link_type_name(uint16_t link_type, char *buffer, unsigned size);

#endif
