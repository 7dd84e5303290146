// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stand-in director as a whole: the parts of `truemac forward`.
 *
 *	forward_options.c  its own options
 *	forward_setup.c    from the set-up to backends, and by which interface each is reached
 *	forward_engine.c   which engine
 *	forward_run.c      the loop: checks, announcements, what happens to interfaces, the engine's work
 *	forward_show.c     what is told on the way
 *	forward_report.c   what is told at the end
 */
#ifndef CLI_FORWARD_H
#define CLI_FORWARD_H

#include "analysis/report.h"
#include "cli/options.h"
#include "cli/post.h"
#include "net/director_engine.h"
#include "probe/announcer.h"
#include "probe/checker.h"

struct forward_options {
	const char *interface;
	const struct director_engine_kind *engine; /* NULL: the best that goes */
	enum director_mode mode;
	enum packet_tunnel tunnel;
	bool tunnel_given;
	uint16_t tunnel_port; /* of GUE */
	uint32_t check_every; /* seconds; 0: never again */
	nanos duration;       /* 0: until it is ended */
	bool announce;
};

struct option_group forward_options_group(struct forward_options *options);
void forward_options_init(struct forward_options *options);

/* An interface that leads to real servers, or by which clients come. */
struct forward_leg {
	struct post post;
	struct checker *checker;     /* NULL: no real server is reached by it */
	struct announcer *announcer; /* NULL: nothing is announced by it */
	uint32_t *backends;          /* of each of the checker's targets */
	uint32_t target_count;
	bool down; /* at this time */
};

enum { FORWARD_MAX_LEGS = 16 };

/* What is known of a backend beside the tables. */
struct forward_backend {
	struct mac mac;
	bool has_mac, up, known;
	const char *why;   /* static; of the latest change */
	uint32_t failures; /* how often it went down */
};

struct forward {
	struct forward_options options;
	bool quiet;
	struct topology topology;
	struct interfaces interfaces;
	struct director_plan plan;
	struct director_engine *engine;
	char engine_text[320]; /* which one it is, and why */
	struct forward_leg legs[FORWARD_MAX_LEGS];
	uint32_t leg_count; /* the first is where the clients come from */
	int groups;         /* membership of what neighbours ask for the VIPs; -1: none */
	struct forward_backend *backends;
	nanos began, ended; /* by the monotonic clock */
	struct report report;
};

nanos forward_now(void); /* monotonic */

/* Chooses interfaces and makes the plan, legs and checkers. Opens nothing. */
int forward_prepare(struct forward *forward, struct error *error);
/* The leg by which a backend is reached, what has to be known of it. */
void forward_fill_backends(struct forward *forward);

/* What answers for the VIPs, on the first leg; refused where this machine has one of them itself. */
int forward_prepare_announcer(struct forward *forward, struct error *error);

/* Has this machine hear what IPv6 neighbours ask for the VIPs. */
int forward_join_groups(struct forward *forward, struct error *error);

/* Opens the best engine that goes, or the one that was asked for, fills its tables and starts it. */
int forward_open_engine(struct forward *forward, struct error *error);

/* Runs until it is ended. Gaps go into the report. */
int forward_run(struct forward *forward, struct error *error);

/* On a terminal a table, again and again in its place; else a line now and then. */
struct forward_show {
	const struct forward *forward;
	bool terminal;
	uint32_t lines; /* of the table that is there */
	nanos due, last;
	uint64_t *packets; /* of each backend, when it was shown last; NULL: no memory, no rates */
};

void forward_show_begin(struct forward_show *show, const struct forward *forward);
bool forward_show_is_due(const struct forward_show *show, nanos now);
void forward_show(struct forward_show *show, nanos now);
/* A line of its own, above the table. */
void forward_show_event(struct forward_show *show, const char *format, ...) __attribute__((format(printf, 2, 3)));
void forward_show_end(struct forward_show *show);

int forward_report_make(struct forward *forward, struct error *error);

void forward_free(struct forward *forward);

#endif
