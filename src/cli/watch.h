// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * truemac watch: what its parts share.
 *
 * One thread, one loop (watch_loop.c): it waits for frames, for the link, for
 * keys and for time; takes what came; and then, at most ten times a second,
 * draws. Nothing else waits anywhere. The frames come from interfaces
 * (watch_live.c) or from files (watch_files.c); what they say goes to the
 * screen (watch_screen.c), or as events to stdout (watch_headless.c).
 */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include <poll.h>

#include "cli/options_report.h"
#include "cli/options_topology.h"
#include "cli/station.h"
#include "cli/this_host.h"
#include "cli/watch_packets.h"
#include "cli/watch_record.h"
#include "cli/watch_round.h"
#include "tui/screen.h"
#include "watch/log.h"
#include "watch/verdicts.h"

struct watch_options {
	const char *interface; /* NULL: chosen */
	struct record_options record;
	const char *metrics;       /* where OpenMetrics go; NULL: nowhere */
	nanos metrics_interval;    /* between two of them */
	const char *export_folder; /* NULL: the current one */
	bool probe;                /* begin with a round */
	nanos every;               /* from the end of a round to the next; 0: none */
	uint32_t pace;             /* frames a second; 0: the prober's own */
	nanos duration;            /* then it ends by itself; 0: never */
	nanos window;              /* that passive verdicts rest on */
	uint32_t snaplen;
	bool not_promiscuous;
	bool once, headless;
	enum view view; /* VIEW_COUNT: the first */
	uint32_t width; /* of --once */
	bool ascii, mouse;
};

enum watch_end {
	WATCH_GOES_ON,
	WATCH_QUIT,     /* the user, or a signal */
	WATCH_FINISHED, /* everything was read, asked, or the time is over */
	WATCH_LOST,     /* all interfaces are gone */
	WATCH_HUNG_UP,  /* the terminal is gone */
};

struct watch_live;
struct watch_files;
struct watch_screen;
struct watch_nodes;
struct watch_replay;

struct watch {
	struct watch_options options;
	struct report_options report;
	struct topology_options topology_options;
	struct this_host_options this_host;
	struct topology topology; /* as configured, with what this host knows of itself where nothing is */

	struct output output;
	struct station station; /* live */
	struct recording recording;
	struct round round;
	struct watch_live *live;   /* NULL for files */
	struct watch_files *files; /* NULL for interfaces */
	struct watch_nodes *nodes;
	struct watch_replay *replay;
	struct watch_screen *screen; /* NULL without one */
	struct text name;            /* of the source */
	struct text set_up;          /* kept with the recording */

	struct verdicts *verdicts;
	struct packets *packets;
	struct watch_log log;

	nanos begun;        /* monotonic */
	nanos next_refresh; /* monotonic; when the report may be made anew */
	nanos next_tick;    /* monotonic */
	nanos quiet_at;     /* monotonic: until then silence may still become a verdict */
	nanos next_round;   /* monotonic; 0: none is planned */
	nanos next_metrics; /* monotonic */
	bool stdout_failed, metrics_failed;
	bool changed; /* something came that the report does not know */
	enum watch_end end;
	struct text message; /* what just happened, for the screen */
	bool message_is_error;
};

/* By the clock of the frames: the wall clock live, the latest frame's time for files. */
nanos watch_now(const struct watch *watch);
nanos wall_now(void);

/* For the screen, and in the log. */
void watch_say(struct watch *watch, enum severity severity, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Only the latest; what happened to the first end stays. */
static inline void watch_end_with(struct watch *watch, enum watch_end end)
{
	if (watch->end == WATCH_GOES_ON)
		watch->end = end;
}

/* watch_loop.c: until it ends. Fails with what makes a report impossible. */
int watch_run(struct watch *watch, struct error *error);
/* A round begins if it can; else it is told why not. */
void watch_probe(struct watch *watch, const struct ip *address);
/* The model of what there is now. What is in it lives until the next refresh. */
void watch_model(const struct watch *watch, struct model *model);

/* --- watch_live.c --- */

/* Opens the posts of the chosen station. */
int watch_live_open(struct watch *watch, struct error *error);
void watch_live_close(struct watch *watch);
/* The input of the engines: after the privileges are gone. */
int watch_live_begin(struct watch *watch, struct error *error);
enum { WATCH_LIVE_DESCRIPTORS = 2 * STATION_MAX_POSTS };
/* Fills descriptors and gives how many. */
uint32_t watch_live_poll(const struct watch *watch, struct pollfd *descriptors);
/* Takes what waits, for so long at most. True where more waits. */
bool watch_live_take(struct watch *watch, nanos most);
/* What happened to the interfaces, the losses, the rate; cheap enough for several times a second. */
void watch_live_look(struct watch *watch);
void watch_live_tick(struct watch *watch);
void watch_live_fill_model(const struct watch *watch, struct model_source *source);
void watch_live_end(struct watch *watch);

/* --- watch_files.c --- */

int watch_files_open(struct watch *watch, const struct operands *operands, struct error *error);
void watch_files_close(struct watch *watch);
/* Reads the files' headers; the set-up that is kept in them completes the topology. After the privileges are gone. */
int watch_files_begin(struct watch *watch, struct error *error);
/* Reads on, for so long at most. True while there is more. Fails where nothing could be read at all. */
int watch_files_read(struct watch *watch, nanos most, struct error *error);
/* No more is read: the rest is a gap. */
void watch_files_stop(struct watch *watch);
nanos watch_files_now(const struct watch *watch);
void watch_files_fill_model(const struct watch *watch, struct model_source *source);
/* Some file could not be read; that was told. */
bool watch_files_failed(const struct watch *watch);

/* --- watch_nodes.c --- */

/* Reads what this host says of itself; what is known of the set-up goes into the topology where nothing was given. */
int watch_nodes_read(struct watch *watch, struct error *error);
void watch_nodes_free(struct watch *watch);
const struct model_node *watch_nodes_list(const struct watch *watch, uint32_t *count);

/* --- watch_screen.c --- */

/* ERROR_USAGE where there is no terminal to draw on, in one line that says what else can be done. */
int watch_screen_check(struct error *error);
int watch_screen_open(struct watch *watch, struct error *error);
void watch_screen_close(struct watch *watch);
/* The terminal's descriptor first, then where stderr comes in. */
enum { WATCH_SCREEN_DESCRIPTORS = 2 };
uint32_t watch_screen_poll(const struct watch *watch, struct pollfd *descriptors);
void watch_screen_take(struct watch *watch, const struct pollfd *descriptors);
/* Draws if it is time and something changed. */
void watch_screen_draw(struct watch *watch);
/* Until the next drawing; INT64_MAX where none is due. */
nanos watch_screen_wait(const struct watch *watch, nanos now);
void watch_screen_touch(struct watch *watch);
bool watch_screen_is_frozen(const struct watch *watch);
/* For the packets' filter; true while there is more to do. */
bool watch_screen_work(struct watch *watch);

/* --- watch_export.c --- */

void watch_export(struct watch *watch, const struct screen *screen, const struct model *model,
		  const struct screen_order *order);

/* --- watch_headless.c --- */

struct verdicts_listener watch_listener(struct watch *watch);
void watch_event_started(struct watch *watch);
void watch_event_round(struct watch *watch, const char *what);
void watch_event_link(struct watch *watch, const char *what);
void watch_event_stopped(struct watch *watch, const struct report *report, int status);
/* Writes the metrics anew where it is time; false where it could not be. */
void watch_metrics(struct watch *watch, bool now);

#endif
