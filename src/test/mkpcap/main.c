// SPDX-License-Identifier: GPL-2.0-or-later
/* The statements of a script, one after the other. mkpcap.h describes the language. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mkpcap.h"

enum { LINE_SIZE = 4096, REPEAT_MAX_LINES = 64 };

#define START_TIME INT64_C(1767225600000000000) /* 2026-01-01 00:00:00 UTC */

static const struct {
	const char *name;
	encoder *encode;
} encoders[] = {
	{ "arp", encode_arp },       { "rarp", encode_rarp }, { "ip", encode_ip },     { "forward", encode_forward },
	{ "tunnel", encode_tunnel }, { "ns", encode_ns },     { "na", encode_na },     { "vrrp", encode_vrrp },
	{ "carp", encode_carp },     { "hsrp", encode_hsrp }, { "dhcp", encode_dhcp }, { "lacp", encode_lacp },
	{ "lldp", encode_lldp },     { "raw", encode_raw },
};

static void encode_plain(struct script *s, struct line *line, const char *kind, struct octets *o)
{
	for (size_t i = 0; i < sizeof encoders / sizeof *encoders; i++)
		if (strcmp(encoders[i].name, kind) == 0) {
			encoders[i].encode(s, line, o);
			return;
		}
	fail(s, "%s is not a kind of frame", kind);
}

static void encode(struct script *s, struct line *line, struct octets *o)
{
	const char *vlan = NULL, *overlay = NULL, *from = NULL, *to = NULL;
	unsigned long vni = 0;
	const char *kind = take(s, line, "a frame");

	if (strcmp(kind, "vlan") == 0) {
		vlan = take(s, line, "the VLAN id");
		kind = take(s, line, "a frame");
	}
	if (strcmp(kind, "vxlan") == 0 || strcmp(kind, "geneve") == 0) {
		overlay = kind;
		vni = parse_number(s, take(s, line, "the VNI"));
		from = take(s, line, "the tunnel's near end");
		take(s, line, ">");
		to = take(s, line, "the tunnel's far end");
		kind = take(s, line, "a frame");
	}
	if (overlay) {
		struct octets inner = { .length = 0 };
		encode_plain(s, line, kind, &inner);
		encode_overlay(s, overlay, vni, from, to, &inner, o);
	} else {
		encode_plain(s, line, kind, o);
	}
	if (vlan)
		insert_vlan(s, o, vlan);
}

static void remember(struct script *s, const char *name, const struct octets *o)
{
	unsigned i = 0;

	while (i < s->label_count && strcmp(s->labels[i].name, name) != 0)
		i++;
	if (i == LABELS_MAX)
		fail(s, "more than %d labels", LABELS_MAX);
	if (i == s->label_count)
		s->label_count++;
	snprintf(s->labels[i].name, sizeof s->labels[i].name, "%s", name);
	s->labels[i].frame = *o;
}

static void run_frame(struct script *s, struct line *line, const char *when)
{
	struct octets o = { .length = 0 };
	const char *label = take_key(s, line, "label");
	uint32_t snap = (uint32_t)take_number(s, line, "snap", UINT32_MAX);

	if (s->output_count == 0)
		output_add(s, &(struct line){ .words = { (char[]){ "." } }, .count = 1 });
	s->time = (*when == '@' ? s->start : s->time) + parse_seconds(s, when + 1);
	encode(s, line, &o);
	output_frame(s, &o, snap);
	remember(s, "last", &o);
	if (label)
		remember(s, label, &o);
}

static void add_host(struct script *s, struct line *line)
{
	if (s->host_count == HOSTS_MAX)
		fail(s, "more than %d hosts", HOSTS_MAX);
	struct host *host = &s->hosts[s->host_count++];
	snprintf(host->name, sizeof host->name, "%s", take(s, line, "the host's name"));
	const char *v4 = take(s, line, "the IPv4 address");
	const char *mac = take(s, line, "the MAC address");
	const char *v6 = take_if_any(line);

	host->has_mac = strcmp(mac, "-") != 0;
	if ((strcmp(v4, "-") != 0 && !ip_parse(v4, &host->v4)) || (host->has_mac && !mac_parse(mac, &host->mac)) ||
	    (v6 && !ip_parse(v6, &host->v6)))
		fail(s, "host NAME IPV4 MAC [IPV6]");
}

