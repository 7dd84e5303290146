// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a screen shows at one moment. Everything is borrowed: the caller keeps
 * it alive and unchanged while a function of screen.h runs, and what those
 * functions keep between calls are copies (addresses, frame numbers), never
 * pointers into the model.
 */
#ifndef TUI_MODEL_H
#define TUI_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/report.h"
#include "analysis/rule.h"
#include "base/nanos.h"
#include "wire/frame.h"

/* Where the frames come from, and how that goes. Absent strings are NULL. */
struct model_source {
	bool live;                        /* an interface, else files */
	const char *name;                 /* "eth0", "client.pcap", "3 captures" */
	bool link_down;                   /* the interface is down or gone */
	bool reading;                     /* a file is being read */
	uint64_t bytes_read, bytes_total; /* progress of that; total 0: not known (a pipe) */
	nanos elapsed;                    /* since the start */
	uint64_t frames;                  /* taken so far */
	uint32_t rate;                    /* frames in the last second; live only */
	uint64_t kernel_dropped, interface_dropped;
	uint32_t ring_percent;      /* of the capture ring in use */
	const char *capture_filter; /* BPF expression */
	const char *recording;      /* file that frames are being written to */
};

enum model_task { TASK_IDLE, TASK_RUNNING, TASK_DONE };

/* A round of probing. */
struct model_probe {
	bool possible; /* false for files, or without the right to send */
	enum model_task task;
	uint32_t done, total; /* questions of this round */
	uint32_t rounds;      /* complete ones so far */
	nanos next;           /* until the next round, 0: none is planned */
};

/* What is known of a node beside the frames; by address, in any order. */
struct model_node {
	struct ip ip;
	const char *name;                /* host name, or NULL */
	const char *arp_settings;        /* "1/2": arp_ignore/arp_announce in force where it counts, or NULL */
	int32_t weight;                  /* IPVS, -1: not known */
	const struct report_fact *facts; /* from inspect */
	uint32_t fact_count;
};

/* A fault that was there and is no more. */
struct model_past {
	const struct fault *fault;
	nanos ended; /* when it was missing first */
};

/* One real server in a replay. */
struct model_replay_server {
	struct ip ip;
	enum model_task task;
	bool paused;
	const char *note; /* why it stands still or failed, or NULL */
	uint64_t planned, sent, answered, same, differing, lost, retransmissions;
	uint32_t rate;                   /* conversations a second */
	bool has_latency;                /* those below are valid */
	nanos median, p90, p99, slowest; /* from a question to its answer */
};

struct model_replay {
	bool possible;    /* there is something to replay, and the right to send */
	const char *name; /* of the capture, or NULL where none was ever replayed */
	enum model_task task;
	bool paused;
	uint64_t done, total; /* conversations */
	uint32_t rate;        /* conversations a second */
	uint32_t speed;       /* percent of the recorded one; 0: as fast as answers allow */
	nanos elapsed;
	const struct model_replay_server *servers;
	uint32_t server_count;
};

/* Frames by position: 0 is the first that was ever taken; those before `begin` are no longer kept. */
struct model_packets {
	uint64_t begin, end;
	/* Fills `frame`, whose bytes stay until the next call; false where it cannot be had. NULL: there are none. */
	bool (*get)(void *context, uint64_t position, struct frame *frame);
	/* The position of frame `number` of an input; false where it is not kept. */
	bool (*find)(void *context, uint32_t input, uint64_t number, uint64_t *position);
	void *context;
};

struct model_line {
	nanos time;
	enum severity severity;
	const char *text;
};

struct model {
	/*
	 * Anything else whenever report, past, nodes, replay or log point at other contents; what is sorted and
	 * filtered is made anew then. Packets may grow without it.
	 */
	uint64_t generation;
	nanos now;          /* by the clock of the frames: live the present, else the latest frame's */
	int32_t utc_offset; /* seconds east of UTC, in which times of day are shown */
	rule_list rules;    /* all of them: for `explain` */
	struct model_source source;
	struct model_probe probe;
	const struct report *report;   /* NULL: none yet */
	const struct report *previous; /* as it was before the last round of probing: what changed is marked; or NULL */
	const struct model_past *past; /* newest first */
	uint32_t past_count;
	const struct model_node *nodes;
	uint32_t node_count;
	struct model_replay replay;
	struct model_packets packets;
	const struct model_line *log; /* oldest first */
	uint32_t log_count;
	uint64_t evicted;    /* records of any kind that had to go so that memory stays bounded */
	const char *message; /* what just happened ("written to x.json"), or NULL */
	bool message_is_error;
};

#endif
