// SPDX-License-Identifier: GPL-2.0-or-later
/* The two ways of keeping the kernel out, for deafen.c alone. */
#ifndef NET_DEAFEN_PRIVATE_H
#define NET_DEAFEN_PRIVATE_H

#include "net/deafen.h"

struct bpf_object;
struct nft_ctx;

struct deafen {
	struct bpf_object *object;
	int link;              /* -1: none */
	struct nft_ctx *table; /* owns the table; NULL: none */
	const char *way;
};

/* Each gives ERROR_SYSTEM, with nothing left open, where it cannot be had. */
int deafen_bpf_open(struct deafen *deafen, const struct deafen_options *options, struct error *error);
void deafen_bpf_close(struct deafen *deafen);
int deafen_nft_open(struct deafen *deafen, const struct deafen_options *options, struct error *error);
void deafen_nft_close(struct deafen *deafen);

#endif