static void split(struct script *s, char *text, struct line *line)
{
	char *rest;

	for (char *word = strtok_r(text, " \t\n", &rest); word; word = strtok_r(NULL, " \t\n", &rest)) {
		if (*word == '#')
			return;
		if (line->count == WORDS_MAX)
			fail(s, "more than %d words", WORDS_MAX);
		line->words[line->count++] = word;
	}
}

static void run_file(struct script *s, const char *path);

static void include(struct script *s, struct line *line)
{
	const char *slash = strrchr(s->path, '/');
	const char *outer = s->path;
	unsigned line_number = s->line_number;
	char path[LINE_SIZE];

	snprintf(path, sizeof path, "%.*s%s", slash ? (int)(slash + 1 - s->path) : 0, s->path,
		 take(s, line, "the file to include"));
	run_file(s, path);
	s->path = outer;
	s->line_number = line_number;
}

static void run_line(struct script *s, char *text)
{
	struct line line = { .count = 0 };
	char *first;

	split(s, text, &line);
	if (!(first = take_if_any(&line)))
		return;
	if (*first == '+' || *first == '@')
		run_frame(s, &line, first);
	else if (strcmp(first, "host") == 0)
		add_host(s, &line);
	else if (strcmp(first, "file") == 0)
		output_add(s, &line);
	else if (strcmp(first, "to") == 0)
		output_select(s, &line);
	else if (strcmp(first, "include") == 0)
		include(s, &line);
	else
		fail(s, "%s: expected host, file, to, repeat, or a frame's time", first);
	if ((first = take_if_any(&line)))
		fail(s, "%s: nobody uses this word", first);
}

/* Copies `from`, with the number for $i and its two hex digits for $x. */
static void substitute(const char *from, unsigned long i, char *into)
{
	size_t at = 0;

	while (*from && at < LINE_SIZE - 24) {
		bool is_number = strncmp(from, "$i", 2) == 0;
		if (!is_number && strncmp(from, "$x", 2) != 0) {
			into[at++] = *from++;
			continue;
		}
		at +=
		    (size_t)snprintf(into + at, LINE_SIZE - at, is_number ? "%lu" : "%02lx", is_number ? i : i & 0xff);
		from += 2;
	}
	into[at] = '\0';
}

static bool begins(const char *text, const char *word)
{
	text += strspn(text, " \t");
	return strncmp(text, word, strlen(word)) == 0 && strchr(" \t\n", text[strlen(word)]);
}

static void run_repeat(struct script *s, char *text, FILE *file)
{
	static char lines[REPEAT_MAX_LINES][LINE_SIZE];
	struct line line = { .count = 0 };
	char filled[LINE_SIZE];
	int count = 0;

	split(s, text, &line);
	take(s, &line, "repeat");
	unsigned long from = take_number(s, &line, "from", 0);
	unsigned long times = parse_number(s, take(s, &line, "how often"));
	unsigned first = s->line_number;
	for (;;) {
		if (count == REPEAT_MAX_LINES || !fgets(lines[count], LINE_SIZE, file))
			fail(s, "repeat without end, or of more than %d lines", REPEAT_MAX_LINES);
		s->line_number++;
		if (begins(lines[count], "end"))
			break;
		count++;
	}
	for (unsigned long i = from; i < from + times; i++)
		for (int k = 0; k < count; k++) {
			s->line_number = first + 1 + (unsigned)k;
			substitute(lines[k], i, filled);
			run_line(s, filled);
		}
	s->line_number = first + 1 + (unsigned)count;
}

static void run_file(struct script *s, const char *path)
{
	char text[LINE_SIZE];
	FILE *file = fopen(path, "r");

	if (!file)
		fail(s, "%s: cannot be read", path);
	s->path = path;
	s->line_number = 0;
	while (fgets(text, sizeof text, file)) {
		s->line_number++;
		if (begins(text, "repeat"))
			run_repeat(s, text, file);
		else
			run_line(s, text);
	}
	fclose(file);
}

int main(int argc, char **argv)
{
	static struct script s = { .start = START_TIME, .time = START_TIME, .ip_id = 1 };

	if (argc != 3) {
		fprintf(stderr, "usage: mkpcap SCRIPT OUTPUT\n");
		return 2;
	}
	s.path = argv[1];
	s.output_path = argv[2];
	run_file(&s, argv[1]);
	if (s.output_count == 0)
		output_add(&s, &(struct line){ .words = { (char[]){ "." } }, .count = 1 });
	output_close_all(&s);
	return 0;
}
