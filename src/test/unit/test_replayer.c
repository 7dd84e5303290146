// SPDX-License-Identifier: GPL-2.0-or-later
/* Conversations with simulated servers of every manner, through networks that lose and reorder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "replay/results.h"
#include "test/unit/simulated_recording.h"

static const char *const lines[] = { "3000", "20", "40000", NULL };

struct run {
	struct farm farm;
	struct recording recording;
	struct replayer_options options;
	struct mask mask;
	struct replayer *replayer;
	const struct replay_result *results;
	uint32_t count;
	nanos duration;
};

static void prepare(struct run *run, int servers, const enum server_manner *manners)
{
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	memset(run, 0, sizeof *run);
	farm_init(&run->farm);
	recording_init(&run->recording, servers, METHOD_DR);
	for (int i = 1; i <= servers; i++) {
		snprintf(ip, sizeof ip, "10.1.1.%d", 20 + i);
		snprintf(mac, sizeof mac, "00:16:3e:0a:01:%02x", 0x10 + i);
		farm_add(&run->farm, ip, mac, manners ? manners[i - 1] : MANNER_GOOD);
	}
	run->options = (struct replayer_options){ .first_port = 10000, .last_port = 32000, .seed = 7 };
	assert_true(mac_parse("00:16:3e:0a:01:8a", &run->options.mac));
	assert_true(ip_parse("10.1.1.138", &run->options.own[0]));
}

static void begin(struct run *run)
{
	recording_finish(&run->recording);
	run->options.script = run->recording.script;
	run->options.topology = &run->recording.topology;
	run->options.mask = &run->mask;
	assert_int_equal(replayer_new(&run->replayer, &run->options, NULL), 0);
}

static void replay(struct run *run)
{
	begin(run);
	run->duration = farm_run(&run->farm, run->replayer);
	run->results = replayer_results(run->replayer, &run->count);
	assert_false(replayer_is_short_of_memory(run->replayer));
}

static void release(struct run *run)
{
	replayer_free(run->replayer);
	farm_free(&run->farm);
	recording_free(&run->recording);
}

static enum replay_verdict verdict_of(const struct run *run, uint32_t row)
{
	struct text reason = TEXT_INIT;
	enum replay_verdict verdict = replay_judge(&run->results[row], run->results, run->count, &reason);

	assert_true(reason.length > 0);
	text_free(&reason);
	return verdict;
}

static void record_many(struct run *run, uint16_t count, const char *const what[])
{
	for (uint16_t i = 0; i < count; i++)
		recording_add_lines(&run->recording, (uint16_t)(2000 + i), what);
}

static void equal_servers_pass(void **state)
{
	struct run run;

	(void)state;
	prepare(&run, 3, NULL);
	record_many(&run, 5, lines);
	replay(&run);
	assert_int_equal(run.count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(run.results[i].completed, 5);
		assert_int_equal(run.results[i].as_recorded, 5);
		assert_int_equal(run.results[i].like_others, 5);
		assert_int_equal(run.results[i].retransmissions, 0);
		assert_int_equal(run.results[i].answer.count, 15);
		/* A millisecond each way. */
		assert_int_equal(run.results[i].answer.max, 2 * NANOS_PER_MILLI);
		assert_int_equal(run.results[i].connect.max, 2 * NANOS_PER_MILLI);
		assert_int_equal(verdict_of(&run, i), REPLAY_PASS);
	}
	assert_int_equal(run.farm.resets, 0);
	assert_int_equal(farm_count_open(&run.farm), 0);
	release(&run);
}

/* The topology has more real servers than the service has backends. */
static void only_backends_of_the_service_are_asked(void **state)
{
	struct topology_backend backend = { .real_server = 1, .weight = -1 };
	struct run run;

	(void)state;
	prepare(&run, 3, NULL);
	assert_true(topology_add_backend(&run.recording.topology, &backend, NULL) >= 0);
	record_many(&run, 2, lines);
	replay(&run);
	assert_int_equal(run.count, 1);
	assert_true(ip_equal(&run.results[0].real_server, &run.recording.topology.real_servers[1].ip));
	release(&run);
}

