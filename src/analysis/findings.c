// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What makes a fault the same fault. */
struct fault_key {
	const struct rule *rule;
	uint32_t vlan;
	struct ip ip, vip;
	struct mac mac;
	bool has_mac;
	uint8_t pad[3];
};

struct fault_place {
	struct fault_key key;
	uint32_t place;
};

enum { MOST_FAULTS = 1 << 20 };

void findings_init(struct findings *findings, const struct facts *facts)
{
	*findings = (struct findings){ .facts = facts };
	table_init(&findings->index, sizeof(struct fault_key), sizeof(struct fault_place), MOST_FAULTS, facts->seed);
}

static struct fault_key key_of(const struct findings *findings, const struct subject *subject)
{
	struct fault_key key;

	memset(&key, 0, sizeof key);
	key.rule = findings->rule;
	key.vlan = subject->vlan;
	key.ip = subject->ip;
	key.vip = subject->vip;
	key.has_mac = subject->has_mac;
	if (subject->has_mac)
		key.mac = subject->mac;
	return key;
}

static bool make_room(struct findings *findings)
{
	uint32_t room = findings->room ? findings->room * 2 : 16;
	struct fault *grown;

	if (findings->count < findings->room)
		return true;
	grown = realloc(findings->faults, room * sizeof *grown);
	if (!grown)
		return false;
	findings->faults = grown;
	findings->room = room;
	return true;
}

/* A fault of zeroes with its key's place noted, the one that is there already, or NULL without memory. */
static struct fault *place_fault(struct findings *findings, const struct subject *subject, bool *made)
{
	struct fault_key key = key_of(findings, subject);
	struct fault_place *place = table_put(&findings->index, &key, made);

	if (!place)
		return NULL;
	if (!*made)
		return &findings->faults[place->place];
	if (!make_room(findings))
		return NULL;
	place->place = findings->count;
	memset(&findings->faults[findings->count], 0, sizeof *findings->faults);
	return &findings->faults[findings->count++];
}

struct fault *findings_add(struct findings *findings, enum severity severity, enum confidence confidence,
			   const struct subject *subject)
{
	bool made = false;
	struct fault *fault = place_fault(findings, subject, &made);

	if (!fault) {
		findings->failed = true;
		return &findings->scratch;
	}
	if (made) {
		fault->rule = findings->rule;
		fault->subject = *subject;
		fault->severity = severity;
		fault->confidence = confidence;
	}
	if (severity > fault->severity)
		fault->severity = severity;
	if (confidence > fault->confidence)
		fault->confidence = confidence;
	return fault;
}

static char *__attribute__((format(printf, 1, 0))) print(const char *format, va_list arguments)
{
	char *text = NULL;

	return vasprintf(&text, format, arguments) < 0 ? NULL : text;
}

void fault_set_summary(struct fault *fault, const char *format, ...)
{
	va_list arguments;

	free(fault->summary);
	va_start(arguments, format);
	fault->summary = print(format, arguments);
	va_end(arguments);
}

void fault_set_effect(struct fault *fault, const char *format, ...)
{
	va_list arguments;

	free(fault->effect);
	va_start(arguments, format);
	fault->effect = print(format, arguments);
	va_end(arguments);
}

void fault_add_remedy(struct fault *fault, const char *format, ...)
{
	va_list arguments;
	char *remedy;
	int i = 0;

	va_start(arguments, format);
	remedy = print(format, arguments);
	va_end(arguments);
	while (i < FAULT_MAX_REMEDIES && fault->remedies[i]) {
		if (remedy && strcmp(fault->remedies[i], remedy) == 0) {
			free(remedy);
			return;
		}
		i++;
	}
	if (i < FAULT_MAX_REMEDIES)
		fault->remedies[i] = remedy;
	else
		free(remedy);
}

static bool is_cited(const struct fault *fault, uint32_t input, uint64_t frame)
{
	for (uint32_t i = 0; i < fault->evidence_count; i++)
		if (fault->evidence[i].input == input && fault->evidence[i].frame == frame)
			return true;
	return false;
}

