// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports of a size that nobody writes by hand. */
#include "test/unit/screen_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/registry.h"

#define MANY_START (INT64_C(1795382332) * NANOS_PER_SECOND)

static struct mac mac_of(uint32_t number)
{
	return (struct mac){ { 0x00, 0x16, 0x3e, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number } };
}

void screen_model_add_hosts(struct report *report, uint32_t count)
{
	assert_int_equal(report->host_count, 0);
	report->hosts = calloc(count, sizeof *report->hosts);
	report->host_macs = calloc(count, sizeof *report->host_macs);
	report->host_count = count;
	for (uint32_t i = 0; i < count; i++) {
		report->hosts[i] = (struct report_host){ .ip = ip_from_v4(0x0a000000 + i),
							 .macs = &report->host_macs[i],
							 .mac_count = 1 };
		report->host_macs[i] = (struct report_host_mac){ .mac = mac_of(i * 2654435761u >> 8),
								 .own = i % 7 == 3 ? OWN_NO : OWN_YES,
								 .own_reason = "delivers packets with TTL 1",
								 .kind = "xen-guest",
								 .first = MANY_START,
								 .last = MANY_START + i * NANOS_PER_MILLI,
								 .claims = i * 31 % 1000,
								 .has_answer_time = true,
								 .answer_time = (i * 77 % 5000) * NANOS_PER_MICRO };
	}
}

void screen_model_add_faults(struct report *report, uint32_t count)
{
	uint32_t rules = 0;

	assert_int_equal(report->fault_count, 0);
	while (rules_all[rules] != NULL)
		rules++;
	report->faults = calloc(count, sizeof *report->faults);
	report->fault_count = count;
	report->verdict = REPORT_FAULTY;
	for (uint32_t i = 0; i < count; i++) {
		const struct rule *rule = rules_all[i % rules];
		struct fault *fault = &report->faults[i];

		*fault =
		    (struct fault){ .rule = rule,
				    .severity = rule->severity,
				    .confidence = CONFIDENCE_PROVEN,
				    .subject = { .ip = ip_from_v4(0x0a000000 + i), .has_mac = true, .mac = mac_of(i) },
				    .effect = strdup(rule->effect),
				    .first = MANY_START,
				    .last = MANY_START + i * NANOS_PER_SECOND,
				    .count = i * 13 % 500 };
		assert_true(asprintf(&fault->summary, "fault number %u: %s", i, rule->summary) > 0);
		for (int k = 0; k < RULE_MAX_REMEDIES && rule->remedies[k] != NULL; k++)
			fault->remedies[k] = strdup(rule->remedies[k]);
		fault->evidence_count = FAULT_MAX_EVIDENCE;
		for (uint32_t k = 0; k < FAULT_MAX_EVIDENCE; k++)
			fault->evidence[k] =
			    (struct evidence){ .frame = (uint64_t)i * 8 + k + 1, .time = MANY_START, .note = "seen" };
	}
}

void screen_model_add_rows(struct report *report, uint32_t vips, uint32_t servers)
{
	assert_int_equal(report->row_count, 0);
	report->row_count = vips * servers;
	report->rows = calloc(report->row_count, sizeof *report->rows);
	for (uint32_t i = 0; i < report->row_count; i++) {
		struct report_row *row = &report->rows[i];

		*row = (struct report_row){ .vip = ip_from_v4(0xc0000201 + i / servers),
					    .port = 80,
					    .protocol = 6,
					    .method = METHOD_DR,
					    .real_server = ip_from_v4(0x0a000000 + i % servers),
					    .has_mac = true,
					    .mac = mac_of(i % servers) };
		for (int check = 0; check < CHECK_COUNT; check++)
			row->cells[check] = (struct report_cell){ (enum check_value)((i + (uint32_t)check) % 4),
								  strdup("as the rule has it") };
	}
}
