// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/watch_signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "cli/interrupt.h"
#include "tui/curses.h"

static volatile sig_atomic_t ended_by, stop_seen, continued_seen, real_stderr = -1;

static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
static const int crashes[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT };

static struct sigaction before_crash[sizeof crashes / sizeof *crashes];

static void note_end(int number)
{
	ended_by = number;
	interrupt_seen = 1;
}

static void note_stop(int number)
{
	(void)number;
	stop_seen = 1;
}

static void note_continued(int number)
{
	(void)number;
	continued_seen = 1;
}

/* The terminal is given back, and the signal comes again to who had it before. */
static void note_crash(int number)
{
	terminal_rescue();
	if (real_stderr >= 0)
		dup2((int)real_stderr, STDERR_FILENO);
	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
		if (crashes[i] == number)
			sigaction(number, &before_crash[i], NULL);
	raise(number);
}

static void catch_one(int number, void (*handler)(int))
{
	/* Without SA_RESTART what waits comes back. */
	struct sigaction action = { .sa_handler = handler };

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

static void catch_crashes(void)
{
	static char stack[16384];
	const stack_t alternative = { .ss_sp = stack, .ss_size = sizeof stack };
	struct sigaction action = { .sa_handler = note_crash, .sa_flags = SA_ONSTACK };

	/* A stack that overflowed cannot hold the handler. */
	sigaltstack(&alternative, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
		sigaction(crashes[i], &action, &before_crash[i]);
}

/* SIGWINCH is ncurses' own; held back with the others it wakes the loop, too. */
static void hold(bool screen)
{
	sigset_t ours;

	sigemptyset(&ours);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		sigaddset(&ours, ends[i]);
	if (screen) {
		sigaddset(&ours, SIGTSTP);
		sigaddset(&ours, SIGCONT);
		sigaddset(&ours, SIGWINCH);
	}
	sigprocmask(SIG_BLOCK, &ours, NULL);
}

void signals_catch(bool screen)
{
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		catch_one(ends[i], note_end);
	if (screen) {
		catch_one(SIGTSTP, note_stop);
		catch_one(SIGCONT, note_continued);
		catch_crashes();
	}
	hold(screen);
}

void signals_release(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	catch_one(SIGINT, SIG_DFL);
	catch_one(SIGTERM, SIG_DFL);
	/* Who lost the terminal still wants the report in its file. */
	catch_one(SIGHUP, SIG_IGN);
}

bool signals_want_end(void)
{
	return ended_by != 0;
}

bool signals_hung_up(void)
{
	return ended_by == SIGHUP;
}

bool signals_want_stop(void)
{
	bool seen = stop_seen;

	stop_seen = 0;
	return seen;
}

bool signals_continued(void)
{
	bool seen = continued_seen;

	continued_seen = 0;
	return seen;
}

void signals_stop(void)
{
	sigset_t pending;

	/* Giving the terminal back may have stopped it already (SIGTTOU), where the shell was quicker. */
	if (sigpending(&pending) == 0 && sigismember(&pending, SIGCONT) == 1)
		return;
	/* SIGSTOP cannot be held back: here it stops, and here it goes on. */
	kill(getpid(), SIGSTOP);
}

void signals_set_stderr(int descriptor)
{
	real_stderr = descriptor;
}
