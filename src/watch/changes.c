// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/changes.h"

#include <stdlib.h>
#include <string.h>

/* --- faults --- */

/* By what makes a fault the same one; severity and texts may differ. */
static int compare_faults(const struct fault *a, const struct fault *b)
{
	const struct subject *x = &a->subject, *y = &b->subject;
	int order = strcmp(a->rule->id, b->rule->id);

	order = order ? order : ip_compare(&x->ip, &y->ip);
	order = order ? order : ip_compare(&x->vip, &y->vip);
	order = order ? order : x->has_mac - y->has_mac;
	order = order ? order : x->has_mac ? mac_compare(x->mac, y->mac) : 0;
	return order ? order : x->vlan < y->vlan ? -1 : x->vlan > y->vlan;
}

static int compare_indices(const void *a, const void *b, void *faults)
{
	const struct fault *list = faults;

	return compare_faults(&list[*(const uint32_t *)a], &list[*(const uint32_t *)b]);
}

/* The faults in an order in which two lists can be laid side by side; the caller frees it. NULL where memory ran out.
 */
static uint32_t *order_faults(const struct report *report)
{
	uint32_t *order = malloc((report->fault_count + 1) * sizeof *order);

	for (uint32_t i = 0; order && i < report->fault_count; i++)
		order[i] = i;
	if (order)
		qsort_r(order, report->fault_count, sizeof *order, compare_indices, report->faults);
	return order;
}

/* --- the past --- */

void past_free(struct past *past)
{
	for (uint32_t i = 0; i < past->count; i++)
		fault_free(&past->faults[i]);
	for (uint32_t i = 0; i < past->missing_count; i++)
		fault_free(&past->missing[i].fault);
	free(past->missing);
	free(past->faults);
	free(past->list);
	*past = (struct past){ .faults = NULL };
}

const struct model_past *past_list(const struct past *past, uint32_t *count)
{
	*count = past->count;
	return past->list;
}

static void remove_at(struct past *past, uint32_t place)
{
	uint32_t behind = past->count - place - 1;

	fault_free(&past->faults[place]);
	memmove(&past->faults[place], &past->faults[place + 1], behind * sizeof *past->faults);
	for (uint32_t i = place; i + 1 < past->count; i++)
		past->list[i].ended = past->list[i + 1].ended;
	past->count--;
}

static void past_remove(struct past *past, const struct fault *fault)
{
	for (uint32_t i = 0; i < past->count; i++)
		if (compare_faults(&past->faults[i], fault) == 0) {
			remove_at(past, i);
			return;
		}
}

static bool past_begin(struct past *past)
{
	if (past->faults)
		return true;
	past->faults = calloc(VERDICTS_MAX_PAST, sizeof *past->faults);
	past->list = calloc(VERDICTS_MAX_PAST, sizeof *past->list);
	if (!past->faults || !past->list) {
		free(past->faults);
		free(past->list);
		past->faults = NULL;
		past->list = NULL;
		return false;
	}
	for (uint32_t i = 0; i < VERDICTS_MAX_PAST; i++)
		past->list[i].fault = &past->faults[i];
	return true;
}

/* Takes the fault's contents over. */
static void past_add(struct past *past, struct fault *fault, nanos time)
{
	past_remove(past, fault);
	if (!past_begin(past)) {
		past->evicted++;
		return;
	}
	if (past->count == VERDICTS_MAX_PAST) {
		remove_at(past, past->count - 1);
		past->evicted++;
	}
	memmove(&past->faults[1], &past->faults[0], past->count * sizeof *past->faults);
	for (uint32_t i = past->count; i > 0; i--)
		past->list[i].ended = past->list[i - 1].ended;
	past->faults[0] = *fault;
	past->list[0].ended = time;
	past->count++;
	memset(fault, 0, sizeof *fault);
}

/* --- telling --- */

