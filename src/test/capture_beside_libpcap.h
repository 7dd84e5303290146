// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the same bytes with our reader and with libpcap and says where they
 * differ. Used by a unit test and by a fuzz target, hence a header.
 */
#ifndef TEST_CAPTURE_BESIDE_LIBPCAP_H
#define TEST_CAPTURE_BESIDE_LIBPCAP_H

#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "wire/capture.h"

struct beside {
	pcap_t *pcap;
	struct capture *capture;
	uint64_t frames; /* that both read */
	char difference[256];
};

/* Classic pcap has unsigned times in our eyes and in libpcap's since 1.10.5; older ones take them as signed. */
static inline nanos beside_classic_time(const struct timeval *time, uint32_t unit)
{
	return (uint32_t)time->tv_sec * NANOS_PER_SECOND +
	       (nanos)(uint32_t)(time->tv_usec / (suseconds_t)unit) * (nanos)unit;
}

/* libpcap's products overflow with resolutions finer than 2^-34, so that only its seconds can be trusted. */
static inline bool beside_coarse_only(const struct beside *beside, const struct frame *frame)
{
	const struct capture_interface *interface = capture_interface(beside->capture, frame->interface);

	return interface && (interface->resolution & 0x80) && (interface->resolution & 0x7f) > 34;
}

static inline bool beside_same_time(const struct beside *beside, const struct frame *frame, const struct timeval *time)
{
	const char *format = capture_info(beside->capture)->format;
	uint64_t theirs = (uint64_t)time->tv_sec * (uint64_t)NANOS_PER_SECOND + (uint64_t)time->tv_usec;
	int64_t apart = (int64_t)((uint64_t)frame->time - theirs);

	if (strcmp(format, "pcapng") != 0)
		return frame->time == beside_classic_time(time, strcmp(format, "pcap") == 0 ? 1000 : 1);
	if (beside_coarse_only(beside, frame))
		return apart > -NANOS_PER_SECOND && apart < NANOS_PER_SECOND;
	return apart == 0;
}

/* Pseudo headers in the writer's byte order, which libpcap turns over: PFLOG, USB, NFLOG, and CAN in SLL and SLL2. */
static inline bool beside_libpcap_rewrites(const struct beside *beside, const struct frame *frame)
{
	static const uint16_t links[] = { 117, 189, 220, 239 };
	size_t at = frame->link_type == LINK_LINUX_SLL ? 14 : 0;

	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (frame->link_type == links[i])
			return true;
	if (frame->link_type != LINK_LINUX_SLL && frame->link_type != LINK_LINUX_SLL2)
		return false;
	return pcap_is_swapped(beside->pcap) && frame->captured >= at + 2 && frame->bytes[at] == 0 &&
	       (frame->bytes[at + 1] == 0x0c || frame->bytes[at + 1] == 0x0d);
}

/* DLT and LINKTYPE values are the same but between 11 and 103, and for 106. */
static inline bool beside_same_link(const struct beside *beside, const struct frame *frame)
{
	if ((frame->link_type > 10 && frame->link_type < 104) || frame->link_type == 106)
		return true;
	return pcap_datalink(beside->pcap) == frame->link_type;
}

static inline const char *beside_frame(const struct beside *beside, const struct frame *frame,
				       const struct pcap_pkthdr *header, const u_char *bytes)
{
	if (!beside_same_time(beside, frame, &header->ts))
		return "time";
	if (frame->captured != header->caplen)
		return "captured length";
	if (!beside_same_link(beside, frame))
		return "link type";
	if (beside_libpcap_rewrites(beside, frame))
		return NULL;
	if (frame->length != header->len)
		return "length";
	return memcmp(frame->bytes, bytes, frame->captured) == 0 ? NULL : "bytes";
}

static inline void beside_walk(struct beside *beside)
{
	struct error error = ERROR_INIT;
	struct pcap_pkthdr *header;
	const u_char *bytes;
	struct frame frame;
	int theirs;

	while ((theirs = pcap_next_ex(beside->pcap, &header, &bytes)) == 1) {
		int ours = capture_next(beside->capture, &frame, &error);
		const char *what = ours == 1 ? beside_frame(beside, &frame, header, bytes) : error.message;

		if (what)
			snprintf(beside->difference, sizeof beside->difference, "frame %llu: %.200s",
				 (unsigned long long)beside->frames + 1, what);
		if (what)
			return;
		beside->frames++;
	}
	/* Where libpcap gives up, we may know better; where it is content, so are we. */
	if (theirs == PCAP_ERROR_BREAK && capture_next(beside->capture, &frame, &error) != 0)
		snprintf(beside->difference, sizeof beside->difference, "libpcap ends, we go on (%.180s)",
			 error.message);
}

/*
 * Reserved bits in the link type, which later versions of libpcap refuse too, and section headers that make no sense
 * but stand in front of the first interface, where libpcap skips them.
 */
static inline bool beside_known_refusal(const struct error *error)
{
	static const char *const known[] = { "reserved bits", "section header block", "pcapng version" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strstr(error->message, known[i]))
			return true;
	return false;
}

/* True where both agree or libpcap cannot read it at all. `frames` may be NULL. */
static inline bool beside_compare(FILE *theirs, capture_read read, void *ours, uint64_t *frames,
				  char difference[static 256])
{
	struct beside beside = { .frames = 0 };
	struct error error = ERROR_INIT;
	char why[PCAP_ERRBUF_SIZE];
	int status = capture_open(&beside.capture, read, ours, "ours", 0, &error);

	beside.pcap = pcap_fopen_offline_with_tstamp_precision(theirs, PCAP_TSTAMP_PRECISION_NANO, why);
	if (beside.pcap && status < 0 && !beside_known_refusal(&error))
		snprintf(beside.difference, sizeof beside.difference, "only libpcap opens it (%.200s)", error.message);
	else if (beside.pcap && status == 0)
		beside_walk(&beside);
	capture_close(beside.capture);
	if (beside.pcap)
		pcap_close(beside.pcap);
	else
		fclose(theirs);
	if (frames)
		*frames = beside.frames;
	snprintf(difference, 256, "%s", beside.difference);
	return !*difference;
}

#endif
