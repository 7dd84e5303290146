// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac scan: who answers for what in a network, with which MAC, and is it
 * their own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/nearest.h"
#include "cli/options_topology.h"
#include "cli/probers.h"
#include "cli/survey.h"
#include "cli/this_host.h"
#include "probe/scanner.h"
#include "report/report_scan.h"
#include "rules/registry.h"

enum {
	SCAN_BUFFER = 64 << 20,             /* both answers of a whole /16 */
	SCAN_SNAPLEN = 128,                 /* ARP with tags */
	SCAN_SNAPLEN_V6 = 256,              /* an ICMPv6 error with what it quotes */
	OTHER_HOSTS = ENGINE_DEFAULT_HOSTS, /* beside those of the network, heard meanwhile */
};

static const struct report_format *const scan_formats[] = {
	&report_format_scan,
	&report_format_json,
	&report_format_ethers,
	NULL,
};

struct scan {
	struct report_options report;
	struct topology_options topology_options;
	struct this_host_options this_host;
	struct survey_options survey;

	struct topology topology;
	struct station station;
	struct ip network;
	uint8_t prefix;
	void *scanner; /* struct scanner, as the asker's only state */
};

static size_t next(void *state, nanos now, uint8_t *buffer, size_t size)
{
	return scanner_next(state, now, buffer, size);
}

static nanos deadline(const void *state)
{
	return scanner_deadline(state);
}

static void eat(void *state, const struct packet *packet, nanos now)
{
	scanner_eat(state, packet, now);
}

static bool done(const void *state)
{
	return scanner_done(state);
}

static void describe(const void *state, struct text *into)
{
	struct scanner_progress progress;

	scanner_progress(state, &progress);
	text_printf(into, "%u of %u addresses, %u questions sent", (unsigned)progress.done, (unsigned)progress.all,
		    (unsigned)progress.sent);
}

static bool is_short(const void *state)
{
	return scanner_is_short(state);
}

static const struct asker asker = { next, deadline, eat, done, describe, is_short, NULL, NULL };

static int take_format(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct report_options *options = values;
	struct nearest nearest = nearest_to(value);
	char suggestion[80];

	for (const struct report_format *const *format = scan_formats; *format != NULL; format++) {
		nearest_try(&nearest, (*format)->name);
		if (strcmp((*format)->name, value) != 0)
			continue;
		options->format = *format;
		return 0;
	}
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not a format of a scan%s", option->name, value,
			 nearest_phrase(&nearest, suggestion, sizeof suggestion));
}

static void list_formats(struct text *into)
{
	for (const struct report_format *const *format = scan_formats; *format != NULL; format++)
		text_printf(into, "%*s  %-8s %s\n", OPTIONS_HELP_COLUMN, "", (*format)->name, (*format)->description);
}

static const struct option_spec format_options[] = {
	{ 'f', "format", "FORMAT", "how to write what was found:", take_format, 0, list_formats },
	{ 0 },
};

/* The best of the interface's networks: IPv4 before IPv6, and the link's own last. */
static const struct interface_address *own_network(const struct interface *interface)
{
	const struct interface_address *best = NULL;

	for (uint32_t i = 0; i < interface->address_count; i++) {
		const struct interface_address *address = &interface->addresses[i];

		if (address->prefix == (address->ip.family == 4 ? 32 : 128))
			continue;
		if (!best || address->ip.family < best->ip.family ||
		    (address->ip.family == best->ip.family && ip_is_link_local(&best->ip) &&
		     !ip_is_link_local(&address->ip)))
			best = address;
	}
	return best;
}

static int take_own_network(struct scan *scan, struct error *error)
{
	const struct interface *interface = scan->station.posts[0].interface;
	const struct interface_address *own = own_network(interface);

	if (!own)
		return error_set(error, ERROR_USAGE, interface->name,
				 "has no network; name one, as in 'truemac scan 192.0.2.0/24'");
	scan->network = own->ip;
	scan->prefix = own->prefix;
	if (own->ip.family == 6 || own->prefix >= 32 - SCANNER_MAX_BITS)
		return 0;
	return error_set(error, ERROR_USAGE, interface->name,
			 "its network is larger than a /%d; name a part of it, as "
			 "in 'truemac scan 10.1.0.0/16'",
			 32 - SCANNER_MAX_BITS);
}

/* What is found in it is no complete list. */
static void say_that_it_hears(const struct scan *scan)
{
	struct error note = ERROR_INIT;
	char network[IP_TEXT_SIZE], where[IP_TEXT_SIZE + 8];

	if (!scanner_hears(&scan->network, scan->prefix) || scan->report.quiet)
		return;
	snprintf(where, sizeof where, "%s/%u", ip_format(&scan->network, network), scan->prefix);
	error_set(&note, 0, where,
		  "too large to ask for every address: who answers an echo request to all nodes, or is heard "
		  "meanwhile, is asked for; silent hosts are not found");
	message_error(&note);
}

