// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/capture_index.h"

#include <stdlib.h>

#include "wire/capture_private.h"

/* A section of pcapng as far as a reader in the middle of it must know it. Interfaces are only added to a section. */
struct section {
	bool big;
	struct pcapng_interface *interfaces; /* drop counts in them mean nothing */
	uint32_t interface_count;
};

struct place {
	uint64_t offset;
	uint64_t frame;   /* the one that is read next there */
	uint32_t section; /* number in the index */
};

struct capture_index {
	uint64_t step;
	struct place *places;
	uint32_t count, room;
	struct section *sections; /* those in which a place lies */
	uint32_t section_count, section_room;
	uint32_t sections_seen; /* by the reader, up to the last place */
};

int capture_index_new(struct capture_index **result, struct error *error)
{
	struct capture_index *index = calloc(1, sizeof *index);

	*result = index;
	if (!index)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for an index of frames");
	index->step = CAPTURE_INDEX_STEP;
	return 0;
}

void capture_index_free(struct capture_index *index)
{
	if (!index)
		return;
	for (uint32_t i = 0; i < index->section_count; i++)
		free(index->sections[i].interfaces);
	free(index->sections);
	free(index->places);
	free(index);
}

uint64_t capture_index_step(const struct capture_index *index)
{
	return index->step;
}

static bool make_room(void **list, uint32_t count, uint32_t *room, size_t size)
{
	uint32_t wanted = *room ? *room * 2 : 16;
	void *grown;

	if (count < *room)
		return true;
	grown = reallocarray(*list, wanted, size);
	if (!grown)
		return false;
	*list = grown;
	*room = wanted;
	return true;
}

/* The interfaces that were described since the last place. */
static bool copy_interfaces(struct section *section, const struct pcapng_state *pcapng)
{
	uint32_t more = pcapng->interface_count - section->interface_count;
	struct pcapng_interface *grown;

	if (more == 0)
		return true;
	grown = reallocarray(section->interfaces, pcapng->interface_count, sizeof *grown);
	if (!grown)
		return false;
	memcpy(grown + section->interface_count, pcapng->interfaces + section->interface_count, more * sizeof *grown);
	section->interfaces = grown;
	section->interface_count = pcapng->interface_count;
	return true;
}

/* The section in which the reader stands; NULL where memory ran out. Classic pcap has one without interfaces. */
static struct section *note_section(struct capture_index *index, const struct capture *capture)
{
	const struct pcapng_state *pcapng = &capture->pcapng;
	struct section *section;

	if (index->section_count == 0 || index->sections_seen != pcapng->section_count) {
		if (!make_room((void **)&index->sections, index->section_count, &index->section_room,
			       sizeof *index->sections))
			return NULL;
		index->sections[index->section_count++] = (struct section){ .big = pcapng->big };
		index->sections_seen = pcapng->section_count;
	}
	section = &index->sections[index->section_count - 1];
	return copy_interfaces(section, pcapng) ? section : NULL;
}

/* Every second place goes. */
static void thin(struct capture_index *index)
{
	for (uint32_t i = 0; 2 * i < index->count; i++)
		index->places[i] = index->places[2 * i];
	index->count = (index->count + 1) / 2;
	index->step *= 2;
}

static void add_place(struct capture_index *index, const struct capture *capture)
{
	if (!note_section(index, capture) ||
	    !make_room((void **)&index->places, index->count, &index->room, sizeof *index->places))
		return;
	index->places[index->count++] = (struct place){ .offset = capture->info.offset,
							.frame = capture->info.frames + 1,
							.section = index->section_count - 1 };
}

void capture_index_note(struct capture_index *index, const struct capture *capture)
{
	if (capture->info.frames % index->step != 0)
		return;
	if (index->count == CAPTURE_INDEX_MOST)
		thin(index);
	if (capture->info.frames % index->step == 0)
		add_place(index, capture);
}

static const struct place *find_place(const struct capture_index *index, uint64_t number)
{
	uint32_t low = 0, high = index->count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (index->places[middle].frame <= number)
			low = middle;
		else
			high = middle;
	}
	return index->count > 0 && index->places[low].frame <= number ? &index->places[low] : NULL;
}

static int enter_section(struct capture *reader, const struct section *section, struct error *error)
{
	struct pcapng_state *pcapng = &reader->pcapng;
	struct pcapng_interface *interfaces;

	if (section->interface_count > pcapng->interface_room) {
		interfaces = reallocarray(pcapng->interfaces, section->interface_count, sizeof *interfaces);
		if (!interfaces)
			return error_set(error, ERROR_MEMORY, reader->name, "no memory to read from the middle");
		pcapng->interfaces = interfaces;
		pcapng->interface_room = section->interface_count;
	}
	if (section->interface_count > 0)
		memcpy(pcapng->interfaces, section->interfaces, section->interface_count * sizeof *interfaces);
	pcapng->interface_count = section->interface_count;
	pcapng->big = section->big;
	pcapng->section_seen = true;
	pcapng->interface_seen = true;
	return 0;
}

static void rewind_window(struct window *window, uint64_t offset)
{
	window->start = window->end = 0;
	window->start_offset = offset;
	window->ended = window->stopped = false;
	window->failure = (struct error)ERROR_INIT;
}

int capture_index_seek(const struct capture_index *index, struct capture *reader, uint64_t number, uint64_t *offset,
		       struct error *error)
{
	const struct place *place = find_place(index, number);
	bool pcapng = reader->info.format[0] != '\0' && strcmp(reader->info.format, "pcapng") == 0;

	if (!place || !reader->next)
		return error_set(error, ERROR_INPUT, reader->name, "frame %llu was not read yet",
				 (unsigned long long)number);
	if (pcapng && enter_section(reader, &index->sections[place->section], error) < 0)
		return ERROR_MEMORY;
	rewind_window(&reader->window, place->offset);
	reader->info.frames = place->frame - 1;
	reader->info.offset = place->offset;
	reader->record_offset = place->offset;
	reader->finished = false;
	*offset = place->offset;
	return 0;
}
