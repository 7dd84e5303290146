// SPDX-License-Identifier: GPL-2.0-or-later
#include "sample_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_START (INT64_C(1795382332) * NANOS_PER_SECOND + 21740000)

const struct rule sample_rule_substituted = {
	.id = "mac-substituted",
	.severity = SEVERITY_ERROR,
	.summary = "an address resolves to a MAC that is not its own",
	.why =
	    "A host in between answers ARP questions for others (proxy ARP). Xen's vif-route switches it on for every "
	    "guest, so that all neighbours seem to have the MAC of the guest's own backend.",
	.proof = "The sender-0 probe stays unanswered while the ordinary question is answered.",
	.effect = "Frames end in Dom0.",
	.remedies = { "vif-bridge instead of vif-route", "ipvsadm -e -t VIP:PORT -r RIP -i" },
	.no_help = "arp_ignore and arp_announce in Dom0: proxy ARP does not consult them.",
	.sources = "RFC 5227 section 2.1.1; net/ipv4/arp.c",
};

const struct rule sample_rule_loop = {
	.id = "director-loop",
	.severity = SEVERITY_ERROR,
	.summary = "VIP traffic bounces between two MACs",
	.why = "",
	.proof = "",
	.effect = "",
	.no_help = "",
	.sources = "",
};

static const struct rule *const rules[] = { &sample_rule_substituted, &sample_rule_loop, NULL };
rule_list sample_rules = rules;

static struct ip address(const char *text)
{
	struct ip ip = { 0 };

	ip_parse(text, &ip);
	return ip;
}

static struct mac hardware(const char *text)
{
	struct mac mac = { { 0 } };

	mac_parse(text, &mac);
	return mac;
}

static void make_inputs(struct report *report)
{
	static const char *const names[] = { "rs1.pcap", "a\033[31m<&\">\xff.pcapng" };

	report->input_count = 2;
	report->inputs = calloc(2, sizeof *report->inputs);
	for (uint32_t i = 0; i < 2; i++) {
		report->inputs[i] = (struct report_input){
			.name = strdup(names[i]),
			.format = strdup(i == 0 ? "pcap" : "pcapng"),
			.link_type = strdup("EN10MB (Ethernet)"),
			.frames = 18204 - 18204 * i,
			.bytes = 1000000 - 1000000 * i,
			.first = SAMPLE_START,
			.last = SAMPLE_START + 12 * NANOS_PER_SECOND,
		};
	}
	report->inputs[0].has_offset = true;
	report->inputs[1].has_offset = true;
	report->inputs[1].offset = -16 * NANOS_PER_SECOND;
	report->inputs[1].matches = 43;
	report->inputs[1].dropped = 7;
	report->inputs[1].truncated = true;
}

static void make_topology(struct report *report)
{
	const struct topology_service service = {
		.vip = address("10.1.1.1"), .port = 80, .protocol = 6, .method = METHOD_DR, .origin = ORIGIN_CONFIGURED
	};
	struct ip director = address("10.1.1.11"), real_server = address("10.1.1.13");
	struct mac mac = hardware("00:16:3e:00:00:0b");

	topology_add_service(&report->topology, &service, NULL);
	topology_add_director(&report->topology, &director, &mac, ORIGIN_CONFIGURED, NULL);
	topology_add_real_server(&report->topology, &real_server, NULL, ORIGIN_INFERRED, NULL);
	report->topology_configured = true;
	report->topology_inferred = true;
}

static void make_row(struct report_row *row, const char *real_server)
{
	*row = (struct report_row){ .vip = address("10.1.1.1"),
				    .port = 80,
				    .protocol = 6,
				    .method = METHOD_DR,
				    .real_server = address(real_server),
				    .has_mac = true,
				    .mac = hardware("fe:ff:ff:ff:ff:ff") };
	for (int check = 0; check < CHECK_COUNT; check++)
		row->cells[check] =
		    (struct report_cell){ CHECK_UNKNOWN, strdup("no packet for the VIP was sent to this MAC") };
}

static void set_cell(struct report_row *row, enum check check, enum check_value value, const char *reason)
{
	free(row->cells[check].reason);
	row->cells[check] = (struct report_cell){ value, strdup(reason) };
}