static int take_operand(struct scan *scan, const struct operands *operands, struct error *error)
{
	if (operands->count > 1)
		return error_set(error, ERROR_USAGE, NULL, "one network at a time; '%.100s' is too much",
				 operands->names[1]);
	if (operands->count == 1)
		return scanner_parse(operands->names[0], &scan->network, &scan->prefix, error);
	return 0;
}

/* VIPs are nobody's name for himself. */
static struct ip *list_vips(const struct topology *topology)
{
	struct ip *vips = calloc((size_t)topology->service_count + 1, sizeof *vips);

	for (uint32_t i = 0; vips && i < topology->service_count; i++)
		vips[i] = topology->services[i].vip;
	return vips;
}

static int make_scanner(struct scan *scan, struct error *error)
{
	struct scanner_options options = { .mac = scan->station.posts[0].interface->mac,
					   .network = scan->network,
					   .prefix = scan->prefix,
					   .foreign_count = scan->topology.service_count,
					   .pace = scan->survey.pace };
	struct prober_address *own = station_own(&scan->station.posts[0], &options.own_count);
	struct scanner *scanner = NULL;
	struct ip *vips = list_vips(&scan->topology);
	int status;

	options.own = own;
	options.foreign = vips;
	if (own && vips)
		status = probers_make_seed(&options.seed, error);
	else
		status = error_set(error, ERROR_MEMORY, NULL, "no memory for this machine's addresses");
	if (status == 0)
		status = scanner_new(&scanner, &options, error);
	scan->scanner = scanner;
	free(own);
	free(vips);
	return status;
}

static int prepare(struct scan *scan, const struct operands *operands, struct error *error)
{
	int status = topology_options_apply(&scan->topology_options, &scan->topology, error);

	if (status == 0)
		status = this_host_complete(&scan->this_host, true, scan->report.quiet, &scan->topology, error);
	if (status == 0)
		status = take_operand(scan, operands, error);
	if (status == 0)
		status = station_choose_one(&scan->station, scan->survey.interface,
					    operands->count > 0 ? &scan->network : NULL, error);
	if (status == 0 && operands->count == 0)
		status = take_own_network(scan, error);
	if (status == 0)
		status = make_scanner(scan, error);
	if (status == 0)
		say_that_it_hears(scan);
	return status;
}

/* Every address may answer, and every question of the whole sweep may wait for
 * it. */
static struct engine_options engine_options(struct scan *scan)
{
	uint32_t addresses = scanner_most_addresses(&scan->network, scan->prefix);

	return (struct engine_options){ .rules = rules_all,
					.topology = &scan->topology,
					.default_method = scan->topology_options.method,
					.max_hosts = 2 * addresses + OTHER_HOSTS,
					.max_questions = 2 * addresses };
}

/* ARP, or ICMPv6, which neighbour discovery is part of. */
static struct live_options capture_options(const struct scan *scan)
{
	if (scan->network.family == 4)
		return (struct live_options){ .filter = "arp", .snaplen = SCAN_SNAPLEN, .buffer = SCAN_BUFFER };
	return (struct live_options){ .filter = "icmp6",
				      .promiscuous = scanner_hears(&scan->network, scan->prefix),
				      .snaplen = SCAN_SNAPLEN_V6,
				      .buffer = SCAN_BUFFER };
}

static int run(struct scan *scan, const struct operands *operands)
{
	struct survey survey = { .command = "scan",
				 .options = &scan->survey,
				 .report = &scan->report,
				 .topology = &scan->topology,
				 .sweeps = true,
				 .asker = &asker };
	struct error error = ERROR_INIT;

	if (prepare(scan, operands, &error) < 0)
		return message_fail(&error);
	survey.capture = capture_options(scan);
	survey.engine = engine_options(scan);
	survey.states = &scan->scanner;
	return survey_run(&survey, &scan->station);
}

static void release(struct scan *scan)
{
	scanner_free(scan->scanner);
	station_close(&scan->station);
	topology_options_free(&scan->topology_options);
	topology_free(&scan->topology);
}

int command_scan(const struct command *self, int argc, char **argv)
{
	struct scan scan = { .topology = TOPOLOGY_INIT, .station = STATION_INIT };
	const struct option_group groups[] = {
		topology_options_group(&scan.topology_options),
		this_host_group(&scan.this_host),
		survey_options_group(&scan.survey),
		{ "Result", format_options, &scan.report },
		report_options_other_group(&scan.report),
		{ 0 },
	};
	struct error error = ERROR_INIT;
	struct operands operands;
	int status;

	report_options_init(&scan.report);
	scan.report.format = scan_formats[0];
	status = options_parse(self, argc, argv, groups, &operands, &error);
	if (status < 0)
		status = message_fail(&error);
	else
		status = operands.done ? STATUS_CLEAN : run(&scan, &operands);
	release(&scan);
	return status;
}
