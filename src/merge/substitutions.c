// SPDX-License-Identifier: GPL-2.0-or-later
/* What machines were told, against the true MACs: who got in between. */
#include <stdlib.h>
#include <string.h>

#include "merge/merge_private.h"
#include "rules/registry.h"
#include "wire/mac_kind.h"

/* An address at a MAC that is not its own, as one source has it. */
struct told {
	struct ip ip;
	struct mac mac;
	uint32_t vlan, source;
	const struct report_host_mac *seen;
};

static int compare_subjects(const struct told *x, const struct told *y)
{
	int order = ip_compare(&x->ip, &y->ip);

	order = order ? order : mac_compare(x->mac, y->mac);
	return order ? order : x->vlan < y->vlan ? -1 : x->vlan > y->vlan;
}

static int compare_told(const void *a, const void *b)
{
	const struct told *x = a, *y = b;
	int order = compare_subjects(x, y);

	return order ? order : x->source < y->source ? -1 : x->source > y->source;
}

/* In two VLANs an address may be two hosts. */
static bool is_in_one_vlan(const struct report *source, uint32_t host)
{
	const struct ip *ip = &source->hosts[host].ip;

	return (host == 0 || !ip_equal(&source->hosts[host - 1].ip, ip)) &&
	       (host + 1 == source->host_count || !ip_equal(&source->hosts[host + 1].ip, ip));
}

static struct told *collect(struct merging *merging, uint32_t *count)
{
	const struct report *report = merging->report;
	struct told *list = NULL;
	uint32_t room = 0;

	*count = 0;
	for (uint32_t i = 0; i < report->source_count; i++) {
		const struct report *source = report->sources[i].report;

		for (uint32_t k = 0; k < source->host_count; k++) {
			const struct report_host *host = &source->hosts[k];

			for (uint32_t m = 0; m < host->mac_count && is_in_one_vlan(source, k); m++) {
				struct told *told;

				if (host->macs[m].own == OWN_YES ||
				    !truth_refutes(&merging->truth, &host->ip, host->macs[m].mac))
					continue;
				told = merge_grow(merging, &list, count, &room, sizeof *told);
				if (told)
					*told =
					    (struct told){ host->ip, host->macs[m].mac, host->vlan, i, &host->macs[m] };
			}
		}
	}
	if (*count > 0)
		qsort(list, *count, sizeof *list, compare_told);
	return list;
}

static uint32_t host_input(const struct merging *merging, uint32_t source)
{
	return merge_input_of(merging, source, 0);
}

static nanos time_of(const struct merging *merging, uint32_t source)
{
	const struct report *report = merging->report->sources[source].report;

	return report->host_count > 0 && report->hosts[0].mac_count > 0 ? report->hosts[0].macs[0].last : 0;
}

static const char *const word_phrases[] = {
	[WORD_HOST] = "as it says itself",
	[WORD_GUEST] = "as its host says",
	[WORD_GIVEN] = "as was given",
	[WORD_SEEN] = "as was proven elsewhere",
};

static void note_word(const struct merging *merging, struct fault *fault, const struct word *word)
{
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	ip_format(&word->ip, ip);
	mac_format(word->mac, mac);
	if (word->kind == WORD_HOST)
		new_fault_note(fault, host_input(merging, word->source), time_of(merging, word->source),
			       "%s: %s, MAC %s", word->link, ip, mac);
	else if (word->kind == WORD_GUEST)
		new_fault_note(fault, host_input(merging, word->source), time_of(merging, word->source),
			       "its guest %s has the MAC %s", ip, mac);
	else
		new_fault_note(fault, host_input(merging, word->source), 0, "%s is at %s, %s", ip, mac,
			       word->kind == WORD_GIVEN ? "as was given" : "which is its own");
}

static void note_answerer(const struct merging *merging, struct fault *fault, const struct truth_link *answerer)
{
	char mac[MAC_TEXT_SIZE];

	mac_format(answerer->mac, mac);
	if (answerer->link->vif)
		new_fault_note(fault, host_input(merging, answerer->source), time_of(merging, answerer->source),
			       "%s: the other end of a guest's interface, MAC %s%s", answerer->link->name, mac,
			       answerer->link->proxy_arp ? ", proxy_arp 1" : "");
	else
		new_fault_note(fault, host_input(merging, answerer->source), time_of(merging, answerer->source),
			       "%s: MAC %s%s", answerer->link->name, mac,
			       answerer->link->proxy_arp ? ", proxy_arp 1" : "");
}

/* Its frames say it better. */
static bool is_shown(const struct report *source, const struct told *told)
{
	for (uint32_t i = 0; i < source->fault_count; i++) {
		const struct fault *fault = &source->faults[i];

		if (fault->evidence_count > 0 && fault->subject.has_mac && mac_equal(fault->subject.mac, told->mac) &&
		    ip_equal(&fault->subject.ip, &told->ip) && strcmp(fault->rule->id, "mac-substituted") == 0)
			return true;
	}
	return false;
}

static void note_told(const struct merging *merging, struct fault *fault, const struct told *told)
{
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	ip_format(&told->ip, ip);
	mac_format(told->mac, mac);
	if (truth_machine(&merging->truth, told->source))
		new_fault_note(fault, host_input(merging, told->source), told->seen->last,
			       "neighbour table: %s lladdr %s", ip, mac);
	else if (!is_shown(merging->report->sources[told->source].report, told))
		new_fault_note(fault, host_input(merging, told->source), told->seen->first,
			       "%s was at %s there, %llu claims", ip, mac, (unsigned long long)told->seen->claims);
}

/*
 * A neighbour table may be out of date: where no traffic shows the MAC in use, and neither its form nor any machine
 * says whose it is, nobody need have answered.
 */
