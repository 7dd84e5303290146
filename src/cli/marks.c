// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/marks.h"

#include <stdio.h>
#include <string.h>

/* "truemac run, sweeping as 00:16:3e:0a:01:8a, holding 10.1.1.1=00:16:3e:0a:01:0b" */
static const char opening[] = "truemac run";
static const char sweeping[] = ", sweeping as ";
static const char holding[] = ", holding ";
static const char incomplete[] = "truemac run incomplete: ";

void marks_write_run(const struct marks_run *run, char into[static MARKS_RUN_SIZE])
{
	char mac[MAC_TEXT_SIZE], ip[IP_TEXT_SIZE], item[sizeof holding + IP_TEXT_SIZE + MAC_TEXT_SIZE];

	snprintf(into, MARKS_RUN_SIZE, "%s", opening);
	if (run->sweeps) {
		strcat(into, sweeping);
		strcat(into, mac_format(run->sweeper, mac));
	}
	for (uint32_t i = 0; i < run->held_count; i++) {
		snprintf(item, sizeof item, "%s%s=%s", holding, ip_format(&run->held[i].vip, ip),
			 mac_format(run->held[i].mac, mac));
		if (strlen(into) + strlen(item) < MARKS_RUN_SIZE)
			strcat(into, item);
	}
}

static bool starts_with(const char **text, const char *start)
{
	if (strncmp(*text, start, strlen(start)) != 0)
		return false;
	*text += strlen(start);
	return true;
}

/* Up to the next comma, which is passed over by whoever reads on; false where the word is too long. */
static bool take_word(const char **text, char *word, size_t size)
{
	size_t length = strcspn(*text, ",");

	if (length >= size)
		return false;
	memcpy(word, *text, length);
	word[length] = '\0';
	*text += length;
	return true;
}

static bool take_held(const char *word, struct marks_run *run)
{
	const char *equals = strchr(word, '=');
	struct marks_held *held = &run->held[run->held_count];
	char ip[IP_TEXT_SIZE];

	if (!equals || run->held_count == MARKS_MOST_HELD ||
	    snprintf(ip, sizeof ip, "%.*s", (int)(equals - word), word) >= (int)sizeof ip ||
	    !ip_parse(ip, &held->vip) || !mac_parse(equals + 1, &held->mac))
		return false;
	run->held_count++;
	return true;
}

bool marks_read_run(const char *comment, struct marks_run *run)
{
	char word[IP_TEXT_SIZE + MAC_TEXT_SIZE];

	*run = (struct marks_run){ .sweeps = false };
	if (!starts_with(&comment, opening))
		return false;
	while (*comment) {
		bool sweeps = starts_with(&comment, sweeping);

		if ((!sweeps && !starts_with(&comment, holding)) || !take_word(&comment, word, sizeof word) ||
		    !(sweeps ? mac_parse(word, &run->sweeper) : take_held(word, run)))
			return false;
		run->sweeps |= sweeps;
	}
	return true;
}

bool marks_apply(const char *comment, struct engine *engine, uint32_t input)
{
	struct marks_run run;

	if (!marks_read_run(comment, &run))
		return false;
	if (run.sweeps)
		engine_set_sweeper(engine, input, run.sweeper);
	for (uint32_t i = 0; i < run.held_count; i++)
		engine_add_held(engine, input, &run.held[i].vip, run.held[i].mac);
	return true;
}

void marks_write_gap(const char *reason, char into[static MARKS_GAP_SIZE])
{
	snprintf(into, MARKS_GAP_SIZE, "%s%s", incomplete, reason);
}

const char *marks_read_gap(const char *comment)
{
	return starts_with(&comment, incomplete) ? comment : NULL;
}
