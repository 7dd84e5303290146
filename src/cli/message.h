// SPDX-License-Identifier: GPL-2.0-or-later
/* What the user is told beside the result: single lines on stderr. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include "base/error.h"

/* "truemac: WHERE: MESSAGE", on one line whatever bytes file names hold. */
void message_error(const struct error *error);

/* Tells the error, unless it is a reader that went away, and gives its exit status. */
int message_fail(const struct error *error);

#endif
