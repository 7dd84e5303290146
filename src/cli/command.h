// SPDX-License-Identifier: GPL-2.0-or-later
/* A command of the program: one line in the table of main.c and one file command_NAME.c. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/* Exit statuses, the same for every command. */
enum exit_status {
	STATUS_CLEAN = 0,
	STATUS_FAULTS = 1,     /* faults at or above --fail-on */
	STATUS_USAGE = 2,      /* wrong usage or bad configuration */
	STATUS_FAILED = 3,     /* permission, device, unreadable input, output not written */
	STATUS_INCOMPLETE = 4, /* no such fault, but the evidence is incomplete */
};

struct command {
	const char *name;
	const char *usage;   /* what follows the name */
	const char *summary; /* one phrase */
	/* `argv[0]` is the command's name. Gives the exit status. */
	int (*run)(const struct command *self, int argc, char **argv);
};

int command_analyze(const struct command *self, int argc, char **argv);
int command_probe(const struct command *self, int argc, char **argv);
int command_watch(const struct command *self, int argc, char **argv);
int command_forward(const struct command *self, int argc, char **argv);
int command_scan(const struct command *self, int argc, char **argv);
int command_inspect(const struct command *self, int argc, char **argv);
int command_merge(const struct command *self, int argc, char **argv);
int command_replay(const struct command *self, int argc, char **argv);
int command_explain(const struct command *self, int argc, char **argv);

#endif