static bool may_be_old(const struct merging *merging, const struct told *told, uint32_t count,
		       const struct truth_link *answerer)
{
	bool traffic = false;

	for (uint32_t i = 0; i < count; i++)
		traffic |= !truth_machine(&merging->truth, told[i].source);
	return !traffic && !answerer && !(mac_kind_of(told->mac)->traits & MAC_TRAIT_BACKEND);
}

static void add_answerer(const struct merging *merging, const struct truth_link *answerer, struct mac mac,
			 struct text *into)
{
	const struct report_machine *machine = answerer ? truth_machine(&merging->truth, answerer->source) : NULL;

	if (!answerer) {
		text_printf(into, "%s answers for it",
			    mac_kind_of(mac)->traits & MAC_TRAIT_BACKEND ? mac_kind_of(mac)->meaning : "somebody else");
		return;
	}
	text_printf(into, "%s%s answers for it", merging->report->sources[answerer->source].label,
		    machine->role == HOST_ROLE_DOM0 ? ", a Xen Dom0," : "");
	if (!answerer->link->vif)
		text_printf(into, " on %s", answerer->link->name);
}

static char *summarise(struct merging *merging, const struct told *told, uint32_t count, const struct word *word,
		       const struct truth_link *answerer)
{
	uint32_t *tellers = calloc(count, sizeof *tellers);
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	struct text summary = TEXT_INIT;

	for (uint32_t i = 0; tellers && i < count; i++)
		tellers[i] = told[i].source;
	merging->failed |= !tellers;
	text_printf(&summary, "%s is at %s for ", ip_format(&told->ip, ip), mac_format(told->mac, mac));
	if (tellers)
		merge_name_sources(merging, tellers, count, &summary);
	text_printf(&summary, ", but its own MAC is %s, %s (%s): ", mac_format(word->mac, mac),
		    word_phrases[word->kind], merging->report->sources[word->source].label);
	if (may_be_old(merging, told, count, answerer))
		text_add(&summary, "an entry that is out of date, or somebody else answers for it");
	else
		add_answerer(merging, answerer, told->mac, &summary);
	free(tellers);
	return merge_take_text(merging, &summary);
}

static struct fault *make_fault(struct merging *merging, struct new_faults *faults, const struct told *told,
				bool may_be_old, enum word_kind kind)
{
	struct subject subject = { .ip = told->ip, .has_mac = true, .mac = told->mac, .vlan = told->vlan };
	bool harmless = (mac_kind_of(told->mac)->traits & MAC_TRAIT_EMULATED) || merge_crosses_routers(merging);
	bool proven = kind != WORD_SEEN && !may_be_old;

	if (truth_is_vip(&merging->truth, &told->ip))
		subject.vip = told->ip;
	return new_fault_add(merging, faults, rule_find("mac-substituted"),
			     harmless     ? SEVERITY_INFO
			     : may_be_old ? SEVERITY_WARNING
					  : SEVERITY_ERROR,
			     proven ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY, &subject);
}

/* The rule's own words, but for what is known here. */
static void add_words(struct merging *merging, struct fault *fault, bool may_be_old)
{
	const struct rule *rule = fault->rule;
	char ip[IP_TEXT_SIZE];
	struct text flush = TEXT_INIT;
	int used = 0;

	fault->effect = merge_copy(
	    merging, merge_crosses_routers(merging)
			 ? "None for VS/TUN and VS/NAT, which work across a router. VS/DR would not work here."
			 : rule->effect);
	if (may_be_old) {
		text_printf(&flush, "Where it is out of date: ip neigh flush to %s", ip_format(&fault->subject.ip, ip));
		fault->remedies[used++] = merge_take_text(merging, &flush);
	}
	for (int i = 0; i < RULE_MAX_REMEDIES && rule->remedies[i] && used < FAULT_MAX_REMEDIES; i++)
		fault->remedies[used++] = merge_copy(merging, rule->remedies[i]);
}

static void add_told(struct merging *merging, struct fault *fault, const struct told *told)
{
	note_told(merging, fault, told);
	new_fault_say(merging, fault, told->source);
	if (is_shown(merging->report->sources[told->source].report, told))
		return;
	fault->count++;
	if (told->seen->first != 0 && (fault->first == 0 || told->seen->first < fault->first))
		fault->first = told->seen->first;
	if (told->seen->last > fault->last)
		fault->last = told->seen->last;
}

/* `told` is all of one subject. */
static void add_substitution(struct merging *merging, struct new_faults *faults, const struct told *told,
			     uint32_t count)
{
	const struct word *word = truth_refutes(&merging->truth, &told->ip, told->mac);
	const struct truth_link *answerer = truth_answerer(&merging->truth, told->mac, told->source, word);
	bool old = may_be_old(merging, told, count, answerer);
	struct fault *fault = make_fault(merging, faults, told, old, word->kind);

	if (!fault)
		return;
	fault->summary = summarise(merging, told, count, word, answerer);
	add_words(merging, fault, old);
	note_word(merging, fault, word);
	if (answerer)
		note_answerer(merging, fault, answerer);
	for (uint32_t i = 0; i < count; i++)
		add_told(merging, fault, &told[i]);
	new_fault_say(merging, fault, word->source);
	if (answerer)
		new_fault_say(merging, fault, answerer->source);
}

void merge_find_substitutions(struct merging *merging, struct new_faults *faults)
{
	uint32_t count;
	struct told *told = collect(merging, &count);

	for (uint32_t first = 0, end; first < count && !merging->failed; first = end) {
		for (end = first + 1; end < count && compare_subjects(&told[first], &told[end]) == 0; end++)
			;
		add_substitution(merging, faults, &told[first], end - first);
	}
	free(told);
}
