// SPDX-License-Identifier: GPL-2.0-or-later
/* Building a frame and decoding it again, for the tests of the builder. */
#ifndef TEST_BUILT_H
#define TEST_BUILT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "wire/build.h"

static const struct mac mac_a = { { 2, 0, 0, 0, 0, 0xa } }, mac_b = { { 2, 0, 0, 0, 0, 0xb } };
static const struct build_link untagged = { .destination = { { 2, 0, 0, 0, 0, 0xb } },
					    .source = { { 2, 0, 0, 0, 0, 0xa } } };

struct built {
	struct builder builder;
	uint8_t bytes[2048];
	struct frame frame;
	struct packet packet;
	struct ip_header v4, v6;
};

static inline struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static inline int set_up(void **state)
{
	static struct built built;
	struct error error = ERROR_INIT;

	if (builder_open(&built.builder, &error) < 0)
		return -1;
	built.v4 = (struct ip_header){ .source = ip_of("10.0.0.1"),
				       .destination = ip_of("10.0.0.2"),
				       .ttl = 1,
				       .id = 4711,
				       .dont_fragment = true };
	built.v6 = (struct ip_header){ .source = ip_of("fd00::1"), .destination = ip_of("fd00::2"), .ttl = 255 };
	*state = &built;
	return 0;
}

static inline int tear_down(void **state)
{
	builder_close(&((struct built *)*state)->builder);
	return 0;
}

static inline struct builder *begin(struct built *built)
{
	build_begin(&built->builder, built->bytes, sizeof built->bytes);
	return &built->builder;
}

/* Frames what was built and decodes it; `layers` must be there beside Ethernet. */
static inline const struct packet *finish(struct built *built, const struct build_link *link, uint32_t layers)
{
	struct error error = ERROR_INIT;
	int length;

	build_ethernet(&built->builder, link);
	length = build_end(&built->builder, &error);
	if (length < 0)
		fail_msg("%s", error.message);
	built->frame = (struct frame){ .bytes = built->bytes,
				       .captured = (uint32_t)length,
				       .length = (uint32_t)length,
				       .link_type = LINK_ETHERNET };
	packet_decode(&built->frame, &built->packet);
	assert_int_equal(built->packet.layers, layers | LAYER_ETHERNET);
	assert_false(built->packet.cut);
	return &built->packet;
}

#endif
