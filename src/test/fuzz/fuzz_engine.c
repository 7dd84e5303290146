// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An arbitrary stream of frames through the engine with all rules and out
 * through one of the writers: no crash, no contradiction, and asking for a report
 * twice gives the same report.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/engine.h"
#include "base/bytes.h"
#include "report/report_format.h"
#include "rules/registry.h"
#include "test/fuzz/engine_input.h"

enum { SMALL_TABLE = 4 };

#define START_TIME INT64_C(1767225600000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint16_t link_types[] = { LINK_ETHERNET, LINK_LINUX_SLL, LINK_LINUX_SLL2, 105 };

/* What is claimed here must hold for any input. */
static void claim(bool holds, const char *what, const char *detail)
{
	if (holds)
		return;
	fprintf(stderr, "%s: %s\n", what, detail);
	abort();
}

static void configure(struct topology *topology, enum method method)
{
	static const char *const hosts[] = { "192.0.2.13", "192.0.2.14=00:16:3e:00:00:0e" };
	struct error error = ERROR_INIT;

	claim(topology_parse_vip(topology, "--vip", "192.0.2.1:80", method, &error) >= 0, "failed", error.message);
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		struct ip ip;
		struct mac mac;
		bool has_mac;
		claim(topology_parse_host("--rs", hosts[i], &ip, &mac, &has_mac, &error) >= 0, "failed", error.message);
		claim(topology_add_real_server(topology, &ip, has_mac ? &mac : NULL, ORIGIN_CONFIGURED, &error) >= 0,
		      "failed", error.message);
	}
}

static bool next_frame(struct bytes *bytes, struct frame *frame, nanos *time)
{
	uint8_t step, missing;
	uint16_t length;

	if (!bytes_get_u8(bytes, &step) || !bytes_get_u8(bytes, &missing) || !bytes_get_u16(bytes, &length))
		return false;
	frame->bytes = bytes->at;
	frame->captured = (uint32_t)(length < bytes->left ? length : bytes->left);
	frame->length = frame->captured + missing * 4u;
	frame->input = (step & ENGINE_STEP_SECOND) != 0;
	frame->number++;
	*time += engine_step_nanos(step) * ((step & ENGINE_STEP_BACK) != 0 ? -1 : 1);
	frame->time = *time;
	return bytes_skip(bytes, frame->captured);
}

static void feed(struct engine *engine, struct bytes bytes, uint16_t link_type)
{
	struct frame frame = { .link_type = link_type };
	struct capture_info info = { .format = "pcap", .link_type = link_type };
	nanos time = START_TIME;

	/* Frames get copies of their own, so that a read behind one's end is noticed. */
	while (next_frame(&bytes, &frame, &time)) {
		uint8_t *copy = malloc(frame.captured ? frame.captured : 1);
		claim(copy != NULL, "memory", "exhausted");
		memcpy(copy, frame.bytes, frame.captured);
		frame.bytes = copy;
		engine_eat(engine, &frame);
		free(copy);
	}
	info.frames = frame.number;
	info.first = START_TIME;
	info.last = time;
	engine_set_input_info(engine, 0, &info);
	engine_set_input_info(engine, 1, &info);
}

static void check_report(const struct report *report)
{
	int status = report_exit_status(report, SEVERITY_WARNING);

	claim(status == 0 || status == 1 || status == 4, "exit status", "not a documented one");
	for (uint32_t i = 0; i < report->fault_count; i++) {
		const struct fault *fault = &report->faults[i];
		claim(fault->summary && fault->effect, "a fault without words", fault->rule->id);
		claim(fault->evidence_count > 0, "a fault without evidence", fault->rule->id);
		for (uint32_t k = 0; k < fault->evidence_count; k++)
			claim(fault->evidence[k].frame > 0 && fault->evidence[k].input < report->input_count,
			      "evidence that nobody can open", fault->rule->id);
	}
}

static void write_report(struct engine *engine, const struct report_format *format, struct text *into)
{
	const struct report_writer_options options = { .verbose = true,
						       .fail_on = SEVERITY_WARNING,
						       .rules = rules_all };
	struct report report = REPORT_INIT;
	struct error error = ERROR_INIT;

	claim(engine_report(engine, "analyze", &report, &error) >= 0, "failed", error.message);
	check_report(&report);
	claim(report_write(format, &report, &options, into, &error) >= 0, "failed", error.message);
	report_free(&report);
}

/* Writers cost more than the analysis: each input gets one, and the same one twice. */
static const struct report_format *choose_format(uint8_t choice)
{
	size_t count = 0;

	while (report_formats[count])
		count++;
	return report_formats[choice % count];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct topology topology = TOPOLOGY_INIT;
	struct engine_options options = { .rules = rules_all, .seed = 1 };
	struct text first = TEXT_INIT, second = TEXT_INIT;
	struct error error = ERROR_INIT;
	struct engine *engine;

	if (size == 0)
		return 0;
	if (data[0] & ENGINE_INPUT_CONFIGURED) {
		configure(&topology, (enum method)(data[0] >> ENGINE_INPUT_METHOD_SHIFT & 3));
		options.topology = &topology;
	}
	if (data[0] & ENGINE_INPUT_SMALL)
		options.max_hosts = SMALL_TABLE;
	claim(engine_new(&engine, &options, &error) >= 0, "failed", error.message);
	claim(engine_add_input(engine, "first.pcap", &error) >= 0, "failed", error.message);
	claim(engine_add_input(engine, "second.pcap", &error) >= 0, "failed", error.message);
	feed(engine, bytes_of(data + 1, size - 1), link_types[data[0] & ENGINE_INPUT_LINK]);
	write_report(engine, choose_format(data[size - 1]), &first);
	write_report(engine, choose_format(data[size - 1]), &second);
	claim(strcmp(text_string(&first), text_string(&second)) == 0, "two reports", "they differ");
	text_free(&first);
	text_free(&second);
	engine_free(engine);
	topology_free(&topology);
	return 0;
}
