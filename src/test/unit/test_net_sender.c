// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All ways of sending are held to the same: what one end of a veth pair sends
 * comes out of the other, byte for byte and in order, or is counted as lost.
 * The pair lives in a network namespace of this process.
 */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <bpf/bpf.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/bpf_load.h"
#include "net/live.h"
#include "net/sender.h"

enum { LONGEST = 9018, MANY = 300 };

static bool has_network, has_program;
static struct bpf_object *passing;
static uint8_t bytes[MANY][LONGEST];
static struct sender_frame frames[MANY];

/* Locally administered addresses, an experimental ethertype (IEEE 802, 0x88b5), the frame's number, and a pattern. */
static void make_frame(uint32_t number, uint32_t length, uint16_t vlan)
{
	static const uint8_t addresses[] = { 0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1 };
	uint8_t *at = bytes[number] + sizeof addresses;

	for (uint32_t i = 0; i < length; i++)
		bytes[number][i] = (uint8_t)(i * 7 + number);
	memcpy(bytes[number], addresses, sizeof addresses);
	if (vlan) {
		memcpy(at, (uint8_t[]){ 0x81, 0, (uint8_t)(vlan >> 8), (uint8_t)vlan }, 4);
		at += 4;
	}
	memcpy(at, (uint8_t[]){ 0x88, 0xb5 }, 2);
	frames[number] = (struct sender_frame){ bytes[number], length };
}

static void run(const char *command)
{
	assert_int_equal(system(command), 0);
}

/* An XDP program at the receiving end makes a veth take redirected frames. */
static bool attach_to_receiver(void)
{
	struct error error = ERROR_INIT;

	if (bpf_open(&passing, &bpf_pass, "pass", &error) < 0 || bpf_load(passing, "pass", &error) < 0)
		return false;
	return bpf_link_create(bpf_program__fd(bpf_object__find_program_by_name(passing, "pass")),
			       (int)if_nametoindex("to"), BPF_XDP, NULL) >= 0;
}

