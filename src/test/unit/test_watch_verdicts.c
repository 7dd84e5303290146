// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts of a network that is watched: what is present, what is past, and what a round of probing settles. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

#include "rules/registry.h"
#include "watch/verdicts.h"
#include "wire/build.h"

static const struct mac client = { { 2, 0, 0, 0, 0, 1 } }, everybody = { { 255, 255, 255, 255, 255, 255 } };

/* A network with a VIP and two real servers, and what was told of it. */
struct watched {
	struct topology topology;
	struct verdicts *verdicts;
	struct builder builder;
	nanos now;
	uint64_t frames;
	char told[4096]; /* "+rule:address " began, "-rule:address " ended, "check=value " */
};

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static struct mac mac_of(int last)
{
	return (struct mac){ { 2, 0, 0, 0, 1, (uint8_t)last } };
}

static void tell(struct watched *watched, const char *what, const char *name, const struct ip *ip)
{
	size_t used = strlen(watched->told);
	char text[IP_TEXT_SIZE] = "";

	if (ip->family)
		ip_format(ip, text);
	snprintf(watched->told + used, sizeof watched->told - used, "%s%s:%s ", what, name, text);
}

static void began(void *context, const struct report *report, uint32_t index)
{
	tell(context, "+", report->faults[index].rule->id, &report->faults[index].subject.ip);
}

static void ended(void *context, const struct report *report)
{
	assert_int_equal(report->fault_count, 1);
	tell(context, "-", report->faults[0].rule->id, &report->faults[0].subject.ip);
}

static void changed(void *context, const struct report_row *row, enum check check, enum check_value before)
{
	char what[32];

	(void)before;
	snprintf(what, sizeof what, "%s=%s", check_name(check), check_value_name(row->cells[check].value));
	tell(context, what, "", &row->real_server);
}

static void begin(struct watched *watched, nanos window)
{
	struct error error = ERROR_INIT;
	struct verdicts_options options = { .command = "test", .window = window };

	*watched = (struct watched){ .topology = TOPOLOGY_INIT, .now = 1000 * NANOS_PER_SECOND };
	assert_true(topology_parse_vip(&watched->topology, "vip", "10.1.1.1:80", METHOD_DR, &error) >= 0);
	for (int i = 13; i <= 14; i++) {
		char text[32];
		struct ip ip;

		snprintf(text, sizeof text, "10.1.1.%d", i);
		ip = ip_of(text);
		assert_true(topology_add_real_server(&watched->topology, &ip, NULL, ORIGIN_CONFIGURED, &error) >= 0);
	}
	options.engine = (struct engine_options){ .rules = rules_all, .topology = &watched->topology };
	options.listener = (struct verdicts_listener){
		.context = watched, .fault_began = began, .fault_ended = ended, .cell_changed = changed
	};
	assert_int_equal(verdicts_new(&watched->verdicts, &options, &error), 0);
	assert_int_equal(verdicts_add_input(watched->verdicts, "eth0", &error), 0);
	assert_int_equal(builder_open(&watched->builder, &error), 0);
}

static void end(struct watched *watched)
{
	verdicts_free(watched->verdicts);
	builder_close(&watched->builder);
	topology_free(&watched->topology);
}

static void send(struct watched *watched, struct mac from, struct mac to, uint8_t *bytes)
{
	const struct build_link link = { .source = from, .destination = to };
	struct error error = ERROR_INIT;
	struct frame frame = { .bytes = bytes, .link_type = LINK_ETHERNET, .number = ++watched->frames };

	build_ethernet(&watched->builder, &link);
	frame.captured = frame.length = (uint32_t)build_end(&watched->builder, &error);
	frame.time = watched->now += 100 * NANOS_PER_MICRO;
	verdicts_eat(watched->verdicts, &frame);
}

/* The client asks everybody for an address, and the MAC ending in `answerer` answers; 0: nobody does. */
static void ask(struct watched *watched, const char *address, int answerer)
{
	uint8_t bytes[128];

	build_begin(&watched->builder, bytes, sizeof bytes);
	build_arp_request(&watched->builder, client, ip_of("10.1.1.138"), ip_of(address));
	send(watched, client, everybody, bytes);
	if (!answerer)
		return;
	build_begin(&watched->builder, bytes, sizeof bytes);
	build_arp_reply(&watched->builder, mac_of(answerer), ip_of(address), client, ip_of("10.1.1.138"));
	send(watched, mac_of(answerer), client, bytes);
}

