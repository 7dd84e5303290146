// SPDX-License-Identifier: GPL-2.0-or-later
/* keepalived.conf(5), "Virtual server group(s)": lists of addresses, ranges, networks and marks. */
#include <stdlib.h>
#include <string.h>

#include "topology/keepalived.h"
#include "topology/topology_index.h"
#include "topology/words.h"

int keepalived_begin_group(struct keepalived *keepalived, const struct statement *statement)
{
	struct server_group group = { .place = statement->place, .first_entry = keepalived->entry_count };
	int result = keepalived_name(keepalived, statement, 1, group.name);

	for (uint32_t i = 0; i < keepalived->group_count && result == 0; i++) {
		if (strcmp(keepalived->groups[i].name, group.name) == 0)
			result = keepalived_fail_at(keepalived, &group.place,
						    "virtual_server_group %s is defined twice: rename or remove one",
						    group.name);
	}
	if (result == 0)
		result = list_check(keepalived->group_count, TOPOLOGY_MAX_SERVICES, "virtual server groups",
				    keepalived->error);
	if (result == 0)
		result = list_reserve(&keepalived->groups, keepalived->group_count, &keepalived->group_room,
				      sizeof group, keepalived->error);
	if (result == 0)
		keepalived->groups[keepalived->group_count++] = group;
	return keepalived_placed(keepalived, &statement->place, result);
}

static unsigned address_size(const struct ip *ip)
{
	return ip->family == 4 ? 4 : 16;
}

/* "ADDRESS/BITS": the whole network, as keepalived takes it. The bits behind must be zero. */
static bool take_network(const char *digits, struct group_entry *entry)
{
	unsigned size = address_size(&entry->first);
	uint32_t bits;

	entry->last = entry->first;
	if (!word_to_number(digits, size * 8, &bits) || bits == 0)
		return false;
	for (unsigned i = bits / 8; i < size; i++) {
		uint8_t mask = (uint8_t)(i == bits / 8 ? 0xff >> bits % 8 : 0xff);

		if (entry->first.b[i] & mask)
			return false;
		entry->last.b[i] |= mask;
	}
	return true;
}

/* What follows "ADDRESS-": another address, or its last number, decimal in IPv4 and hexadecimal in IPv6. */
static bool take_range(const char *end, struct group_entry *entry)
{
	bool v6 = entry->first.family == 6;
	unsigned long number;
	char *behind;

	if (ip_parse(end, &entry->last))
		return ip_compare(&entry->first, &entry->last) <= 0 && entry->last.family == entry->first.family;
	if (!*end || end[strspn(end, v6 ? "0123456789abcdefABCDEF" : "0123456789")] != '\0')
		return false;
	number = strtoul(end, &behind, v6 ? 16 : 10);
	if (number > (v6 ? 0xffff : 0xff))
		return false;
	entry->last = entry->first;
	if (v6)
		entry->last.b[14] = (uint8_t)(number >> 8);
	entry->last.b[address_size(&entry->first) - 1] = (uint8_t)number;
	return ip_compare(&entry->first, &entry->last) <= 0;
}

static bool take_addresses(const char *word, struct group_entry *entry)
{
	char address[IP_TEXT_SIZE];
	size_t length = strcspn(word, "-/");

	if (length >= sizeof address)
		return false;
	memcpy(address, word, length);
	address[length] = '\0';
	if (!ip_parse(address, &entry->first))
		return false;
	entry->last = entry->first;
	if (word[length] == '/')
		return take_network(word + length + 1, entry);
	return word[length] == '\0' || take_range(word + length + 1, entry);
}

static int take_entry(struct keepalived *keepalived, const struct statement *statement, struct group_entry *entry)
{
	uint32_t port = 0;
	int result = 0;

	if (strcmp(statement_word(statement, 0), "fwmark") == 0)
		return keepalived_number(keepalived, statement, 1, "a firewall mark", 1, UINT32_MAX, &entry->fwmark);
	if (!take_addresses(statement_word(statement, 0), entry))
		return keepalived_fail_at(keepalived, &statement->place,
					  "\"%.100s\" is no address or range: write 10.1.1.1, 10.1.1.1-9, "
					  "10.1.1.1-10.1.2.9 or 10.1.1.8/29",
					  statement_word(statement, 0));
	if (statement->count > 1)
		result = keepalived_number(keepalived, statement, 1, "a port", 0, UINT16_MAX, &port);
	entry->port = (uint16_t)port;
	return result;
}

int keepalived_group_entry(struct keepalived *keepalived, const struct statement *statement)
{
	struct group_entry entry = { .place = statement->place };
	int result = take_entry(keepalived, statement, &entry);

	if (result == 0)
		result = list_check(keepalived->entry_count, TOPOLOGY_MAX_SERVICES, "addresses in groups",
				    keepalived->error);
	if (result == 0)
		result = list_reserve(&keepalived->entries, keepalived->entry_count, &keepalived->entry_room,
				      sizeof entry, keepalived->error);
	if (result < 0)
		return keepalived_placed(keepalived, &statement->place, result);
	keepalived->entries[keepalived->entry_count++] = entry;
	keepalived->groups[keepalived->group_count - 1].entry_count++;
	return 0;
}
