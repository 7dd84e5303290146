// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/message.h"

#include <unistd.h>

#include "report/utf8.h"

void message_error(const struct error *error)
{
	struct text line = TEXT_INIT;

	text_add(&line, "truemac: ");
	if (error->where[0] != '\0') {
		utf8_add_printable(&line, error->where);
		text_add(&line, ": ");
	}
	utf8_add_printable(&line, error->message);
	text_add_char(&line, '\n');
	/* Nobody can be told that stderr is gone. */
	if (write(STDERR_FILENO, text_string(&line), line.length) < 0)
		line.failed = true;
	text_free(&line);
}

int message_fail(const struct error *error)
{
	if (error->message[0] != '\0')
		message_error(error);
	return error_exit_status(error->code);
}
