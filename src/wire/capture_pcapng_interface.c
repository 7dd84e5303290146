// SPDX-License-Identifier: GPL-2.0-or-later
/* pcapng's interfaces: their descriptions, clocks and drop counters. */
#include <stdlib.h>

#include "wire/capture_private.h"

enum option_code {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_IF_NAME = 2,
	OPTION_IF_TSRESOL = 9,
	OPTION_IF_TSOFFSET = 14,
	OPTION_ISB_IFDROP = 5,
	OPTION_ISB_OSDROP = 7,
};

void pcapng_free(struct pcapng_state *pcapng)
{
	free(pcapng->interfaces);
	pcapng->interfaces = NULL;
	free(pcapng->comment);
	pcapng->comment = NULL;
	while (pcapng->remark_count > 0)
		free(pcapng->remarks[--pcapng->remark_count]);
}

bool pcapng_next_option(struct bytes *options, bool big, struct pcapng_option *option)
{
	const uint8_t *header = options->at;

	if (options->left == 0 || !bytes_skip(options, 4))
		return false;
	option->code = load_u16(header, big);
	option->length = load_u16(header + 2, big);
	option->value = options->at;
	return bytes_skip(options, (option->length + 3u) & ~3u) && option->code != OPTION_END;
}

/*
 * Drops are told twice: in sum by statistics blocks, and frame by frame. Each interface counts with the larger of the
 * two.
 */
static uint64_t drops_of(const struct pcapng_interface *interface)
{
	return interface->drops_stated > interface->drops_counted ? interface->drops_stated : interface->drops_counted;
}

static void set_drops(struct capture *capture, struct pcapng_interface *interface, uint64_t stated, uint64_t counted)
{
	capture->info.dropped -= drops_of(interface);
	interface->drops_stated = stated;
	interface->drops_counted = counted;
	capture->info.dropped += drops_of(interface);
}

void pcapng_count_drops(struct capture *capture, uint32_t number, uint64_t drops)
{
	struct pcapng_interface *interface = pcapng_find_interface(capture, number);

	set_drops(capture, interface, interface->drops_stated, interface->drops_counted + drops);
}

/* if_tsresol: a negative power of 10, or of 2 where the upper bit is set. */
static bool set_resolution(struct pcapng_interface *interface, uint8_t resolution)
{
	bool binary = (resolution & 0x80) != 0;
	unsigned exponent = resolution & 0x7f;

	if (exponent > (binary ? 63u : 19u))
		return false;
	interface->about.resolution = resolution;
	interface->clock = binary ? PCAPNG_SHIFT : exponent <= 9 ? PCAPNG_MULTIPLY : PCAPNG_DIVIDE;
	if (binary) {
		interface->factor = exponent;
		return true;
	}
	interface->factor = 1;
	for (unsigned steps = exponent < 9 ? 9 - exponent : exponent - 9; steps > 0; steps--)
		interface->factor *= 10;
	return true;
}

static void copy_text(char *into, size_t size, const struct pcapng_option *option)
{
	memset(into, 0, size);
	memcpy(into, option->value, option->length < size ? option->length : size - 1);
}

static int take_interface_option(struct capture *capture, struct pcapng_interface *interface,
				 const struct pcapng_option *option, struct error *error)
{
	switch (option->code) {
	case OPTION_IF_NAME: copy_text(interface->about.name, sizeof interface->about.name, option); return 0;
	case OPTION_COMMENT: copy_text(interface->about.comment, sizeof interface->about.comment, option); return 0;
	case OPTION_IF_TSRESOL:
		if (option->length != 1 || !set_resolution(interface, option->value[0]))
			return capture_fail(capture, error, "the interface's time resolution makes no sense");
		return 0;
	case OPTION_IF_TSOFFSET:
		if (option->length != 8)
			return capture_fail(capture, error, "the interface's time offset makes no sense");
		interface->offset = load_u64(option->value, capture->pcapng.big) * (uint64_t)NANOS_PER_SECOND;
		return 0;
	default: return 0;
	}
}

static int add_interface(struct capture *capture, const struct pcapng_interface *interface, struct error *error)
{
	struct pcapng_state *pcapng = &capture->pcapng;

	if (pcapng->interface_count == CAPTURE_MAX_INTERFACES)
		return capture_fail(capture, error, "more than %d interfaces in one section", CAPTURE_MAX_INTERFACES);
	if (pcapng->interface_count == pcapng->interface_room) {
		uint32_t room = pcapng->interface_room ? pcapng->interface_room * 2 : 4;
		struct pcapng_interface *larger = realloc(pcapng->interfaces, room * sizeof *larger);

		if (!larger)
			return error_set(error, ERROR_MEMORY, capture->name, "no memory for %u interfaces", room);
		pcapng->interfaces = larger;
		pcapng->interface_room = room;
	}
	pcapng->interfaces[pcapng->interface_count++] = *interface;
	return 0;
}

/* link type 2 | reserved 2 | snaplen 4 | options */
int pcapng_take_interface(struct capture *capture, struct bytes body, struct error *error)
{
	struct pcapng_interface interface = { .about.resolution = 6, .clock = PCAPNG_MULTIPLY, .factor = 1000 };
	bool big = capture->pcapng.big;
	const uint8_t *fixed = body.at;
	struct pcapng_option option;

	if (!bytes_skip(&body, 8))
		return capture_fail(capture, error, "an interface description block is too short");
	interface.about.link_type = load_u16(fixed, big);
	interface.about.snaplen = capture_adjust_snaplen(interface.about.link_type, load_u32(fixed + 4, big));
	while (pcapng_next_option(&body, big, &option))
		if (take_interface_option(capture, &interface, &option, error) < 0)
			return ERROR_INPUT;
	if (body.cut)
		return capture_fail(capture, error, "an option of an interface description block is cut");
	if (!capture->pcapng.interface_seen)
		capture->info.link_type = interface.about.link_type;
	capture->pcapng.interface_seen = true;
	capture->info.mixed_links |= capture->info.link_type != interface.about.link_type;
	return add_interface(capture, &interface, error);
}

/* A lack of memory for a mere comment is nobody's concern. */
static void take_remark(struct pcapng_state *pcapng, const struct pcapng_option *option)
{
	char *remark;

	if (pcapng->remark_count == CAPTURE_MAX_REMARKS)
		return;
	remark = strndup((const char *)option->value, option->length);
	if (remark)
		pcapng->remarks[pcapng->remark_count++] = remark;
}

/* interface 4 | time 8 | options. Every statistics block tells the sums since the capture began. */
void pcapng_take_statistics(struct capture *capture, struct bytes body)
{
	const uint8_t *fixed = body.at;
	bool big = capture->pcapng.big;
	struct pcapng_interface *interface;
	struct pcapng_option option;
	uint64_t dropped = 0;

	if (!bytes_skip(&body, 12) || !(interface = pcapng_find_interface(capture, load_u32(fixed, big))))
		return;
	capture->info.statistics = true;
	while (pcapng_next_option(&body, big, &option))
		if (option.code == OPTION_COMMENT)
			take_remark(&capture->pcapng, &option);
		else if ((option.code == OPTION_ISB_IFDROP || option.code == OPTION_ISB_OSDROP) && option.length == 8)
			dropped += load_u64(option.value, big);
	set_drops(capture, interface, dropped, interface->drops_counted);
}