static void make_matrix(struct report *report)
{
	report->row_count = 2;
	report->rows = calloc(2, sizeof *report->rows);
	make_row(&report->rows[0], "10.1.1.13");
	make_row(&report->rows[1], "10.1.1.14");
	set_cell(&report->rows[0], CHECK_ARP, CHECK_PASS, "");
	set_cell(&report->rows[0], CHECK_MAC, CHECK_FAIL, "ordinary question answered, sender-0 probe not");
	set_cell(&report->rows[0], CHECK_REPLAY, CHECK_NOT_APPLICABLE, "");
}

static void make_fault(struct fault *fault, const char *ip, enum severity severity)
{
	*fault = (struct fault){ .rule = &sample_rule_substituted,
				 .severity = severity,
				 .confidence = CONFIDENCE_PROVEN,
				 .subject = { .ip = address(ip),
					      .has_mac = true,
					      .mac = hardware("fe:ff:ff:ff:ff:ff"),
					      .vlan = 100u << 16 | 12 },
				 .effect = strdup("DR frames for this real server end in Dom0."),
				 .first = SAMPLE_START,
				 .last = SAMPLE_START + NANOS_PER_SECOND,
				 .count = 14,
				 .evidence_count = 2 };
	if (asprintf(&fault->summary, "%s resolves to fe:ff:ff:ff:ff:ff, which is not its own", ip) < 0)
		fault->summary = NULL;
	fault->remedies[0] = strdup("vif-bridge instead of vif-route");
	fault->evidence[0] = (struct evidence){ 0, 18102, SAMPLE_START, "who-has, broadcast" };
	fault->evidence[1] =
	    (struct evidence){ 0, 18103, SAMPLE_START + 413 * NANOS_PER_MILLI, "is-at, a proxy's delay" };
}

static void make_faults(struct report *report)
{
	report->fault_count = 3;
	report->faults = calloc(3, sizeof *report->faults);
	make_fault(&report->faults[0], "10.1.1.13", SEVERITY_ERROR);
	make_fault(&report->faults[1], "10.1.1.14", SEVERITY_ERROR);
	make_fault(&report->faults[2], "10.1.1.99", SEVERITY_INFO);
	report->faults[2].subject = (struct subject){ .vlan = 0 };
	report->faults[2].evidence_count = 0;
}

static void make_hosts(struct report *report)
{
	report->host_count = 1;
	report->hosts = calloc(1, sizeof *report->hosts);
	report->hosts[0] = (struct report_host){ .ip = address("10.1.1.13"), .vlan = 100u << 16 | 12, .mac_count = 1 };
	report->host_macs = calloc(1, sizeof *report->host_macs);
	report->hosts[0].macs = report->host_macs;
	report->hosts[0].macs[0] = (struct report_host_mac){ .mac = hardware("fe:ff:ff:ff:ff:ff"),
							     .kind = "xen-vif-backend",
							     .first = SAMPLE_START,
							     .last = SAMPLE_START,
							     .claims = 14,
							     .own = OWN_NO,
							     .own_reason = "a backend is never a guest's own" };
}

static void make_path(struct report *report)
{
	report->path_count = 1;
	report->paths = calloc(1, sizeof *report->paths);
	report->paths[0].packet = strdup("TCP 10.1.1.138:40000 > 10.1.1.1:80 SYN");
	report->paths[0].hop_count = 1;
	report->paths[0].hops = calloc(1, sizeof *report->paths[0].hops);
	report->paths[0].hops[0] = (struct report_hop){
		.input = 1, .frame = 3, .time = SAMPLE_START, .source = hardware("00:16:3e:00:00:0b"), .ttl = 64
	};
}

void sample_report_make(struct report *report)
{
	*report = (struct report){ .command = "analyze", .verdict = REPORT_FAULTY };
	make_inputs(report);
	make_topology(report);
	make_matrix(report);
	make_faults(report);
	make_hosts(report);
	make_path(report);
	report->gap_count = 1;
	report->gaps = calloc(1, sizeof *report->gaps);
	report->gaps[0] = (struct report_gap){ strdup("7 frames dropped by the capturing machine"), 7 };
}
