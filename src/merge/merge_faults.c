// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults of all sources, and those that only their comparison shows. Of one subject there is one, which tells who says
 * so; what a host is at fault of stays that host's.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "merge/merge_private.h"
#include "rules/registry.h"

enum { NO_SOURCE = UINT32_MAX };

/* A fault as a source has it, or a new one. */
struct said {
	const struct fault *fault;
	uint32_t source; /* NO_SOURCE for a new one */
	uint32_t place;  /* of the rule */
	struct subject subject;
};

/* --- new faults --- */

struct fault *new_fault_add(struct merging *merging, struct new_faults *faults, const struct rule *rule,
			    enum severity severity, enum confidence confidence, const struct subject *subject)
{
	struct fault *fault = merge_grow(merging, &faults->list, &faults->count, &faults->room, sizeof *fault);

	if (!fault)
		return NULL;
	fault->rule = rule;
	fault->severity = severity;
	fault->confidence = confidence;
	fault->subject = *subject;
	return fault;
}

void new_fault_note(struct fault *fault, uint32_t input, nanos time, const char *format, ...)
{
	struct evidence *evidence;
	va_list arguments;

	if (fault->evidence_count == FAULT_MAX_EVIDENCE)
		return;
	evidence = &fault->evidence[fault->evidence_count++];
	*evidence = (struct evidence){ .input = input, .time = time };
	va_start(arguments, format);
	vsnprintf(evidence->note, sizeof evidence->note, format, arguments);
	va_end(arguments);
}

void new_fault_say(struct merging *merging, struct fault *fault, uint32_t source)
{
	uint32_t *grown;

	for (uint32_t i = fault->source_count; i > 0; i--)
		if (fault->sources[i - 1] == source)
			return;
	grown = reallocarray(fault->sources, fault->source_count + 1, sizeof *grown);
	if (!grown) {
		merging->failed = true;
		return;
	}
	fault->sources = grown;
	grown[fault->source_count++] = source;
}

/* --- which are the same --- */

/* Host rules have `inspect`, and "this host" in their words. */
static uint32_t owner_of(const struct said *said)
{
	if (!said->fault->rule->inspect)
		return 0;
	return said->source != NO_SOURCE ? said->source : said->fault->sources[0];
}

/* That an address is a VIP is known to some sources only. */
static struct ip service_of(const struct subject *subject)
{
	return ip_equal(&subject->vip, &subject->ip) ? (struct ip){ .family = 0 } : subject->vip;
}

static int compare_keys(const struct said *x, const struct said *y)
{
	const struct subject *a = &x->subject, *b = &y->subject;
	struct ip vip_x = service_of(a), vip_y = service_of(b);
	uint32_t owner_x = owner_of(x), owner_y = owner_of(y);

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (owner_x != owner_y)
		return owner_x < owner_y ? -1 : 1;
	int order = ip_compare(&a->ip, &b->ip);

	order = order ? order : ip_compare(&vip_x, &vip_y);
	order = order ? order : a->has_mac - b->has_mac;
	order = order ? order : a->has_mac ? mac_compare(a->mac, b->mac) : 0;
	return order ? order : a->vlan < b->vlan ? -1 : a->vlan > b->vlan;
}

/* The best word first: a new fault knows of several sources. */
static int compare_said(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int order = compare_keys(x, y);

	order = order ? order : (int)(y->source == NO_SOURCE) - (int)(x->source == NO_SOURCE);
	order = order ? order : (int)y->fault->confidence - (int)x->fault->confidence;
	order = order ? order : (int)y->fault->severity - (int)x->fault->severity;
	order = order ? order : (int)y->fault->subject.ip.family - (int)x->fault->subject.ip.family;
	order = order ? order : x->source < y->source ? -1 : x->source > y->source;
	return order ? order : x->fault < y->fault ? -1 : x->fault > y->fault;
}

static uint32_t place_of(const struct rule *rule)
{
	uint32_t i = 0;

	while (rules_all[i] && rules_all[i] != rule)
		i++;
	return i;
}

/* A source may know a MAC alone whose address others know. */
static struct subject complete(const struct merging *merging, const struct subject *subject)
{
	struct subject whole = *subject;
	const struct ip *ip = whole.ip.family == 0 && whole.has_mac
				  ? truth_address(&merging->truth, whole.mac, whole.vip.family ? whole.vip.family : 4)
				  : NULL;

	if (ip)
		whole.ip = *ip;
	return whole;
}

static struct said *collect(struct merging *merging, const struct new_faults *faults, uint32_t *count)
{
	const struct report *report = merging->report;
	size_t room = (size_t)faults->count + 1;
	struct said *list;