static void every_manner_gets_its_verdict(void **state)
{
	static const enum server_manner manners[] = { MANNER_GOOD,     MANNER_GOOD,   MANNER_OTHER,     MANNER_SHORTER,
						      MANNER_REFUSING, MANNER_SILENT, MANNER_RESETTING, MANNER_GOOD };
	static const enum replay_verdict verdicts[] = { REPLAY_PASS,      REPLAY_PASS,    REPLAY_DIFFERENT,
							REPLAY_DIFFERENT, REPLAY_MISSING, REPLAY_MISSING,
							REPLAY_MISSING,   REPLAY_SLOW };
	struct run run;

	(void)state;
	prepare(&run, 8, manners);
	run.farm.servers[7].pause = 600 * NANOS_PER_MILLI;
	record_many(&run, 4, lines);
	replay(&run);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(verdict_of(&run, i), verdicts[i]);
	assert_int_equal(run.results[2].unlike_others, 4);
	assert_int_equal(run.results[2].difference.conversation, 1);
	assert_int_equal(run.results[2].difference.offset, 1500);
	assert_true(run.results[2].differing_frame > 0);
	assert_int_equal(run.results[4].refused, 4);
	assert_int_equal(run.results[5].timed_out, 4);
	assert_int_equal(run.results[6].reset, 4);
	assert_int_equal(farm_count_open(&run.farm), 0);
	release(&run);
}

enum { REQUESTS = 30 };

/* A server that has less to say is not waited for, and one that has more gets to its end before it is asked again. */
static void http_answers_may_have_other_lengths(void **state)
{
	static const enum server_manner manners[] = { MANNER_GOOD, MANNER_GOOD, MANNER_LESS, MANNER_MORE };
	const char *requests[REQUESTS + 1];
	struct run run;

	(void)state;
	for (int i = 0; i < REQUESTS; i++)
		requests[i] = i % 2 ? "GET /3000 HTTP/1.1\n" : "GET /20 HTTP/1.1\n";
	requests[REQUESTS] = NULL;
	prepare(&run, 4, manners);
	record_many(&run, 2, requests);
	replay(&run);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(run.results[i].completed, 2);
		assert_int_equal(run.results[i].answer.max, 2 * NANOS_PER_MILLI);
		assert_int_equal(verdict_of(&run, i), i < 2 ? REPLAY_PASS : REPLAY_DIFFERENT);
	}
	assert_true(run.duration < NANOS_PER_SECOND);
	release(&run);
}

static void short_answers_are_waited_for_ever_shorter(void **state)
{
	static const enum server_manner manners[] = { MANNER_GOOD, MANNER_SHORTER };
	const char *requests[REQUESTS + 1];
	struct run run;

	(void)state;
	for (int i = 0; i < REQUESTS; i++)
		requests[i] = "2000";
	requests[REQUESTS] = NULL;
	prepare(&run, 2, manners);
	record_many(&run, 1, requests);
	replay(&run);
	assert_int_equal(run.results[1].completed, 1);
	assert_int_equal(run.results[1].difference.recorded_length - run.results[1].difference.length, 10 * REQUESTS);
	assert_true(run.duration < 15 * NANOS_PER_SECOND);
	release(&run);
}

