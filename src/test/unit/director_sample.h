// SPDX-License-Identifier: GPL-2.0-or-later
/* A director with three services, for its tests, and frames for it. */
#ifndef TEST_UNIT_DIRECTOR_SAMPLE_H
#define TEST_UNIT_DIRECTOR_SAMPLE_H

#include "topology/director_setup.h"
#include "wire/build.h"
#include "wire/director_user.h"

enum {
	SAMPLE_SERVERS = 5, /* of each family */
	SAMPLE_WEB = 0,     /* service 192.0.2.100:80/tcp, VS/DR */
	SAMPLE_DNS = 1,     /* service [2001:db8::100]:53/udp, VS/TUN */
	SAMPLE_ALL = 2,     /* service 192.0.2.200, any, VS/TUN */
	SAMPLE_ROOM = 2048, /* of a frame */
	SAMPLE_MTU = 1500,
};

struct director_sample {
	struct topology topology;
	struct director_plan plan;
	struct builder builder;
};

/* Asserts that everything can be made. */
void director_sample_make(struct director_sample *sample);
void director_sample_free(struct director_sample *sample);

/* Into zeroed tables: all backends alive, tunnels of the kind `way`. */
void director_sample_fill(struct director_sample *sample, struct director_tables *tables, enum director_way way);

struct mac director_sample_mac(void);                /* the director's own */
struct mac director_sample_server(uint32_t backend); /* of a real server */
struct ip director_sample_vip(uint32_t service);

/* What a client sends; gives the frame's length. `flow` makes address and port, `size` bytes of payload. */
size_t director_sample_packet(struct director_sample *sample, uint8_t *into, uint32_t service, uint32_t flow,
			      size_t size);

/* A frame of any kind, from random numbers: good ones, odd ones, damaged ones. */
size_t director_sample_random(struct director_sample *sample, uint8_t *into, uint64_t *random);

uint32_t director_sample_number(uint64_t *random, uint32_t below);

#endif
