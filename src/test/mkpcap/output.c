// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Capture files: pcap, pcap with nanoseconds and pcapng; Ethernet frames as
 * they are, or as Linux "cooked" sockets show them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mkpcap.h"

enum { DLT_EN10MB = 1, DLT_SLL = 113, DLT_SLL2 = 276, DEFAULT_SNAP = 262144 };

/* Files are written in the little-endian form whatever the machine. */
static void write_le(struct output *out, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		fputc((int)(value >> (8 * i) & 0xff), out->stream);
}

static void write_pcapng_header(struct output *out)
{
	write_le(out, 0x0a0d0d0a, 4);
	write_le(out, 28, 4);
	write_le(out, 0x1a2b3c4d, 4);
	write_le(out, 1, 4);
	write_le(out, UINT64_MAX, 8);
	write_le(out, 28, 4);
	write_le(out, 1, 4); /* interface description */
	write_le(out, 32, 4);
	write_le(out, out->link_type, 2);
	write_le(out, 0, 2);
	write_le(out, out->snap, 4);
	write_le(out, 9, 2); /* if_tsresol: nanoseconds */
	write_le(out, 1, 2);
	write_le(out, 9, 4);
	write_le(out, 0, 4);
	write_le(out, 32, 4);
}

static void write_header(struct output *out)
{
	if (out->pcapng) {
		write_pcapng_header(out);
		return;
	}
	write_le(out, out->nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 4);
	write_le(out, 2, 2);
	write_le(out, 4, 2);
	write_le(out, 0, 8);
	write_le(out, out->snap, 4);
	write_le(out, out->link_type, 4);
}

static void write_pcapng_record(struct output *out, int64_t time, const struct octets *o, uint32_t captured)
{
	uint32_t padding = (4 - captured % 4) % 4;
	uint32_t size = 32 + captured + padding;

	write_le(out, 6, 4);
	write_le(out, size, 4);
	write_le(out, 0, 4);
	write_le(out, (uint64_t)time >> 32, 4);
	write_le(out, (uint64_t)time & 0xffffffff, 4);
	write_le(out, captured, 4);
	write_le(out, o->length, 4);
	fwrite(o->b, 1, captured, out->stream);
	write_le(out, 0, padding);
	write_le(out, size, 4);
}

static void write_record(struct output *out, int64_t time, const struct octets *o, uint32_t captured)
{
	if (out->pcapng) {
		write_pcapng_record(out, time, o, captured);
		return;
	}
	write_le(out, (uint64_t)(time / 1000000000), 4);
	write_le(out, (uint64_t)(time % 1000000000 / (out->nanoseconds ? 1 : 1000)), 4);
	write_le(out, captured, 4);
	write_le(out, o->length, 4);
	fwrite(o->b, 1, captured, out->stream);
}

/* The kernel's packet type: to us, broadcast, multicast. What a host sent itself is not told apart. */
static unsigned cooked_type(const uint8_t *destination)
{
	if (memcmp(destination, mac_broadcast.b, 6) == 0)
		return 1;
	return destination[0] & 1 ? 2 : 0;
}

static void cook(const struct octets *o, unsigned link_type, struct octets *cooked)
{
	unsigned type = cooked_type(o->b);
	unsigned ethertype = (unsigned)(o->b[12] << 8 | o->b[13]);

	if (link_type == DLT_SLL2) {
		put_16(cooked, ethertype);
		put_16(cooked, 0);
		put_32(cooked, 2); /* interface index */
		put_16(cooked, 1); /* ARPHRD_ETHER */
		put_8(cooked, type);
		put_8(cooked, 6);
	} else {
		put_16(cooked, type);
		put_16(cooked, 1);
		put_16(cooked, 6);
	}
	put_bytes(cooked, o->b + 6, 6);
	put_16(cooked, 0);
	if (link_type == DLT_SLL)
		put_16(cooked, ethertype);
	put_bytes(cooked, o->b + 14, o->length - 14);
}