/* Loss, other order, offloaded segments, little windows of the script: all the same to the verdict. */
static void bad_networks_change_no_verdict(void **state)
{
	static const struct {
		uint32_t loss, segment;
		nanos jitter;
		bool blind; /* own frames are not captured */
	} networks[] = {
		{ 0, 40000, 0, false },
		{ 0, 500, 3 * NANOS_PER_MILLI, false },
		{ 50, 1460, 0, false },
		{ 150, 1000, 5 * NANOS_PER_MILLI, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++) {
		static const enum server_manner manners[] = { MANNER_GOOD, MANNER_GOOD, MANNER_OTHER };
		struct run run;

		prepare(&run, 3, manners);
		run.farm.loss = networks[i].loss;
		run.farm.segment = networks[i].segment;
		run.farm.jitter = networks[i].jitter;
		run.farm.own_frames = !networks[i].blind;
		run.options.timeout = 60 * NANOS_PER_SECOND;
		record_many(&run, 10, lines);
		replay(&run);
		assert_int_equal(run.results[0].as_recorded, 10);
		assert_int_equal(run.results[1].as_recorded, 10);
		assert_int_equal(run.results[2].unlike_others, 10);
		assert_int_equal(networks[i].loss > 0, run.results[0].retransmissions > 0);
		release(&run);
	}
}

static void ten_thousand_are_in_flight(void **state)
{
	static const char *const small[] = { "100", NULL };
	struct run run;

	(void)state;
	prepare(&run, 2, NULL);
	run.options.speed = 0;
	run.options.concurrency = 10000;
	run.farm.servers[0].pause = run.farm.servers[1].pause = NANOS_PER_SECOND;
	run.options.loops = 10;
	record_many(&run, 1000, small);
	replay(&run);
	assert_int_equal(run.results[0].completed + run.results[1].completed, 20000);
	assert_int_equal(run.results[0].as_recorded, 10000);
	/* Two rounds of 5,000 each, a second each. */
	assert_true(run.duration < 3 * NANOS_PER_SECOND);
	assert_int_equal(farm_count_open(&run.farm), 0);
	release(&run);
}

static void the_recorded_pace_is_kept_and_scaled(void **state)
{
	(void)state;
	for (int speed = 1; speed <= 4; speed *= 4) {
		struct run run;

		prepare(&run, 1, NULL);
		run.options.speed = speed;
		record_many(&run, 1, lines);
		run.recording.time += 20 * NANOS_PER_SECOND;
		recording_add_lines(&run.recording, 3000, lines);
		replay(&run);
		assert_int_equal(run.results[0].completed, 2);
		assert_true(run.duration > 20 * NANOS_PER_SECOND / speed);
		assert_true(run.duration < 22 * NANOS_PER_SECOND / speed);
		release(&run);
	}
}

/* A conversation each second. */
static void begin_row_of(struct run *run, uint16_t count)
{
	prepare(run, 2, NULL);
	run->options.speed = 1;
	for (uint16_t i = 0; i < count; i++) {
		recording_add_lines(&run->recording, (uint16_t)(2000 + i), lines);
		run->recording.time += NANOS_PER_SECOND;
	}
	begin(run);
}

static uint32_t finished(const struct run *run)
{
	struct replayer_progress progress;

	replayer_progress(run->replayer, &progress);
	assert_int_equal(progress.active, 0);
	return progress.finished;
}

static void a_held_replay_goes_on_where_it_stood(void **state)
{
	struct run run;
	nanos begun;

	(void)state;
	begin_row_of(&run, 10);
	begun = run.farm.now;
	farm_run_until(&run.farm, run.replayer, begun + 5 * NANOS_PER_SECOND);
	replayer_hold(run.replayer, true, run.farm.now);
	farm_run_until(&run.farm, run.replayer, begun + 7 * NANOS_PER_SECOND);
	run.count = finished(&run);
	assert_in_range(run.count, 6, 12);
	farm_run_until(&run.farm, run.replayer, begun + 105 * NANOS_PER_SECOND);
	assert_int_equal(finished(&run), run.count);
	assert_true(replayer_is_held(run.replayer));
	replayer_hold(run.replayer, false, run.farm.now);
	farm_run_until(&run.farm, run.replayer, begun + 106 * NANOS_PER_SECOND);
	/* Not all that was due meanwhile. */
	assert_in_range(finished(&run), run.count, run.count + 4);
	farm_run(&run.farm, run.replayer);
	assert_int_equal(finished(&run), 20);
	assert_in_range(run.farm.now - begun, 109 * NANOS_PER_SECOND, 113 * NANOS_PER_SECOND);
	/* Held and stopped, it ends. */
	replayer_free(run.replayer);
	assert_int_equal(replayer_new(&run.replayer, &run.options, NULL), 0);
	farm_run_until(&run.farm, run.replayer, run.farm.now + NANOS_PER_SECOND);
	replayer_hold(run.replayer, true, run.farm.now);
	replayer_stop(run.replayer);
	farm_run(&run.farm, run.replayer);
	assert_true(replayer_done(run.replayer));
	release(&run);
}

static void the_pace_changes_from_now_on(void **state)
{
	struct run run;
	nanos begun;

	(void)state;
	begin_row_of(&run, 40);
	begun = run.farm.now;
	farm_run_until(&run.farm, run.replayer, begun + 20 * NANOS_PER_SECOND);
	run.count = finished(&run);
	assert_in_range(run.count, 36, 42);
	assert_true(replayer_scale_speed(run.replayer, 10, run.farm.now));
	farm_run_until(&run.farm, run.replayer, begun + 20500 * NANOS_PER_MILLI);
	assert_in_range(finished(&run), run.count + 6, run.count + 14);
	farm_run(&run.farm, run.replayer);
	assert_int_equal(finished(&run), 80);
	assert_in_range(run.farm.now - begun, 21 * NANOS_PER_SECOND, 24 * NANOS_PER_SECOND);
	assert_true(replayer_speed(run.replayer) > 9.9 && replayer_speed(run.replayer) < 10.1);
	while (replayer_scale_speed(run.replayer, 0.5, run.farm.now))
		;
	assert_true(replayer_speed(run.replayer) * 100 >= REPLAYER_LEAST_SPEED);
	release(&run);
	/* Nothing is faster than that. */
	prepare(&run, 1, NULL);
	record_many(&run, 1, lines);
	begin(&run);
	assert_false(replayer_scale_speed(run.replayer, 2, run.farm.now));
	release(&run);
}

static void whoever_stops_leaves_nothing_open(void **state)
{
	struct replayer_progress progress;
	struct run run;
	uint8_t buffer[REPLAYER_MAX_FRAME];

	(void)state;
	prepare(&run, 2, NULL);
	run.farm.servers[0].pause = run.farm.servers[1].pause = 3600 * NANOS_PER_SECOND;
	run.options.timeout = 3 * NANOS_PER_SECOND;
	record_many(&run, 6, lines);
	replay(&run);
	assert_int_equal(run.results[0].timed_out, 6);
	assert_int_equal(farm_count_open(&run.farm), 0);
	assert_int_equal(run.farm.resets, 12);
	replayer_free(run.replayer);
	/* The same once more, stopped before it has begun. */
	assert_int_equal(replayer_new(&run.replayer, &run.options, NULL), 0);
	replayer_stop(run.replayer);
	while (!replayer_done(run.replayer)) {
		run.farm.now += NANOS_PER_SECOND;
		while (replayer_next(run.replayer, run.farm.now, buffer, sizeof buffer) > 0)
			;
	}
	replayer_progress(run.replayer, &progress);
	assert_int_equal(progress.active, 0);
	run.results = replayer_results(run.replayer, &run.count);
	assert_int_equal(run.results[0].left_out, 6);
	assert_int_equal(verdict_of(&run, 0), REPLAY_UNKNOWN);
	release(&run);
}

static void a_recording_of_clients_alone_compares_servers(void **state)
{
	static const enum server_manner manners[] = { MANNER_GOOD, MANNER_GOOD, MANNER_OTHER };
	struct run run;

	(void)state;
	prepare(&run, 3, manners);
	run.recording.ends = ENDS_CLIENT;
	record_many(&run, 3, lines);
	replay(&run);
	assert_int_equal(run.results[0].not_compared, 3);
	assert_int_equal(verdict_of(&run, 0), REPLAY_PASS);
	assert_int_equal(verdict_of(&run, 1), REPLAY_PASS);
	assert_int_equal(verdict_of(&run, 2), REPLAY_DIFFERENT);
	/* Where, and beside whom; and nothing of that stays with those who are alike. */
	assert_int_equal(run.results[2].difference.offset, 1500);
	assert_int_equal(run.results[2].difference.beside.family, 4);
	assert_true(run.results[2].differing_frame > 0);
	assert_int_equal(run.results[0].difference.conversation, 0);
	assert_int_equal(run.results[1].difference.conversation, 0);
	release(&run);
}

/* Whoever stops tcpdump does so in the middle of something. */
static void a_recording_that_ends_in_an_answer_is_compared_so_far(void **state)
{
	static const enum server_manner manners[] = { MANNER_GOOD, MANNER_GOOD, MANNER_OTHER };
	struct run run;

	(void)state;
	prepare(&run, 3, manners);
	/* 3,001 bytes in 3 segments, 21 in 1, then 25 of 1,460: the last answer is different from byte 20,000 on. */
	run.recording.stop = 4 + 25;
	record_many(&run, 1, lines);
	replay(&run);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(run.results[i].completed, 1);
		assert_int_equal(run.results[i].as_recorded, i < 2);
		assert_int_equal(verdict_of(&run, i), i < 2 ? REPLAY_PASS : REPLAY_DIFFERENT);
	}
	assert_int_equal(run.results[2].difference.recorded_length, 3001 + 21 + 25 * 1460);
	assert_int_equal(farm_count_open(&run.farm), 0);
	release(&run);
}

