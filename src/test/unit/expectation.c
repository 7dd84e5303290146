// SPDX-License-Identifier: GPL-2.0-or-later
#include "test/unit/expectation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/rule.h"
#include "base/text.h"

enum { WORDS = 5, WORD_SIZE = 96 };

struct line {
	char words[WORDS][WORD_SIZE]; /* "*" behind the last */
};

static struct line split(const char *text)
{
	struct line line;

	for (int i = 0; i < WORDS; i++)
		snprintf(line.words[i], WORD_SIZE, "*");
	sscanf(text, "%95s %95s %95s %95s %95s", line.words[0], line.words[1], line.words[2], line.words[3],
	       line.words[4]);
	return line;
}

/* One of the alternatives between bars. */
static bool fits(const char *wanted, const char *value)
{
	size_t length = strlen(value);

	if (strcmp(wanted, "*") == 0)
		return true;
	for (const char *at = wanted; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
		if (strncmp(at, value, length) == 0 && (at[length] == '|' || at[length] == '\0'))
			return true;
	return false;
}

static bool fits_fault(const struct line *line, const struct fault *fault)
{
	char ip[IP_TEXT_SIZE], vip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE] = "-";

	if (fault->subject.has_mac)
		mac_format(fault->subject.mac, mac);
	return strcmp(line->words[0], fault->rule->id) == 0 &&
	       (fits(line->words[1], ip_format(&fault->subject.ip, ip)) ||
		fits(line->words[1], ip_format(&fault->subject.vip, vip))) &&
	       fits(line->words[2], mac) && fits(line->words[3], severity_name(fault->severity)) &&
	       fits(line->words[4], confidence_name(fault->confidence));
}

static void show_fault(struct text *text, const char *complaint, const struct fault *fault)
{
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE] = "-";

	if (fault->subject.has_mac)
		mac_format(fault->subject.mac, mac);
	text_printf(text, "  %s: %s %s %s %s %s: %s\n", complaint, fault->rule->id, ip_format(&fault->subject.ip, ip),
		    mac, severity_name(fault->severity), confidence_name(fault->confidence), fault->summary);
}

/* --- lines --- */

static void check_fault_line(const struct report *report, const char *text, struct text *complaints)
{
	bool forbidden = *text == '!';
	struct line line = split(*text == '!' || *text == '?' ? text + 1 : text);
	bool found = false;

	for (uint32_t i = 0; i < report->fault_count; i++) {
		if (!fits_fault(&line, &report->faults[i]))
			continue;
		found = true;
		if (forbidden)
			show_fault(complaints, "wrong", &report->faults[i]);
	}
	if (!found && *text != '!' && *text != '?')
		text_printf(complaints, "  missing: %s\n", text);
}

static int check_number(const char *name)
{
	for (int i = 0; i < CHECK_COUNT; i++)
		if (strcmp(check_name((enum check)i), name) == 0)
			return i;
	return -1;
}

static void check_cell_line(const struct report *report, const char *text, struct text *complaints)
{
	struct line line = split(text);
	int number = check_number(line.words[2]);
	bool found = false;

	for (uint32_t i = 0; number >= 0 && i < report->row_count; i++) {
		const struct report_row *row = &report->rows[i];
		const char *value = check_value_name(row->cells[number].value);
		char ip[IP_TEXT_SIZE];

		if (!fits(line.words[1], ip_format(&row->real_server, ip)))
			continue;
		found = true;
		if (!fits(line.words[3], value))
			text_printf(complaints, "  %s: %s found %s (%s)\n", text, ip, value, row->cells[number].reason);
	}
	if (!found)
		text_printf(complaints, "  no row for: %s\n", text);
}

static void check_unexpected(const struct report *report, const char *const lines[], struct text *complaints)
{
	for (uint32_t i = 0; i < report->fault_count; i++) {
		bool expected = report->faults[i].severity == SEVERITY_INFO;

		for (int k = 0; lines[k] && !expected; k++) {
			struct line line = split(*lines[k] == '?' || *lines[k] == '!' ? lines[k] + 1 : lines[k]);

			expected = fits_fault(&line, &report->faults[i]);
		}
		if (!expected)
			show_fault(complaints, "unexpected", &report->faults[i]);
		if (report->faults[i].evidence_count == 0)
			show_fault(complaints, "without evidence", &report->faults[i]);
	}
}

static void show_matrix(const struct report *report, struct text *text)
{
	enum { MOST_ROWS = 8 };
	char ip[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < report->row_count && i < MOST_ROWS; i++) {
		text_printf(text, "  row %s:%u", ip_format(&report->rows[i].real_server, ip), report->rows[i].port);
		for (int k = 0; k < CHECK_REPLAY; k++)
			text_printf(text, " %s=%s", check_name((enum check)k),
				    check_value_name(report->rows[i].cells[k].value));
		text_add_char(text, '\n');
	}
	for (uint32_t i = 0; i < report->fault_count && i < MOST_ROWS; i++)
		show_fault(text, "fault", &report->faults[i]);
}

void expect_report(const struct report *report, const char *const lines[], const char *what)
{
	struct text complaints = TEXT_INIT;
	char message[8192];

	for (int i = 0; lines[i]; i++) {
		if (strncmp(lines[i], "cell ", 5) == 0)
			check_cell_line(report, lines[i], &complaints);
		else
			check_fault_line(report, lines[i], &complaints);
	}
	check_unexpected(report, lines, &complaints);
	if (complaints.length == 0)
		return;
	show_matrix(report, &complaints);
	snprintf(message, sizeof message, "%s", text_string(&complaints));
	text_free(&complaints);
	fail_msg("%s:\n%s", what, message);
}
