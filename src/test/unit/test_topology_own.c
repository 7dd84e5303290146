// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the own topology format, ethers(5), and for telling the sources apart. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <string.h>

#include "topology_sample.h"

static void everything_written_reads_back_the_same(void **state)
{
	static const char content[] = "vip 10.1.1.1:80/tcp method dr\n"
				      "vip [2001:db8::1]:53/udp fwmark 9 method tun\n"
				      "vip fwmark 5 method nat\n"
				      "vip 10.1.1.2\n"
				      "vip 10.1.1.3:0/sctp\n"
				      "director 10.1.1.11 mac 00:16:3e:00:00:0b\n"
				      "real-server 10.1.1.13 mac 00:16:3e:00:00:0d\n"
				      "real-server 10.1.1.14\n"
				      "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 0\n"
				      "real-server 10.1.1.14 vip [2001:db8::1]:53/udp fwmark 9 port 5353 weight 2\n"
				      "real-server 10.1.1.14 fwmark 5 port 8080 weight 1 method tun\n"
				      "mac 10.1.1.254 00:16:3e:00:00:fe\n"
				      "vrrp VI_1 vrid 51 priority 100 vmac address 10.1.1.1 address 10.1.1.2 more 3\n"
				      "vrrp VI_2 vrid 52\n";

	(void)state;
	sample_expect(topology_read_own, content, content);
}

static void layout_comments_and_order_do_not_matter(void **state)
{
	(void)state;
	sample_expect(topology_read_own,
		      "# set-up\r\n\n  vip   10.1.1.1:80\tmethod DR # the shop\r\n"
		      "real-server 10.1.1.13 weight 2 vip 10.1.1.1:80 mac 0:16:3e:0:0:d\n"
		      "vip 10.1.1.1:80/tcp",
		      "vip 10.1.1.1:80/tcp method dr\n"
		      "real-server 10.1.1.13 mac 00:16:3e:00:00:0d\n"
		      "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 2\n");
}

static void inferred_things_are_marked_and_seen_macs_stay_comments(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct topology_service service = { .vip = sample_ip("10.1.1.1"), .origin = ORIGIN_INFERRED };
	struct ip ip = sample_ip("10.1.1.13");
	struct mac mac = sample_mac("fe:ff:ff:ff:ff:ff");
	struct text text = TEXT_INIT;

	(void)state;
	topology_add_service(&topology, &service, NULL);
	topology_add_real_server(&topology, &ip, &mac, ORIGIN_INFERRED, NULL);
	topology_write_own(&topology, &text);
	assert_string_equal(text_string(&text), "# Set-up for truemac; see truemac.topology(5).\n"
						"vip 10.1.1.1 # inferred\n"
						"real-server 10.1.1.13 # seen at fe:ff:ff:ff:ff:ff # inferred\n");
	topology_free(&topology);
	sample_expect(topology_read_own, text_string(&text), "vip 10.1.1.1\nreal-server 10.1.1.13\n");
	text_free(&text);
}

