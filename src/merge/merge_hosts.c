// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of hosts: what each address was seen at, and whose word on it counts. */
#include <stdlib.h>
#include <string.h>

#include "merge/merge_private.h"

/* One MAC of one host, as one source has it. */
struct seen {
	struct ip ip;
	uint32_t vlan, source;
	const struct report_host_mac *mac;
};

static int compare_places(const struct seen *x, const struct seen *y)
{
	int order = ip_compare(&x->ip, &y->ip);

	return order ? order : x->vlan < y->vlan ? -1 : x->vlan > y->vlan;
}

static int compare_seen(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;
	int order = compare_places(x, y);

	order = order ? order : mac_compare(x->mac->mac, y->mac->mac);
	return order ? order : x->source < y->source ? -1 : x->source > y->source;
}

static struct seen *collect(struct merging *merging, uint32_t *count)
{
	struct report *report = merging->report;
	struct seen *list;
	size_t room = 1;

	*count = 0;
	for (uint32_t i = 0; i < report->source_count; i++)
		for (uint32_t k = 0; k < report->sources[i].report->host_count; k++)
			room += report->sources[i].report->hosts[k].mac_count;
	list = room < UINT32_MAX ? calloc(room, sizeof *list) : NULL;
	if (!list) {
		merging->failed = true;
		return NULL;
	}
	for (uint32_t i = 0; i < report->source_count; i++)
		for (uint32_t k = 0; k < report->sources[i].report->host_count; k++) {
			const struct report_host *host = &report->sources[i].report->hosts[k];

			for (uint32_t m = 0; m < host->mac_count; m++)
				list[(*count)++] = (struct seen){ host->ip, host->vlan, i, &host->macs[m] };
		}
	qsort(list, *count, sizeof *list, compare_seen);
	return list;
}

static uint64_t add_counts(uint64_t a, uint64_t b)
{
	return a > INT64_MAX - (b > INT64_MAX ? INT64_MAX : b) ? INT64_MAX : a + b;
}

static void widen(struct report_host_mac *into, const struct report_host_mac *mac)
{
	into->claims = add_counts(into->claims, mac->claims);
	if (mac->first != 0 && (into->first == 0 || mac->first < into->first))
		into->first = mac->first;
	if (mac->last > into->last)
		into->last = mac->last;
	if (mac->has_answer_time && (!into->has_answer_time || mac->answer_time < into->answer_time)) {
		into->has_answer_time = true;
		into->answer_time = mac->answer_time;
	}
	if (into->own == OWN_UNKNOWN && mac->own != OWN_UNKNOWN) {
		into->own = mac->own;
		into->own_reason = mac->own_reason;
	}
}

static void dispute(struct merging *merging, const struct seen *seen, uint32_t count)
{
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	struct text about = TEXT_INIT;

	text_printf(&about, "%s at %s", ip_format(&seen->ip, ip), mac_format(seen->mac->mac, mac));
	for (uint32_t i = 0; i < count; i++)
		if (seen[i].mac->own != OWN_UNKNOWN)
			conflict_add(merging, text_string(&about), seen[i].source,
				     seen[i].mac->own == OWN_YES ? "is its own MAC" : "is not its own MAC");
	merging->failed |= about.failed;
	text_free(&about);
}

/* The host's own word counts; else, where some say yes and others no, nobody's does. */
static void settle(struct merging *merging, const struct seen *seen, uint32_t count, struct report_host_mac *into)
{
	const struct word *refuting = truth_refutes(&merging->truth, &seen->ip, into->mac);
	bool yes = false, no = false;
	uint32_t words;
	const struct word *word = truth_words(&merging->truth, &seen->ip, true, &words);

	for (uint32_t i = 0; i < count; i++) {
		yes |= seen[i].mac->own == OWN_YES;
		no |= seen[i].mac->own == OWN_NO;
	}
	if ((yes && no) || (yes && refuting))
		dispute(merging, seen, count);
	if (word && word->kind == WORD_HOST && truth_allows(&merging->truth, &seen->ip, into->mac)) {
		into->own = OWN_YES;
		into->own_reason = "the host itself says so";
	} else if (refuting && refuting->kind == WORD_HOST && !yes) {
		into->own = OWN_NO;
		into->own_reason = "the host itself has another";
	} else if (refuting && !yes && !no) {
		into->own = OWN_NO;
		into->own_reason = "another one is known to be its own";
	} else if (yes && no) {
		into->own = OWN_UNKNOWN;
		into->own_reason = "the reports contradict each other";
	}
}

