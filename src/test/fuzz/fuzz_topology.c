// SPDX-License-Identifier: GPL-2.0-or-later
/* Arbitrary text as a set-up of any kind: told apart, read or refused. */
#include "test/fuzz/topology_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;

	check_read(topology_read(&topology, "fuzz", (const char *)data, size, NULL, &error), &error, &topology);
	return 0;
}
