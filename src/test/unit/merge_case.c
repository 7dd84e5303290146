// SPDX-License-Identifier: GPL-2.0-or-later
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "analysis/rule.h"
#include "merge_case.h"
#include "report/read_json.h"

const char rs1[] = INPUT MACHINE("real-server", LINK("eth0", RS1_MAC, ""), ADDRESS("10.1.1.13", "eth0"),
				 "") ",\"hosts\":[" HOST("10.1.1.13", RS1_MAC, "yes") "]";
const char rs2[] =
    INPUT MACHINE("real-server", LINK("eth0", RS2_MAC, ""), ADDRESS("10.1.1.14", "eth0"),
		  "") ",\"hosts\":[" HOST("10.1.1.14", RS2_MAC, "yes") "," HOST("10.1.1.13", DOM0_MAC, "unknown") "]";
const char dom0[] = INPUT MACHINE("dom0", VIF("vif4.0") "," VIF("vif5.0"), ADDRESS("10.1.1.254", "vif4.0"),
				  ",\"guests\":[{\"link\":\"vif4.0\",\"mac\":\"" RS1_MAC
				  "\"}]") ",\"hosts\":[" HOST("10.1.1.254", DOM0_MAC, "yes") "]";
const char client[] = CAPTURE "\"hosts\":[" HOST("10.1.1.13", DOM0_MAC, "unknown") "," HOST(
    "10.1.1.14", DOM0_MAC, "unknown") "," HOST("10.1.1.254", DOM0_MAC, "unknown") "]";

void merge_case_add(struct merge *merge, const char *name, const char *content)
{
	struct report report = REPORT_INIT;
	struct error error = ERROR_INIT;
	struct text json = TEXT_INIT;
	bool setup = strstr(content, "\"topology\"") != NULL;

	text_printf(&json, "{\"schema\":\"truemac.report/1\",\"command\":\"%s\",\"verdict\":\"%s\",%s%s}",
		    strstr(content, "\"machine\"") ? "inspect" : "probe",
		    strstr(content, "\"incomplete\"") ? "incomplete" : "clean", content,
		    setup ? "" : ",\"topology\":{\"source\":\"inferred\"}");
	if (report_read_json(name, text_string(&json), json.length, &report, &error) < 0 ||
	    merge_add(merge, name, &report, &error) < 0)
		fail_msg("%s: %s: %s", name, error.where, error.message);
	text_free(&json);
	report_free(&report);
}

void merge_case_finish(struct merge *merge, struct report *report)
{
	struct error error = ERROR_INIT;

	*report = (struct report)REPORT_INIT;
	if (merge_finish(merge, report, &error) < 0)
		fail_msg("%s", error.message);
	merge_free(merge);
}

/* Names and contents in turn, closed by NULL. */
void merge_these(struct report *report, ...)
{
	struct merge merge = MERGE_INIT;
	va_list arguments;
	const char *name;

	va_start(arguments, report);
	while ((name = va_arg(arguments, const char *)) != NULL)
		merge_case_add(&merge, name, va_arg(arguments, const char *));
	va_end(arguments);
	merge_case_finish(&merge, report);
}

const struct fault *find_fault(const struct report *report, const char *rule, const char *ip)
{
	struct ip address;

	assert_true(ip_parse(ip, &address));
	for (uint32_t i = 0; i < report->fault_count; i++)
		if (strcmp(report->faults[i].rule->id, rule) == 0 && ip_equal(&report->faults[i].subject.ip, &address))
			return &report->faults[i];
	return NULL;
}

const struct report_conflict *find_conflict(const struct report *report, const char *about)
{
	for (uint32_t i = 0; i < report->conflict_count; i++)
		if (strcmp(report->conflicts[i].about, about) == 0)
			return &report->conflicts[i];
	return NULL;
}

void assert_says(const struct fault *fault, const char *words)
{
	assert_non_null(fault);
	if (strstr(fault->summary, words) == NULL)
		fail_msg("'%s' does not say '%s'", fault->summary, words);
}
