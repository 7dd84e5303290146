// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/read_json_values.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/utf8.h"

enum { MOST_DEPTH = 12, PLACE_SIZE = 160 };

/* "faults[2].evidence[0].time", outermost first. */
static void describe_place(const struct json_node *node, struct text *into)
{
	const struct json_node *way[MOST_DEPTH];
	int depth = 0;

	for (; node != NULL && node->outer != NULL && depth < MOST_DEPTH; node = node->outer)
		way[depth++] = node;
	while (depth-- > 0) {
		if (way[depth]->key != NULL)
			text_printf(into, "%s%s", into->length > 0 ? "." : "", way[depth]->key);
		else
			text_printf(into, "[%zu]", way[depth]->index);
	}
}

void read_clean_message(struct error *error)
{
	for (char *at = error != NULL ? error->message : NULL; at != NULL && *at != '\0'; at++)
		*at = (unsigned char)*at < ' ' || *at == 0x7f ? '?' : *at;
}

void read_fail(struct json_reader *reader, const struct json_node *node, const char *format, ...)
{
	struct text place = TEXT_INIT;
	char message[PLACE_SIZE * 2];
	va_list arguments;

	if (reader->status != 0)
		return;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	describe_place(node, &place);
	reader->status = error_set(reader->error, ERROR_INPUT, reader->name, "%.*s%s%s", PLACE_SIZE,
				   text_string(&place), place.length > 0 ? ": " : "", message);
	read_clean_message(reader->error);
	text_free(&place);
}

void read_fail_memory(struct json_reader *reader)
{
	if (reader->status == 0)
		reader->status = error_set(reader->error, ERROR_MEMORY, reader->name, "no memory for the report");
}

struct json_node read_member(const struct json_node *object, const char *key)
{
	return (struct json_node){ .value = json_object_get(object->value, key), .outer = object, .key = key };
}

struct json_node read_item(const struct json_node *list, size_t index)
{
	return (struct json_node){ .value = json_array_get(list->value, index), .outer = list, .index = index };
}

bool read_is_null(const struct json_node *node)
{
	return node->value == NULL || json_is_null(node->value);
}

bool read_is_object(struct json_reader *reader, const struct json_node *node)
{
	if (!json_is_object(node->value))
		read_fail(reader, node, "an object is expected");
	return json_is_object(node->value);
}

uint32_t read_length(struct json_reader *reader, const struct json_node *list)
{
	if (read_is_null(list))
		return 0;
	if (!json_is_array(list->value))
		read_fail(reader, list, "a list is expected");
	else if (json_array_size(list->value) >= UINT32_MAX)
		read_fail(reader, list, "the list is too long");
	return reader->status == 0 ? (uint32_t)json_array_size(list->value) : 0;
}

void *read_room(struct json_reader *reader, uint32_t count, size_t size)
{
	void *room = reader->status == 0 ? calloc((size_t)count + 1, size) : NULL;

	if (room == NULL)
		read_fail_memory(reader);
	return room;
}

const char *read_string_or_null(struct json_reader *reader, const struct json_node *object, const char *key)
{
	struct json_node node = read_member(object, key);

	if (read_is_null(&node))
		return NULL;
	if (!json_is_string(node.value))
		read_fail(reader, &node, "a string is expected");
	return json_string_value(node.value);
}

const char *read_string(struct json_reader *reader, const struct json_node *object, const char *key)
{
	struct json_node node = read_member(object, key);
	const char *string = read_string_or_null(reader, object, key);

	if (string == NULL)
		read_fail(reader, &node, "a string is expected");
	return string != NULL ? string : "";
}

char *read_copy(struct json_reader *reader, const struct json_node *object, const char *key)
{
	const char *string = read_string(reader, object, key);
	char *copy = reader->status == 0 ? strdup(string) : NULL;

	if (copy == NULL)
		read_fail_memory(reader);
	return copy;
}

void read_into(struct json_reader *reader, const struct json_node *object, const char *key, char *into, size_t size)
{
	const char *from = read_string_or_null(reader, object, key);
	const char *at = from, *end = from;

	into[0] = '\0';
	if (from == NULL)
		return;
	while (utf8_next(&at) != 0 && (size_t)(at - from) < size)
		end = at;
	memcpy(into, from, (size_t)(end - from));
	into[end - from] = '\0';
}