static void add_hang_up(struct recording *recording, uint32_t heard)
{
	static uint8_t answer[ANSWER_MOST];
	struct transport client = { .sequence = 99, .flags = TCP_SYN };
	struct transport server = { .sequence = 499, .acknowledgement = 100, .flags = TCP_SYN | TCP_ACK };

	farm_answer("40000", 5, answer);
	recording_add(recording, true, 4711, &client, NULL, 0);
	recording_add(recording, false, 4711, &server, NULL, 0);
	client = (struct transport){ .sequence = 100, .acknowledgement = 500, .flags = TCP_ACK };
	recording_add(recording, true, 4711, &client, "40000\n", 6);
	client.sequence += 6;
	for (uint32_t at = 0; at < 14600; at += 1460) {
		server = (struct transport){ .sequence = 500 + at, .acknowledgement = 106, .flags = TCP_ACK };
		recording_add(recording, false, 4711, &server, answer + at, 1460);
		if (at + 1460 != heard)
			continue;
		client.acknowledgement = 500 + heard;
		client.flags = TCP_FIN | TCP_ACK;
		recording_add(recording, true, 4711, &client, NULL, 0);
	}
	client = (struct transport){ .sequence = 107, .flags = TCP_RST };
	recording_add(recording, true, 4711, &client, NULL, 0);
}

