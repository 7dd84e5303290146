// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/truth.h"

#include <stdlib.h>
#include <string.h>

#include "wire/mac_kind.h"

static void *grow(void *list_pointer, uint32_t *count, uint32_t *room, size_t size)
{
	uint32_t more = *room ? *room * 2 : 64;
	void *list;

	memcpy(&list, list_pointer, sizeof list);
	if (*count == *room) {
		list = reallocarray(list, more, size);
		if (!list)
			return NULL;
		memcpy(list_pointer, &list, sizeof list);
		*room = more;
	}
	return (char *)list + (size_t)(*count)++ * size;
}

static bool is_usable(const struct ip *ip, struct mac mac)
{
	bool loopback = ip->family == 4 && ip->b[0] == 127;

	return ip->family != 0 && !ip_is_zero(ip) && !loopback && !ip_is_link_local(ip) && !ip_is_multicast(ip) &&
	       !ip_is_broadcast(ip) && !mac_is_zero(mac) && !mac_is_group(mac);
}

static bool add_word(struct truth *truth, const struct ip *ip, struct mac mac, enum word_kind kind, uint32_t source,
		     const char *link)
{
	struct word *word;

	if (!is_usable(ip, mac))
		return true;
	word = grow(&truth->words, &truth->word_count, &truth->word_room, sizeof *word);
	if (word)
		*word = (struct word){ .ip = *ip, .mac = mac, .kind = kind, .source = source, .link = link };
	return word != NULL;
}

static bool add_vip(struct truth *truth, const struct ip *ip)
{
	struct ip *vip = ip->family ? grow(&truth->vips, &truth->vip_count, &truth->vip_room, sizeof *vip) : NULL;

	if (vip)
		*vip = *ip;
	return vip != NULL || ip->family == 0;
}

static bool add_machine(struct truth *truth, const struct report_machine *machine, uint32_t source)
{
	bool fine = true;

	for (uint32_t i = 0; i < machine->link_count; i++) {
		struct truth_link *link = mac_is_zero(machine->links[i].mac) ? NULL
									     : grow(&truth->links, &truth->link_count,
										    &truth->link_room, sizeof *link);

		if (link)
			*link = (struct truth_link){ machine->links[i].mac, source, &machine->links[i] };
		fine &= link || mac_is_zero(machine->links[i].mac);
	}
	for (uint32_t i = 0; i < machine->address_count; i++) {
		const struct machine_link *link = machine_find_link(machine, machine->addresses[i].link);

		/* A dummy's MAC is nobody's answer. */
		if (link && link->arp)
			fine &= add_word(truth, &machine->addresses[i].ip, link->mac, WORD_HOST, source, link->name);
	}
	for (uint32_t i = 0; i < machine->guest_count; i++)
		fine &= add_word(truth, &machine->guests[i].ip, machine->guests[i].mac, WORD_GUEST, source, NULL);
	for (uint32_t i = 0; i < machine->vip_count; i++)
		fine &= add_vip(truth, &machine->vips[i].ip);
	for (uint32_t i = 0; i < machine->destination_count; i++)
		fine &= add_vip(truth, &machine->destinations[i].service.vip);
	return fine;
}

static bool add_topology(struct truth *truth, const struct topology *topology, uint32_t source)
{
	const struct topology_host *lists[] = { topology->directors, topology->real_servers };
	const uint32_t counts[] = { topology->director_count, topology->real_server_count };
	bool fine = true;

	for (uint32_t i = 0; i < topology->service_count; i++)
		fine &= add_vip(truth, &topology->services[i].vip);
	for (int list = 0; list < 2; list++)
		for (uint32_t i = 0; i < counts[list]; i++)
			if (lists[list][i].mac_known)
				fine &=
				    add_word(truth, &lists[list][i].ip, lists[list][i].mac, WORD_GIVEN, source, NULL);
	return fine;
}

