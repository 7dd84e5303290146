// SPDX-License-Identifier: GPL-2.0-or-later
/* What the files of the blast share; only they include this. */
#ifndef CLI_BLAST_H
#define CLI_BLAST_H

#include "cli/output.h"
#include "cli/post.h"
#include "cli/replay_blast.h"
#include "net/answers.h"
#include "net/source.h"
#include "replay/blast.h"

/* Everything that is open while it runs. */
struct blast_run {
	const struct replay_blast *given;
	struct output output;
	struct interfaces interfaces;
	struct post post;
	struct source *source;
	struct sender *sender;
	struct answers *answers;
	uint64_t seed;

	struct blast_target *targets;
	struct ip *hops; /* who is asked for the MAC of each target */
	uint32_t target_count;
	struct ip own[2];   /* IPv4 and IPv6; family 0: none */
	struct ip *clients; /* that frames come from */
	uint32_t client_count;

	struct blast *list;
	uint64_t capture_frames;
	bool capture_broken;
	struct sender_counts counts;
	nanos elapsed;
	bool interrupted;
	struct error failed; /* why sending ended early */
	struct report report;
};

/* blast_targets.c: whom to send to, from where. Before anything is opened. */
int blast_choose_targets(struct blast_run *run, struct error *error);
/* blast_resolve.c: asks for MACs that are not known, and whether emulated clients are free. */
int blast_resolve(struct blast_run *run, struct error *error);
/* blast_send.c: sends, with progress on stderr. What goes wrong is kept in the run. */
int blast_send(struct blast_run *run, struct error *error);
/*
 * blast_report.c: what was sent to each target when `sent` frames were, and what has come back; `others` from MACs that
 * nothing was sent to. A list that the caller frees; NULL where memory ran out.
 */
struct report_blast *blast_tally(struct blast_run *run, uint64_t sent, uint64_t *others);
int blast_make_report(struct blast_run *run, struct error *error);

nanos blast_now(void); /* monotonic */

#endif
