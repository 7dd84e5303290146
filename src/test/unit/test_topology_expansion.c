// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the text of keepalived.conf: comments, conditions, definitions, repetitions, includes, limits. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <string.h>

#include "topology_sample.h"

/* VIPs are the shortest way to see what lines became. */
#define ADDRESSES(lines) "vrrp_instance V {\nvirtual_router_id 1\nvirtual_ipaddress_excluded {\n" lines "\n}\n}\n"
#define VRRP_LINE        "vrrp V vrid 1 priority 100\n"

static void comments_and_quotes_are_taken_out(void **state)
{
	(void)state;
	sample_expect_keepalived("#first\r\n" ADDRESSES("\t10.1.1.1 # one\r\n! 10.1.1.2\r\n\"10.1.1.3\" ! \"\n"
							"10.1.1.4 label \"a#b!c\" # x\n10.1.1.5 label \\#5\\!\n"
							"10.1.1.6"),
				 NULL,
				 "vip 10.1.1.1\nvip 10.1.1.3\nvip 10.1.1.4\nvip 10.1.1.5\nvip 10.1.1.6\n" VRRP_LINE);
}

static void conditions_select_lines_by_config_id(void **state)
{
	static const char content[] =
	    ADDRESSES("@main 10.1.1.1\n@backup 10.1.1.2\n@^main 10.1.1.3\n@^backup 10.1.1.4\n"
		      "@mai 10.1.1.5\n@main\n$IF=@main\n$IF 10.1.1.6\n$X=@none\n@backup $X=@^main\n$X 10.1.1.7");
	struct topology_loader loader = { .config_id = "main" };

	(void)state;
	sample_expect_keepalived(content, &loader, "vip 10.1.1.1\nvip 10.1.1.4\nvip 10.1.1.6\n" VRRP_LINE);
	loader.config_id = "backup";
	sample_expect_keepalived(content, &loader, "vip 10.1.1.2\nvip 10.1.1.3\nvip 10.1.1.7\n" VRRP_LINE);
	sample_expect_keepalived(ADDRESSES("@main 10.1.1.1\n@^main 10.1.1.2"), NULL, "vip 10.1.1.2\n" VRRP_LINE);
}

static void definitions_hold_at_the_moment_of_their_use(void **state)
{
	(void)state;
	sample_expect_keepalived("$BASE=10.2.${SUB}\n$SUB=0\n" ADDRESSES("${BASE}.100/32\n$SUB=10\n${BASE}.100/32\n"
									 "$ALL=10.2.1.1\n$ALL\n$ALL dev eth0"),
				 NULL, "vip 10.2.0.100\nvip 10.2.10.100\nvip 10.2.1.1\n" VRRP_LINE);
}

static void undefined_names_stay_as_they_are(void **state)
{
	(void)state;
	sample_expect_keepalived("global_defs {\nscript ${UNKNOWN} $X.y ${bad\n}\n" ADDRESSES("10.1.1.1"), NULL,
				 "vip 10.1.1.1\n" VRRP_LINE);
	sample_expect_keepalived_error("$A=10.1.1.1\n" ADDRESSES("$A.1"), NULL, "file:5", "\"$A.1\" is no address");
}

static void definitions_may_have_several_lines_and_use_each_other(void **state)
{
	(void)state;
	sample_expect_keepalived(
	    "$RS= \\\n real_server 10.1.${VS}.${RS_NUM} 80 { \\\n  weight 2 \\\n # note\n } \\\n\n"
	    "$SERVER= \\\nvirtual_server 10.9.${VS}.4 80 { \\\n lb_kind DR \\\n $RS_NUM=1 \\\n $RS \\\n"
	    " $RS_NUM=2 \\\n $RS \\\n}\n"
	    "$VS=0\n$SERVER\n$VS=1\n$SERVER\n",
	    NULL,
	    "vip 10.9.0.4:80/udp method dr\nvip 10.9.1.4:80/udp method dr\n"
	    "real-server 10.1.0.1\nreal-server 10.1.0.2\nreal-server 10.1.1.1\nreal-server 10.1.1.2\n"
	    "real-server 10.1.0.1 vip 10.9.0.4:80/udp weight 2\n"
	    "real-server 10.1.0.2 vip 10.9.0.4:80/udp weight 2\n"
	    "real-server 10.1.1.1 vip 10.9.1.4:80/udp weight 2\n"
	    "real-server 10.1.1.2 vip 10.9.1.4:80/udp weight 2\n");
}

