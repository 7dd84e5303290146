// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real servers in virtual time, for the replayer: each answers ARP for its address, and TCP for the VIP and its port by
 * lines: a request is a line, its answer a text that depends on the line alone. "GET /3000 HTTP/1.1" and an empty line
 * behind it are answered with so many bytes and a head. The network between loses, delays and
 * reorders frames as it is told.
 */
#ifndef TEST_SIMULATED_SERVER_H
#define TEST_SIMULATED_SERVER_H

#include "replay/replayer.h"
#include "wire/build.h"

enum { FARM_SERVERS = 8, FARM_CONNECTIONS = 65536, ANSWER_MOST = 60000 };

enum server_manner {
	MANNER_GOOD,
	MANNER_OTHER,   /* one byte of each answer is another */
	MANNER_SHORTER, /* answers lack their last 10 bytes */
	MANNER_LESS,    /* HTTP bodies are 10 bytes shorter, and say so */
	MANNER_MORE,    /* HTTP bodies are 2,000 bytes longer, and say so */
	MANNER_REFUSING,
	MANNER_SILENT,
	MANNER_RESETTING, /* in the place of the first answer */
};

struct farm_server {
	struct ip ip;
	struct mac mac;
	enum server_manner manner;
	nanos pause; /* before each answer */
};

struct farm_connection;

struct farm {
	struct farm_server servers[FARM_SERVERS];
	int server_count;
	struct ip vip;
	uint16_t port;
	uint32_t
	    segment;   /* bytes in one frame of a server; more than an MTU: as segmentation offload hands them over */
	uint32_t loss; /* of a thousand frames, each way */
	nanos delay, jitter;
	bool own_frames; /* the capture shows them */

	nanos now;
	uint64_t random, order, frames;
	struct builder builder;
	struct farm_event *events;
	uint32_t event_count, event_room;
	struct farm_connection *connections;
	uint32_t connection_count;
	uint32_t *by_port; /* the latest connection of each server and client's port, + 1 */
	uint32_t resets;   /* that clients sent */
	struct replayer *replayer;
};

void farm_init(struct farm *farm);
void farm_free(struct farm *farm);
struct farm_server *farm_add(struct farm *farm, const char *ip, const char *mac, enum server_manner manner);

/* Runs the replayer to its end, and gives the duration. */
nanos farm_run(struct farm *farm, struct replayer *replayer);
/* The same, until a moment of the farm's clock at the latest. */
void farm_run_until(struct farm *farm, struct replayer *replayer, nanos end);
/* Connections that the servers still hold. */
uint32_t farm_count_open(const struct farm *farm);

/* The answer to a line, without regard to manners; gives its length. */
uint32_t farm_answer(const char *line, uint32_t length, uint8_t into[static ANSWER_MOST]);

#endif
