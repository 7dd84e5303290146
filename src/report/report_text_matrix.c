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

static void measure_rows(struct widths *widths, const struct report_row *rows, uint32_t count)
{
	char buffer[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < count; i++) {
		widths->address = larger(widths->address, strlen(ip_format(&rows[i].real_server, buffer)));
		widths->kind = larger(widths->kind, strlen(row_kind(&rows[i])));
	}
}

static struct widths measure(const struct report *report)
{
	struct widths widths = { strlen("real server"), MAC_TEXT_SIZE - 1, strlen("kind"), { 0 } };

	measure_rows(&widths, report->rows, report->row_count);
	measure_rows(&widths, report->director_rows, report->director_row_count);
	for (int check = 0; check < CHECK_COUNT; check++)
		widths.cells[check] = larger(strlen("FAIL"), strlen(check_name((enum check)check)));
	return widths;
}

static bool same_service(const struct report_row *a, const struct report_row *b)
{
	return report_compare_services(a, b) == 0;
}

static void write_columns(const struct text_writer *writer, const char *node, const struct widths *widths)
{
	text_add(writer->into, "    ");
	text_write_column(writer, TEXT_HEADING, node, widths->address + 2);
	text_write_column(writer, TEXT_HEADING, "at MAC", widths->mac + 2);
	text_write_column(writer, TEXT_HEADING, "kind", widths->kind + 2);
	for (int check = 0; check < CHECK_COUNT; check++)
		text_write_column(writer, TEXT_HEADING, check_name((enum check)check),
				  check + 1 < CHECK_COUNT ? widths->cells[check] + 1 : 0);
	text_add_char(writer->into, '\n');
}

static void write_title(const struct text_writer *writer, const struct report_row *row)
{
	text_add(writer->into, "  ");
	report_add_service(writer->into, row);
	text_printf(writer->into, ", method %s\n", method_name(row->method));
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

/* Rows of one service, as many as there are from `first` on. Gives the index of the first of another service. */
static uint32_t write_rows(const struct text_writer *writer, const struct report_row *rows, uint32_t count,
			   uint32_t first, const struct widths *widths)
{
	uint32_t next = first;

	write_columns(writer, rows[first].is_director ? "director" : "real server", widths);
	while (next < count && same_service(&rows[next], &rows[first]))
		write_row(writer, &rows[next++], widths);
	return next;
}

/* Both lists are in the order of services, but not every service has rows in both. */
void text_write_matrix(const struct text_writer *writer)
{
	const struct report *report = writer->report;
	const struct report_row *rows = report->rows, *director_rows = report->director_rows;
	struct widths widths = measure(report);
	uint32_t row = 0, director_row = 0;

	if (report->row_count + report->director_row_count == 0)
		return;
	text_write_heading(writer, "Matrix");
	while (row < report->row_count || director_row < report->director_row_count) {
		bool has_directors = director_row < report->director_row_count &&
				     (row == report->row_count ||
				      report_compare_services(&director_rows[director_row], &rows[row]) <= 0);
		bool has_servers = row < report->row_count &&
				   (!has_directors || same_service(&rows[row], &director_rows[director_row]));

		write_title(writer, has_directors ? &director_rows[director_row] : &rows[row]);
		if (has_servers)
			row = write_rows(writer, rows, report->row_count, row, &widths);
		if (has_directors)
			director_row =
			    write_rows(writer, director_rows, report->director_row_count, director_row, &widths);
	}
}