static void every_mistake_names_its_line(void **state)
{
	static const struct sample_error errors[] = {
		{ "vip 10.1.1.1\nvipp 10.1.1.2\n", "file:2",
		  "unknown word \"vipp\": a line begins with vip, director" },
		{ "vip", "file:1", "\"\" is no ADDRESS[:PORT[/PROTOCOL]]" },
		{ "vip 10.1.1.1:99999", "file:1", "\"10.1.1.1:99999\" is no ADDRESS[:PORT[/PROTOCOL]]" },
		{ "vip 10.1.1.1 methd dr", "file:1", "unknown word \"methd\": \"vip\" is followed by fwmark, method" },
		{ "vip 10.1.1.1 method xyz", "file:1", "\"xyz\" is no method: write dr, tun or nat" },
		{ "vip 10.1.1.1 method", "file:1", "\"\" is no method" },
		{ "vip fwmark 0", "file:1", "fwmark is a number from 1 to 4294967295, not \"0\"" },
		{ "vip fwmark 4294967296", "file:1", "not \"4294967296\"" },
		{ "vip 10.1.1.1 method dr\n\nvip 10.1.1.1 method nat", "file:3", "has method nat here and dr before" },
		{ "director web1", "file:1", "\"web1\" is no address: write 10.1.1.13 or 2001:db8::13" },
		{ "director 10.1.1.11 mac 00:16:3e", "file:1", "\"00:16:3e\" is no MAC address" },
		{ "director 10.1.1.11 weight 1", "file:1", "\"director\" is followed by mac" },
		{ "real-server 10.1.1.13 weight 1", "file:1", "port, weight and method belong to one service" },
		{ "real-server 10.1.1.13 vip 10.1.1.1:80", "file:1",
		  "10.1.1.1:80/tcp is not defined yet: put its \"vip\" line above this one" },
		{ "real-server 10.1.1.13 fwmark 3", "file:1", "fwmark 3 is not defined yet" },
		{ "vip 10.1.1.1\nreal-server 10.1.1.13 vip 10.1.1.1 weight -1", "file:2",
		  "weight is a number from 0 to 2147483647, not \"-1\"" },
		{ "vip 10.1.1.1\nreal-server 10.1.1.13 vip 10.1.1.1 port 65536", "file:2",
		  "port is a number from 0 to 65535, not \"65536\"" },
		{ "vip 10.1.1.1\nreal-server 10.1.1.1", "file:2", "10.1.1.1 is already a VIP" },
		{ "real-server 10.1.1.13\nvip 10.1.1.13", "file:2", "10.1.1.13 is already a real server" },
		{ "vip 10.1.1.1 method dr\nreal-server fd00::1 vip 10.1.1.1", "file:2", "differ in address family" },
		{ "mac 10.1.1.1", "file:1", "\"\" is no MAC address" },
		{ "mac 10.1.1.1 0:0:0:0:0:1 vip", "file:1", "\"mac\" is followed by nothing else" },
		{ "mac 10.1.1.1 0:0:0:0:0:1\nmac 10.1.1.1 0:0:0:0:0:2", "file:2", "has MAC address 00:00:00:00:00:02" },
		{ "mac 10.1.1.1 0:0:0:0:0:0", "file:1", "cannot be the MAC address" },
		{ "vrrp", "file:1", "a VRRP instance has a name of 1 to 63 bytes" },
		{ "vrrp VI", "file:1", "a VRRP instance needs \"vrid N\"" },
		{ "vrrp VI vrid 256", "file:1", "vrid is a number from 1 to 255, not \"256\"" },
		{ "vrrp VI vrid 1\nvrrp VI vrid 2", "file:2", "VRRP instance VI is defined twice" },
		{ "vrrp VI vrid 1 address x", "file:1", "\"x\" is no address" },
		{ "vip \x1b[31m", "file:1", "\"?[31m\"" },
		{ .content = NULL },
	};

	(void)state;
	sample_expect_errors(topology_read_own, errors);
}

static void lines_have_limits(void **state)
{
	char content[3000] = "vip 10.1.1.1\nvrrp VI vrid 1";
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	for (int i = 0; i < 17; i++)
		strcat(content, " address 10.1.1.1");
	assert_int_equal(topology_read_own(&topology, "file", content, strlen(content), &error), ERROR_USAGE);
	assert_string_equal(error.where, "file:2");
	assert_string_equal(error.message, "more than 16 addresses: write the others as \"more N\"");
	memset(content, ' ', sizeof content);
	assert_int_equal(topology_read_own(&topology, "file", content, sizeof content, &error), ERROR_USAGE);
	assert_string_equal(error.message, "the line is longer than 1023 bytes: split it");
	for (int i = 0; i < 65; i++)
		memcpy(content + (size_t)i * 2, "x ", 2);
	assert_int_equal(topology_read_own(&topology, "file", content, 130, &error), ERROR_USAGE);
	assert_string_equal(error.message, "more than 64 words in a line: split it");
	assert_int_equal(topology_read_own(&topology, "file", "vip\0", 4, &error), ERROR_USAGE);
	assert_string_equal(error.message, "the line holds a NUL byte: this is no text file");
	topology_free(&topology);
}