/* An inspected host knows its own addresses, and its guests'; other commands prove what they say. */
static bool add_hosts(struct truth *truth, const struct report *report, uint32_t source)
{
	bool fine = true;

	for (uint32_t i = 0; i < report->host_count; i++) {
		const struct report_host *host = &report->hosts[i];
		bool own = report->machine && machine_find_address(report->machine, &host->ip);

		for (uint32_t k = 0; k < host->mac_count && !own; k++)
			if (host->macs[k].own == OWN_YES)
				fine &= add_word(truth, &host->ip, host->macs[k].mac,
						 report->machine ? WORD_GUEST : WORD_SEEN, source, NULL);
	}
	return fine;
}

static int compare_words(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	int order = ip_compare(&x->ip, &y->ip);

	order = order ? order : (int)x->kind - (int)y->kind;
	order = order ? order : mac_compare(x->mac, y->mac);
	order = order ? order : x->source < y->source ? -1 : x->source > y->source;
	return order ? order : strcmp(x->link ? x->link : "", y->link ? y->link : "");
}

static int compare_links(const void *a, const void *b)
{
	const struct truth_link *x = a, *y = b;
	int order = mac_compare(x->mac, y->mac);

	order = order ? order : x->source < y->source ? -1 : x->source > y->source;
	order = order ? order : (int)y->link->proxy_arp - (int)x->link->proxy_arp;
	return order ? order : strcmp(x->link->name, y->link->name);
}

/* One interface tells as much as all of a Dom0's with the same MAC: one that answers for others, where there is one. */
static void sort_links(struct truth *truth)
{
	uint32_t kept = 0;

	if (truth->link_count == 0)
		return;
	qsort(truth->links, truth->link_count, sizeof *truth->links, compare_links);
	for (uint32_t i = 0; i < truth->link_count; i++)
		if (kept == 0 || truth->links[kept - 1].source != truth->links[i].source ||
		    !mac_equal(truth->links[kept - 1].mac, truth->links[i].mac))
			truth->links[kept++] = truth->links[i];
	truth->link_count = kept;
}

static int compare_ips(const void *a, const void *b)
{
	return ip_compare(a, b);
}

bool truth_build(const struct report *report, struct truth *truth)
{
	bool fine = true;

	truth->report = report;
	for (uint32_t i = 0; i < report->source_count; i++) {
		const struct report *source = report->sources[i].report;

		if (source->machine)
			fine &= add_machine(truth, source->machine, i);
		fine &= add_topology(truth, &source->topology, i);
		fine &= add_hosts(truth, source, i);
	}
	if (truth->word_count > 0)
		qsort(truth->words, truth->word_count, sizeof *truth->words, compare_words);
	sort_links(truth);
	if (truth->vip_count > 0)
		qsort(truth->vips, truth->vip_count, sizeof *truth->vips, compare_ips);
	return fine;
}

void truth_free(struct truth *truth)
{
	free(truth->words);
	free(truth->links);
	free(truth->vips);
	*truth = (struct truth){ .report = NULL };
}

const struct report_machine *truth_machine(const struct truth *truth, uint32_t source)
{
	return truth->report->sources[source].report->machine;
}

bool truth_is_vip(const struct truth *truth, const struct ip *ip)
{
	return truth->vip_count > 0 && bsearch(ip, truth->vips, truth->vip_count, sizeof *truth->vips, compare_ips);
}

const struct word *truth_words(const struct truth *truth, const struct ip *ip, bool vips_too, uint32_t *count)
{
	uint32_t low = 0, high = truth->word_count;
	const struct word *first;

	*count = 0;
	if (!vips_too && truth_is_vip(truth, ip))
		return NULL;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (ip_compare(&truth->words[middle].ip, ip) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == truth->word_count || !ip_equal(&truth->words[low].ip, ip))
		return NULL;
	first = &truth->words[low];
	while (low < truth->word_count && ip_equal(&truth->words[low].ip, ip) &&
	       truth->words[low].kind == first->kind) {
		(*count)++;
		low++;
	}
	return first;
}

bool truth_allows(const struct truth *truth, const struct ip *ip, struct mac mac)
{
	uint32_t count;
	const struct word *words = truth_words(truth, ip, true, &count);

	for (uint32_t i = 0; i < count; i++) {
		const struct report_machine *machine = truth_machine(truth, words[i].source);

		if (mac_equal(words[i].mac, mac) ||
		    (words[i].kind == WORD_HOST && machine && machine_find_mac(machine, mac)))
			return true;
	}
	return false;
}

