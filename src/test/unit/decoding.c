// SPDX-License-Identifier: GPL-2.0-or-later
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <string.h>

#include "decoding.h"

struct frame sample_frame_whole(const struct sample_frame *sample)
{
	return (struct frame){ .bytes = sample->bytes,
			       .captured = sample->size,
			       .length = sample->size,
			       .number = 1,
			       .link_type = sample->link_type };
}

void decode_frame(const struct frame *frame, struct packet *packet)
{
	memset(packet, 0xa5, sizeof *packet);
	packet_decode(frame, packet);
}

struct packet decode_sample(const char *name)
{
	static struct frame frame;
	struct packet packet;

	frame = sample_frame_whole(sample_frame_find(name));
	decode_frame(&frame, &packet);
	return packet;
}

void decode_cut(const struct sample_frame *sample, uint32_t captured, uint32_t length, struct packet *packet)
{
	struct frame frame = sample_frame_whole(sample);
	uint8_t *bytes = malloc(captured > 0 ? captured : 1);

	assert_non_null(bytes);
	memcpy(bytes, sample->bytes, captured);
	frame.bytes = bytes;
	frame.captured = captured;
	frame.length = length;
	decode_frame(&frame, packet);
	packet->frame = NULL;
	free(bytes);
}

void assert_printable(const struct text *text)
{
	assert_false(text->failed);
	for (size_t i = 0; i < text->length; i++)
		assert_in_range((uint8_t)text->bytes[i], ' ', '~');
}

void assert_ip(const struct ip *ip, const char *expected)
{
	char buffer[IP_TEXT_SIZE];

	assert_string_equal(ip_format(ip, buffer), expected);
}

void assert_mac(struct mac mac, const char *expected)
{
	char buffer[MAC_TEXT_SIZE];

	assert_string_equal(mac_format(mac, buffer), expected);
}
