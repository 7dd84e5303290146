// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sending a list of ready frames over and over by one interface, as fast as
 * the interface can be fed. The frames are placed once; nothing is copied,
 * built or looked up by this program while they are sent.
 *
 * There are several ways, which differ in speed and in what they need:
 *
 *	xdp     live frames: the kernel makes them from a map and redirects them to the driver (BPF_PROG_RUN with
 *	        BPF_F_TEST_XDP_LIVE_FRAMES, Linux 5.18: Documentation/bpf/bpf_prog_run.rst). The driver must take
 *	        redirected frames (ndo_xdp_xmit): a veth does while its peer runs an XDP program or has GRO on.
 *	afxdp   an AF_XDP socket: Documentation/networking/af_xdp.rst. Without a copy where the driver can.
 *	packet  sendmmsg(2) on a packet(7) socket that bypasses the queueing discipline.
 *	libnet  a frame a call, by libnet. It always works.
 *
 * All are used in the same manner: open (needs CAP_NET_RAW; xdp CAP_BPF and CAP_NET_ADMIN, too), give up privileges,
 * place the frames, send. What was set up in the kernel hangs on descriptors alone and ends with the process, however
 * that ends. No XDP program is attached to any interface.
 */
#ifndef NET_SENDER_H
#define NET_SENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum sender_kind { SENDER_AUTO, SENDER_XDP, SENDER_AFXDP, SENDER_PACKET, SENDER_LIBNET };

/* "auto", "xdp", ... */
const char *sender_kind_name(enum sender_kind kind);
bool sender_kind_parse(const char *text, enum sender_kind *kind);

enum {
	SENDER_SHORTEST = 14, /* a frame has an Ethernet header at least */
	SENDER_MAX_FRAMES = 1 << 22,
	SENDER_MAX_BYTES = 1 << 29,
	SENDER_EVEN_RATE = 500000,
};

struct sender_options {
	const char *interface;
	enum sender_kind kind; /* SENDER_AUTO: the first of the list above that the interface can do */
	/* Room for the frames that will be placed, which xdp and afxdp must have before. At most SENDER_MAX_*. */
	uint32_t frames;
	uint32_t bytes;
	/*
	 * Frames a second that are wanted; 0: as many as go. Below SENDER_EVEN_RATE auto passes over xdp, where each
	 * call costs some 30 ms beside the frames, so that they come in bursts.
	 */
	uint32_t rate;
};

/* Borrowed until the sender is closed or other frames are placed. */
struct sender_frame {
	const uint8_t *bytes;
	uint32_t length;
};

struct sender_counts {
	uint64_t sent;    /* frames that the kernel took */
	uint64_t refused; /* times that its queues were full; the frames were not taken, and are the next ones */
	/*
	 * Of those sent, frames that the interface then dropped, by its own counters: some drivers do not count those
	 * of xdp. Dropped frames of others on the same interface are in it, too.
	 */
	uint64_t lost;
};

struct sender;

/*
 * Fails with ERROR_SYSTEM where the wanted way cannot be had, and says why; SENDER_AUTO only where none can be. The
 * caller owns the sender.
 */
int sender_open(struct sender **sender, const struct sender_options *options, struct error *error);
void sender_close(struct sender *sender); /* NULL is legal */

enum sender_kind sender_kind(const struct sender *sender); /* never SENDER_AUTO */
/* Why this way and no faster one, or how it works: "zero-copy", "afxdp: ...; packet: ...". Lives as long as it. */
const char *sender_why(const struct sender *sender);
/* The longest frame that can be sent; one VLAN tag (0x8100) may come on top where the device's MTU is the limit. */
uint32_t sender_longest(const struct sender *sender);

/*
 * Fails with ERROR_USAGE where a frame is too short or too long (the message has its number, from 1), or where they do
 * not find room.
 */
int sender_place(struct sender *sender, const struct sender_frame *frames, uint32_t count, struct error *error);

/*
 * Sends the next `count` frames; behind the last one the first follows again. Gives how many the kernel took: fewer
 * where its queues are full or a signal came. Fails with ERROR_SYSTEM where the interface is down or gone.
 */
int64_t sender_send(struct sender *sender, uint32_t count, struct error *error);
/* Waits until what was taken has left, a second at most. */
void sender_settle(struct sender *sender);
struct sender_counts sender_counts(struct sender *sender);

#endif
