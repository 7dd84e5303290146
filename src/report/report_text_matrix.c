// SPDX-License-Identifier: GPL-2.0-or-later
/* Text format: the matrix of services x real servers, one table for each service, reasons below each row. */
#include <string.h>

#include "report/report_text.h"
#include "report/report_words.h"
#include "wire/mac_kind.h"

static const struct value_word {
	const char *word;
	enum text_role role;
} value_words[] = {
	[CHECK_UNKNOWN] = { "?", TEXT_DIM },
	[CHECK_PASS] = { "ok", TEXT_PLAIN },
	[CHECK_FAIL] = { "FAIL", TEXT_BAD },
	[CHECK_NOT_APPLICABLE] = { "-", TEXT_DIM },
};

/* Columns of the table. "FAIL" is the widest word of a cell. */
struct widths {
	size_t address, mac, kind, cells[CHECK_COUNT];
};

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static const char *row_kind(const struct report_row *row)
{
	return row->has_mac ? mac_kind_of_host(row->mac, &row->real_server)->name : "";
}

static struct widths measure(const struct report *report)
{
	struct widths widths = { strlen("real server"), MAC_TEXT_SIZE - 1, strlen("kind"), { 0 } };
	char buffer[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < report->row_count; i++) {
		widths.address = larger(widths.address, strlen(ip_format(&report->rows[i].real_server, buffer)));
		widths.kind = larger(widths.kind, strlen(row_kind(&report->rows[i])));
	}
	for (int check = 0; check < CHECK_COUNT; check++)
		widths.cells[check] = larger(strlen("FAIL"), strlen(check_name((enum check)check)));
	return widths;
}

static bool same_service(const struct report_row *a, const struct report_row *b)
{
	return ip_equal(&a->vip, &b->vip) && a->port == b->port && a->protocol == b->protocol && a->fwmark == b->fwmark;
}

static void write_title(const struct text_writer *writer, const struct report_row *row, const struct widths *widths)
{
	text_add(writer->into, "  ");
	report_add_service(writer->into, row);
	text_printf(writer->into, ", method %s\n    ", method_name(row->method));
	text_write_column(writer, TEXT_HEADING, "real server", widths->address + 2);
	text_write_column(writer, TEXT_HEADING, "at MAC", widths->mac + 2);
	text_write_column(writer, TEXT_HEADING, "kind", widths->kind + 2);
	for (int check = 0; check < CHECK_COUNT; check++)
		text_write_column(writer, TEXT_HEADING, check_name((enum check)check),
				  check + 1 < CHECK_COUNT ? widths->cells[check] + 1 : 0);
	text_add_char(writer->into, '\n');
}

static void write_cells(const struct text_writer *writer, const struct report_row *row, const struct widths *widths)
{
	for (int check = 0; check < CHECK_COUNT; check++) {
		const struct value_word *value = &value_words[row->cells[check].value];

		text_write_column(writer, value->role, value->word,
				  check + 1 < CHECK_COUNT ? widths->cells[check] + 1 : 0);
	}
	text_add_char(writer->into, '\n');
}

static bool needs_reason(const struct report_cell *cell)
{
	return cell->value == CHECK_FAIL || cell->value == CHECK_UNKNOWN;
}

static bool same_reason(const struct report_cell *a, const struct report_cell *b)
{
	return a->value == b->value && strcmp(a->reason, b->reason) == 0;
}

static bool reason_was_given(const struct report_row *row, int check)
{
	for (int before = 0; before < check; before++)
		if (same_reason(&row->cells[before], &row->cells[check]))
			return true;
	return false;
}

/* "      FAIL mac, hop: reason", once for all cells that share it. */
static void write_reason(const struct text_writer *writer, const struct report_row *row, int check)
{
	const struct report_cell *cell = &row->cells[check];
	const struct value_word *value = &value_words[cell->value];
	size_t start;

	text_add(writer->into, "      ");
	text_write_column(writer, value->role, value->word, sizeof "FAIL");
	start = writer->into->length;
	for (int other = check; other < CHECK_COUNT; other++) {
		if (!same_reason(&row->cells[other], cell))
			continue;
		text_printf(writer->into, "%s%s", writer->into->length > start ? ", " : "",
			    check_name((enum check)other));
	}
	text_add(writer->into, ": ");
	text_write_paragraph(writer, cell->reason, 6 + sizeof "FAIL");
}

static void write_row(const struct text_writer *writer, const struct report_row *row, const struct widths *widths)
{
	char address[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	text_add(writer->into, "    ");
	text_write_column(writer, TEXT_PLAIN, ip_format(&row->real_server, address), widths->address + 2);
	text_write_column(writer, TEXT_PLAIN, row->has_mac ? mac_format(row->mac, mac) : "?", widths->mac + 2);
	text_write_column(writer, TEXT_PLAIN, row_kind(row), widths->kind + 2);
	write_cells(writer, row, widths);
	for (int check = 0; check < CHECK_COUNT; check++)
		if (needs_reason(&row->cells[check]) && !reason_was_given(row, check))
			write_reason(writer, row, check);
}

void text_write_matrix(const struct text_writer *writer)
{
	const struct report_row *rows = writer->report->rows;
	struct widths widths = measure(writer->report);

	if (writer->report->row_count == 0)
		return;
	text_write_heading(writer, "Matrix");
	for (uint32_t i = 0; i < writer->report->row_count; i++) {
		if (i == 0 || !same_service(&rows[i], &rows[i - 1]))
			write_title(writer, &rows[i], &widths);
		write_row(writer, &rows[i], &widths);
	}
}
