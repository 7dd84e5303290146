// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The XDP program beside the same code in user space: over random frames both do the same to each of them, byte for
 * byte, choose the same real servers and count alike. Needs the right to load programs; skipped without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <bpf/bpf.h>
#include <cmocka.h>
#include <linux/bpf.h>
#include <string.h>

#include "net/director_object.h"
#include "test/unit/director_sample.h"

enum { FRAMES = 20000, OTHER_INTERFACE = 7 };

struct pair {
	struct director_sample sample;
	struct director_object object;
	struct director_tables kernel, user;
};

static bool set_up(struct pair *pair, enum director_way way)
{
	*pair = (struct pair){ .object = DIRECTOR_OBJECT_INIT };
	director_sample_make(&pair->sample);
	if (director_object_load(&pair->object, "director", &pair->sample.plan, &pair->kernel, NULL) < 0)
		return false;
	assert_int_equal(director_tables_make(&pair->user, &pair->sample.plan, NULL), 0);
	director_sample_fill(&pair->sample, &pair->kernel, way);
	director_sample_fill(&pair->sample, &pair->user, way);
	/* One real server of each service is behind another interface. */
	for (uint32_t i = 0; i < pair->sample.plan.backend_count; i += SAMPLE_SERVERS)
		pair->kernel.backends[i].ifindex = pair->user.backends[i].ifindex = OTHER_INTERFACE;
	return true;
}

static void take_down(struct pair *pair)
{
	director_object_close(&pair->object, &pair->kernel);
	director_tables_free(&pair->user);
	director_sample_free(&pair->sample);
}

static uint32_t expected(enum director_action action, const struct director_frame *frame)
{
	if (action == DIRECTOR_FORWARD)
		return frame->ifindex ? XDP_REDIRECT : XDP_TX;
	return action == DIRECTOR_LEAVE ? XDP_PASS : XDP_DROP;
}

static void compare_frame(struct pair *pair, uint64_t *random, int number)
{
	uint8_t room[DIRECTOR_FRAME_HEADROOM + SAMPLE_ROOM], in[SAMPLE_ROOM], out[2 * SAMPLE_ROOM];
	struct director_frame frame = { .bytes = room + DIRECTOR_FRAME_HEADROOM };
	size_t length = director_sample_random(&pair->sample, in, random);
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = in, .data_size_in = (uint32_t)length, .data_out = out,
		    .data_size_out = sizeof out, .repeat = 1);
	enum director_action action;

	memcpy(frame.bytes, in, length);
	frame.length = length;
	action = director_handle(&pair->user, &frame);
	assert_int_equal(bpf_prog_test_run_opts(pair->object.program, &options), 0);
	if (options.retval != expected(action, &frame))
		fail_msg("frame %d: the kernel says %u instead of %u", number, options.retval,
			 expected(action, &frame));
	if (action != DIRECTOR_FORWARD)
		return;
	assert_int_equal(options.data_size_out, frame.length);
	assert_memory_equal(out, frame.bytes, frame.length);
}

static void compare_counts(const struct pair *pair)
{
	struct director_other_count kernel = director_tables_others(&pair->kernel);
	struct director_other_count user = director_tables_others(&pair->user);

	assert_memory_equal(&kernel, &user, sizeof kernel);
	assert_true(user.no_service > 0 && user.orphans > 0 && user.unreadable > 0 && user.answered > 0);
	for (uint32_t i = 0; i < pair->sample.plan.backend_count; i++) {
		struct director_backend_count one = director_tables_count(&pair->kernel, i);
		struct director_backend_count other = director_tables_count(&pair->user, i);

		assert_memory_equal(&one, &other, sizeof one);
		assert_true(one.packets > 0);
	}
	assert_memory_equal(pair->kernel.flows, pair->user.flows, DIRECTOR_FLOW_SETS * sizeof *pair->user.flows);
}

/* Now and then a real server goes or comes. */
static void change(struct pair *pair, uint64_t *random)
{
	uint32_t backend = director_sample_number(random, pair->sample.plan.backend_count);
	bool alive = !pair->user.backends[backend].alive;

	director_tables_set_alive(&pair->kernel, &pair->sample.plan, backend, alive);
	director_tables_set_alive(&pair->user, &pair->sample.plan, backend, alive);
	pair->kernel.setup->now = pair->user.setup->now = pair->user.setup->now + 1;
}

static void kernel_and_user_space_do_the_same(void **state)
{
	(void)state;
	for (enum director_way way = DIRECTOR_IPIP; way <= DIRECTOR_GUE; way++) {
		struct pair pair;
		uint64_t random = 42 + way;

		if (!set_up(&pair, way)) {
			take_down(&pair);
			skip();
		}
		for (int i = 0; i < FRAMES; i++) {
			if (i % 500 == 499)
				change(&pair, &random);
			compare_frame(&pair, &random, i);
		}
		compare_counts(&pair);
		take_down(&pair);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_and_user_space_do_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
