// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac: the table of commands, and the way to them. */
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/nearest.h"
#include "cli/output.h"

static const struct command commands[] = {
	{ "analyze", "[options] FILE...", "what captures say: faults, their proof and their repair", command_analyze },
	{ "probe", "[options]", "ask the network: every test of the matrix, once, then the report", command_probe },
	{ "watch", "[options] [FILE...]", "the screen that one leaves open: live, or on captures", command_watch },
	{ "replay", "[options] FILE", "recorded client traffic to each real server, and what comes back compared",
	  command_replay },
	{ "forward", "[options]", "stand in as director: VIP traffic to the real servers, at speed", command_forward },
	{ "scan", "[options] [NETWORK]", "sweep: who answers for what, with which MAC, and is it their own",
	  command_scan },
	{ "inspect", "[options]", "this host: what is in force, and its faults", command_inspect },
	{ "merge", "[options] REPORT...", "one report out of those of many machines", command_merge },
	{ "explain", "[RULE | --schema]", "what a fault means and how to repair it", command_explain },
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void describe_program(struct text *into)
{
	text_add(into, "usage: truemac COMMAND [options]\n\n"
		       "Tells which MAC address of a load-balanced set-up is the true one, and who is at fault.\n\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		text_printf(into, "  %-10s %s\n", commands[i].name, commands[i].summary);
	text_add(into, "\ntruemac COMMAND --help tells the options of a command; truemac --version the version.\n");
}

/* --help, --version, or a mistake. */
static int answer_without_command(const char *argument)
{
	struct nearest nearest = nearest_to(argument);
	struct error error = ERROR_INIT;
	struct text answer = TEXT_INIT;
	char suggestion[80];
	int status;

	if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
		describe_program(&answer);
	} else if (strcmp(argument, "--version") == 0) {
		text_add(&answer, "truemac " TRUEMAC_VERSION "\n");
	} else {
		for (size_t i = 0; i < COMMAND_COUNT; i++)
			nearest_try(&nearest, commands[i].name);
		error_set(&error, ERROR_USAGE, NULL, "there is no command '%.100s'%s", argument,
			  nearest_phrase(&nearest, suggestion, sizeof suggestion));
		return message_fail(&error);
	}
	status = output_print(&answer, &error);
	text_free(&answer);
	return status < 0 ? message_fail(&error) : STATUS_CLEAN;
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct error error = ERROR_INIT;

	/* A reader that goes away is a failed write like any other. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		error_set(&error, ERROR_USAGE, NULL, "no command given; see 'truemac --help'");
		return message_fail(&error);
	}
	command = find_command(argv[1]);
	return command != NULL ? command->run(command, argc - 1, argv + 1) : answer_without_command(argv[1]);
}
