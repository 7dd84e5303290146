// SPDX-License-Identifier: GPL-2.0-or-later
/* Arbitrary text as ethers(5). */
#include "test/fuzz/topology_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;

	check_read(topology_read_ethers(&topology, "fuzz", (const char *)data, size, &error), &error, &topology);
	return 0;
}