/* A client that was ended in the middle of a download, as its kernel says it: FIN, then RST. */
static void a_client_that_hung_up_hangs_up_again(void **state)
{
	struct run run;

	(void)state;
	prepare(&run, 2, NULL);
	add_hang_up(&run.recording, 2920);
	replay(&run);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(run.results[i].as_recorded, 1);
		assert_int_equal(verdict_of(&run, i), REPLAY_PASS);
	}
	assert_true(run.farm.resets >= 2);
	assert_int_equal(farm_count_open(&run.farm), 0);
	release(&run);
}

static void two_that_differ_are_both_in_doubt_without_a_recorded_answer(void **state)
{
	static const enum server_manner manners[] = { MANNER_GOOD, MANNER_OTHER };
	struct run run;

	(void)state;
	for (int recorded = 0; recorded < 2; recorded++) {
		prepare(&run, 2, manners);
		run.recording.ends = recorded ? ENDS_BOTH : ENDS_CLIENT;
		record_many(&run, 3, lines);
		replay(&run);
		assert_int_equal(run.results[1].disputed, recorded ? 0 : 3);
		assert_true(run.results[1].differing_frame > 0);
		assert_int_equal(run.results[0].difference.offset, recorded ? 0 : 1500);
		assert_int_equal(verdict_of(&run, 0), recorded ? REPLAY_PASS : REPLAY_DISPUTED);
		assert_int_equal(verdict_of(&run, 1), recorded ? REPLAY_DIFFERENT : REPLAY_DISPUTED);
		release(&run);
	}
}

