// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Without a screen: what changes goes to stdout, an object on each line
 * (truemac.watch/1), and to the log; what there is goes to a file of metrics.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/watch.h"
#include "report/report_json.h"

static json_t *make_line(const char *event, const struct json_field *fields)
{
	json_t *line = json_object(), *rest = json_of_fields(fields);

	if (!line || !rest || json_object_set_new(line, "event", json_string(event)) < 0 ||
	    json_object_update(line, rest) < 0) {
		json_decref(line);
		line = NULL;
	}
	json_decref(rest);
	return line;
}

static int write_line(const char *bytes)
{
	struct output out = { .descriptor = STDOUT_FILENO };
	int status = output_write(&out, bytes, strlen(bytes), NULL);

	return status == 0 ? output_write(&out, "\n", 1, NULL) : status;
}

/* A line on stdout; takes the values over. A reader that went away ends the watch as a signal does. */
static void emit(struct watch *watch, const char *event, const struct json_field *fields)
{
	json_t *line = make_line(event, fields);
	char *bytes = line && watch->options.headless ? json_dumps(line, JSON_COMPACT) : NULL;

	json_decref(line);
	if (bytes && write_line(bytes) < 0) {
		watch->stdout_failed = true;
		watch_end_with(watch, WATCH_QUIT);
	}
	free(bytes);
}

void watch_event_started(struct watch *watch)
{
	const struct json_field fields[] = {
		{ "time", json_of_time(wall_now()) },
		{ "schema", json_string("truemac.watch/1") },
		{ "version", json_string(TRUEMAC_VERSION) },
		{ "source", json_of_string(text_string(&watch->name)) },
		{ "live", json_boolean(watch->live != NULL) },
		{ "write", json_of_string(watch->options.record.path) },
		JSON_FIELDS_END,
	};

	emit(watch, "started", fields);
}

void watch_event_round(struct watch *watch, const char *what)
{
	const struct json_field fields[] = {
		{ "time", json_of_time(watch_now(watch)) },
		{ "address", json_of_ip(&watch->round.address) },
		{ "rounds", json_integer(watch->round.complete) },
		{ "tests", json_integer(watch->round.done) },
		JSON_FIELDS_END,
	};

	emit(watch, what, fields);
}

void watch_event_link(struct watch *watch, const char *what)
{
	const struct json_field fields[] = {
		{ "time", json_of_time(watch_now(watch)) },
		{ "text", json_of_string(what) },
		JSON_FIELDS_END,
	};

	emit(watch, "link", fields);
}

void watch_event_stopped(struct watch *watch, const struct report *report, int status)
{
	static const char *const reasons[] = { [WATCH_GOES_ON] = "failed",
					       [WATCH_QUIT] = "interrupted",
					       [WATCH_FINISHED] = "finished",
					       [WATCH_LOST] = "interface-gone",
					       [WATCH_HUNG_UP] = "hung-up" };
	const struct json_field fields[] = {
		{ "time", json_of_time(wall_now()) },
		{ "reason", json_string(reasons[watch->end]) },
		{ "frames", json_of_count(report->input_count > 0 ? report->inputs[0].frames : 0) },
		{ "verdict", json_string(report_verdict_name(report->verdict)) },
		{ "faults", json_integer(report->fault_count) },
		{ "exit_status", json_integer(status) },
		JSON_FIELDS_END,
	};

	emit(watch, "stopped", fields);
}

/* --- what changed --- */

static void emit_fault(struct watch *watch, const char *event, const struct report *report, uint32_t index)
{
	const struct json_field fields[] = {
		{ "time", json_of_time(watch_now(watch)) },
		{ "fault", watch->options.headless ? json_of_fault(report, index) : json_null() },
		JSON_FIELDS_END,
	};

	emit(watch, event, fields);
}

