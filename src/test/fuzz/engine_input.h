// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A stream of frames as fuzz_engine.c eats it, made for mutation: nothing in
 * it can be invalid.
 *
 *   first byte: bits 0-1 link type (Ethernet, SLL, SLL2, one that is not
 *   decoded), bit 2 a configured set-up, bits 3-4 its method, bit 5 small tables
 *
 * then, frame by frame:
 *
 *   step      1 byte: bits 0-5 the time since the frame before, in steps that
 *             double from 1 us (0: none); bit 6 back instead of forth; bit 7
 *             the second input
 *   missing   1 byte: how much of the frame the snap length cut, in 4 bytes
 *   length    2 bytes, network order
 *   bytes
 */
#ifndef TEST_FUZZ_ENGINE_INPUT_H
#define TEST_FUZZ_ENGINE_INPUT_H

#include <stdint.h>

enum {
	ENGINE_INPUT_LINK = 0x03,
	ENGINE_INPUT_CONFIGURED = 0x04,
	ENGINE_INPUT_METHOD_SHIFT = 3,
	ENGINE_INPUT_SMALL = 0x20,
	ENGINE_STEP_TIME = 0x3f,
	ENGINE_STEP_BACK = 0x40,
	ENGINE_STEP_SECOND = 0x80,
};

/* Nanoseconds that the low bits of a step stand for: up to about 1.6 days, so that sums stay far from the limit. */
static inline int64_t engine_step_nanos(unsigned step)
{
	step &= ENGINE_STEP_TIME;
	if (step == 0)
		return 0;
	return INT64_C(1000) << ((step - 1) % 38);
}

#endif