static void refresh(struct watched *watched, nanos later)
{
	struct error error = ERROR_INIT;

	watched->now += later;
	watched->told[0] = '\0';
	verdicts_tick(watched->verdicts, 0, watched->now);
	assert_int_equal(verdicts_refresh(watched->verdicts, watched->now, &error), 0);
}

static bool was_told(const struct watched *watched, const char *what)
{
	return strstr(watched->told, what) != NULL;
}

static enum check_value quiet_of(const struct watched *watched, uint32_t row)
{
	const struct report *report = verdicts_report(watched->verdicts);

	assert_true(row < report->row_count);
	return report->rows[row].cells[CHECK_QUIET].value;
}

static uint32_t past_count(const struct watched *watched)
{
	uint32_t count;

	verdicts_past(watched->verdicts, &count);
	return count;
}

/* Both real servers resolve; the one given answers for the VIP, too. */
static void seem(struct watched *watched, int flux)
{
	ask(watched, "10.1.1.13", 13);
	ask(watched, "10.1.1.14", 14);
	/* One question that a real server lets pass proves little. */
	ask(watched, "10.1.1.1", 11);
	ask(watched, "10.1.1.1", 11);
	if (flux)
		ask(watched, "10.1.1.1", flux);
}

static const struct ip everything = { .family = 0 };

static void what_begins_is_told_at_once(void **state)
{
	struct watched watched;

	(void)state;
	begin(&watched, 0);
	refresh(&watched, 0);
	seem(&watched, 13);
	refresh(&watched, NANOS_PER_MILLI);
	assert_true(was_told(&watched, "+rs-answers-vip:10.1.1.13"));
	assert_true(was_told(&watched, "quiet=fail:10.1.1.13"));
	assert_int_equal(quiet_of(&watched, 0), CHECK_FAIL);
	refresh(&watched, NANOS_PER_SECOND);
	assert_false(was_told(&watched, "rs-answers-vip"));
	end(&watched);
}

static void a_complete_round_makes_the_repaired_past(void **state)
{
	struct watched watched;
	struct report report = REPORT_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	begin(&watched, 0);
	seem(&watched, 13);
	refresh(&watched, 0);
	verdicts_begin_round(watched.verdicts, &everything);
	seem(&watched, 0);
	refresh(&watched, 2 * NANOS_PER_SECOND);
	assert_int_equal(quiet_of(&watched, 0), CHECK_FAIL);
	verdicts_end_round(watched.verdicts, true);
	refresh(&watched, 0);
	assert_int_equal(quiet_of(&watched, 0), CHECK_PASS);
	assert_false(was_told(&watched, "-rs-answers-vip"));
	assert_true(verdicts_wait(watched.verdicts));
	refresh(&watched, VERDICTS_MISSING);
	assert_true(was_told(&watched, "-rs-answers-vip:10.1.1.13"));
	assert_int_equal(past_count(&watched), 1);
	assert_non_null(verdicts_previous(watched.verdicts));
	assert_int_equal(verdicts_previous(watched.verdicts)->rows[0].cells[CHECK_QUIET].value, CHECK_FAIL);
	assert_int_equal(verdicts_final(watched.verdicts, &report, &error), 0);
	assert_int_equal(report_exit_status(&report, SEVERITY_ERROR), 1);
	report_free(&report);
	end(&watched);
}

static void a_round_that_broke_off_settles_nothing(void **state)
{
	struct watched watched;

	(void)state;
	begin(&watched, 0);
	seem(&watched, 13);
	refresh(&watched, 0);
	verdicts_begin_round(watched.verdicts, &everything);
	seem(&watched, 0);
	verdicts_end_round(watched.verdicts, false);
	refresh(&watched, 10 * NANOS_PER_SECOND);
	assert_int_equal(quiet_of(&watched, 0), CHECK_FAIL);
	assert_int_equal(past_count(&watched), 0);
	assert_null(verdicts_previous(watched.verdicts));
	end(&watched);
}