/* The first interface with the MAC, or NULL. Others with it follow. */
static const struct truth_link *find_link(const struct truth *truth, struct mac mac)
{
	uint32_t low = 0, high = truth->link_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (mac_compare(truth->links[middle].mac, mac) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < truth->link_count && mac_equal(truth->links[low].mac, mac) ? &truth->links[low] : NULL;
}

static bool is_link(const struct truth *truth, const struct truth_link *link)
{
	return link < truth->links + truth->link_count;
}

/* A VIP moves between its holders, but never to a Dom0 that answers for what it routes to and does not hold it. */
static bool is_proxied(const struct truth *truth, const struct ip *vip, struct mac mac)
{
	const struct truth_link *link = find_link(truth, mac);

	if (!link)
		return false;
	for (; is_link(truth, link) && mac_equal(link->mac, mac); link++)
		if (!link->link->vif || !link->link->proxy_arp ||
		    machine_find_address(truth_machine(truth, link->source), vip))
			return false;
	return true;
}

const struct word *truth_refutes(const struct truth *truth, const struct ip *ip, struct mac mac)
{
	bool vip = truth_is_vip(truth, ip);
	uint32_t count;
	const struct word *words = truth_words(truth, ip, true, &count);

	/* A virtual router's MAC is its holder's by design. */
	if (!words || (mac_kind_of(mac)->traits & MAC_TRAIT_SHARED) || truth_allows(truth, ip, mac))
		return NULL;
	if (vip && (words->kind != WORD_HOST || !is_proxied(truth, ip, mac)))
		return NULL;
	return words;
}

static bool has_guest(const struct truth *truth, uint32_t source, struct mac mac)
{
	const struct report *report = truth->report->sources[source].report;

	for (uint32_t i = 0; i < report->machine->guest_count; i++)
		if (mac_equal(report->machine->guests[i].mac, mac))
			return true;
	/* Without Xen's store: behind a vif the guest is a neighbour, at its own MAC. */
	for (uint32_t i = 0; i < report->host_count; i++)
		for (uint32_t k = 0; k < report->hosts[i].mac_count; k++)
			if (mac_equal(report->hosts[i].macs[k].mac, mac) && report->hosts[i].macs[k].own != OWN_NO)
				return true;
	return false;
}

/* Whether one of the teller's own interfaces is a guest's there. */
static bool hosts_teller(const struct truth *truth, uint32_t source, uint32_t teller)
{
	const struct report_machine *machine = truth_machine(truth, teller);

	for (uint32_t i = 0; machine && i < machine->link_count; i++)
		if (!mac_is_zero(machine->links[i].mac) && has_guest(truth, source, machine->links[i].mac))
			return true;
	return false;
}

const struct truth_link *truth_answerer(const struct truth *truth, struct mac mac, uint32_t teller,
					const struct word *word)
{
	/* Better candidates have a higher rank; more than one source of the highest rank is nobody. */
	const struct truth_link *best = NULL;
	int best_rank = 0;
	bool several = false;
	for (const struct truth_link *link = find_link(truth, mac);
	     link && is_link(truth, link) && mac_equal(link->mac, mac); link++) {
		int rank;

		rank = 1 + (link->link->proxy_arp ? 1 : 0) + (has_guest(truth, link->source, word->mac) ? 2 : 0) +
		       (hosts_teller(truth, link->source, teller) ? 4 : 0);
		several = rank == best_rank || (several && rank < best_rank);
		if (rank > best_rank) {
			best = link;
			best_rank = rank;
		}
	}
	return several ? NULL : best;
}

const struct ip *truth_address(const struct truth *truth, struct mac mac, uint8_t family)
{
	const struct ip *found = NULL;

	for (uint32_t i = 0; i < truth->word_count; i++) {
		const struct word *word = &truth->words[i];

		if (word->ip.family != family || word->kind > WORD_GUEST || !mac_equal(word->mac, mac) ||
		    truth_is_vip(truth, &word->ip))
			continue;
		if (found && !ip_equal(found, &word->ip))
			return NULL;
		found = &word->ip;
	}
	return found;
}