static void sequences_count_up_down_and_in_hexadecimal(void **state)
{
	(void)state;
	sample_expect_keepalived(ADDRESSES("~SEQ(a, 2) 10.1.1.${a}\n~SEQ(b, 9, 8) 10.1.2.${b}\n"
					   "~SEQ(c, 1, 2, 4) 10.1.3.${c}\n~SEQx(d, 0x9, 0xa) fd00::${d}\n"
					   "$N=2\n~SEQ(e,1,$N) ~SEQ(f,5,6) 10.${e}.4.$f\n~SEQ(g,3,3) 10.1.5.$g"),
				 NULL,
				 "vip 10.1.1.1\nvip 10.1.1.2\nvip 10.1.2.9\nvip 10.1.2.8\nvip 10.1.3.1\nvip 10.1.3.3\n"
				 "vip fd00::9\nvip fd00::a\n"
				 "vip 10.1.4.5\nvip 10.1.4.6\nvip 10.2.4.5\nvip 10.2.4.6\nvip 10.1.5.3\n" VRRP_LINE);
}

static void lists_set_one_or_several_names(void **state)
{
	(void)state;
	sample_expect_keepalived(ADDRESSES("~LST(a, 1, 7) 10.1.1.$a\n"
					   "~LST({ip, port}, {10,1},{20}) 10.1.2.${ip}${port}\n"
					   "$L=~LST(b, 3) 10.1.3.$b\n$L"),
				 NULL,
				 "vip 10.1.1.1\nvip 10.1.1.7\nvip 10.1.2.101\nvip 10.1.2.20\nvip 10.1.3.3\n" VRRP_LINE);
}

static void mistakes_in_repetitions_name_their_line(void **state)
{
	static const struct sample_error errors[] = {
		{ "\n~SEQ(a, 1, 0, 5) x", "file:2", "~SEQ is written ~SEQ(NAME, FIRST, STEP, LAST)" },
		{ "~SEQ(a, 1, -1, 5) x", "file:1", "~SEQ is written" },
		{ "~SEQ(a, 5, 1, 1) x", "file:1", "~SEQ is written" },
		{ "~SEQ(a) x", "file:1", "~SEQ is written" },
		{ "~SEQ(a, ) x", "file:1", "~SEQ is written" },
		{ "~SEQ(a, 1 2) x", "file:1", "~SEQ is written" },
		{ "~SEQ(a, 1, 2, 3, 4) x", "file:1", "~SEQ is written" },
		{ "~SEQ(a, 99999999999) x", "file:1", "~SEQ is written" },
		{ "~SEQ(a, 1, 2", "file:1", "~SEQ is written" },
		{ "~SEQ a, 1, 2) x", "file:1", "~SEQ is written" },
		{ "~SEQx(a, -2, 1) x", "file:1", "~SEQ is written" },
		{ "$M= \\\n1 \\\n2\n~SEQ(a, $M) x", "file:4", "~SEQ is written" },
		{ "~SEQ(, 1, 2) x", "file:1", "a definition has a name of 1 to 63 letters" },
		{ "~LST(a) x", "file:1", "~LST is written ~LST(NAME, VALUE, ...)" },
		{ "~LST({a, b, 1, 2) x", "file:1", "~LST is written" },
		{ "~LST(a, {1, 2}) x", "file:1", "~LST is written" },
		{ "~LST(a, 1}2) x", "file:1", "~LST is written" },
		{ "~LST a, 1", "file:1", "~LST is written" },
		{ .content = NULL },
	};

	(void)state;
	sample_expect_errors(sample_read_keepalived, errors);
}

static void included_files_are_read_in_their_place(void **state)
{
	static const struct sample_file files[] = {
		{ "dir/a.conf", "$A=10.1.1.1\n10.1.1.9\n" },
		{ "dir/b.conf", "$A\ninclude leaf\n" },
		{ "leaf", "10.1.1.5 # ${_PWD}" },
		{ .name = NULL },
	};
	struct topology_loader loader = sample_loader(files, NULL);

	(void)state;
	sample_expect_keepalived(ADDRESSES("include *.conf\nincludem leaf\n10.1.1.6"), &loader,
				 "vip 10.1.1.9\nvip 10.1.1.1\nvip 10.1.1.5\nvip 10.1.1.6\n" VRRP_LINE);
}