static void what_comes_back_is_no_longer_past(void **state)
{
	struct watched watched;

	(void)state;
	begin(&watched, 0);
	seem(&watched, 13);
	refresh(&watched, 0);
	verdicts_begin_round(watched.verdicts, &everything);
	seem(&watched, 0);
	verdicts_end_round(watched.verdicts, true);
	refresh(&watched, 0);
	refresh(&watched, VERDICTS_MISSING);
	assert_int_equal(past_count(&watched), 1);
	seem(&watched, 13);
	refresh(&watched, 0);
	assert_true(was_told(&watched, "+rs-answers-vip:10.1.1.13"));
	assert_int_equal(past_count(&watched), 0);
	end(&watched);
}

static void an_address_that_is_asked_alone_is_judged_alone(void **state)
{
	const struct ip first = ip_of("10.1.1.13");
	struct watched watched;

	(void)state;
	begin(&watched, 0);
	seem(&watched, 13);
	seem(&watched, 14);
	refresh(&watched, 0);
	assert_int_equal(quiet_of(&watched, 0), CHECK_FAIL);
	assert_int_equal(quiet_of(&watched, 1), CHECK_FAIL);
	verdicts_begin_round(watched.verdicts, &first);
	seem(&watched, 0);
	verdicts_end_round(watched.verdicts, true);
	refresh(&watched, 2 * NANOS_PER_SECOND);
	refresh(&watched, VERDICTS_MISSING);
	assert_int_equal(quiet_of(&watched, 0), CHECK_PASS);
	assert_int_equal(quiet_of(&watched, 1), CHECK_FAIL);
	assert_true(was_told(&watched, "-rs-answers-vip:10.1.1.13"));
	assert_int_equal(past_count(&watched), 1);
	end(&watched);
}

static void more_addresses_than_scopes_stay_bounded(void **state)
{
	struct watched watched;

	(void)state;
	begin(&watched, 0);
	seem(&watched, 13);
	for (int i = 0; i < 3 * VERDICTS_MAX_SCOPES; i++) {
		struct ip address = ip_of("10.1.1.20");

		address.b[3] = (uint8_t)(20 + i);
		verdicts_begin_round(watched.verdicts, &address);
		seem(&watched, 0);
		verdicts_end_round(watched.verdicts, true);
		refresh(&watched, NANOS_PER_SECOND);
	}
	assert_int_equal(quiet_of(&watched, 0), CHECK_FAIL);
	end(&watched);
}

static void without_rounds_the_window_forgets(void **state)
{
	struct watched watched;

	(void)state;
	begin(&watched, 20 * NANOS_PER_SECOND);
	seem(&watched, 13);
	refresh(&watched, 0);
	for (int seconds = 0; seconds < 9; seconds++) {
		seem(&watched, 0);
		refresh(&watched, NANOS_PER_SECOND);
		assert_int_equal(quiet_of(&watched, 0), CHECK_FAIL);
	}
	for (int seconds = 9; seconds < 30; seconds++) {
		seem(&watched, 0);
		refresh(&watched, NANOS_PER_SECOND);
	}
	assert_int_equal(quiet_of(&watched, 0), CHECK_PASS);
	assert_int_equal(past_count(&watched), 1);
	end(&watched);
}

static void losses_before_a_round_are_not_held_against_it(void **state)
{
	struct capture_info info = { .format = "live", .link_type = LINK_ETHERNET, .dropped = 7 };
	struct watched watched;

	(void)state;
	begin(&watched, 0);
	seem(&watched, 0);
	verdicts_update_input(watched.verdicts, 0, &info);
	refresh(&watched, 0);
	assert_int_equal(verdicts_report(watched.verdicts)->gap_count, 1);
	verdicts_begin_round(watched.verdicts, &everything);
	verdicts_update_input(watched.verdicts, 0, &info);
	seem(&watched, 0);
	verdicts_end_round(watched.verdicts, true);
	refresh(&watched, 0);
	assert_int_equal(verdicts_report(watched.verdicts)->gap_count, 0);
	end(&watched);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_begins_is_told_at_once),
		cmocka_unit_test(a_complete_round_makes_the_repaired_past),
		cmocka_unit_test(a_round_that_broke_off_settles_nothing),
		cmocka_unit_test(what_comes_back_is_no_longer_past),
		cmocka_unit_test(an_address_that_is_asked_alone_is_judged_alone),
		cmocka_unit_test(more_addresses_than_scopes_stay_bounded),
		cmocka_unit_test(without_rounds_the_window_forgets),
		cmocka_unit_test(losses_before_a_round_are_not_held_against_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
