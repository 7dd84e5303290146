// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replaying from the screen of watch: the recording is named when the program
 * starts, since no file can be opened later, and goes to whom one chooses,
 * as often as one likes. Driven by the loop of watch.
 */
#ifndef CLI_WATCH_REPLAY_H
#define CLI_WATCH_REPLAY_H

#include "cli/options.h"
#include "cli/watch.h"

/* --replay FILE, and the options of `truemac replay`. */
struct option_group watch_replay_file_group(struct watch *watch);
struct option_group watch_replay_group(struct watch *watch);
/* Values for the options. */
int watch_replay_init(struct watch *watch, struct error *error);
void watch_replay_free(struct watch *watch);

/* ERROR_USAGE where options make no sense. */
int watch_replay_check(const struct watch *watch, bool files, struct error *error);
/* With privileges: opens the recording, and keeps the kernel out of it. The station is open. */
int watch_replay_open(struct watch *watch, struct error *error);
bool watch_replay_is_wanted(const struct watch *watch);

/* To one real server, or to all (family 0). What cannot be is told. */
void watch_replay_begin(struct watch *watch, const struct ip *address);
/* Holds it, or lets it go on. */
void watch_replay_pause(struct watch *watch);
/* To `percent` of the present pace. */
void watch_replay_change_speed(struct watch *watch, uint32_t percent);
/* Conversations under way are reset. */
void watch_replay_stop(struct watch *watch);
bool watch_replay_goes_on(const struct watch *watch);
void watch_replay_eat(struct watch *watch, uint32_t place, const struct packet *packet);
/* Sends what is due, tells the verdicts, and notices the end. */
void watch_replay_work(struct watch *watch);
nanos watch_replay_wait(const struct watch *watch, nanos now);
/* A round of probing is over: its engine has not heard of the replay. */
void watch_replay_tell(struct watch *watch);
void watch_replay_fill_model(const struct watch *watch, struct model_replay *model);

#endif