void output_frame(struct script *s, const struct octets *o, uint32_t snap)
{
	for (unsigned i = 0; i < s->output_count; i++) {
		struct output *out = &s->outputs[i];
		struct octets cooked = { .length = 0 };
		const struct octets *shown = o;

		if (!out->selected)
			continue;
		if (out->link_type != DLT_EN10MB) {
			cook(o, out->link_type, &cooked);
			shown = &cooked;
		}
		uint32_t captured = snap < out->snap ? snap : out->snap;
		if (captured > shown->length)
			captured = (uint32_t)shown->length;
		write_record(out, s->time + out->clock, shown, captured);
	}
}

static char *path_of(const struct script *s, const char *name)
{
	const char *dot = strrchr(s->output_path, '.');
	int stem = (int)(dot ? (size_t)(dot - s->output_path) : strlen(s->output_path));
	char *path;

	if (strcmp(name, ".") == 0)
		return strdup(s->output_path);
	if (asprintf(&path, "%.*s-%s%s", stem, s->output_path, name, dot ? dot : "") < 0)
		return NULL;
	return path;
}

static uint16_t parse_link(const struct script *s, const char *word)
{
	if (!word || strcmp(word, "ethernet") == 0)
		return DLT_EN10MB;
	if (strcmp(word, "sll") == 0)
		return DLT_SLL;
	if (strcmp(word, "sll2") == 0)
		return DLT_SLL2;
	return (uint16_t)parse_number(s, word);
}

void output_add(struct script *s, struct line *line)
{
	if (s->output_count == FILES_MAX)
		fail(s, "more than %d files", FILES_MAX);
	struct output *out = &s->outputs[s->output_count++];
	const char *clock = take_key(s, line, "clock");
	const char *format = take_key(s, line, "format");

	out->link_type = parse_link(s, take_key(s, line, "link"));
	out->pcapng = format && strcmp(format, "pcapng") == 0;
	out->nanoseconds = format && strcmp(format, "pcap-ns") == 0;
	if (format && !out->pcapng && !out->nanoseconds && strcmp(format, "pcap") != 0)
		fail(s, "%s is not a format", format);
	out->clock = clock ? parse_seconds(s, clock) : 0;
	out->snap = (uint32_t)take_number(s, line, "snap", DEFAULT_SNAP);
	out->drops = take_number(s, line, "drops", 0);
	out->cut = take_number(s, line, "cut", 0);
	out->selected = true;
	snprintf(out->name, sizeof out->name, "%s", take(s, line, "the file's name"));
	out->path = path_of(s, out->name);
	out->stream = out->path ? fopen(out->path, "wb") : NULL;
	if (!out->stream)
		fail(s, "cannot write %s", out->path ? out->path : out->name);
	write_header(out);
}

void output_select(struct script *s, struct line *line)
{
	bool all = take_flag(line, "all");

	for (unsigned i = 0; i < s->output_count; i++)
		s->outputs[i].selected = take_flag(line, s->outputs[i].name) || all;
}

static void write_drops(struct output *out, int64_t time)
{
	write_le(out, 5, 4); /* interface statistics */
	write_le(out, 40, 4);
	write_le(out, 0, 4);
	write_le(out, (uint64_t)time >> 32, 4);
	write_le(out, (uint64_t)time & 0xffffffff, 4);
	write_le(out, 5, 2); /* isb_ifdrop */
	write_le(out, 8, 2);
	write_le(out, out->drops, 8);
	write_le(out, 0, 4);
	write_le(out, 40, 4);
}

void output_close_all(struct script *s)
{
	for (unsigned i = 0; i < s->output_count; i++) {
		struct output *out = &s->outputs[i];

		if (out->drops > 0 && out->pcapng)
			write_drops(out, s->time + out->clock);
		fflush(out->stream);
		long size = ftell(out->stream);
		if (ferror((FILE *)out->stream) || size < (long)out->cut ||
		    (out->cut > 0 && ftruncate(fileno(out->stream), size - (long)out->cut) != 0) ||
		    fclose(out->stream) != 0)
			fail(s, "cannot write %s", out->path);
		free(out->path);
	}
}
