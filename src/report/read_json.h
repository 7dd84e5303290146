// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading reports back: what the JSON format (schema truemac.report/1) wrote becomes the model again, but for what the
 * schema does not carry. Keys that this version does not know are passed over; keys that came later than the first
 * version of the schema may be missing.
 *
 * What was read and is written again reads as the same: read(write(read(x))) equals read(x).
 */
#ifndef REPORT_READ_JSON_H
#define REPORT_READ_JSON_H

#include "analysis/report.h"
#include "base/error.h"

/*
 * Into an empty report, which the caller frees in any case. `name` is for messages. All that can be wrong with the
 * bytes is ERROR_INPUT: no JSON (with the line), another schema or a newer number, a value of the wrong type or
 * range, with its place such as faults[2].evidence[0].time; a rule that this version does not know.
 */
int report_read_json(const char *name, const char *bytes, size_t length, struct report *report, struct error *error);

#endif