void fault_cite(struct fault *fault, const struct facts *facts, uint32_t segment, const struct mark *mark,
		const char *format, ...)
{
	uint32_t input = facts_input_of(facts, segment);
	struct evidence *evidence;
	va_list arguments;

	if (!mark_is_set(mark) || fault->evidence_count == FAULT_MAX_EVIDENCE || is_cited(fault, input, mark->frame))
		return;
	evidence = &fault->evidence[fault->evidence_count++];
	evidence->input = input;
	evidence->frame = mark->frame;
	evidence->time = mark->time;
	va_start(arguments, format);
	vsnprintf(evidence->note, sizeof evidence->note, format, arguments);
	va_end(arguments);
	fault_count(fault, 0, mark->time, mark->time);
}

void fault_count(struct fault *fault, uint64_t count, nanos first, nanos last)
{
	fault->count += count;
	if (fault->first == 0 || first < fault->first)
		fault->first = first;
	if (last > fault->last)
		fault->last = last;
}

struct subject subject_of(const struct facts *facts, uint32_t segment, const struct ip *ip, const struct mac *mac,
			  const struct ip *vip)
{
	struct subject subject = { .has_mac = mac != NULL };
	const struct segment *where = facts_segment(facts, segment);

	if (ip)
		subject.ip = *ip;
	if (mac)
		subject.mac = *mac;
	if (vip)
		subject.vip = *vip;
	subject.vlan = where ? where->key.vlan : 0;
	return subject;
}

/* --- finishing --- */

static int compare_evidence(const void *a, const void *b)
{
	const struct evidence *x = a, *y = b;

	if (x->input != y->input)
		return x->input < y->input ? -1 : 1;
	return x->frame < y->frame ? -1 : x->frame > y->frame;
}

static int compare_subjects(const struct subject *a, const struct subject *b)
{
	int order = ip_compare(&a->ip, &b->ip);

	order = order ? order : ip_compare(&a->vip, &b->vip);
	order = order ? order : a->has_mac - b->has_mac;
	order = order ? order : a->has_mac ? mac_compare(a->mac, b->mac) : 0;
	return order ? order : a->vlan < b->vlan ? -1 : a->vlan > b->vlan;
}

static uint32_t place_of(const struct rule *rule, rule_list rules)
{
	uint32_t i = 0;

	while (rules[i] && rules[i] != rule)
		i++;
	return i;
}

static int compare_faults(const void *a, const void *b, void *context)
{
	const struct fault *x = a, *y = b;
	uint32_t px, py;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	px = place_of(x->rule, context);
	py = place_of(y->rule, context);
	if (px != py)
		return px < py ? -1 : 1;
	return compare_subjects(&x->subject, &y->subject);
}

static bool fill_texts(struct fault *fault)
{
	const struct rule *rule = fault->rule;
	/* A host's fault has its own commands, with that host's names in them. */
	bool repaired = rule->inspect && fault->remedies[0];

	if (!fault->summary)
		fault->summary = strdup(rule->summary);
	if (!fault->effect)
		fault->effect = strdup(rule->effect);
	for (int i = 0; i < RULE_MAX_REMEDIES && rule->remedies[i] && !repaired; i++)
		fault_add_remedy(fault, "%s", rule->remedies[i]);
	if (fault->count == 0)
		fault->count = fault->evidence_count ? fault->evidence_count : 1;
	return fault->summary && fault->effect;
}

static void finish(struct findings *findings, rule_list rules)
{
	for (uint32_t i = 0; i < findings->count; i++) {
		struct fault *fault = &findings->faults[i];

		if (!fill_texts(fault))
			findings->failed = true;
		qsort(fault->evidence, fault->evidence_count, sizeof *fault->evidence, compare_evidence);
	}
	if (findings->count)
		qsort_r(findings->faults, findings->count, sizeof *findings->faults, compare_faults,
			(void *)(uintptr_t)rules);
}

static void findings_free(struct findings *findings)
{
	for (uint32_t i = 0; i < findings->count; i++)
		fault_free(&findings->faults[i]);
	free(findings->faults);
	fault_free(&findings->scratch);
	table_free(&findings->index);
	*findings = (struct findings){ .count = 0 };
}

int findings_hand_over(struct findings *findings, rule_list rules, struct report *report, struct error *error)
{
	bool failed;

	finish(findings, rules);
	failed = findings->failed;
	if (!failed) {
		report->faults = findings->faults;
		report->fault_count = findings->count;
		findings->faults = NULL;
		findings->count = 0;
	}
	findings_free(findings);
	return failed ? error_set(error, ERROR_MEMORY, NULL, "out of memory while making the report") : 0;
}
