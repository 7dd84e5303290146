// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the output of `ipvsadm -S -n`. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "topology_sample.h"

static void services_and_real_servers_of_every_kind_are_read(void **state)
{
	(void)state;
	sample_expect(topology_read_ipvsadm,
		      "-A -t 10.1.1.1:80 -s rr\n"
		      "-a -t 10.1.1.1:80 -r 10.1.1.13:80 -g -w 1\n"
		      "-a -t 10.1.1.1:80 -r 10.1.1.14:80 -g -w 0 -x 100 -y 50\n"
		      "-A -u 10.1.1.1:53 -s sh -b sh-fallback,sh-port -p 300 -M 255.255.255.0 --pe sip -o\n"
		      "-a -u 10.1.1.1:53 -r 10.1.1.13:5353 -m -w 2\n"
		      "-A --sctp-service [2001:db8::1]:2905 -s wlc\n"
		      "-a --sctp-service [2001:db8::1]:2905 -r 10.1.1.13:2905 -i -w 1 --tun-type gue --tun-port 6080 "
		      "--tun-remcsum\n",
		      "vip 10.1.1.1:80/tcp method dr\n"
		      "vip 10.1.1.1:53/udp method nat\n"
		      "vip [2001:db8::1]:2905/sctp method tun\n"
		      "real-server 10.1.1.13\n"
		      "real-server 10.1.1.14\n"
		      "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 1 method dr\n"
		      "real-server 10.1.1.14 vip 10.1.1.1:80/tcp weight 0 method dr\n"
		      "real-server 10.1.1.13 vip 10.1.1.1:53/udp port 5353 weight 2 method nat\n"
		      "real-server 10.1.1.13 vip [2001:db8::1]:2905/sctp weight 1 method tun\n");
}

static void firewall_marks_of_both_families_are_read(void **state)
{
	(void)state;
	sample_expect(topology_read_ipvsadm,
		      "-A -f 5 -s rr\n-a -f 5 -r 10.1.1.13:0 -g -w 1\n"
		      "-A -f 6 -6 -s rr -p\n-a -f 6 -6 -r [fd00::13]:0 -i -w 1\n",
		      "vip fwmark 5 method dr\nvip fwmark 6 method tun\n"
		      "real-server 10.1.1.13\nreal-server fd00::13\n"
		      "real-server 10.1.1.13 fwmark 5 weight 1 method dr\n"
		      "real-server fd00::13 fwmark 6 weight 1 method tun\n");
}

static void ports_may_have_the_names_that_are_usual(void **state)
{
	(void)state;
	sample_expect(topology_read_ipvsadm,
		      "-A -t 10.1.1.1:http -s rr\n-a -t 10.1.1.1:http -r 10.1.1.13:http -g\n"
		      "-A -u [2001:db8::1]:domain\n",
		      "vip 10.1.1.1:80/tcp method dr\nvip [2001:db8::1]:53/udp\n"
		      "real-server 10.1.1.13\n"
		      "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 1 method dr\n");
}

static void service_has_no_method_where_its_real_servers_differ(void **state)
{
	(void)state;
	sample_expect(topology_read_ipvsadm,
		      "-A -t 10.1.1.1:80\n-a -t 10.1.1.1:80 -r 10.1.1.13:80 -g\n"
		      "-a -t 10.1.1.1:80 -r 10.1.1.14:80 -i\n-a -t 10.1.1.1:80 -r 10.1.1.15:80 -g\n",
		      "vip 10.1.1.1:80/tcp\n"
		      "real-server 10.1.1.13\nreal-server 10.1.1.14\nreal-server 10.1.1.15\n"
		      "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 1 method dr\n"
		      "real-server 10.1.1.14 vip 10.1.1.1:80/tcp weight 1 method tun\n"
		      "real-server 10.1.1.15 vip 10.1.1.1:80/tcp weight 1 method dr\n");
}

