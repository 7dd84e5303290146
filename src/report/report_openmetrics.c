// SPDX-License-Identifier: GPL-2.0-or-later
/* OpenMetrics 1.0: gauges for a monitoring system, also read by Prometheus' node exporter from a file. */
#include "analysis/rule.h"
#include "report/report_format.h"
#include "report/report_words.h"
#include "report/utf8.h"

static void add_family(struct text *into, const char *name, const char *help)
{
	text_printf(into, "# TYPE truemac_%s gauge\n# HELP truemac_%s %s\n", name, name, help);
}

/* `name="value"` with the escapes of the specification: backslash, quote, line feed. */
static void add_label(struct text *into, const char *name, const char *value)
{
	text_printf(into, "%s=\"", name);
	for (uint32_t c; (c = utf8_next(&value)) != 0;) {
		if (c == '\n')
			text_add(into, "\\n");
		else if (c == '\\' || c == '"')
			text_printf(into, "\\%c", (int)c);
		else
			utf8_add(into, c);
	}
	text_add_char(into, '"');
}

static void add_verdict(struct text *into, const struct report *report)
{
	add_family(into, "verdict", "The verdict that has the value 1.");
	for (int verdict = REPORT_CLEAN; verdict <= REPORT_INCOMPLETE; verdict++)
		text_printf(into, "truemac_verdict{verdict=\"%s\"} %d\n",
			    report_verdict_name((enum report_verdict)verdict), (int)report->verdict == verdict);
}

static unsigned count_faults(const struct report *report, const struct rule *rule, int severity)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < report->fault_count; i++)
		count += report->faults[i].rule == rule && (int)report->faults[i].severity == severity;
	return count;
}

/* A rule always has a sample at its own severity, so that alerts see it go back to 0. */
static void add_faults(struct text *into, const struct report *report, rule_list rules)
{
	add_family(into, "faults", "Subjects at fault.");
	for (; rules != NULL && *rules != NULL; rules++) {
		for (int severity = SEVERITY_ERROR; severity >= SEVERITY_INFO; severity--) {
			unsigned count = count_faults(report, *rules, severity);

			if (count > 0 || severity == (int)(*rules)->severity)
				text_printf(into, "truemac_faults{rule=\"%s\",severity=\"%s\"} %u\n", (*rules)->id,
					    severity_name((enum severity)severity), count);
		}
	}
}

static void add_rows(struct text *into, const struct report_row *rows, uint32_t count)
{
	char address[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < count; i++)
		for (int check = 0; check < CHECK_COUNT; check++) {
			text_add(into, "truemac_check{service=\"");
			report_add_service(into, &rows[i]);
			text_printf(into, "\",%s=\"%s\",check=\"%s\",value=\"%s\"} 1\n",
				    rows[i].is_director ? "director" : "real_server",
				    ip_format(&rows[i].real_server, address), check_name((enum check)check),
				    check_value_name(rows[i].cells[check].value));
		}
}

static void add_matrix(struct text *into, const struct report *report)
{
	add_family(into, "check", "The value that a check of a service on a real server or director has.");
	add_rows(into, report->rows, report->row_count);
	add_rows(into, report->director_rows, report->director_row_count);
}

static void add_input_samples(struct text *into, const struct report *report, const char *name, const char *help,
			      uint64_t (*value)(const struct report_input *input))
{
	add_family(into, name, help);
	for (uint32_t i = 0; i < report->input_count; i++) {
		text_printf(into, "truemac_%s{index=\"%u\",", name, (unsigned)i);
		add_label(into, "input", report->inputs[i].name);
		text_printf(into, "} %llu\n", (unsigned long long)value(&report->inputs[i]));
	}
}

static uint64_t frames_of(const struct report_input *input)
{
	return input->frames;
}

static uint64_t dropped_of(const struct report_input *input)
{
	return input->dropped;
}

static uint64_t packets_of(const struct report_forward *row)
{
	return row->packets;
}

static uint64_t flows_of(const struct report_forward *row)
{
	return row->flows;
}

static uint64_t up_of(const struct report_forward *row)
{
	return row->up;
}

static void add_forward_samples(struct text *into, const struct report *report, const char *name, const char *help,
				uint64_t (*value)(const struct report_forward *row))
{
	char service[SERVICE_TEXT_SIZE], server[IP_TEXT_SIZE];

	add_family(into, name, help);
	for (uint32_t i = 0; i < report->forward_count; i++) {
		const struct report_forward *row = &report->forwards[i];
		struct topology_service key = { .vip = row->vip, .port = row->port, .protocol = row->protocol };

		text_printf(into, "truemac_%s{service=\"%s\",real_server=\"%s\"} %llu\n", name,
			    service_format(&key, service), ip_format(&row->real_server, server),
			    (unsigned long long)value(row));
	}
}

/* Of one command alone. */
static void add_forward(struct text *into, const struct report *report)
{
	if (report->forward_count == 0)
		return;
	add_forward_samples(into, report, "forward_packets", "Packets that were sent on to a real server.", packets_of);
	add_forward_samples(into, report, "forward_flows", "Flows that a real server was given.", flows_of);
	add_forward_samples(into, report, "forward_up", "Whether a real server was up at the end.", up_of);
}

/* Of each machine that was merged, so that a fleet's alert can name it. */
static void add_sources(struct text *into, const struct report *report)
{
	add_family(into, "source_verdict", "The verdict of each merged report that has the value 1.");
	for (uint32_t i = 0; i < report->source_count; i++) {
		for (int verdict = REPORT_CLEAN; verdict <= REPORT_INCOMPLETE; verdict++) {
			text_add(into, "truemac_source_verdict{");
			add_label(into, "source", report->sources[i].label);
			text_printf(into, ",verdict=\"%s\"} %d\n", report_verdict_name((enum report_verdict)verdict),
				    (int)report->sources[i].report->verdict == verdict);
		}
		text_pass_on(into);
	}
	add_family(into, "conflicts", "Where merged reports contradict each other.");
	text_printf(into, "truemac_conflicts %u\n", (unsigned)report->conflict_count);
}

static int write_openmetrics(const struct report *report, const struct report_writer_options *options,
			     struct text *into, struct error *error)
{
	(void)error;
	add_verdict(into, report);
	add_faults(into, report, options->rules);
	add_matrix(into, report);
	add_input_samples(into, report, "frames", "Frames read.", frames_of);
	add_input_samples(into, report, "dropped_frames", "Frames that the capturing machine lost.", dropped_of);
	if (report->source_count > 0)
		add_sources(into, report);
	add_forward(into, report);
	add_family(into, "gaps", "Reasons why the evidence is incomplete.");
	text_printf(into, "truemac_gaps %u\n# EOF\n", (unsigned)report->gap_count);
	return 0;
}

const struct report_format report_format_openmetrics = {
	.name = "openmetrics",
	.description = "gauges for Prometheus and the like",
	.write = write_openmetrics,
};
