// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(struct error *error, enum error_code code, const char *where, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return code;
	error->code = code;
	snprintf(error->where, sizeof error->where, "%s", where ? where : "");
	va_start(arguments, format);
	vsnprintf(error->message, sizeof error->message, format, arguments);
	va_end(arguments);
	return code;
}

void error_set_where(struct error *error, const char *format, ...)
{
	va_list arguments;

	if (!error || error->where[0] != '\0')
		return;
	va_start(arguments, format);
	vsnprintf(error->where, sizeof error->where, format, arguments);
	va_end(arguments);
}

int error_exit_status(enum error_code code)
{
	return code == ERROR_USAGE ? 2 : 3;
}
