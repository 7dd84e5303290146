// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac forward: stand in as director, at speed. */
#include "cli/forward.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/options_report.h"
#include "cli/options_topology.h"
#include "net/privileges.h"

struct command_state {
	struct report_options report;
	struct topology_options topology;
	struct forward forward;
	struct output output;
	struct text filter;
};

static int check_operands(const struct operands *operands, struct error *error)
{
	if (operands->count == 0)
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "forward takes no operand; '%.100s' may belong to an option",
			 operands->names[0]);
}

static int check_rights(const struct forward *forward, struct error *error)
{
	const struct director_engine_kind *engine = forward->options.engine;
	int status = 0;

	/* Without these rights `auto` still has packet sockets. */
	if (engine && engine != &director_engine_packet)
		status = privileges_check_director(error);
	return status == 0 ? privileges_check_raw(error) : status;
}

/* ARP, neighbour discovery, ICMP, and the answers to checks; nothing of what is forwarded. */
static void make_filter(const struct forward_leg *leg, struct text *filter)
{
	const struct interface *interface = leg->post.interface;
	char address[IP_TEXT_SIZE];

	text_clear(filter);
	text_add(filter, "arp or icmp or icmp6");
	if (interface->address_count == 0)
		return;
	text_printf(filter, " or ((tcp or udp) and dst portrange %d-%d and (", CHECKER_FIRST_PORT,
		    CHECKER_FIRST_PORT + CHECKER_PORTS - 1);
	for (uint32_t i = 0; i < interface->address_count; i++)
		text_printf(filter, "%sdst host %s", i > 0 ? " or " : "",
			    ip_format(&interface->addresses[i].ip, address));
	text_add(filter, "))");
}

static int open_legs(struct command_state *state, struct error *error)
{
	struct forward *forward = &state->forward;
	int status = 0;

	for (uint32_t i = 0; i < forward->leg_count && status == 0; i++) {
		struct live_options options = { .promiscuous = i == 0 && forward->options.announce };

		make_filter(&forward->legs[i], &state->filter);
		options.filter = text_string(&state->filter);
		status = post_open(&forward->legs[i].post, &options, error);
	}
	return status;
}

static int open_all(struct command_state *state, struct error *error)
{
	struct forward *forward = &state->forward;
	int status = check_rights(forward, error);

	if (status == 0)
		status = output_open(&state->output, state->report.output, error);
	if (status == 0)
		status = open_legs(state, error);
	if (status == 0 && forward->options.announce)
		status = forward_join_groups(forward, error);
	if (status == 0)
		status = forward_open_engine(forward, error);
	return status;
}

static int drop_privileges(const struct command_state *state, struct error *error)
{
	const char *outputs[2] = { state->output.target, NULL };

	return privileges_drop(outputs, error);
}

/* Where nobody says otherwise it is VS/DR. */
static void settle_methods(struct topology *topology)
{
	for (uint32_t i = 0; i < topology->service_count; i++)
		if (topology->services[i].method == METHOD_UNKNOWN)
			topology->services[i].method = METHOD_DR;
}

/* What makes no sense is not taken and ignored. */
static int check_options(const struct forward *forward, struct error *error)
{
	const struct forward_options *options = &forward->options;

	if (options->tunnel_given && !topology_has_method(&forward->topology, METHOD_TUN))
		return error_set(error, ERROR_USAGE, NULL,
				 "--tunnel is for VS/TUN, and nothing is forwarded so; --method tun");
	if (options->mode != DIRECTOR_MODE_AUTO && options->engine == &director_engine_packet)
		return error_set(error, ERROR_USAGE, NULL, "--xdp-mode is for XDP, and --engine packet has none");
	return 0;
}

static int prepare(struct command_state *state, const struct operands *operands, struct error *error)
{
	struct forward *forward = &state->forward;
	int status = check_operands(operands, error);

	if (status == 0)
		status = topology_options_apply(&state->topology, &forward->topology, error);
	if (status == 0)
		settle_methods(&forward->topology);
	if (status == 0)
		status = check_options(forward, error);
	if (status == 0)
		status = forward_prepare(forward, error);
	if (status == 0 && forward->options.announce)
		status = forward_prepare_announcer(forward, error);
	return status;
}

static int run(struct command_state *state, const struct operands *operands)
{
	struct forward *forward = &state->forward;
	struct error error = ERROR_INIT;
	int status = prepare(state, operands, &error);

	forward->quiet = state->report.quiet;
	if (status == 0)
		status = open_all(state, &error);
	if (status == 0)
		status = drop_privileges(state, &error);
	if (status == 0) {
		interrupt_catch();
		status = forward_run(forward, &error);
	}
	if (status == 0)
		status = forward_report_make(forward, &error);
	if (status < 0)
		return message_fail(&error);
	return report_options_finish(&state->report, &forward->report, &state->output);
}

int command_forward(const struct command *self, int argc, char **argv)
{
	struct command_state state = { .forward = { .groups = -1,
						    .topology = TOPOLOGY_INIT,
						    .interfaces = INTERFACES_INIT,
						    .plan = DIRECTOR_PLAN_INIT,
						    .report = REPORT_INIT },
				       .output = OUTPUT_INIT,
				       .filter = TEXT_INIT };
	const struct option_group groups[] = {
		topology_options_group_titled(&state.topology, "Set-up"),
		forward_options_group(&state.forward.options),
		report_options_group(&state.report),
		{ 0 },
	};
	struct error error = ERROR_INIT;
	struct operands operands;
	int status;

	report_options_init(&state.report);
	forward_options_init(&state.forward.options);
	status = options_parse(self, argc, argv, groups, &operands, &error);
	if (status < 0)
		status = message_fail(&error);
	else
		status = operands.done ? STATUS_CLEAN : run(&state, &operands);
	forward_free(&state.forward);
	output_discard(&state.output);
	topology_options_free(&state.topology);
	text_free(&state.filter);
	return status;
}