static void ethers_give_known_macs_and_names_are_passed_over(void **state)
{
	(void)state;
	sample_expect(topology_read_ethers,
		      "# hosts\n00:16:3e:00:00:0d 10.1.1.13\n0:16:3e:0:0:e web2.example.com # a name\n"
		      "00-16-3e-00-00-0f 2001:db8::15\n",
		      "mac 10.1.1.13 00:16:3e:00:00:0d\nmac 2001:db8::15 00:16:3e:00:00:0f\n");
}

static void every_mistake_in_ethers_names_its_line(void **state)
{
	static const struct sample_error errors[] = {
		{ "\n10.1.1.13 00:16:3e:00:00:0d\n", "file:2", "\"10.1.1.13\" is no MAC address" },
		{ "00:16:3e:00:00:0d\n", "file:1", "a line holds a MAC address and one host, not 1 words" },
		{ "00:16:3e:00:00:0d web1 web2\n", "file:1", "not 3 words" },
		{ "00:16:3e:00:00:0d 10.1.1.300\n", "file:1", "\"10.1.1.300\" is no address" },
		{ "00:16:3e:00:00:0d 2001:db8:\n", "file:1", "\"2001:db8:\" is no address" },
		{ "0:0:0:0:0:1 10.1.1.1\n0:0:0:0:0:2 10.1.1.1\n", "file:2", "10.1.1.1 has MAC address" },
		{ .content = NULL },
	};

	(void)state;
	sample_expect_errors(topology_read_ethers, errors);
}

static int read_any(struct topology *topology, const char *name, const char *bytes, size_t length, struct error *error)
{
	return topology_read(topology, name, bytes, length, NULL, error);
}

static void sources_are_told_apart_by_content(void **state)
{
	static const char expected[] = "vip 10.1.1.1:80/tcp method dr\n"
				       "real-server 10.1.1.13\n"
				       "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 1";
	char written[256];

	(void)state;
	snprintf(written, sizeof written, "%s\n", expected);
	sample_expect(read_any, written, written);
	sample_expect(read_any,
		      "! director\nvirtual_server 10.1.1.1 80 {\nlb_kind DR\nprotocol TCP\n"
		      "real_server 10.1.1.13 80 {\n}\n}\n",
		      written);
	sample_expect(read_any,
		      "linkbeat_use_polling\n$M=DR\nvirtual_server 10.1.1.1 80 {\nlb_kind $M\nprotocol TCP\n"
		      "real_server 10.1.1.13 80 {\n}\n}\n",
		      written);
	snprintf(written, sizeof written, "%s method dr\n", expected);
	sample_expect(read_any, "-A -t 10.1.1.1:80 -s rr\n-a -t 10.1.1.1:80 -r 10.1.1.13:80 -g -w 1\n", written);
	sample_expect(read_any, "ipvsadm -A -t 10.1.1.1:80\nipvsadm -a -t 10.1.1.1:80 -r 10.1.1.13:80\n", written);
}

static void other_files_get_one_clear_error(void **state)
{
	static const struct sample_error errors[] = {
		{ "", "file", "the file describes nothing" },
		{ "# only\n\n! comments\n", "file", "the file describes nothing" },
		{ "# x\n[Unit]\nDescription=x\n", "file:2", "\"[Unit]\" begins no set-up: name a keepalived.conf" },
		{ "\x1b[31m\n", "file:1", "\"?[31m\" begins no set-up" },
		{ "include x\n", "file:1", "include cannot be followed here" },
		{ .content = NULL },
	};
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	sample_expect_errors(read_any, errors);
	assert_int_equal(topology_read(&topology, "a.pcap", "\xd4\xc3\xb2\xa1\x02\x00", 6, NULL, &error), ERROR_USAGE);
	assert_string_equal(error.where, "a.pcap");
	assert_string_equal(error.message, "this is no text file, so it describes no set-up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_written_reads_back_the_same),
		cmocka_unit_test(layout_comments_and_order_do_not_matter),
		cmocka_unit_test(inferred_things_are_marked_and_seen_macs_stay_comments),
		cmocka_unit_test(every_mistake_names_its_line),
		cmocka_unit_test(lines_have_limits),
		cmocka_unit_test(ethers_give_known_macs_and_names_are_passed_over),
		cmocka_unit_test(every_mistake_in_ethers_names_its_line),
		cmocka_unit_test(sources_are_told_apart_by_content),
		cmocka_unit_test(other_files_get_one_clear_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
