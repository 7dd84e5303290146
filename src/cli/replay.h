// SPDX-License-Identifier: GPL-2.0-or-later
/* What the files of the replay command share: cli/replay_*.c only. */
#ifndef CLI_REPLAY_H
#define CLI_REPLAY_H

#include "cli/feed.h"
#include "cli/options_topology.h"
#include "cli/survey.h"
#include "cli/this_host.h"
#include "net/deafen.h"
#include "replay/replayer.h"

enum { REPLAY_MOST_NOTES = 10, REPLAY_NOTE_SIZE = 60000 };

struct replay {
	struct report_options report;
	struct topology_options topology_options;
	struct this_host_options this_host;
	struct survey_options survey;

	/* Options of its own. */
	double speed;
	uint32_t concurrency, loops, timeout; /* seconds */
	struct mask mask;
	struct ip clients[REPLAYER_MAX_CLIENTS]; /* emulated ones */
	uint32_t client_count;
	enum packet_tunnel tunnel;
	bool tunnel_given;

	struct topology topology;
	struct station station;
	struct text filter;
	struct feed recording;
	struct ip own[2];
	struct mac client_mac;
	uint16_t first_port, last_port;
	struct deafen *deafen;
	struct script *script;
	struct replayer *replayer;
	struct text notes[REPLAY_MOST_NOTES]; /* results, as comments of the run */
	uint32_t note_count;
	void *states[1]; /* the replayer */
	uint64_t seed;
};

/* replay_options.c */
struct option_group replay_options_group(struct replay *replay);
void replay_options_init(struct replay *replay);

/* replay_clients.c: which addresses and ports clients have, and how the kernel is kept out. */
int replay_choose_clients(struct replay *replay, struct error *error);
/* With privileges, the station being open or not: says on stderr what is used, and why. */
int replay_keep_kernel_out(struct replay *replay, struct error *error);

/* replay_recording.c: the file becomes the script, and that the replayer; says on stderr what cannot be replayed. */
int replay_read_recording(struct replay *replay, struct error *error);
/* For the script, by the station's first interface. */
int replay_make_replayer(struct replay *replay, uint32_t pace, struct error *error);

/* replay_show.c */
extern const struct asker asker_replayer;

#endif
