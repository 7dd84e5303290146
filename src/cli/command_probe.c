// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac probe: every test of the matrix, once, then the report. */
#include "cli/message.h"
#include "cli/options_topology.h"
#include "cli/probers.h"
#include "cli/survey.h"
#include "cli/this_host.h"
#include "net/filter.h"
#include "rules/registry.h"

struct probe {
	struct report_options report;
	struct topology_options topology_options;
	struct this_host_options this_host;
	struct survey_options survey;

	struct topology topology;
	struct station station;
	void *probers[STATION_MAX_POSTS]; /* struct prober, the asker's states */
	struct text filter;
};

static int make_probers(struct probe *probe, struct error *error)
{
	struct probers_options options = { .topology = &probe->topology, .pace = probe->survey.pace };
	int status = probers_make_seed(&options.seed, error);

	for (uint32_t i = 0; i < probe->station.post_count && status == 0; i++) {
		struct prober *prober;

		status = probers_make(&prober, &probe->station, i, &options, error);
		probe->probers[i] = prober;
	}
	return status;
}

/* Silence about them would look like a result. */
static void tell_distant(const struct probe *probe)
{
	struct ip first = { .family = 0 }, router;
	uint32_t count = station_count_distant(&probe->station, &probe->topology, &first);
	char address[IP_TEXT_SIZE], behind[IP_TEXT_SIZE];
	struct error note = ERROR_INIT;

	if (count == 0 || probe->report.quiet)
		return;
	router = interfaces_next_hop(&first);
	error_set(&note, 0, ip_format(&first, address),
		  "%s no neighbour of this machine%s%s; little can be learnt from here, more in its own network",
		  count > 1 ? "as others of the set-up, it is" : "is", router.family ? ", but behind the router " : "",
		  router.family ? ip_format(&router, behind) : "");
	message_error(&note);
}

/* Of any family that is asked for, and no VIP: nobody is asked as one. */
static bool has_sender(const struct probe *probe)
{
	for (uint32_t i = 0; i < probe->station.post_count; i++) {
		const struct interface *interface = probe->station.posts[i].interface;

		for (uint32_t k = 0; k < interface->address_count; k++)
			if (!ip_is_link_local(&interface->addresses[k].ip) &&
			    !topology_is_vip(&probe->topology, &interface->addresses[k].ip))
				return true;
	}
	return false;
}

static int choose_station(struct probe *probe, struct error *error)
{
	if (probe->survey.interface != NULL)
		return station_choose_one(&probe->station, probe->survey.interface, NULL, error);
	return station_choose(&probe->station, &probe->topology, error);
}

static int check_operands(const struct operands *operands, struct error *error)
{
	if (operands->count > 0)
		return error_set(error, ERROR_USAGE, NULL, "probe takes no operand; '%.100s' may belong to an option",
				 operands->names[0]);
	return 0;
}

static int check_topology(const struct topology *topology, struct error *error)
{
	if (topology->service_count > 0 || topology->real_server_count > 0 || topology->director_count > 0)
		return 0;
	return error_set(error, ERROR_USAGE, NULL,
			 "nobody to ask: name the set-up with --topology, or --vip and --rs; this host knows none "
			 "(IPVS, keepalived.conf, addresses of Xen guests)");
}

/* What options say, and what this host knows beside. */
static int find_topology(struct probe *probe, struct error *error)
{
	int status = topology_options_apply(&probe->topology_options, &probe->topology, error);

	if (status == 0)
		status = this_host_complete(&probe->this_host, false, probe->report.quiet, &probe->topology, error);
	topology_options_apply_method(&probe->topology_options, &probe->topology);
	return status < 0 ? status : check_topology(&probe->topology, error);
}

static int prepare(struct probe *probe, const struct operands *operands, struct error *error)
{
	int status = check_operands(operands, error);

	if (status == 0)
		status = find_topology(probe, error);
	if (status == 0)
		status = choose_station(probe, error);
	if (status == 0)
		tell_distant(probe);
	if (status == 0)
		status = make_probers(probe, error);
	if (status == 0)
		filter_for_topology(&probe->topology, &probe->filter);
	if (status == 0 && probe->filter.failed)
		status = error_set(error, ERROR_MEMORY, NULL, "no memory for the capture filter");
	return status;
}

static int run(struct probe *probe, const struct operands *operands)
{
	struct survey survey = { .command = "probe",
				 .options = &probe->survey,
				 .report = &probe->report,
				 .topology = &probe->topology,
				 .engine = { .rules = rules_all,
					     .topology = &probe->topology,
					     .default_method = probe->topology_options.method },
				 .asker = &asker_prober };
	struct error error = ERROR_INIT;

	if (prepare(probe, operands, &error) < 0)
		return message_fail(&error);
	survey.capture.filter = text_string(&probe->filter);
	survey.states = probe->probers;
	if (!has_sender(probe))
		survey.lacking = "no own address to ask as: only questions without a sender were asked";
	return survey_run(&survey, &probe->station);
}

static void release(struct probe *probe)
{
	for (uint32_t i = 0; i < probe->station.post_count; i++)
		prober_free(probe->probers[i]);
	station_close(&probe->station);
	text_free(&probe->filter);
	topology_options_free(&probe->topology_options);
	topology_free(&probe->topology);
}

int command_probe(const struct command *self, int argc, char **argv)
{
	struct probe probe = { .topology = TOPOLOGY_INIT, .station = STATION_INIT, .filter = TEXT_INIT };
	const struct option_group groups[] = {
		topology_options_group(&probe.topology_options),
		this_host_group(&probe.this_host),
		survey_options_group(&probe.survey),
		report_options_group(&probe.report),
		{ 0 },
	};
	struct error error = ERROR_INIT;
	struct operands operands;
	int status;

	report_options_init(&probe.report);
	status = options_parse(self, argc, argv, groups, &operands, &error);
	if (status < 0)
		status = message_fail(&error);
	else
		status = operands.done ? STATUS_CLEAN : run(&probe, &operands);
	release(&probe);
	return status;
}