static void fault_began(void *context, const struct report *report, uint32_t index)
{
	struct watch *watch = context;
	const struct fault *fault = &report->faults[index];

	emit_fault(watch, "fault-opened", report, index);
	watch_log_add(&watch->log, watch_now(watch), fault->severity, "%s: %s", fault->rule->id, fault->summary);
}

static void fault_changed(void *context, const struct report *report, uint32_t index)
{
	emit_fault(context, "fault-changed", report, index);
}

static void fault_ended(void *context, const struct report *report)
{
	const struct fault *fault = &report->faults[0];
	struct watch *watch = context;

	emit_fault(watch, "fault-past", report, 0);
	watch_log_add(&watch->log, watch_now(watch), SEVERITY_INFO, "past: %s: %s", fault->rule->id, fault->summary);
}

static void cell_changed(void *context, const struct report_row *row, enum check check, enum check_value before)
{
	const struct report_cell *cell = &row->cells[check];
	struct watch *watch = context;
	char server[IP_TEXT_SIZE];
	const struct json_field fields[] = {
		{ "time", json_of_time(watch_now(watch)) },
		{ "vip", json_of_ip(&row->vip) },
		{ "port", json_of_count_or_null(row->port) },
		{ "protocol", json_string(protocol_name(row->protocol)) },
		{ "fwmark", json_of_count_or_null(row->fwmark) },
		{ row->is_director ? "director" : "real_server", json_of_ip(&row->real_server) },
		{ "check", json_string(check_name(check)) },
		{ "from", json_string(check_value_name(before)) },
		{ "to", json_string(check_value_name(cell->value)) },
		{ "reason", json_of_string(cell->reason) },
		JSON_FIELDS_END,
	};

	emit(watch, "cell", fields);
	if (cell->value == CHECK_FAIL || before == CHECK_FAIL)
		watch_log_add(&watch->log, watch_now(watch), cell->value == CHECK_FAIL ? SEVERITY_ERROR : SEVERITY_INFO,
			      "%s %s: %s, was %s", ip_format(&row->real_server, server), check_name(check),
			      check_value_name(cell->value), check_value_name(before));
}

static void gap_grew(void *context, const struct report_gap *gap, uint64_t more)
{
	struct watch *watch = context;
	const struct json_field fields[] = {
		{ "time", json_of_time(watch_now(watch)) },
		{ "reason", json_of_string(gap->reason) },
		{ "count", json_of_count(more) },
		JSON_FIELDS_END,
	};

	emit(watch, "gap", fields);
}

struct verdicts_listener watch_listener(struct watch *watch)
{
	return (struct verdicts_listener){ .context = watch,
					   .fault_began = fault_began,
					   .fault_changed = fault_changed,
					   .fault_ended = fault_ended,
					   .cell_changed = cell_changed,
					   .gap_grew = gap_grew };
}

/* --- metrics --- */

static int write_metrics(const struct watch *watch, struct error *error)
{
	const struct report_writer_options options = report_options_for_writer(&watch->report);
	struct output output = OUTPUT_INIT;
	struct text text = TEXT_INIT;
	int status = report_write(&report_format_openmetrics, verdicts_report(watch->verdicts), &options, &text, error);

	if (status == 0)
		status = output_open(&output, watch->options.metrics, error);
	if (status == 0)
		status = output_write(&output, text_string(&text), text.length, error);
	if (status == 0)
		status = output_commit(&output, error);
	output_discard(&output);
	text_free(&text);
	return status;
}

void watch_metrics(struct watch *watch, bool now)
{
	struct error error = ERROR_INIT;

	if (!watch->options.metrics || !verdicts_report(watch->verdicts) ||
	    (!now && monotonic_now() < watch->next_metrics))
		return;
	watch->next_metrics = monotonic_now() + watch->options.metrics_interval;
	/* Told once: a full disk may be full for long. */
	if (write_metrics(watch, &error) < 0 && !watch->metrics_failed) {
		watch->metrics_failed = true;
		message_error(&error);
	}
}
