// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tally.h"

#include <inttypes.h>

#include "analysis/observation.h"

static struct tally_entry *find_entry(struct tally *tally, uint32_t segment, const struct ip *ip, struct mac mac,
				      uint32_t kind)
{
	for (uint32_t i = 0; i < tally->count; i++) {
		struct tally_entry *entry = &tally->entries[i];

		if (entry->segment == segment && entry->kind == kind && mac_equal(entry->mac, mac) &&
		    ip_equal(&entry->ip, ip))
			return entry;
	}
	return NULL;
}

static void count_unlisted(struct tally *tally, const struct observation *observation)
{
	if (!tally->unlisted++) {
		tally->first_unlisted = observation->mark;
		tally->unlisted_segment = observation->segment;
	}
	tally->last_unlisted = observation->mark;
}

struct tally_entry *tally_add(struct tally *tally, const struct observation *observation, const struct ip *ip,
			      struct mac mac, uint32_t kind)
{
	static const struct ip none;
	struct tally_entry *entry = find_entry(tally, observation->segment, ip ? ip : &none, mac, kind);

	if (!entry) {
		if (tally->count == TALLY_MAX) {
			count_unlisted(tally, observation);
			return NULL;
		}
		entry = &tally->entries[tally->count++];
		*entry = (struct tally_entry){ .segment = observation->segment, .mac = mac, .kind = kind };
		entry->ip = ip ? *ip : none;
	}
	if (entry->count < TALLY_MAX_MARKS)
		entry->marks[entry->count] = observation->mark;
	entry->count++;
	entry->last = observation->mark;
	return entry;
}

void tally_cite(const struct tally_entry *entry, const struct facts *facts, struct fault *fault, const char *note)
{
	for (int i = 0; i < TALLY_MAX_MARKS; i++)
		fault_cite(fault, facts, entry->segment, &entry->marks[i], "%s", note);
	fault_count(fault, entry->count, entry->marks[0].time, entry->last.time);
}

void tally_report_unlisted(const struct tally *tally, struct findings *findings, enum severity severity,
			   const char *what)
{
	struct subject nobody = { .has_mac = false };
	struct fault *fault;

	if (tally->unlisted == 0)
		return;
	fault = findings_add(findings, severity, CONFIDENCE_PROVEN, &nobody);
	fault_set_summary(fault, "%" PRIu64 " more %s, of senders beyond the %d that are listed", tally->unlisted, what,
			  TALLY_MAX);
	fault_cite(fault, findings->facts, tally->unlisted_segment, &tally->first_unlisted, "the first of them");
	fault_count(fault, tally->unlisted, tally->first_unlisted.time, tally->last_unlisted.time);
}
