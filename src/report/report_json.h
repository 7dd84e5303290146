// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parts of the JSON format (schema truemac.report/1). Each gives a new
 * value owned by the caller, or NULL when memory ran out; a NULL part makes
 * the whole NULL, so that the writer checks once.
 */
#ifndef REPORT_REPORT_JSON_H
#define REPORT_REPORT_JSON_H

#include <jansson.h>

#include "analysis/report.h"
#include "base/text.h"

/* An object is written down as its fields in order, closed by JSON_FIELDS_END. Values are new references, taken over.
 */
struct json_field {
	const char *key;
	json_t *value;
};

#define JSON_FIELDS_END                                                                                                \
	{                                                                                                              \
		NULL, NULL                                                                                             \
	}

json_t *json_of_fields(const struct json_field *fields);

/* Appends the value (released; NULL: memory ran out) as text with a newline, or fails with ERROR_MEMORY. */
int json_write(json_t *value, struct text *into, struct error *error);

json_t *json_of_inputs(const struct report *report);
json_t *json_of_topology(const struct report *report);
json_t *json_of_matrix(const struct report *report);
json_t *json_of_faults(const struct report *report);
json_t *json_of_hosts(const struct report *report);
json_t *json_of_gaps(const struct report *report);
json_t *json_of_paths(const struct report *report);

/* Appends `item` (NULL: memory ran out) and gives the list back; NULL, with both released, on failure. */
json_t *json_list_add(json_t *list, json_t *item);

json_t *json_of_string(const char *string); /* NULL is null; bytes that are not UTF-8 become U+FFFD */
json_t *json_of_count(uint64_t count);
json_t *json_of_count_or_null(uint64_t count); /* null for 0 */
json_t *json_of_time(nanos time);
json_t *json_of_ip(const struct ip *ip); /* null without a family */
json_t *json_of_mac(bool has_mac, struct mac mac);
json_t *json_of_vlan(uint32_t vlan);       /* the innermost id, null when untagged */
json_t *json_of_outer_vlan(uint32_t vlan); /* the outer id of a stack, else null */

#endif