static void long_options_program_name_and_local_servers_are_understood(void **state)
{
	(void)state;
	sample_expect(
	    topology_read_ipvsadm,
	    "-C\n"
	    "ipvsadm --add-service --tcp-service 10.1.1.1:0 --scheduler rr --persistent 50 --ops\n"
	    "ipvsadm --add-server --tcp-service 10.1.1.1:0 --real-server 10.1.1.13 --masquerading --weight 7\n"
	    "ipvsadm --add-server --tcp-service 10.1.1.1:0 --real-server 127.0.0.1 --gatewaying\n",
	    "vip 10.1.1.1:0/tcp method nat\nreal-server 10.1.1.13\n"
	    "real-server 10.1.1.13 vip 10.1.1.1:0/tcp weight 7 method nat\n");
}

static void every_mistake_names_its_line(void **state)
{
	static const struct sample_error errors[] = {
		{ "-A -t www.example.com:http -s rr", "file:1",
		  "\"www.example.com:http\" is no ADDRESS:PORT: save with \"ipvsadm -S -n\", which writes numbers" },
		{ "-A -t 10.1.1.1:nothing -s rr", "file:1", "\"10.1.1.1:nothing\" is no ADDRESS:PORT" },
		{ "-A -t 10.1.1.1:80\n-a -t 10.1.1.1:80 -r web1:80 -g", "file:2", "\"web1:80\" is no ADDRESS:PORT" },
		{ "-A -t [2001:db8::1:80", "file:1", "is no ADDRESS:PORT" },
		{ "-A -f x", "file:1", "a firewall mark is a number from 1 to 4294967295, not \"x\"" },
		{ "-A -f 0", "file:1", "not \"0\"" },
		{ "-A -t", "file:1", "-t needs a value behind it" },
		{ "-A -t -s rr", "file:1", "-t needs a value behind it" },
		{ "-A -s rr", "file:1", "no service: name it with -t, -u, --sctp-service or -f" },
		{ "-t 10.1.1.1:80", "file:1", "no command: a line begins with -A or -a" },
		{ "-A -a -t 10.1.1.1:80", "file:1", "two commands in one line" },
		{ "-D -t 10.1.1.1:80", "file:1", "\"-D\" is not what \"ipvsadm -S -n\" writes" },
		{ "-A -t 10.1.1.1:80 rr", "file:1", "\"rr\" is not what" },
		{ "-A -t 10.1.1.1:80\n-a -t 10.1.1.1:80 -g", "file:2", "-a needs a real server: -r ADDRESS:PORT" },
		{ "-a -t 10.1.1.1:80 -r 10.1.1.13:80 -g", "file:1", "10.1.1.1:80/tcp has no -A line above this one" },
		{ "-A -t 10.1.1.1:80\n-a -t 10.1.1.1:80 -r 10.1.1.13:80 -w 2147483648", "file:2",
		  "a weight is a number from 0 to 2147483647, not \"2147483648\"" },
		{ "-A -t 10.1.1.1:80\n-a -t 10.1.1.1:80 -r 10.1.1.1:80 -g", "file:2", "10.1.1.1 is already a VIP" },
		{ "-A -t 10.1.1.1:80\n-a -t 10.1.1.1:80 -r [fd00::1]:80 -m", "file:2", "differ in address family" },
		{ "-A -t 10.1.1.1:80\n-a -t 10.1.1.1:80 -r 10.1.1.13 -g\n-a -t 10.1.1.1:80 -r 10.1.1.13:80 -i",
		  "file:3", "real server 10.1.1.13 of 10.1.1.1:80/tcp has another method here than before" },
		{ .content = NULL },
	};

	(void)state;
	sample_expect_errors(topology_read_ipvsadm, errors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(services_and_real_servers_of_every_kind_are_read),
		cmocka_unit_test(firewall_marks_of_both_families_are_read),
		cmocka_unit_test(ports_may_have_the_names_that_are_usual),
		cmocka_unit_test(service_has_no_method_where_its_real_servers_differ),
		cmocka_unit_test(long_options_program_name_and_local_servers_are_understood),
		cmocka_unit_test(every_mistake_names_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
