// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening and loading the programs of objects.h with libbpf, whose complaints
 * become errors: it prints nothing.
 */
#ifndef NET_BPF_LOAD_H
#define NET_BPF_LOAD_H

#include <bpf/libbpf.h>

#include "base/error.h"
#include "net/bpf/objects.h"

/* `what` is for messages. The caller owns the object: bpf_object__close() takes NULL, too. */
int bpf_open(struct bpf_object **object, const struct bpf_bytes *bytes, const char *what, struct error *error);

/* Into the kernel. ERROR_SYSTEM has the reason: rights that are missing, or the last thing that libbpf complained of.
 */
int bpf_load(struct bpf_object *object, const char *what, struct error *error);

/* libbpf and libxdp print nothing from now on. */
void bpf_silence(void);
/* The last thing that they complained of since bpf_silence(), without line ends; "" where there is none. */
const char *bpf_complaint(void);

#endif