static void mistakes_in_includes_name_the_file_that_has_them(void **state)
{
	static const struct sample_file files[] = { { "self", "include self\n" },
						    { "bad.conf", "\nvirtual_server x {\n}\n" },
						    { .name = NULL } };
	static const struct sample_file none[] = { { .name = NULL } };
	struct topology_loader loader = sample_loader(files, NULL), empty = sample_loader(none, NULL);

	(void)state;
	sample_expect_keepalived_error("\ninclude self", &loader, "self:1",
				       "files include each other more than 16 deep: does one include itself?");
	sample_expect_keepalived_error("\ninclude *.conf", &loader, "bad.conf:2",
				       "virtual_server: \"x\" is no address");
	sample_expect_keepalived_error("\ninclude nothing", &loader, "file:2",
				       "include nothing: there is no such file");
	sample_expect_keepalived_error("\ninclude unreadable", &loader, "file:2",
				       "include unreadable: unreadable: cannot be opened: Permission denied");
	sample_expect_keepalived_error("include x", NULL, "file:1", "include cannot be followed here");
	sample_expect_keepalived("include *.conf\n" ADDRESSES("10.1.1.1"), &empty, "vip 10.1.1.1\n" VRRP_LINE);
}

static void expansion_ends_at_a_limit(void **state)
{
	char *content = malloc(32 * 1024 * 1024 + 100);
	static const char deep[] = "$A=$A\n$A\n";
	static const char wide[] = "$A= \\\n$B \\\n$B\n$B= \\\n$C \\\n$C\n$C= \\\n$D \\\n$D\n$D= \\\n$A \\\n$A\n$A\n";
	static const char many[] = "~SEQ(a,1,1000) ~SEQ(b,1,1000) ~SEQ(c,1,1000) x\n";

	(void)state;
	sample_expect_keepalived_error(deep, NULL, "file:2",
				       "definitions nest more than 32 deep: does one contain itself?");
	sample_expect_keepalived_error(wide, NULL, "file:13", "definitions nest more than 32 deep");
	sample_expect_keepalived_error(many, NULL, "file:1",
				       "the configuration expands to more than 1000000 lines or 32 MiB");
	assert_non_null(content);
	content[0] = '\0';
	for (int i = 0; i < 32; i++)
		strcat(content, "{\n");
	strcat(content, "{\n");
	sample_expect_keepalived_error(content, NULL, "file:33", "blocks nest more than 32 deep");
	memset(content, 'x', 8193);
	content[8193] = '\0';
	sample_expect_keepalived_error(content, NULL, "file:1", "the line is longer than 8192 bytes: split it");
	memset(content, 'x', 8000);
	memcpy(content, "$A=", 3);
	memcpy(content + 8000, "\n$A $A", 7);
	sample_expect_keepalived_error(content, NULL, "file:2",
				       "the line is longer than 8192 bytes after its definitions are put in");
	free(content);
}

static void definitions_are_bounded(void **state)
{
	struct text content = TEXT_INIT;

	(void)state;
	sample_expect_keepalived_error("\n$a234567890123456789012345678901234567890123456789012345678901234=1\n", NULL,
				       "file:2", "a definition has a name of 1 to 63 letters, digits and underscores");
	for (int i = 0; i < 4100; i++)
		text_printf(&content, "$a%d=1\n", i);
	/* three are keepalived's own */
	sample_expect_keepalived_error(text_string(&content), NULL, "file:4094",
				       "more than 4096 definitions: remove those that nothing uses");
	text_free(&content);
}

static void nul_bytes_are_refused(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(topology_read_keepalived(&topology, "file", "\nx\0y\n", 5, NULL, &error), ERROR_USAGE);
	assert_string_equal(error.where, "file:2");
	assert_string_equal(error.message, "the line holds a NUL byte: this is no text file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comments_and_quotes_are_taken_out),
		cmocka_unit_test(conditions_select_lines_by_config_id),
		cmocka_unit_test(definitions_hold_at_the_moment_of_their_use),
		cmocka_unit_test(undefined_names_stay_as_they_are),
		cmocka_unit_test(definitions_may_have_several_lines_and_use_each_other),
		cmocka_unit_test(sequences_count_up_down_and_in_hexadecimal),
		cmocka_unit_test(lists_set_one_or_several_names),
		cmocka_unit_test(mistakes_in_repetitions_name_their_line),
		cmocka_unit_test(included_files_are_read_in_their_place),
		cmocka_unit_test(mistakes_in_includes_name_the_file_that_has_them),
		cmocka_unit_test(expansion_ends_at_a_limit),
		cmocka_unit_test(definitions_are_bounded),
		cmocka_unit_test(nul_bytes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