static bool make_missing_room(struct past *past)
{
	uint32_t room = past->missing_room ? past->missing_room * 2 : 16;
	struct missing *grown;

	if (past->missing_count < past->missing_room)
		return true;
	grown = reallocarray(past->missing, room, sizeof *grown);
	if (!grown)
		return false;
	past->missing = grown;
	past->missing_room = room;
	return true;
}

/* Takes the fault's contents over. */
static void fault_vanished(struct past *past, struct fault *fault, nanos time)
{
	if (!make_missing_room(past)) {
		past->evicted++;
		return;
	}
	past->missing[past->missing_count++] = (struct missing){ .fault = *fault, .since = time };
	memset(fault, 0, sizeof *fault);
}

static bool came_back(struct past *past, const struct fault *fault)
{
	for (uint32_t i = 0; i < past->missing_count; i++) {
		if (compare_faults(&past->missing[i].fault, fault) != 0)
			continue;
		fault_free(&past->missing[i].fault);
		past->missing[i] = past->missing[--past->missing_count];
		return true;
	}
	return false;
}

static void fault_appeared(const struct verdicts_listener *listener, struct past *past, const struct report *report,
			   uint32_t index)
{
	if (came_back(past, &report->faults[index]))
		return;
	past_remove(past, &report->faults[index]);
	if (listener->fault_began)
		listener->fault_began(listener->context, report, index);
}

static void fault_stayed(const struct verdicts_listener *listener, const struct fault *before,
			 const struct report *report, uint32_t index)
{
	const struct fault *now = &report->faults[index];

	if (listener->fault_changed && (now->severity != before->severity || now->confidence != before->confidence))
		listener->fault_changed(listener->context, report, index);
}

/* A report of this fault alone. */
static void tell_end(const struct verdicts_listener *listener, const struct report *now, struct fault *fault)
{
	struct report alone = *now;

	alone.faults = fault;
	alone.fault_count = 1;
	if (listener->fault_ended)
		listener->fault_ended(listener->context, &alone);
}

void changes_settle(const struct verdicts_listener *listener, const struct report *now, struct past *past, nanos time)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < past->missing_count; i++) {
		struct missing *missing = &past->missing[i];

		if (time - missing->since < VERDICTS_MISSING) {
			past->missing[kept++] = *missing;
			continue;
		}
		tell_end(listener, now, &missing->fault);
		past_add(past, &missing->fault, missing->since);
		fault_free(&missing->fault);
	}
	past->missing_count = kept;
}

static void tell_faults(const struct verdicts_listener *listener, struct report *before, const struct report *now,
			struct past *past, nanos time)
{
	uint32_t *old = order_faults(before), *new = order_faults(now), i = 0, k = 0;

	while (old && new && (i < before->fault_count || k < now->fault_count)) {
		int order = i == before->fault_count ? 1
			    : k == now->fault_count  ? -1
						     : compare_faults(&before->faults[old[i]], &now->faults[new[k]]);

		if (order < 0)
			fault_vanished(past, &before->faults[old[i++]], time);
		else if (order > 0)
			fault_appeared(listener, past, now, new[k++]);
		else
			fault_stayed(listener, &before->faults[old[i++]], now, new[k++]);
	}
	free(old);
	free(new);
}

/* The order of a report's rows. */
static int compare_rows(const struct report_row *a, const struct report_row *b)
{
	int order = ip_compare(&a->vip, &b->vip);

	order = order ? order : a->port - b->port;
	order = order ? order : a->protocol - b->protocol;
	order = order ? order : a->fwmark < b->fwmark ? -1 : a->fwmark > b->fwmark;
	return order ? order : ip_compare(&a->real_server, &b->real_server);
}

static void tell_row(const struct verdicts_listener *listener, const struct report_row *before,
		     const struct report_row *now)
{
	for (int check = 0; check < CHECK_COUNT; check++) {
		enum check_value was = before ? before->cells[check].value : CHECK_UNKNOWN;

		if (now->cells[check].value != was)
			listener->cell_changed(listener->context, now, (enum check)check, was);
	}
}