uint64_t read_count(struct json_reader *reader, const struct json_node *object, const char *key, uint64_t most)
{
	struct json_node node = read_member(object, key);
	json_int_t value = json_integer_value(node.value);

	if (read_is_null(&node))
		return 0;
	if (!json_is_integer(node.value) || value < 0 || (uint64_t)value > most) {
		read_fail(reader, &node, "a whole number from 0 to %llu is expected", (unsigned long long)most);
		return 0;
	}
	return (uint64_t)value;
}

int64_t read_signed(struct json_reader *reader, const struct json_node *object, const char *key)
{
	struct json_node node = read_member(object, key);

	if (!read_is_null(&node) && !json_is_integer(node.value))
		read_fail(reader, &node, "a whole number is expected");
	return json_integer_value(node.value);
}

bool read_bool(struct json_reader *reader, const struct json_node *object, const char *key)
{
	struct json_node node = read_member(object, key);

	if (!read_is_null(&node) && !json_is_boolean(node.value))
		read_fail(reader, &node, "true or false is expected");
	return json_is_true(node.value);
}

nanos read_time(struct json_reader *reader, const struct json_node *object, const char *key)
{
	struct json_node node = read_member(object, key);
	const char *string = read_string_or_null(reader, object, key);
	nanos time = 0;

	if (string != NULL && !nanos_parse_rfc3339(string, &time))
		read_fail(reader, &node, "'%.40s' is not a time like 2026-11-22T21:18:52.021740000Z", string);
	return time;
}

struct ip read_ip(struct json_reader *reader, const struct json_node *object, const char *key)
{
	struct json_node node = read_member(object, key);
	const char *string = read_string_or_null(reader, object, key);
	struct ip ip = { .family = 0 };

	if (string != NULL && !ip_parse(string, &ip))
		read_fail(reader, &node, "'%.50s' is not an IP address", string);
	return ip;
}

bool read_mac(struct json_reader *reader, const struct json_node *object, const char *key, struct mac *mac)
{
	struct json_node node = read_member(object, key);
	const char *string = read_string_or_null(reader, object, key);

	*mac = (struct mac){ .b = { 0 } };
	if (string != NULL && !mac_parse(string, mac))
		read_fail(reader, &node, "'%.40s' is not a MAC address", string);
	return string != NULL;
}

uint32_t read_vlan(struct json_reader *reader, const struct json_node *object)
{
	uint32_t vlan = (uint32_t)read_count(reader, object, "vlan", 4095);

	return vlan | (uint32_t)read_count(reader, object, "outer_vlan", 4095) << 16;
}

uint8_t read_protocol(struct json_reader *reader, const struct json_node *object, const char *key)
{
	struct json_node node = read_member(object, key);
	const char *string = read_string_or_null(reader, object, key);
	uint8_t protocol = 0;

	if (string != NULL && !protocol_parse(string, &protocol))
		read_fail(reader, &node, "'%.40s' is not tcp, udp or sctp", string);
	return protocol;
}

enum method read_method(struct json_reader *reader, const struct json_node *object)
{
	struct json_node node = read_member(object, "method");
	const char *string = read_string_or_null(reader, object, "method");
	enum method method = METHOD_UNKNOWN;

	if (string != NULL && !method_parse(string, &method))
		read_fail(reader, &node, "'%.40s' is not dr, tun or nat", string);
	return method;
}

int read_word(struct json_reader *reader, const struct json_node *object, const char *key,
	      const char *(*name_of)(int value), int count)
{
	struct json_node node = read_member(object, key);
	const char *string = read_string(reader, object, key);

	for (int value = 0; value < count; value++)
		if (strcmp(name_of(value), string) == 0)
			return value;
	read_fail(reader, &node, "'%.40s' is not known here", string);
	return 0;
}

enum { SAME_STRINGS = 16 };

/* Few different ones are used again and again, mostly the latest. */
const char *read_keep_string(struct json_reader *reader, struct report *report, const char *string)
{
	uint32_t oldest = report->string_count > SAME_STRINGS ? report->string_count - SAME_STRINGS : 0;
	char **grown;

	for (uint32_t i = report->string_count; i > oldest; i--)
		if (strcmp(report->strings[i - 1], string) == 0)
			return report->strings[i - 1];
	/* Room doubles at powers of two. */
	if ((report->string_count & (report->string_count - 1)) == 0) {
		grown = reallocarray(report->strings, (size_t)report->string_count * 2 + 1, sizeof *grown);
		if (grown == NULL) {
			read_fail_memory(reader);
			return "";
		}
		report->strings = grown;
	}
	report->strings[report->string_count] = strdup(string);
	if (report->strings[report->string_count] == NULL) {
		read_fail_memory(reader);
		return "";
	}
	return report->strings[report->string_count++];
}
