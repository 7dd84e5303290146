// SPDX-License-Identifier: GPL-2.0-or-later
/* SIGINT and SIGTERM end the reading, not the program: what was read so far is reported. The second one kills. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <signal.h>

extern volatile sig_atomic_t interrupt_seen;

void interrupt_catch(void);

#endif