static void emulated_clients_are_used_where_free(void **state)
{
	struct ip clients[2];
	struct run run;

	(void)state;
	prepare(&run, 2, NULL);
	assert_true(ip_parse("10.1.1.200", &clients[0]) && ip_parse("10.1.1.201", &clients[1]));
	run.options.clients = clients;
	run.options.client_count = 2;
	run.options.client_mac = (struct mac){ { 2, 't', 'm', 0, 0, 1 } };
	record_many(&run, 3, lines);
	replay(&run);
	assert_int_equal(run.results[0].completed, 3);
	assert_true(run.duration > NANOS_PER_SECOND);
	release(&run);
}

static int keep(void *context, const struct replay_result *result)
{
	struct replay_result **into = context;

	*(*into)++ = *result;
	return 0;
}

static void results_survive_as_text(void **state)
{
	static const enum server_manner manners[] = { MANNER_GOOD, MANNER_OTHER, MANNER_SILENT };
	struct replay_result read[3], *end = read;
	struct text text = TEXT_INIT, again = TEXT_INIT;
	struct run run;

	(void)state;
	prepare(&run, 3, manners);
	record_many(&run, 3, lines);
	replay(&run);
	assert_int_equal(results_write(run.results, 3, 60000, &text), 3);
	assert_true(results_read(text_string(&text), keep, &end));
	assert_int_equal(end - read, 3);
	assert_int_equal(results_write(read, 3, 60000, &again), 3);
	assert_string_equal(text_string(&text), text_string(&again));
	/* A line that was cut ends the reading. */
	end = read;
	text.bytes[text.length - 20] = '\0';
	assert_true(results_read(text_string(&text), keep, &end));
	assert_true(end - read <= 3);
	assert_false(results_read("something else", keep, &end));
	text_free(&text);
	text_free(&again);
	release(&run);
}

static void masks_take_out_what_may_differ(void **state)
{
	static const char head[] =
	    "HTTP/1.1 200 OK\r\nDate: today\r\nX-A: 1\r\netag: \"x\"\r\n\r\nDate: body host-7 end\n";
	struct mask mask = MASK_INIT;
	struct text out = TEXT_INIT;

	(void)state;
	assert_int_equal(mask_add(&mask, "host-[0-9]+", NULL), 0);
	assert_int_equal(mask_add(&mask, "(", NULL), ERROR_USAGE);
	mask_apply(&mask, (const uint8_t *)head, sizeof head - 1, &out);
	assert_string_equal(text_string(&out), "HTTP/1.1 200 OK\r\nDate:X-A: 1\r\netag:\r\nDate: body  end\n");
	text_free(&out);
	mask_free(&mask);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_servers_pass),
		cmocka_unit_test(only_backends_of_the_service_are_asked),
		cmocka_unit_test(every_manner_gets_its_verdict),
		cmocka_unit_test(http_answers_may_have_other_lengths),
		cmocka_unit_test(short_answers_are_waited_for_ever_shorter),
		cmocka_unit_test(bad_networks_change_no_verdict),
		cmocka_unit_test(ten_thousand_are_in_flight),
		cmocka_unit_test(the_recorded_pace_is_kept_and_scaled),
		cmocka_unit_test(a_held_replay_goes_on_where_it_stood),
		cmocka_unit_test(the_pace_changes_from_now_on),
		cmocka_unit_test(whoever_stops_leaves_nothing_open),
		cmocka_unit_test(a_recording_of_clients_alone_compares_servers),
		cmocka_unit_test(a_recording_that_ends_in_an_answer_is_compared_so_far),
		cmocka_unit_test(a_client_that_hung_up_hangs_up_again),
		cmocka_unit_test(two_that_differ_are_both_in_doubt_without_a_recorded_answer),
		cmocka_unit_test(emulated_clients_are_used_where_free),
		cmocka_unit_test(results_survive_as_text),
		cmocka_unit_test(masks_take_out_what_may_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