	*count = 0;
	for (uint32_t i = 0; i < report->source_count; i++)
		room += report->sources[i].report->fault_count;
	list = room < UINT32_MAX ? calloc(room, sizeof *list) : NULL;
	if (!list) {
		merging->failed = true;
		return NULL;
	}
	for (uint32_t i = 0; i < report->source_count; i++)
		for (uint32_t k = 0; k < report->sources[i].report->fault_count; k++)
			list[(*count)++] = (struct said){ .fault = &report->sources[i].report->faults[k], .source = i };
	for (uint32_t i = 0; i < faults->count; i++)
		list[(*count)++] = (struct said){ .fault = &faults->list[i], .source = NO_SOURCE };
	for (uint32_t i = 0; i < *count; i++) {
		list[i].place = place_of(list[i].fault->rule);
		list[i].subject = complete(merging, &list[i].fault->subject);
	}
	qsort(list, *count, sizeof *list, compare_said);
	return list;
}

/* --- what they prove together --- */

/* A piece of evidence and how much it is wanted; 0 first. */
struct proof {
	struct evidence evidence;
	uint32_t rank;
};

static int compare_proofs(const void *a, const void *b)
{
	const struct proof *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->evidence.input != y->evidence.input)
		return x->evidence.input < y->evidence.input ? -1 : 1;
	if (x->evidence.frame != y->evidence.frame)
		return x->evidence.frame < y->evidence.frame ? -1 : 1;
	return strcmp(x->evidence.note, y->evidence.note);
}

/* Frames first, that can be opened; then what machines say of themselves. */
static int compare_evidence(const void *a, const void *b)
{
	const struct evidence *x = a, *y = b;

	if ((x->frame == 0) != (y->frame == 0))
		return x->frame == 0 ? 1 : -1;
	if (x->input != y->input)
		return x->input < y->input ? -1 : 1;
	return x->frame < y->frame ? -1 : x->frame > y->frame;
}

/* Of a new fault the first two pieces are what makes it one; of the others, each source's first, then each second ...
 */
static uint32_t rank_of(const struct said *said, uint32_t piece)
{
	if (said->source == NO_SOURCE)
		return piece < 2 ? 0 : piece - 1;
	return piece + 1;
}

static bool is_cited(const struct fault *fault, const struct evidence *evidence)
{
	for (uint32_t i = 0; i < fault->evidence_count; i++)
		if (fault->evidence[i].input == evidence->input && fault->evidence[i].frame == evidence->frame &&
		    (evidence->frame != 0 || strcmp(fault->evidence[i].note, evidence->note) == 0))
			return true;
	return false;
}

/* What a host is at fault of shows where it is its own word. */
static void put_first(struct fault *into, uint32_t input)
{
	for (uint32_t i = 1; i < into->evidence_count; i++) {
		struct evidence own = into->evidence[i];
		uint32_t k = i;

		for (; own.input == input && k > 0 && into->evidence[k - 1].input != input; k--)
			into->evidence[k] = into->evidence[k - 1];
		into->evidence[k] = own;
	}
}

static void cite(struct merging *merging, const struct said *said, uint32_t count, struct fault *into)
{
	struct proof *proofs = calloc((size_t)count * FAULT_MAX_EVIDENCE + 1, sizeof *proofs);
	uint32_t used = 0;

	if (!proofs) {
		merging->failed = true;
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < said[i].fault->evidence_count; k++) {
			struct proof *proof = &proofs[used++];

			proof->evidence = said[i].fault->evidence[k];
			proof->rank = rank_of(&said[i], k);
			if (said[i].source != NO_SOURCE)
				proof->evidence.input = merge_input_of(merging, said[i].source, proof->evidence.input);
		}
	qsort(proofs, used, sizeof *proofs, compare_proofs);
	for (uint32_t i = 0; i < used && into->evidence_count < FAULT_MAX_EVIDENCE; i++)
		if (!is_cited(into, &proofs[i].evidence))
			into->evidence[into->evidence_count++] = proofs[i].evidence;
	qsort(into->evidence, into->evidence_count, sizeof *into->evidence, compare_evidence);
	if (said->fault->rule->inspect)
		put_first(into, merge_input_of(merging, owner_of(said), 0));
	free(proofs);
}

static int compare_numbers(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void name_sources(struct merging *merging, const struct said *said, uint32_t count, struct fault *into)
{
	size_t room = (size_t)count + 1;
	uint32_t used = 0;

	for (uint32_t i = 0; i < count; i++)
		room += said[i].fault->source_count;
	into->sources = calloc(room, sizeof *into->sources);
	if (!into->sources) {
		merging->failed = true;
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t k = 0; k < said[i].fault->source_count; k++)
			into->sources[used++] = said[i].fault->sources[k];
		if (said[i].source != NO_SOURCE)
			into->sources[used++] = said[i].source;
	}
	qsort(into->sources, used, sizeof *into->sources, compare_numbers);
	for (uint32_t i = 0; i < used; i++)
		if (i == 0 || into->sources[into->source_count - 1] != into->sources[i])
			into->sources[into->source_count++] = into->sources[i];
}

