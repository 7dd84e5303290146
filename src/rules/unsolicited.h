// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers that nobody asked for, about addresses that another MAC claims, too;
 * and who asked for what. A rule keeps this while frames come in; it is bounded, and what finds no room is left out.
 */
#ifndef RULES_UNSOLICITED_H
#define RULES_UNSOLICITED_H

#include "rules/rules.h"

enum { UNSOLICITED_MOST = 128, UNSOLICITED_MARKS = 3, UNSOLICITED_ASKED = 1024 };

/* What one MAC claimed unasked while another MAC claims the same address. */
struct intrusion {
	uint32_t segment;
	struct mac mac;
	struct ip ip;
	uint32_t count, to_all;
	struct mark marks[UNSOLICITED_MARKS], last;
};

/* Who asked for what, the latest of each slot: a bounded memory for "it asks for the address that it claims". */
struct asked {
	uint32_t segment;
	struct mac mac;
	struct ip ip;
	struct mark mark;
};

struct unsolicited {
	struct intrusion intrusions[UNSOLICITED_MOST];
	uint32_t count;
	struct asked asked[UNSOLICITED_ASKED];
};

/* Takes any OBSERVED_NEIGHBOUR. */
void unsolicited_take(struct unsolicited *unsolicited, const struct facts *facts,
		      const struct observation *observation);

/* The latest question of the intruder for the address that it claims; not set where none is remembered. */
struct mark unsolicited_question(const struct unsolicited *unsolicited, const struct intrusion *intrusion);

#endif
