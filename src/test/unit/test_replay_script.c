// SPDX-License-Identifier: GPL-2.0-or-later
/* What recordings say: whole ones, and all that is missing in others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "test/unit/simulated_recording.h"

static const char *const two_lines[] = { "3000", "5000", NULL };

static const struct script_conversation *only(const struct recording *recording, enum script_fate fate)
{
	struct script_summary summary;
	const struct script_conversation *list;
	uint32_t count;

	script_summary(recording->script, &summary);
	assert_int_equal(summary.fates[fate], 1);
	list = script_conversations(recording->script, &count);
	assert_int_equal(count, fate < SCRIPT_REPLAYED_COUNT);
	return count > 0 ? &list[0] : NULL;
}

static void check_whole(const struct script_conversation *conversation)
{
	uint8_t first[ANSWER_MOST], second[ANSWER_MOST];
	uint32_t one = farm_answer("3000", 4, first), two = farm_answer("5000", 4, second);

	assert_int_equal(conversation->request_length, 10);
	assert_memory_equal(conversation->request, "3000\n5000\n", 10);
	assert_int_equal(conversation->answer_length, one + two);
	assert_memory_equal(conversation->answer, first, one);
	assert_memory_equal(conversation->answer + one, second, two);
	assert_int_equal(conversation->step_count, 3);
	assert_int_equal(conversation->steps[0].need, 0);
	assert_int_equal(conversation->steps[1].need, one);
	assert_int_equal(conversation->steps[2].need, one + two);
	assert_true(conversation->steps[2].fin);
	assert_true(conversation->server_fin);
	assert_int_equal(conversation->units, one + two + 1);
	assert_int_equal(conversation->mss, 1460);
	assert_int_equal(conversation->window_scale, 7);
	assert_true(conversation->sack);
	assert_false(conversation->timestamps);
}

/* Each row changes one thing in how the same conversation is recorded. */
static void every_way_of_recording_gives_the_same_script(void **state)
{
	(void)state;
	for (int way = 0; way < 4; way++) {
		struct recording recording;

		recording_init(&recording, 1, METHOD_DR);
		recording.twice = way == 1;
		recording.reordered = way == 2;
		recording.segment = way == 3 ? 20000 : 700;
		recording_add_lines(&recording, 4711, two_lines);
		recording_finish(&recording);
		check_whole(only(&recording, SCRIPT_WHOLE));
		recording_free(&recording);
	}
}

static void the_clients_direction_alone_tells_what_it_had_heard(void **state)
{
	struct recording recording;
	const struct script_conversation *conversation;

	(void)state;
	recording_init(&recording, 1, METHOD_DR);
	recording.ends = ENDS_CLIENT;
	recording.twice = true;
	recording_add_lines(&recording, 4711, two_lines);
	recording_finish(&recording);
	conversation = only(&recording, SCRIPT_CLIENT_ONLY);
	assert_null(conversation->answer);
	assert_int_equal(conversation->steps[1].need, 3001);
	assert_int_equal(conversation->units, 3001 + 5001 + 1);
	recording_free(&recording);
}

