// SPDX-License-Identifier: GPL-2.0-or-later
/* What a way of sending has to provide: one file each, and a line in the table of sender.c. */
#ifndef NET_SENDER_PRIVATE_H
#define NET_SENDER_PRIVATE_H

#include "net/sender.h"

/* What the ways need to know of the interface. */
struct sender_device {
	char name[16];
	int index;
	uint32_t mtu;
	bool has_features; /* the kernel tells the next ones (Linux 6.3) */
	bool takes_redirected, zero_copy;
};

struct sender_engine {
	enum sender_kind kind;
	const char *name;
	/* `*state` is freed by close() in any case. `how` gets a word on how it works, where there is one. */
	int (*open)(void **state, const struct sender_device *device, const struct sender_options *options,
		    struct text *how, struct error *error);
	uint32_t longest; /* whatever the MTU; 0: no limit of its own */
	bool bursts;      /* a call takes long, however few the frames are */
	int (*place)(void *state, const struct sender_frame *frames, uint32_t count, struct error *error);
	/* The next `count` frames, `from` being the first: never beyond the last one, but for ways that wrap. */
	bool wraps;
	int64_t (*send)(void *state, uint32_t from, uint32_t count, struct error *error);
	/* Frames that the driver did not take after all, since it was opened; false where that is not known. May be
	 * NULL. */
	bool (*lost)(void *state, uint64_t *lost);
	bool (*is_settled)(void *state); /* NULL: at once */
	void (*close)(void *state);      /* NULL is legal */
};

extern const struct sender_engine sender_xdp;
extern const struct sender_engine sender_afxdp;
extern const struct sender_engine sender_packet;
extern const struct sender_engine sender_libnet;

/* Longest frame that live frames can have: a page without what the kernel keeps in it (net/bpf/test_run.c). */
enum { SENDER_XDP_LONGEST = 3072 };

/* By name; fails with ERROR_SYSTEM where there is none, it is down, or has no Ethernet frames. */
int sender_device_read(struct sender_device *device, const char *name, struct error *error);

/* Frames that the interface dropped since it exists, and whether it is still up. */
struct sender_losses;
int sender_losses_open(struct sender_losses **losses, int index, struct error *error);
uint64_t sender_losses_read(struct sender_losses *losses, bool *is_up);
void sender_losses_close(struct sender_losses *losses);

/* Whether an errno of sending says that queues are full, and not that something is wrong. */
bool sender_is_full(int number);
int sender_fail(const char *interface, int number, struct error *error);

#endif
