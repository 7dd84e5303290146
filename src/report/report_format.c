// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_format.h"

#include <string.h>

const struct report_format *const report_formats[] = {
	&report_format_text, &report_format_json,   &report_format_junit,       &report_format_sarif,
	&report_format_html, &report_format_github, &report_format_openmetrics, NULL,
};

const struct report_format *report_format_find(const char *name)
{
	for (const struct report_format *const *format = report_formats; *format != NULL; format++)
		if (strcmp((*format)->name, name) == 0)
			return *format;
	return NULL;
}

int report_write(const struct report_format *format, const struct report *report,
		 const struct report_writer_options *options, struct text *into, struct error *error)
{
	int status = format->write(report, options, into, error);

	if (status == 0 && into->failed)
		return error_set(error, ERROR_MEMORY, NULL, "not enough memory to write the report");
	return status;
}
