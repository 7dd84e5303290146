// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/deafen.h"

#include <stdlib.h>

#include "net/deafen_private.h"

void deafen_close(struct deafen *deafen)
{
	if (!deafen)
		return;
	deafen_bpf_close(deafen);
	deafen_nft_close(deafen);
	free(deafen);
}

const char *deafen_way(const struct deafen *deafen)
{
	return deafen->way;
}

/* Both reasons, since either may be mended. */
static int fail(const struct deafen_options *options, const struct error *bpf, const struct error *nft,
		struct error *error)
{
	return error_set(error, ERROR_SYSTEM, options->interface->name,
			 "the kernel cannot be kept from answering: neither by BPF (%.200s) nor by nftables (%.200s)",
			 bpf->message, nft->message);
}

static int open_either(struct deafen *deafen, const struct deafen_options *options, struct error *error)
{
	struct error bpf = ERROR_INIT, nft = ERROR_INIT;

	deafen->way = "a BPF program";
	if (deafen_bpf_open(deafen, options, &bpf) == 0)
		return 0;
	deafen->way = "a table of nftables";
	if (deafen_nft_open(deafen, options, &nft) == 0)
		return 0;
	return fail(options, &bpf, &nft, error);
}

int deafen_open(struct deafen **result, const struct deafen_options *options, struct error *error)
{
	struct deafen *deafen = calloc(1, sizeof *deafen);
	int status;

	*result = NULL;
	if (!deafen)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to keep the kernel from answering");
	deafen->link = -1;
	status = open_either(deafen, options, error);
	if (status < 0)
		deafen_close(deafen);
	else
		*result = deafen;
	return status;
}
