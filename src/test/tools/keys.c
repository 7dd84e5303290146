// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints the manual's table of the screen's keys, from the table that the program goes by. */
#include <stdio.h>

#include "base/text.h"
#include "tui/keys.h"

int main(void)
{
	struct text text = TEXT_INIT;

	keys_write_manual(&text);
	if (text.failed || fputs(text_string(&text), stdout) < 0 || fflush(stdout) != 0)
		return 1;
	text_free(&text);
	return 0;
}
