// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology/keepalived.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topology/words.h"

__attribute__((format(printf, 3, 0))) static int fail_at(struct keepalived *keepalived, const struct place *place,
							 const char *format, va_list arguments)
{
	struct error *error = keepalived->error;
	char message[sizeof error->message], where[sizeof error->where];

	vsnprintf(message, sizeof message, format, arguments);
	make_printable(message);
	snprintf(where, sizeof where, "%.200s:%lu", place->file, place->line);
	return error_set(error, ERROR_USAGE, where, "%s", message);
}

int keepalived_fail_at(struct keepalived *keepalived, const struct place *place, const char *format, ...)
{
	va_list arguments;
	int result;

	va_start(arguments, format);
	result = fail_at(keepalived, place, format, arguments);
	va_end(arguments);
	return result;
}

int keepalived_fail(struct keepalived *keepalived, const char *format, ...)
{
	va_list arguments;
	int result;

	va_start(arguments, format);
	result = fail_at(keepalived, &keepalived->place, format, arguments);
	va_end(arguments);
	return result;
}

int keepalived_no_memory(struct keepalived *keepalived)
{
	return error_set(keepalived->error, ERROR_MEMORY, keepalived->place.file,
			 "no memory to read the configuration");
}

int keepalived_placed(struct keepalived *keepalived, const struct place *place, int result)
{
	if (result < 0)
		error_set_where(keepalived->error, "%.200s:%lu", place->file, place->line);
	return result;
}

int keepalived_charge(struct keepalived *keepalived, size_t bytes)
{
	keepalived->lines++;
	keepalived->bytes += bytes;
	if (keepalived->lines <= KEEPALIVED_MAX_LINES && keepalived->bytes <= KEEPALIVED_MAX_BYTES)
		return 0;
	return keepalived_fail(keepalived,
			       "the configuration expands to more than %d lines or %d MiB: shorten what repeats here",
			       KEEPALIVED_MAX_LINES, KEEPALIVED_MAX_BYTES >> 20);
}

const char *statement_word(const struct statement *statement, size_t index)
{
	return index < statement->count ? statement->words[index] : "";
}

int keepalived_number(struct keepalived *keepalived, const struct statement *statement, size_t index, const char *what,
		      uint32_t least, uint32_t most, uint32_t *number)
{
	const char *word = statement_word(statement, index);

	if (word_to_number(word, most, number) && *number >= least)
		return 0;
	return keepalived_fail_at(keepalived, &statement->place,
				  "%s is a number from %" PRIu32 " to %" PRIu32 ", not \"%.100s\"", what, least, most,
				  word);
}

int keepalived_name(struct keepalived *keepalived, const struct statement *statement, size_t index, char *name)
{
	const char *word = statement_word(statement, index);
	size_t length = strlen(word);

	if (length == 0 || length >= KEEPALIVED_NAME_SIZE)
		return keepalived_fail_at(keepalived, &statement->place, "%s needs a name of 1 to %d bytes",
					  statement_word(statement, 0), KEEPALIVED_NAME_SIZE - 1);
	memset(name, 0, KEEPALIVED_NAME_SIZE);
	memcpy(name, word, length);
	return 0;
}

static void keepalived_free(struct keepalived *keepalived)
{
	for (uint32_t i = 0; i < keepalived->file_count; i++)
		free(keepalived->files[i]);
	free(keepalived->files);
	free(keepalived->servers);
	free(keepalived->reals);
	free(keepalived->groups);
	free(keepalived->entries);
	free(keepalived->addresses);
	keepalived_define_free(keepalived);
	free(keepalived);
}

int topology_read_keepalived(struct topology *topology, const char *name, const char *bytes, size_t length,
			     const struct topology_loader *loader, struct error *error)
{
	struct keepalived *keepalived = calloc(1, sizeof *keepalived);
	int result;

	if (!keepalived)
		return error_set(error, ERROR_MEMORY, name, "no memory to read the configuration");
	keepalived->topology = topology;
	keepalived->loader = loader;
	keepalived->error = error;
	result = keepalived_expand_file(keepalived, name, bytes, length);
	if (result == 0)
		result = keepalived_take_end(keepalived);
	if (result == 0)
		result = keepalived_add_servers(keepalived);
	if (result == 0)
		result = keepalived_add_addresses(keepalived);
	keepalived_free(keepalived);
	return result;
}