/* A machine's word on its own address. */
static bool is_own_word(const struct merging *merging, const struct seen *seen)
{
	const struct report_machine *machine = truth_machine(&merging->truth, seen->source);

	return seen->mac->own == OWN_YES && machine && machine_find_address(machine, &seen->ip);
}

/* A service's address moves: traffic shows several owners one after the other, but two machines that hold it are two.
 */
static bool is_said(const struct merging *merging, const struct seen *seen)
{
	return seen->mac->own == OWN_YES && (!truth_is_vip(&merging->truth, &seen->ip) || is_own_word(merging, seen));
}

/* How many MACs are said to be the address's own. */
static uint32_t count_owners(const struct merging *merging, const struct seen *seen, uint32_t count,
			     bool (*counts)(const struct merging *merging, const struct seen *seen))
{
	const struct seen *last = NULL;
	uint32_t owners = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (!counts(merging, &seen[i]))
			continue;
		owners += !last || !mac_equal(last->mac->mac, seen[i].mac->mac);
		last = &seen[i];
	}
	return owners;
}

/* Whether `source` says it of as many: it has seen a host with several interfaces, or has told of the trouble itself.
 */
static bool knows_all(const struct merging *merging, const struct seen *seen, uint32_t count, uint32_t source,
		      uint32_t owners)
{
	uint32_t known = 0;

	for (uint32_t i = 0; i < count; i++)
		known += seen[i].source == source && is_said(merging, &seen[i]);
	return known >= owners;
}

/* Whether all of them are interfaces of the machine of `source`, which answers by each as it likes. */
static bool are_of_machine(const struct merging *merging, const struct seen *seen, uint32_t count, uint32_t source)
{
	const struct report_machine *machine = truth_machine(&merging->truth, source);

	for (uint32_t i = 0; machine && i < count; i++)
		if (is_said(merging, &seen[i]) && !machine_find_mac(machine, seen[i].mac->mac))
			return false;
	return machine != NULL;
}

static bool are_explained(const struct merging *merging, const struct seen *seen, uint32_t count, uint32_t owners)
{
	bool several_machines = count_owners(merging, seen, count, is_own_word) > 1;

	for (uint32_t i = 0; i < count; i++)
		if (is_said(merging, &seen[i]) &&
		    (are_of_machine(merging, seen, count, seen[i].source) ||
		     (!several_machines && knows_all(merging, seen, count, seen[i].source, owners))))
			return true;
	return false;
}

/* Several MACs are said to be an address's own, by different sources, none of which explains it. */
static void dispute_owners(struct merging *merging, const struct seen *seen, uint32_t count)
{
	uint32_t owners = count_owners(merging, seen, count, is_said);
	char buffer[IP_TEXT_SIZE];
	struct text about = TEXT_INIT;

	if (owners < 2 || are_explained(merging, seen, count, owners))
		return;
	text_printf(&about, "%s: its own MAC", ip_format(&seen->ip, buffer));
	for (uint32_t i = 0; i < count; i++)
		if (is_said(merging, &seen[i]))
			conflict_add(merging, text_string(&about), seen[i].source,
				     mac_format(seen[i].mac->mac, buffer));
	merging->failed |= about.failed;
	text_free(&about);
}

/* `seen` is all of one address. */
static void add_host(struct merging *merging, const struct seen *seen, uint32_t count, uint32_t *used)
{
	struct report *report = merging->report;
	struct report_host *host = &report->hosts[report->host_count++];

	*host = (struct report_host){ .ip = seen->ip, .vlan = seen->vlan, .macs = &report->host_macs[*used] };
	for (uint32_t first = 0, end; first < count; first = end) {
		struct report_host_mac *mac = &host->macs[host->mac_count++];

		*mac = *seen[first].mac;
		for (end = first + 1; end < count && mac_equal(seen[end].mac->mac, mac->mac); end++)
			widen(mac, seen[end].mac);
		settle(merging, &seen[first], end - first, mac);
	}
	*used += host->mac_count;
	dispute_owners(merging, seen, count);
}

void merge_hosts(struct merging *merging)
{
	struct report *report = merging->report;
	uint32_t count, used = 0;
	struct seen *seen = collect(merging, &count);

	report->hosts = calloc((size_t)count + 1, sizeof *report->hosts);
	report->host_macs = calloc((size_t)count + 1, sizeof *report->host_macs);
	merging->failed |= !report->hosts || !report->host_macs;
	for (uint32_t first = 0, end; first < count && !merging->failed; first = end) {
		for (end = first + 1; end < count && compare_places(&seen[first], &seen[end]) == 0; end++)
			;
		add_host(merging, &seen[first], end - first, &used);
	}
	free(seen);
}
