// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/interrupt.h"

#include <stddef.h>

volatile sig_atomic_t interrupt_seen;

static void note(int number)
{
	(void)number;
	interrupt_seen = 1;
}

void interrupt_catch(void)
{
	/* Without SA_RESTART a read that waits for a pipe comes back. */
	struct sigaction action = { .sa_handler = note, .sa_flags = (int)SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}
