// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of a report, out of their JSON. Each fills its part of the report, or leaves a failure in the reader. */
#ifndef REPORT_READ_JSON_PRIVATE_H
#define REPORT_READ_JSON_PRIVATE_H

#include "report/read_json_values.h"

void read_inputs(struct json_reader *reader, const struct json_node *root, struct report *report);
void read_topology(struct json_reader *reader, const struct json_node *root, struct report *report);
void read_matrix(struct json_reader *reader, const struct json_node *root, struct report *report);
void read_faults(struct json_reader *reader, const struct json_node *root, struct report *report);
void read_hosts(struct json_reader *reader, const struct json_node *root, struct report *report);
void read_gaps(struct json_reader *reader, const struct json_node *root, struct report *report);
void read_paths(struct json_reader *reader, const struct json_node *root, struct report *report);
void read_flows(struct json_reader *reader, const struct json_node *root, struct report *report);
void read_facts(struct json_reader *reader, const struct json_node *root, struct report *report);
void read_forwards(struct json_reader *reader, const struct json_node *root, struct report *report);
void read_machine(struct json_reader *reader, const struct json_node *root, struct report *report);

/* The input of that name; one behind the last where there is none, which writers show as "-". */
uint32_t read_input(struct json_reader *reader, const struct json_node *object, const char *key,
		    const struct report *report);

#endif