static void what_cannot_be_replayed_is_told_apart(void **state)
{
	static const struct {
		enum script_fate fate;
		enum recorded_ends ends;
		bool without_syn;
		uint32_t snaplen, lose;
	} rows[] = {
		{ SCRIPT_SERVER_ONLY, ENDS_SERVER, false, 0, 0 }, { SCRIPT_MIDSTREAM, ENDS_BOTH, true, 0, 0 },
		{ SCRIPT_CUT, ENDS_BOTH, false, 56, 0 },          { SCRIPT_ANSWER_CUT, ENDS_BOTH, false, 200, 0 },
		{ SCRIPT_ANSWER_GAP, ENDS_BOTH, false, 0, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct recording recording;

		recording_init(&recording, 1, METHOD_DR);
		recording.ends = rows[i].ends;
		recording.without_syn = rows[i].without_syn;
		recording.snaplen = rows[i].snaplen;
		recording.lose = rows[i].lose;
		recording_add_lines(&recording, 4711, two_lines);
		recording_finish(&recording);
		only(&recording, rows[i].fate);
		assert_true(strlen(script_fate_text(rows[i].fate)) > 20);
		recording_free(&recording);
	}
}

/* The request is missing, and no later data of the client shows it: the server's acknowledgement does. */
static void a_request_that_is_missing_is_missed(void **state)
{
	struct transport tcp = { .sequence = 99, .flags = TCP_SYN };
	struct recording recording;

	(void)state;
	recording_init(&recording, 1, METHOD_DR);
	recording_add(&recording, true, 4711, &tcp, NULL, 0);
	tcp = (struct transport){ .sequence = 499, .acknowledgement = 100, .flags = TCP_SYN | TCP_ACK };
	recording_add(&recording, false, 4711, &tcp, NULL, 0);
	tcp = (struct transport){ .sequence = 500, .acknowledgement = 107, .flags = TCP_ACK };
	recording_add(&recording, false, 4711, &tcp, "answer", 6);
	recording_finish(&recording);
	only(&recording, SCRIPT_GAP);
	recording_free(&recording);
}

static void a_client_hello_ends_the_script(void **state)
{
	static const uint8_t hello[] = { 22, 3, 1, 0, 4, 1, 0, 0, 0 }, flight[300] = { 22, 3, 3, 1, 0x27, 2 };
	static const uint8_t more[] = { 20, 3, 3, 0, 1, 1 };
	struct transport tcp = { .sequence = 99, .flags = TCP_SYN };
	struct recording recording;
	const struct script_conversation *conversation;

	(void)state;
	recording_init(&recording, 1, METHOD_DR);
	recording_add(&recording, true, 4711, &tcp, NULL, 0);
	tcp = (struct transport){ .sequence = 499, .acknowledgement = 100, .flags = TCP_SYN | TCP_ACK };
	recording_add(&recording, false, 4711, &tcp, NULL, 0);
	tcp = (struct transport){ .sequence = 100, .acknowledgement = 500, .flags = TCP_ACK };
	recording_add(&recording, true, 4711, &tcp, hello, sizeof hello);
	tcp = (struct transport){ .sequence = 500, .acknowledgement = 109, .flags = TCP_ACK };
	recording_add(&recording, false, 4711, &tcp, flight, sizeof flight);
	tcp = (struct transport){ .sequence = 109, .acknowledgement = 800, .flags = TCP_ACK };
	recording_add(&recording, true, 4711, &tcp, more, sizeof more);
	recording_finish(&recording);
	conversation = only(&recording, SCRIPT_TLS);
	assert_int_equal(conversation->request_length, sizeof hello);
	assert_int_equal(conversation->answer_length, sizeof flight);
	assert_true(conversation->steps[1].rst);
	recording_free(&recording);
}

static void datagrams_seen_twice_count_once(void **state)
{
	struct recording recording;
	const struct script_conversation *conversation;

	(void)state;
	recording_init(&recording, 1, METHOD_DR);
	recording.twice = true;
	recording_add_datagram(&recording, true, 5000, "who", 3);
	recording_add_datagram(&recording, false, 5000, "me", 2);
	recording_add_datagram(&recording, true, 5000, "and", 3);
	recording_add_datagram(&recording, false, 5000, "you", 3);
	recording_finish(&recording);
	conversation = only(&recording, SCRIPT_WHOLE);
	assert_int_equal(conversation->step_count, 2);
	assert_int_equal(conversation->steps[1].need, 1);
	assert_int_equal(conversation->answer_length, 9);
	assert_memory_equal(conversation->answer, "\0\2me\0\3you", 9);
	recording_free(&recording);
}

static void the_memory_is_bounded_and_what_found_none_counted(void **state)
{
	struct recording recording;
	struct script_options options;
	struct script_summary summary;

	(void)state;
	recording_init(&recording, 1, METHOD_DR);
	script_free(recording.script);
	options = (struct script_options){ .topology = &recording.topology, .memory = 20000 };
	assert_int_equal(script_new(&recording.script, &options, NULL), 0);
	for (uint16_t port = 1000; port < 1010; port++)
		recording_add_lines(&recording, port, two_lines);
	recording_finish(&recording);
	script_summary(recording.script, &summary);
	assert_true(summary.fates[SCRIPT_WHOLE] >= 1);
	assert_true(summary.fates[SCRIPT_NO_ROOM] >= 1);
	recording_free(&recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_of_recording_gives_the_same_script),
		cmocka_unit_test(the_clients_direction_alone_tells_what_it_had_heard),
		cmocka_unit_test(what_cannot_be_replayed_is_told_apart),
		cmocka_unit_test(a_request_that_is_missing_is_missed),
		cmocka_unit_test(a_client_hello_ends_the_script),
		cmocka_unit_test(datagrams_seen_twice_count_once),
		cmocka_unit_test(the_memory_is_bounded_and_what_found_none_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
