// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The programs for the kernel that are built into this one. Each src/net/bpf/NAME.bpf.c
 * becomes an ELF object, by clang, and is here as the bytes of bpf_NAME.
 *
 * Where clang was missing at build time the object is empty: what it serves is
 * then not offered, and bpf_missing says so.
 */
#ifndef NET_BPF_OBJECTS_H
#define NET_BPF_OBJECTS_H

#include <stddef.h>

struct bpf_bytes {
	const unsigned char *bytes; /* static; as bpf_object__open_mem() wants them */
	size_t size;                /* 0: built without clang */
};

/* For users, where the size of an object is 0. */
#define BPF_MISSING "this truemac was built without clang: install clang and libbpf-dev, then build it anew"

extern const struct bpf_bytes bpf_pass;
extern const struct bpf_bytes bpf_answers;
extern const struct bpf_bytes bpf_frames;
extern const struct bpf_bytes bpf_director;
extern const struct bpf_bytes bpf_deafen;

#endif
