// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the capture reader's own files share; nobody else includes this.
 *
 * Bytes pass through one window of 256 KiB that the read callback fills.
 * Records are parsed where they lie, and frames are lent out of it, so a
 * frame is copied only when it straddles the window's end.
 */
#ifndef WIRE_CAPTURE_PRIVATE_H
#define WIRE_CAPTURE_PRIVATE_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "wire/capture.h"

enum {
	CAPTURE_WINDOW = 256 * 1024,
	CAPTURE_MAX_RECORD = 16 * 1024 * 1024, /* one record or block, as libpcap bounds pcapng blocks */
	CAPTURE_MAX_INTERFACES = 65536,        /* of one pcapng section */
};

struct window {
	capture_read read;
	void *context;
	uint8_t *bytes;
	size_t capacity;
	size_t start, end;     /* what was read and not yet taken */
	uint64_t start_offset; /* of `start` in the capture */
	bool ended;            /* nothing more will come */
	bool stopped;          /* because the reader was asked to stop */
	struct error failure;  /* or because reading failed; reported once the window is used up */
};

int window_init(struct window *window, capture_read read, void *context, struct error *error);
void window_free(struct window *window);
/* The slow half of window_has. */
bool window_fill(struct window *window, size_t count);

/* Whether `count` bytes in a row are there, reading as needed. Moves the bytes: addresses taken before are void. */
static inline bool window_has(struct window *window, size_t count)
{
	return window->end - window->start >= count || window_fill(window, count);
}

static inline const uint8_t *window_at(const struct window *window)
{
	return window->bytes + window->start;
}

static inline size_t window_left(const struct window *window)
{
	return window->end - window->start;
}

/* The bytes stay where they are until window_has is asked again. */
static inline void window_take(struct window *window, size_t count)
{
	window->start += count;
	window->start_offset += count;
}

static inline uint16_t load_u16(const uint8_t *at, bool big)
{
	uint16_t value;

	memcpy(&value, at, sizeof value);
	return big ? be16toh(value) : le16toh(value);
}

static inline uint32_t load_u32(const uint8_t *at, bool big)
{
	uint32_t value;

	memcpy(&value, at, sizeof value);
	return big ? be32toh(value) : le32toh(value);
}

static inline uint64_t load_u64(const uint8_t *at, bool big)
{
	uint64_t value;

	memcpy(&value, at, sizeof value);
	return big ? be64toh(value) : le64toh(value);
}

/* The order in which a record carries its two lengths. */
enum pcap_lengths { PCAP_CAPTURED_FIRST, PCAP_WIRE_FIRST, PCAP_LARGER_IS_WIRE };

struct pcap_state {
	bool big;
	enum pcap_lengths lengths;
	uint32_t record_size; /* of the header in front of each frame */
	uint32_t fraction;    /* nanoseconds in one unit of the second time field */
	uint32_t snaplen;     /* longer frames are cut to this */
	uint32_t limit;       /* longer frames are nonsense */
};

/* How an interface counts time: nanoseconds = ticks * factor, ticks / factor, or ticks * 10^9 >> factor. */
enum pcapng_clock { PCAPNG_MULTIPLY, PCAPNG_DIVIDE, PCAPNG_SHIFT };

struct pcapng_interface {
	struct capture_interface about;
	enum pcapng_clock clock;
	uint64_t factor;
	uint64_t offset;        /* nanoseconds, modulo 2^64 */
	uint64_t drops_stated;  /* by the last statistics block */
	uint64_t drops_counted; /* frame by frame */
};

struct pcapng_state {
	bool big;
	bool section_seen, interface_seen;   /* in the whole file */
	struct pcapng_interface *interfaces; /* of the current section */
	uint32_t interface_count, interface_room;
	uint32_t section_count;             /* begun so far; wraps */
	char *comment;                      /* on the first section; NULL: none */
	char *remarks[CAPTURE_MAX_REMARKS]; /* comments on statistics */
	uint32_t remark_count;
};

struct capture {
	struct window window;
	struct capture_info info;
	/* One step of the format: as capture_next, without the bookkeeping. */
	int (*next)(struct capture *capture, struct frame *frame, struct error *error);
	uint64_t record_offset; /* where the record or block under the eyes begins */
	uint32_t input;
	bool finished;
	struct pcap_state pcap;
	struct pcapng_state pcapng;
	char name[sizeof(((struct error *)0)->where)];
};

/* Each takes its own file header; the magic at the window's start has been recognised. */
int pcap_open(struct capture *capture, struct error *error);
int pcapng_open(struct capture *capture, struct error *error);
void pcapng_free(struct pcapng_state *pcapng);

struct pcapng_option {
	uint16_t code, length;
	const uint8_t *value;
};

/* False at the end of the options, which for `options->cut` is no orderly one. */
bool pcapng_next_option(struct bytes *options, bool big, struct pcapng_option *option);

/* NULL where the section did not describe it. */
static inline struct pcapng_interface *pcapng_find_interface(struct capture *capture, uint32_t number)
{
	return number < capture->pcapng.interface_count ? &capture->pcapng.interfaces[number] : NULL;
}

/* The bodies of the blocks that describe interfaces and count for them. */
int pcapng_take_interface(struct capture *capture, struct bytes body, struct error *error);
void pcapng_take_statistics(struct capture *capture, struct bytes body);
/* Frames that were lost in front of one, as that one says. The interface exists. */
void pcapng_count_drops(struct capture *capture, uint32_t number, uint64_t drops);

bool pcap_is(const uint8_t magic[static 4]);
bool pcapng_is(const uint8_t magic[static 4]);

/* What bytes that are no capture look like ("text", "a gzip archive"), NULL where nobody can tell. */
const char *capture_guess(const uint8_t *bytes, size_t length);

/* Snap length as libpcap takes it: 0 and above 2^31 mean the largest that the link type may have. */
uint32_t capture_adjust_snaplen(uint16_t link_type, uint32_t snaplen);
uint32_t capture_max_snaplen(uint16_t link_type);

/* Fills `error` with the record's place in front; returns ERROR_INPUT. */
int capture_fail(const struct capture *capture, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The window cannot deliver `wanted` bytes of `what`. 0 at the very end of the file or where the reader was asked to
 * stop, else the reading failure or "the file ends inside".
 */
int capture_end(const struct capture *capture, const char *what, size_t wanted, struct error *error);

#endif
