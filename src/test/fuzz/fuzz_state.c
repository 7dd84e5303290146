// SPDX-License-Identifier: GPL-2.0-or-later
/* Arbitrary bytes as a host's state, saved or as outputs of commands: read, judged in every role, saved and read again.
 */
#include "analysis/inspect.h"
#include "host/host.h"
#include "rules/registry.h"
#include "test/fuzz/topology_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The rules judge it in any role, and say only what can be shown. */
static void judge(struct host_state *state, enum host_role role)
{
	struct report report = REPORT_INIT;

	if (host_state_prepare(state, NULL, role, NULL) < 0 ||
	    inspect_report(state, "fuzz", rules_all, &report, NULL) < 0)
		abort();
	for (uint32_t i = 0; i < report.fault_count; i++)
		if (report.faults[i].summary[0] == '\0' || report.faults[i].evidence_count == 0)
			abort();
	report_free(&report);
}

static void complete(const struct host_state *state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct text sources = TEXT_INIT;

	if (host_topology_complete(state, false, &topology, &sources, NULL) < 0)
		abort();
	check_round_trip(&topology);
	text_free(&sources);
	topology_free(&topology);
}

/* What was saved is read again, and saves the same. */
static void save_and_load(const struct host_state *state)
{
	struct text first = TEXT_INIT, second = TEXT_INIT;
	struct host_state again;

	host_state_init(&again);
	if (host_save(state, &first, NULL) < 0 || host_load("again", first.bytes, first.length, &again, NULL) < 0 ||
	    host_save(&again, &second, NULL) < 0 || strcmp(text_string(&first), text_string(&second)) != 0)
		abort();
	host_state_free(&again);
	text_free(&first);
	text_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = ERROR_INIT;
	struct host_state state;
	int status;

	host_state_init(&state);
	status = host_load("fuzz", (const char *)data, size, &state, &error);
	check_error(status, &error);
	if (status == 0) {
		save_and_load(&state);
		for (int role = 0; role < HOST_ROLE_COUNT; role++)
			judge(&state, (enum host_role)role);
		complete(&state);
	}
	host_state_free(&state);
	return 0;
}
