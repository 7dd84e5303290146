// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbitrary bytes as a report in JSON: refused with one line, or read; what was read can be merged and written in every
 * format, and merging what came out changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "merge/merge.h"
#include "report/read_json.h"
#include "report/report_format.h"
#include "rules/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A failure names its place and says something printable. */
static void check_error(int status, const struct error *error)
{
	if (status > 0 || (int)error->code != status || error->where[0] == '\0' || error->message[0] == '\0')
		abort();
	for (const char *at = error->message; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			abort();
}

static void write_json(const struct report *report, struct text *into)
{
	const struct report_writer_options options = { .rules = rules_all, .verbose = true };

	if (report_write(&report_format_json, report, &options, into, NULL) != 0)
		abort();
}

/* Every writer must cope with it. */
static void write_all(const struct report *report)
{
	const struct report_writer_options options = { .rules = rules_all, .verbose = true };

	for (const struct report_format *const *format = report_formats; *format != NULL; format++) {
		struct text text = TEXT_INIT;

		if (report_write(*format, report, &options, &text, NULL) != 0)
			abort();
		text_free(&text);
	}
}

/* The merged report as JSON. */
static void merge_one(struct report *report, struct text *into)
{
	struct merge merge = MERGE_INIT;
	struct report merged = REPORT_INIT;
	struct error error = ERROR_INIT;

	if (merge_add(&merge, "fuzz", report, &error) < 0 || merge_finish(&merge, &merged, &error) < 0)
		abort();
	write_all(&merged);
	write_json(&merged, into);
	merge_free(&merge);
	report_free(&merged);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = REPORT_INIT;
	struct error error = ERROR_INIT;
	struct text first = TEXT_INIT, second = TEXT_INIT;
	int status = report_read_json("fuzz", (const char *)data, size, &report, &error);

	if (status < 0) {
		check_error(status, &error);
	} else {
		merge_one(&report, &first);
		report_free(&report);
		if (report_read_json("again", text_string(&first), first.length, &report, &error) != 0)
			abort();
		merge_one(&report, &second);
		if (first.length != second.length ||
		    memcmp(text_string(&first), text_string(&second), first.length) != 0)
			abort();
	}
	text_free(&first);
	text_free(&second);
	report_free(&report);
	return 0;
}
