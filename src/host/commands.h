// SPDX-License-Identifier: GPL-2.0-or-later
/* Readers of single lines of ip(8), ipvsadm(8) and sysctl(8); lines that they do not know are passed over. */
#ifndef HOST_COMMANDS_H
#define HOST_COMMANDS_H

#include "base/text.h"
#include "topology/host_state.h"

enum { COMMANDS_SECTIONS = 6 };

struct commands {
	struct host_state *state;
	void (*read)(struct commands *commands, const char *line); /* of the section that the line is in */
	bool there[COMMANDS_SECTIONS];                             /* which outputs there are */
	char link[HOST_LINK_SIZE];                                 /* whose addresses come */
	struct text ipvs, counters;                                /* whole tables, read at the end */
};

void commands_read_address(struct commands *commands, const char *line);
void commands_read_route(struct commands *commands, const char *line);
void commands_read_neighbour(struct commands *commands, const char *line);
void commands_keep_ipvs(struct commands *commands, const char *line);
void commands_read_sysctl(struct commands *commands, const char *line);

#endif
