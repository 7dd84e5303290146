// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Single values out of a JSON document. The first thing that is wrong is kept in the reader's error, with its place;
 * everything after it gives harmless values, so that a reader of an object checks once, at its end.
 */
#ifndef REPORT_READ_JSON_VALUES_H
#define REPORT_READ_JSON_VALUES_H

#include <jansson.h>

#include "analysis/report.h"

struct json_reader {
	const char *name; /* of the document */
	struct error *error;
	int status; /* 0, or the error's code */
};

/* A value and where it stands: in `outer` under `key`, or without a key at `index`. */
struct json_node {
	const json_t *value; /* NULL where it is missing */
	const struct json_node *outer;
	const char *key;
	size_t index;
};

/* Keeps the first failure: "NAME: faults[2].count: ..." */
void read_fail(struct json_reader *reader, const struct json_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void read_fail_memory(struct json_reader *reader);
/* Pieces of the document may have got into the message: what would control a terminal becomes '?'. May be NULL. */
void read_clean_message(struct error *error);

/* Members. One that is missing or null is "nothing" to all getters but those that say otherwise. */
struct json_node read_member(const struct json_node *object, const char *key);
struct json_node read_item(const struct json_node *list, size_t index);
bool read_is_null(const struct json_node *node);

/* Fails unless it is an object. */
bool read_is_object(struct json_reader *reader, const struct json_node *node);
/* How many a list has; nothing is an empty list. */
uint32_t read_length(struct json_reader *reader, const struct json_node *list);
/* Zeroed room for `count` things, at least one; NULL after a failure. */
void *read_room(struct json_reader *reader, uint32_t count, size_t size);

/* Must be there. Never NULL; "" after a failure. Borrowed from the document. */
const char *read_string(struct json_reader *reader, const struct json_node *object, const char *key);
const char *read_string_or_null(struct json_reader *reader, const struct json_node *object, const char *key);
/* As above, copied for the caller; NULL only after a failure. */
char *read_copy(struct json_reader *reader, const struct json_node *object, const char *key);
/* Cut between characters where it does not fit; always terminated. */
void read_into(struct json_reader *reader, const struct json_node *object, const char *key, char *into, size_t size);

/* A copy that the report owns; never NULL. Few different ones are used again and again. */
const char *read_keep_string(struct json_reader *reader, struct report *report, const char *string);

uint64_t read_count(struct json_reader *reader, const struct json_node *object, const char *key, uint64_t most);
int64_t read_signed(struct json_reader *reader, const struct json_node *object, const char *key);
bool read_bool(struct json_reader *reader, const struct json_node *object, const char *key);
nanos read_time(struct json_reader *reader, const struct json_node *object, const char *key);
struct ip read_ip(struct json_reader *reader, const struct json_node *object, const char *key);
/* False for nothing, with the MAC zero. */
bool read_mac(struct json_reader *reader, const struct json_node *object, const char *key, struct mac *mac);
uint32_t read_vlan(struct json_reader *reader, const struct json_node *object);
uint8_t read_protocol(struct json_reader *reader, const struct json_node *object, const char *key);
enum method read_method(struct json_reader *reader, const struct json_node *object);
/* The value whose name stands there; it must. `names` gives the name of each value from 0 to `count` - 1. */
int read_word(struct json_reader *reader, const struct json_node *object, const char *key,
	      const char *(*name_of)(int value), int count);

#endif
