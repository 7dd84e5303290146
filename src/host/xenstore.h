// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading Xen's store (xen/include/public/io/xs_wire.h) through the kernel's device or any stream that speaks the same
 * protocol. Answers are foreign bytes: their lengths are bounded and checked, and a store that is silent for
 * XENSTORE_WAIT ends the conversation.
 */
#ifndef HOST_XENSTORE_H
#define HOST_XENSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum { XENSTORE_PAYLOAD = 4096, XENSTORE_WAIT = 2000 /* ms */ };

struct xenstore {
	int descriptor; /* the caller's; negative after a failure */
	uint32_t request;
};

/* The value of a node, NUL-terminated and cut to `size`. False where there is none or it may not be read. */
bool xenstore_read(struct xenstore *store, const char *path, char *into, size_t size);

/* The names below a node, each closed by NUL, replacing the content of `names`. */
bool xenstore_list(struct xenstore *store, const char *path, struct text *names);

#endif
