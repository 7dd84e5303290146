// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parts of merging. Each fills its part of the report from the sources, which are in their order by then, and sets
 * `failed` where memory runs out.
 */
#ifndef MERGE_MERGE_PRIVATE_H
#define MERGE_MERGE_PRIVATE_H

#include "analysis/report.h"
#include "analysis/rule.h"
#include "base/text.h"
#include "merge/truth.h"

struct merging {
	struct report *report;
	struct truth truth;
	uint32_t *first_input; /* of each source, among the merged ones */
	uint32_t conflict_room;
	bool failed;
};

void merge_inputs(struct merging *merging);
void merge_topology(struct merging *merging);
void merge_hosts(struct merging *merging);
void merge_rows(struct merging *merging);
void merge_faults(struct merging *merging);
void merge_gaps(struct merging *merging);
void merge_paths(struct merging *merging);
/*
 * Rows of the matrix that follow from what machines say of themselves: one for each real server that a director sends
 * to by VS/DR. `source` is the director.
 */
struct derived_row {
	struct report_row row;
	uint32_t source;
};
struct derived_rows {
	struct derived_row *list;
	uint32_t count, room;
};
void merge_derive_rows(struct merging *merging, struct derived_rows *rows);
void derived_rows_free(struct derived_rows *rows);

/* What directors send where, against what real servers hold: conflicts. Faults of it are merge_faults()'s. */
void merge_destinations(struct merging *merging);

/* Grows a list by one zeroed element; NULL when memory is out. `*room` is doubled as needed. */
void *merge_grow(struct merging *merging, void *list_pointer, uint32_t *count, uint32_t *room, size_t size);
/* A copy of the text's string, which is freed; NULL when memory is out. */
char *merge_take_text(struct merging *merging, struct text *text);
char *merge_copy(struct merging *merging, const char *string);

/* The input of a source that was number `input` there; one behind the last where there was none. */
uint32_t merge_input_of(const struct merging *merging, uint32_t source, uint32_t input);

/* What `source` says of `about`. Statements with the same words become one. Takes over nothing. */
void conflict_add(struct merging *merging, const char *about, uint32_t source, const char *says);
/* Sorts them, and leaves out those with a single statement: nobody disagrees there. */
void conflicts_finish(struct merging *merging);

/* "a", "a and b", "a, b and 7 more": labels, for people. Sources ascend. */
void merge_name_sources(const struct merging *merging, const uint32_t *sources, uint32_t count, struct text *into);

/* Faults that no source alone has. They are made with evidence and the sources that they rest on. */
struct new_faults {
	struct fault *list;
	uint32_t count, room;
};
void merge_find_substitutions(struct merging *merging, struct new_faults *faults);
void merge_judge_deliveries(struct merging *merging, struct new_faults *faults);
/* Zeroed but for what is given; NULL when memory is out. */
struct fault *new_fault_add(struct merging *merging, struct new_faults *faults, const struct rule *rule,
			    enum severity severity, enum confidence confidence, const struct subject *subject);
/* A word of a machine that no frame shows. `input` is a merged one. */
void new_fault_note(struct fault *fault, uint32_t input, nanos time, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void new_fault_say(struct merging *merging, struct fault *fault, uint32_t source);

/* VS/NAT and VS/TUN work across a router: whether all services of the merged set-up have such a method. */
bool merge_crosses_routers(const struct merging *merging);

#endif