static void widen(struct fault *into, const struct fault *fault)
{
	if (fault->severity > into->severity)
		into->severity = fault->severity;
	if (fault->confidence > into->confidence)
		into->confidence = fault->confidence;
	if (fault->first != 0 && (into->first == 0 || fault->first < into->first))
		into->first = fault->first;
	if (fault->last > into->last)
		into->last = fault->last;
	into->count = fault->count > INT64_MAX - into->count ? INT64_MAX : into->count + fault->count;
}

/* "this host" is which? */
static char *summary_of(struct merging *merging, const struct said *said)
{
	struct text summary = TEXT_INIT;

	if (said->fault->rule->inspect)
		text_printf(&summary, "%s: ", merging->report->sources[owner_of(said)].label);
	text_add(&summary, said->fault->summary ? said->fault->summary : said->fault->rule->summary);
	return merge_take_text(merging, &summary);
}

static void copy_words(struct merging *merging, const struct said *said, struct fault *into)
{
	const struct fault *fault = said->fault;

	into->summary = summary_of(merging, said);
	if (fault->effect)
		into->effect = merge_copy(merging, fault->effect);
	for (int i = 0; i < FAULT_MAX_REMEDIES && fault->remedies[i]; i++)
		into->remedies[i] = merge_copy(merging, fault->remedies[i]);
}

/* What needs no true MACs takes no harm from these, whether or not each source knew of the method. */
static bool is_harmless(const struct merging *merging, const struct rule *rule)
{
	static const char *const rules[] = { "mac-substituted", "routed-hop", "blanket-proxy", "host-xen-routed",
					     "host-mac-contradicted" };

	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (strcmp(rule->id, rules[i]) == 0)
			return merge_crosses_routers(merging);
	return false;
}

static void add_fault(struct merging *merging, const struct said *said, uint32_t count)
{
	struct report *report = merging->report;
	struct fault *into = &report->faults[report->fault_count++];
	const struct subject *subject = &said->subject;

	*into = (struct fault){ .rule = said->fault->rule, .subject = *subject };
	for (uint32_t i = 0; i < count; i++)
		widen(into, said[i].fault);
	/* What a neighbour table holds against the owner's word is wrong, however little the table's host could prove.
	 */
	if (into->rule == rule_find("host-mac-contradicted") && subject->has_mac &&
	    truth_refutes(&merging->truth, &subject->ip, subject->mac))
		into->confidence = CONFIDENCE_PROVEN;
	if (is_harmless(merging, into->rule))
		into->severity = SEVERITY_INFO;
	copy_words(merging, said, into);
	cite(merging, said, count, into);
	name_sources(merging, said, count, into);
}

/* They come by rule, owner, subject, which remains the order within a severity. */
static int compare_severities(const void *a, const void *b)
{
	const struct fault *x = *(const struct fault *const *)a, *y = *(const struct fault *const *)b;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void sort_faults(struct merging *merging)
{
	struct report *report = merging->report;
	struct fault *sorted = calloc((size_t)report->fault_count + 1, sizeof *sorted);
	struct fault **order = calloc((size_t)report->fault_count + 1, sizeof *order);

	merging->failed |= !sorted || !order;
	if (sorted && order) {
		for (uint32_t i = 0; i < report->fault_count; i++)
			order[i] = &report->faults[i];
		qsort(order, report->fault_count, sizeof *order, compare_severities);
		for (uint32_t i = 0; i < report->fault_count; i++)
			sorted[i] = *order[i];
		free(report->faults);
		report->faults = sorted;
		sorted = NULL;
	}
	free(sorted);
	free(order);
}

void merge_faults(struct merging *merging)
{
	struct report *report = merging->report;
	struct new_faults faults = { .list = NULL };
	struct said *said;
	uint32_t count;

	merge_find_substitutions(merging, &faults);
	merge_judge_deliveries(merging, &faults);
	said = collect(merging, &faults, &count);
	report->faults = calloc((size_t)count + 1, sizeof *report->faults);
	merging->failed |= !report->faults;
	for (uint32_t first = 0, end; first < count && !merging->failed; first = end) {
		for (end = first + 1; end < count && compare_keys(&said[first], &said[end]) == 0; end++)
			;
		add_fault(merging, &said[first], end - first);
	}
	if (!merging->failed)
		sort_faults(merging);
	free(said);
	for (uint32_t i = 0; i < faults.count; i++)
		fault_free(&faults.list[i]);
	free(faults.list);
}