struct rows {
	struct report_row *list;
	uint32_t count;
};

static void tell_rows(const struct verdicts_listener *listener, struct rows before, struct rows now)
{
	uint32_t i = 0;

	for (uint32_t k = 0; listener->cell_changed && k < now.count; k++) {
		while (i < before.count && compare_rows(&before.list[i], &now.list[k]) < 0)
			i++;
		if (i < before.count && compare_rows(&before.list[i], &now.list[k]) == 0)
			tell_row(listener, &before.list[i], &now.list[k]);
		else
			tell_row(listener, NULL, &now.list[k]);
	}
}

static struct rows servers_of(const struct report *report)
{
	return (struct rows){ report->rows, report->row_count };
}

static struct rows directors_of(const struct report *report)
{
	return (struct rows){ report->director_rows, report->director_row_count };
}

static uint64_t gap_count(const struct report *report, const char *reason)
{
	for (uint32_t i = 0; i < report->gap_count; i++)
		if (strcmp(report->gaps[i].reason, reason) == 0)
			return report->gaps[i].count;
	return 0;
}

static void tell_gaps(const struct verdicts_listener *listener, const struct report *before, const struct report *now)
{
	for (uint32_t i = 0; listener->gap_grew && i < now->gap_count; i++) {
		uint64_t was = gap_count(before, now->gaps[i].reason);

		if (now->gaps[i].count > was)
			listener->gap_grew(listener->context, &now->gaps[i], now->gaps[i].count - was);
	}
}

void changes_tell(const struct verdicts_listener *listener, struct report *before, const struct report *now,
		  struct past *past, nanos time)
{
	tell_gaps(listener, before, now);
	tell_rows(listener, servers_of(before), servers_of(now));
	tell_rows(listener, directors_of(before), directors_of(now));
	tell_faults(listener, before, now, past, time);
}

/* --- one address --- */

static struct report_row *find_row(struct rows rows, const struct report_row *row)
{
	for (uint32_t i = 0; i < rows.count; i++)
		if (compare_rows(&rows.list[i], row) == 0)
			return rows.list + i;
	return NULL;
}

static const struct fault *find_fault(const struct report *report, const struct fault *fault)
{
	for (uint32_t i = 0; i < report->fault_count; i++)
		if (compare_faults(&report->faults[i], fault) == 0)
			return &report->faults[i];
	return NULL;
}

/* The contents are swapped. */
static void narrow_rows(struct rows rows, struct rows narrow, const struct ip *address)
{
	for (uint32_t i = 0; i < rows.count; i++) {
		struct report_row *row = &rows.list[i], *own;

		if (!ip_equal(&row->real_server, address) && !ip_equal(&row->vip, address))
			continue;
		own = find_row(narrow, row);
		if (own) {
			struct report_row wide = *row;

			*row = *own;
			*own = wide;
		}
	}
}

static void narrow_faults(struct report *report, const struct report *narrow, const struct ip *address)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < report->fault_count; i++) {
		struct fault *fault = &report->faults[i];
		bool about = ip_equal(&fault->subject.ip, address) || ip_equal(&fault->subject.vip, address);

		if (about && !find_fault(narrow, fault))
			fault_free(fault);
		else
			report->faults[kept++] = *fault;
	}
	report->fault_count = kept;
}

static enum report_verdict judge(const struct report *report)
{
	for (uint32_t i = 0; i < report->fault_count; i++)
		if (report->faults[i].severity >= SEVERITY_WARNING)
			return REPORT_FAULTY;
	return report->gap_count > 0 ? REPORT_INCOMPLETE : REPORT_CLEAN;
}

void changes_narrow(struct report *report, struct report *narrow, const struct ip *address)
{
	narrow_rows(servers_of(report), servers_of(narrow), address);
	narrow_rows(directors_of(report), directors_of(narrow), address);
	narrow_faults(report, narrow, address);
	report->verdict = judge(report);
}