static int set_up(void **state)
{
	(void)state;
	has_network = geteuid() == 0 && unshare(CLONE_NEWNET) == 0;
	if (!has_network)
		return 0;
	run("ip link add from type veth peer name to");
	run("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
	run("ip link set from up && ip link set to up");
	has_program = attach_to_receiver();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bpf_object__close(passing);
	return 0;
}

struct pair {
	struct sender *sender;
	struct live *receiver;
};

static void open_pair(struct pair *pair, enum sender_kind kind, uint32_t snaplen)
{
	struct error error = ERROR_INIT;

	if (live_open(&pair->receiver,
		      &(struct live_options){ .interface = "to",
					      .filter = "ether proto 0x88b5 or (vlan and ether proto 0x88b5)",
					      .promiscuous = true,
					      .snaplen = snaplen,
					      .buffer = 64 << 20 },
		      &error) < 0)
		fail_msg("%s: %s", error.where, error.message);
	if (sender_open(
		&pair->sender,
		&(struct sender_options){ .interface = "from", .kind = kind, .frames = MANY, .bytes = MANY * LONGEST },
		&error) < 0)
		fail_msg("%s: %s", error.where, error.message);
}

static void close_pair(struct pair *pair)
{
	sender_close(pair->sender);
	live_close(pair->receiver);
}

static void place(struct pair *pair, uint32_t count)
{
	struct error error = ERROR_INIT;

	if (sender_place(pair->sender, frames, count, &error) < 0)
		fail_msg("%s", error.message);
}

/* In pieces for which the receiver has room. Gives how many were received. */
static uint64_t send_and_receive(struct pair *pair, uint32_t count, uint32_t placed, bool compare)
{
	struct error error = ERROR_INIT;
	struct pollfd wait = { .fd = live_descriptor(pair->receiver), .events = POLLIN };
	struct frame frame;
	uint64_t received = 0;
	uint32_t sent = 0;

	while (sent < count) {
		int64_t now = sender_send(pair->sender, count - sent < 500 ? count - sent : 500, &error);

		if (now < 0)
			fail_msg("%s", error.message);
		sent += (uint32_t)now;
		sender_settle(pair->sender);
		while (live_next(pair->receiver, &frame, &error) == 1) {
			const struct sender_frame *expected = &frames[received % placed];

			if (wait.revents) {
				wait.revents = 0;
				continue;
			}
			if (compare) {
				assert_int_equal(frame.length, expected->length);
				assert_memory_equal(frame.bytes, expected->bytes, expected->length);
			}
			received++;
		}
	}
	assert_int_equal(live_losses(pair->receiver).kernel, 0);
	return received;
}

static enum sender_kind kind_of(void **state)
{
	enum sender_kind kind = *(const enum sender_kind *)*state;

	if (!has_network || (kind == SENDER_XDP && !has_program)) {
		print_message("needs root, network namespaces and a build with clang\n");
		skip();
	}
	return kind;
}

static void check_sizes(enum sender_kind kind, uint32_t shortest, uint32_t step, uint16_t vlan)
{
	struct pair pair;
	uint32_t count = 0;

	for (uint32_t length = shortest; length <= 1514u + (vlan ? 4 : 0) && count < MANY; length += step)
		make_frame(count++, length, vlan);
	open_pair(&pair, kind, 65535);
	assert_int_equal(sender_kind(pair.sender), kind);
	place(&pair, count);
	assert_int_equal(send_and_receive(&pair, count * 3 + 1, count, true), count * 3 + 1);
	assert_int_equal(sender_counts(pair.sender).sent, count * 3 + 1);
	assert_int_equal(sender_counts(pair.sender).lost, 0);
	close_pair(&pair);
}

static void frames_of_all_sizes_arrive_whole_and_in_order(void **state)
{
	check_sizes(kind_of(state), 60, 7, 0);
}

static void tagged_frames_arrive_whole(void **state)
{
	check_sizes(kind_of(state), 64, 29, 7);
}

static void the_shortest_frame_comes_after_the_longest(void **state)
{
	enum sender_kind kind = kind_of(state);
	struct pair pair;

	make_frame(0, 1514, 0);
	make_frame(1, 60, 0);
	make_frame(2, 1514, 0);
	open_pair(&pair, kind, 65535);
	place(&pair, 3);
	assert_int_equal(send_and_receive(&pair, 300, 3, true), 300);
	close_pair(&pair);
}

static void what_is_sent_is_received_or_counted_as_lost(void **state)
{
	enum sender_kind kind = kind_of(state);
	struct pair pair;
	struct sender_counts counts;
	uint64_t received;

	for (uint32_t i = 0; i < MANY; i++)
		make_frame(i, 60, 0);
	open_pair(&pair, kind, 65535);
	place(&pair, MANY);
	received = send_and_receive(&pair, 100000, MANY, false);
	counts = sender_counts(pair.sender);
	assert_int_equal(counts.sent, 100000);
	assert_int_equal(received + counts.lost, 100000);
	assert_true(received > 50000);
	close_pair(&pair);
}

static void refuse(struct pair *pair, const char *text)
{
	struct error error = ERROR_INIT;

	assert_int_equal(sender_place(pair->sender, frames, 2, &error), ERROR_USAGE);
	if (!strstr(error.message, text))
		fail_msg("'%s' is not in '%s'", text, error.message);
	assert_int_equal(sender_send(pair->sender, 1, &error), ERROR_USAGE);
}

static void wrong_sizes_are_refused(void **state)
{
	enum sender_kind kind = kind_of(state);
	struct pair pair;

	make_frame(0, 60, 0);
	open_pair(&pair, kind, 65535);
	make_frame(1, 1515, 0);
	refuse(&pair, "frame 2 has 1515 bytes");
	make_frame(1, 1519, 7);
	refuse(&pair, "frame 2 has 1519 bytes");
	make_frame(1, 60, 0);
	frames[1].length = 13;
	refuse(&pair, "frame 2 has 13 bytes");
	close_pair(&pair);
}

static void jumbo_frames_go_as_far_as_the_way_says(void **state)
{
	enum sender_kind kind = kind_of(state);
	struct pair pair;

	/* A receiver with an XDP program takes no more than a page holds. */
	run("ip link set to mtu 3400 && ip link set from mtu 3400");
	open_pair(&pair, kind, 65535);
	make_frame(0, sender_longest(pair.sender), 0);
	make_frame(1, 60, 0);
	make_frame(2, 2000, 0);
	assert_true(sender_longest(pair.sender) > 3000);
	place(&pair, 3);
	assert_int_equal(send_and_receive(&pair, 30, 3, true), 30);
	make_frame(1, sender_longest(pair.sender) + 1, 0);
	refuse(&pair, "frame 2");
	close_pair(&pair);
	run("ip link set from mtu 1500 && ip link set to mtu 1500");
}

static void an_interface_that_goes_down_is_told(void **state)
{
	enum sender_kind kind = kind_of(state);
	struct error error = ERROR_INIT;
	struct pair pair;
	int64_t status;

	make_frame(0, 60, 0);
	open_pair(&pair, kind, 65535);
	place(&pair, 1);
	run("ip link set from down");
	status = sender_send(pair.sender, 10, &error);
	run("ip link set from up");
	assert_int_equal(status, ERROR_SYSTEM);
	assert_non_null(strstr(error.message, "down"));
	close_pair(&pair);
}

static void auto_takes_the_first_that_can_be_had_and_says_why(void **state)
{
	struct error error = ERROR_INIT;
	struct sender *sender;
	struct sender_options options = { .interface = "from", .kind = SENDER_AUTO, .frames = 1, .bytes = 60 };

	(void)state;
	if (!has_network)
		skip();
	assert_int_equal(sender_open(&sender, &options, &error), 0);
	assert_int_equal(sender_kind(sender), has_program ? SENDER_XDP : SENDER_AFXDP);
	sender_close(sender);
	options.rate = 1000;
	assert_int_equal(sender_open(&sender, &options, &error), 0);
	assert_int_equal(sender_kind(sender), SENDER_AFXDP);
	sender_close(sender);
	options.rate = 0;
	run("ip link add plain type veth peer name other && ip link set plain up && ip link set other up");
	options.interface = "plain";
	assert_int_equal(sender_open(&sender, &options, &error), 0);
	assert_int_equal(sender_kind(sender), SENDER_AFXDP);
	assert_non_null(strstr(sender_why(sender), "xdp: "));
	sender_close(sender);
	options.kind = SENDER_XDP;
	assert_int_equal(sender_open(&sender, &options, &error), ERROR_SYSTEM);
	assert_null(sender);
	options = (struct sender_options){ .interface = "nothere", .kind = SENDER_LIBNET };
	assert_int_equal(sender_open(&sender, &options, &error), ERROR_SYSTEM);
	assert_string_equal(error.where, "nothere");
}

static void names_are_read_as_they_are_written(void **state)
{
	enum sender_kind kind;

	(void)state;
	for (enum sender_kind each = SENDER_AUTO; each <= SENDER_LIBNET; each++) {
		assert_true(sender_kind_parse(sender_kind_name(each), &kind));
		assert_int_equal(kind, each);
	}
	assert_false(sender_kind_parse("warp", &kind));
}

static enum sender_kind xdp = SENDER_XDP, afxdp = SENDER_AFXDP, packet = SENDER_PACKET, libnet = SENDER_LIBNET;

/* The name of the test with that of the way behind it. */
#define BY(test, kind)                                                                                                 \
	{                                                                                                              \
#test " by " #kind, test, NULL, NULL, &kind                                                            \
	}
#define BY_ALL(test) BY(test, xdp), BY(test, afxdp), BY(test, packet), BY(test, libnet)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read_as_they_are_written),
		BY_ALL(frames_of_all_sizes_arrive_whole_and_in_order),
		BY_ALL(tagged_frames_arrive_whole),
		BY_ALL(the_shortest_frame_comes_after_the_longest),
		BY_ALL(what_is_sent_is_received_or_counted_as_lost),
		BY_ALL(wrong_sizes_are_refused),
		BY_ALL(jumbo_frames_go_as_far_as_the_way_says),
		BY_ALL(an_interface_that_goes_down_is_told),
		cmocka_unit_test(auto_takes_the_first_that_can_be_had_and_says_why),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
