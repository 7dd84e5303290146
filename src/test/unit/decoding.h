// SPDX-License-Identifier: GPL-2.0-or-later
/* Decoding the sample frames, and looking at what came out. */
#ifndef TEST_DECODING_H
#define TEST_DECODING_H

#include "base/text.h"
#include "sample_frames.h"

/* The sample as it was on the wire; its bytes are lent. */
struct frame sample_frame_whole(const struct sample_frame *sample);

/* The packet starts out as garbage, as it does between frames. */
void decode_frame(const struct frame *frame, struct packet *packet);

/* The whole sample of that name; valid until the next call. */
struct packet decode_sample(const char *name);

/*
 * The first `captured` bytes of a frame that had `length`, in memory of just that size, so that a sanitizer sees a read
 * behind them. The packet's frame is gone when this returns.
 */
void decode_cut(const struct sample_frame *sample, uint32_t captured, uint32_t length, struct packet *packet);

/* ASCII without control characters. */
void assert_printable(const struct text *text);
void assert_ip(const struct ip *ip, const char *expected);
void assert_mac(struct mac mac, const char *expected);

#endif
