// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac replay --rate: recorded packets to the real servers at speed, and what comes back. */
#ifndef CLI_REPLAY_BLAST_H
#define CLI_REPLAY_BLAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "cli/options.h"
#include "cli/options_report.h"
#include "net/sender.h"
#include "topology/topology.h"
#include "wire/packet.h"

struct replay_blast_options {
	bool wanted;    /* a rate was given */
	uint32_t rate;  /* frames a second; 0: as many as go */
	uint32_t loops; /* 0: once, or with a duration as often as fits */
	nanos duration; /* 0: no limit */
	bool to;        /* --to was given */
	bool spread;    /* each client to one real server instead of to each */
	enum sender_kind engine;
};

/* --rate, --duration, --to, --engine */
struct option_group replay_blast_options_group(struct replay_blast_options *options);
/* ERROR_USAGE where one of them was given without --rate. */
int replay_blast_options_check(const struct replay_blast_options *options, struct error *error);

struct replay_blast {
	const struct replay_blast_options *options;
	const struct report_options *report;
	const struct topology *topology;
	enum method default_method; /* METHOD_UNKNOWN: VS/DR */
	const char *capture;        /* path, "-" is standard input */
	const char *interface;      /* NULL: that leads to the real servers */
	const struct ip *clients;   /* emulated ones; none: this host's own address */
	uint32_t client_count;
	uint16_t first_port, last_port; /* that clients may use; 0: any */
	uint32_t loops;                 /* 0: once, or with a duration as often as fits */
	enum packet_tunnel tunnel;      /* VS/TUN */
};

/* Opens everything, drops privileges, sends, writes the report. Gives the exit status; what went wrong was told. */
int replay_blast_run(const struct replay_blast *blast);

#endif
