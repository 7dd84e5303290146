// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Classic pcap (draft-ietf-opsawg-pcap).
 *
 *   file header, 24 bytes, in the byte order of the machine that wrote it:
 *     magic 4 | major 2 | minor 2 | reserved 8 | snaplen 4 | link type 4
 *   record header, 16 bytes: seconds 4 | fraction 4 | captured 4 | on the wire 4
 *
 * The modified format of the 1990s (magic a1b2cd34) appends an interface
 * index, a protocol and a packet type: 24 bytes, of which 8 say nothing here.
 */
#include "wire/capture_private.h"

enum { FILE_HEADER = 24, RECORD_HEADER = 16, RECORD_HEADER_MODIFIED = 24 };

static const struct variant {
	uint32_t magic;
	const char *format;
	uint32_t fraction;
	uint32_t record_size;
} variants[] = {
	{ 0xa1b2c3d4, "pcap", 1000, RECORD_HEADER },
	{ 0xa1b23c4d, "pcap-ns", 1, RECORD_HEADER },
	{ 0xa1b2cd34, "pcap", 1000, RECORD_HEADER_MODIFIED },
};

static const struct variant *find_variant(const uint8_t magic[static 4], bool *big)
{
	for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
		for (int order = 0; order < 2; order++) {
			*big = order == 1;
			if (load_u32(magic, *big) == variants[i].magic)
				return &variants[i];
		}
	}
	return NULL;
}

bool pcap_is(const uint8_t magic[static 4])
{
	bool big;

	return find_variant(magic, &big) != NULL;
}

/*
 * Versions before 2.3 wrote the length on the wire first, 2.3 in either order depending on the program, and DG/UX
 * tcpdump calls its files 543.0. libpcap reads the same ones.
 */
static int take_version(struct capture *capture, uint16_t major, uint16_t minor, struct error *error)
{
	if (!(major == 2 && minor <= 4) && !(major == 543 && minor == 0))
		return capture_fail(capture, error, "pcap version %u.%u is not known; 2.4 is the usual one", major,
				    minor);
	if (major == 543 || minor < 3)
		capture->pcap.lengths = PCAP_WIRE_FIRST;
	else if (minor == 3)
		capture->pcap.lengths = PCAP_LARGER_IS_WIRE;
	else
		capture->pcap.lengths = PCAP_CAPTURED_FIRST;
	return 0;
}

/*
 * The upper six bits tell the length of a frame check sequence at the end of each frame; it stays where it is, as with
 * libpcap. The ten bits below must be zero.
 */
static int take_link_type(struct capture *capture, uint32_t field, struct error *error)
{
	if (field & 0x03ff0000)
		return capture_fail(capture, error, "reserved bits of the link type are set (0x%08x)", field);
	capture->info.link_type = (uint16_t)field;
	return 0;
}

static int pcap_next(struct capture *capture, struct frame *frame, struct error *error);

int pcap_open(struct capture *capture, struct error *error)
{
	struct pcap_state *pcap = &capture->pcap;
	const struct variant *variant = find_variant(window_at(&capture->window), &pcap->big);

	if (!window_has(&capture->window, FILE_HEADER))
		return capture_end(capture, "the file header", FILE_HEADER, error);
	const uint8_t *header = window_at(&capture->window);

	if (take_version(capture, load_u16(header + 4, pcap->big), load_u16(header + 6, pcap->big), error) < 0 ||
	    take_link_type(capture, load_u32(header + 20, pcap->big), error) < 0)
		return ERROR_INPUT;
	pcap->record_size = variant->record_size;
	pcap->fraction = variant->fraction;
	pcap->limit = capture_max_snaplen(capture->info.link_type);
	pcap->snaplen = capture_adjust_snaplen(capture->info.link_type, load_u32(header + 16, pcap->big));
	/* Those kernels could put an Ethernet header in front of a frame that had the full snap length. */
	if (variant->record_size == RECORD_HEADER_MODIFIED && capture->info.link_type == LINK_ETHERNET)
		pcap->snaplen += 14;
	capture->info.format = variant->format;
	capture->next = pcap_next;
	window_take(&capture->window, FILE_HEADER);
	return 0;
}

static void order_lengths(const struct pcap_state *pcap, uint32_t *captured, uint32_t *length)
{
	uint32_t first = *captured;

	if (pcap->lengths == PCAP_LARGER_IS_WIRE && *captured <= *length)
		return;
	*captured = *length;
	*length = first;
}

static int pcap_next(struct capture *capture, struct frame *frame, struct error *error)
{
	const struct pcap_state *pcap = &capture->pcap;
	struct window *window = &capture->window;

	capture->record_offset = window->start_offset;
	if (!window_has(window, pcap->record_size))
		return capture_end(capture, "a record header", pcap->record_size, error);
	const uint8_t *record = window_at(window);
	uint32_t captured = load_u32(record + 8, pcap->big);

	frame->length = load_u32(record + 12, pcap->big);
	if (pcap->lengths != PCAP_CAPTURED_FIRST)
		order_lengths(pcap, &captured, &frame->length);
	if (captured > pcap->limit)
		return capture_fail(capture, error, "the record claims %u captured bytes; %u is the limit", captured,
				    pcap->limit);
	if (!window_has(window, pcap->record_size + captured))
		return capture_end(capture, "a frame", pcap->record_size + captured, error);
	record = window_at(window);
	/* Both fields are unsigned (the draft, libpcap since 1.10.5): times reach to 2106. */
	frame->time =
	    load_u32(record, pcap->big) * NANOS_PER_SECOND + load_u32(record + 4, pcap->big) * (nanos)pcap->fraction;
	frame->bytes = record + pcap->record_size;
	frame->captured = captured < pcap->snaplen ? captured : pcap->snaplen;
	frame->interface = 0;
	frame->link_type = capture->info.link_type;
	window_take(window, pcap->record_size + captured);
	return 1;
}
