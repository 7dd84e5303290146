// SPDX-License-Identifier: GPL-2.0-or-later
/* Recordings of conversations with the servers of simulated_server.h, packet by packet. */
#ifndef TEST_SIMULATED_RECORDING_H
#define TEST_SIMULATED_RECORDING_H

#include "replay/script.h"
#include "test/unit/simulated_server.h"

enum recorded_ends { ENDS_BOTH, ENDS_CLIENT, ENDS_SERVER };

struct recording {
	struct topology topology;
	struct script *script;
	struct builder builder;
	struct ip vip, client;
	nanos time;
	uint64_t number;
	enum recorded_ends ends;
	uint32_t snaplen; /* 0: whole frames */
	uint32_t segment; /* bytes of the server's frames */
	bool twice;       /* each packet is seen before and behind a director */
	bool without_syn;
	uint32_t lose; /* the server's data segment of this number is missing; 0: none */
	uint32_t stop; /* the recording ends behind the server's data segment of this number; 0: never */
	uint32_t segments;
	bool reordered; /* server segments in pairs, the second one first */
};

/* For the VIP 10.1.1.1:80 and the real servers 10.1.1.21 to 10.1.1.20 + `servers`. */
void recording_init(struct recording *recording, int servers, enum method method);
void recording_free(struct recording *recording);

/* One packet. `to_server` tells the direction. */
void recording_add(struct recording *recording, bool to_server, uint16_t port, const struct transport *tcp,
		   const void *data, uint32_t length);
/* One datagram. */
void recording_add_datagram(struct recording *recording, bool to_server, uint16_t port, const void *data,
			    uint32_t length);
/* A whole conversation: each line and its answer, then FIN of the client and of the server. NULL ends the lines. */
void recording_add_lines(struct recording *recording, uint16_t port, const char *const lines[]);
void recording_finish(struct recording *recording);

#endif
