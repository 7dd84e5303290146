// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef REPORT_SCHEMA_H
#define REPORT_SCHEMA_H

/* The JSON Schema (2020-12) of the JSON format: report.schema.json as a string, made by the build. */
extern const char report_schema[];

#endif
