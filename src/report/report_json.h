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

/*
 * Writes a document as it comes, so that only one value of a long list is in memory at a time. Looks as if jansson had
 * written the whole with an indentation of two.
 */
enum { JSON_MAX_DEPTH = 8 };

struct json_stream {
	struct text *into;
	char closers[JSON_MAX_DEPTH]; /* of what is open */
	unsigned depth;
	bool filled; /* something stands in the innermost one */
	bool failed; /* memory ran out */
};

/* `key` is NULL in a list and for the whole; `bracket` is '{' or '['. */
void json_stream_open(struct json_stream *stream, const char *key, char bracket);
/* Releases the value. */
void json_stream_add(struct json_stream *stream, const char *key, json_t *value);
void json_stream_close(struct json_stream *stream);
/* A list, value by value: `make` gives the one that stands at `index` of the report's. */
void json_stream_add_list(struct json_stream *stream, const char *key, uint32_t count,
			  json_t *(*make)(const struct report *report, uint32_t index), const struct report *report);
/* Closes what is open, ends the line and gives 0, or ERROR_MEMORY. */
int json_stream_end(struct json_stream *stream, struct error *error);

json_t *json_of_topology(const struct report *report);
json_t *json_of_input(const struct report *report, uint32_t index);
json_t *json_of_row(const struct report *report, uint32_t index);
json_t *json_of_director_row(const struct report *report, uint32_t index);
json_t *json_of_fault(const struct report *report, uint32_t index);
json_t *json_of_host(const struct report *report, uint32_t index);
json_t *json_of_gap(const struct report *report, uint32_t index);
json_t *json_of_path(const struct report *report, uint32_t index);
json_t *json_of_replay(const struct report *report, uint32_t index);
json_t *json_of_forward(const struct report *report, uint32_t index);
json_t *json_of_blast(const struct report *report, uint32_t index);
json_t *json_of_flow(const struct report *report, uint32_t index);
json_t *json_of_fact(const struct report *report, uint32_t index);
json_t *json_of_machine(const struct report *report); /* null where none was inspected */
json_t *json_of_source(const struct report *report, uint32_t index);
json_t *json_of_conflict(const struct report *report, uint32_t index);
/* The whole as it stands in a source: what the tool adds of its own (names, texts of rules) is left out. */
json_t *json_of_body(const struct report *report);
json_t *json_of_source_labels(const struct report *report, const uint32_t *sources, uint32_t count);
json_t *json_of_method(enum method method); /* null for METHOD_UNKNOWN */

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
