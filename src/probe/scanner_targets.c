// SPDX-License-Identifier: GPL-2.0-or-later
/* Which addresses are asked for, and their numbers. */
#include "probe/scanner_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { V4_BITS = 32, V6_BITS = 128, MOST_CLAIMS = 2 * SCANNER_MAX_HEARD };

static unsigned bits_of(const struct ip *ip)
{
	return ip->family == 4 ? V4_BITS : V6_BITS;
}

/* The last 32 bits. */
static uint32_t number_of(const struct ip *ip)
{
	const uint8_t *b = ip->b + (ip->family == 4 ? 0 : 12);

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void set_number(struct ip *ip, uint32_t number)
{
	uint8_t *b = ip->b + (ip->family == 4 ? 0 : 12);

	for (int i = 0; i < 4; i++)
		b[i] = (uint8_t)(number >> (24 - 8 * i));
}

/* --- networks --- */

static int refuse(struct error *error, const char *text, const char *why)
{
	return error_set(error, ERROR_USAGE, text, "%s", why);
}

static int check_network(const char *where, const struct ip *network, uint8_t prefix, struct error *error)
{
	if (prefix > bits_of(network))
		return refuse(error, where,
			      network->family == 4 ? "a prefix has at most 32 bits" : "a prefix has at most 128 bits");
	if (network->family == 4 && V4_BITS - prefix > SCANNER_MAX_BITS)
		return refuse(error, where, "the network is larger than a /16: scan it part by part");
	if (ip_is_multicast(network) || ip_is_zero(network) || ip_is_broadcast(network))
		return refuse(error, where, "no host has such addresses");
	return 0;
}

static bool parse_prefix(const char *text, uint8_t *prefix)
{
	char *end;
	unsigned long value;

	if (*text < '0' || *text > '9')
		return false;
	value = strtoul(text, &end, 10);
	if (*end || value > UINT8_MAX)
		return false;
	*prefix = (uint8_t)value;
	return true;
}

int scanner_parse(const char *text, struct ip *network, uint8_t *prefix, struct error *error)
{
	const char *slash = strchr(text, '/');
	char address[IP_TEXT_SIZE];
	int length = snprintf(address, sizeof address, "%.*s", slash ? (int)(slash - text) : IP_TEXT_SIZE, text);

	if (length >= (int)sizeof address || !ip_parse(address, network))
		return refuse(error, text, "not a network in the form ADDRESS/PREFIX");
	*prefix = (uint8_t)bits_of(network);
	if (slash && !parse_prefix(slash + 1, prefix))
		return refuse(error, text, "not a network in the form ADDRESS/PREFIX");
	return check_network(text, network, *prefix, error);
}

bool scanner_hears(const struct ip *network, uint8_t prefix)
{
	return network->family == 6 && V6_BITS - prefix > SCANNER_MAX_BITS;
}

uint32_t scanner_most_addresses(const struct ip *network, uint8_t prefix)
{
	return scanner_hears(network, prefix) ? SCANNER_MAX_HEARD : UINT32_C(1) << (bits_of(network) - prefix);
}

/*
 * Neither the network's own address (in IPv6 that of any router: RFC 4291 section 2.6.1) nor its broadcast address,
 * where the network has them.
 */
static void set_range(struct scanner *scanner)
{
	unsigned bits = bits_of(&scanner->network) - scanner->prefix;
	uint32_t size = UINT32_C(1) << bits;

	scanner->first = number_of(&scanner->network) & ~(size - 1);
	scanner->count = size;
	if (bits >= 2) {
		scanner->first++;
		scanner->count -= scanner->network.family == 4 ? 2 : 1;
	}
}

/* --- the sender --- */

static bool is_foreign(const struct scanner_options *options, const struct ip *ip)
{
	for (uint32_t i = 0; i < options->foreign_count; i++)
		if (ip_equal(&options->foreign[i], ip))
			return true;
	return false;
}

/* The own address in the network, else of the link (IPv6), else any. */
static int worth_of(const struct scanner *scanner, const struct prober_address *own)
{
	if (ip_same_network(&own->ip, &scanner->network, scanner->prefix))
		return 4;
	if (ip_same_network(&own->ip, &scanner->network, own->prefix))
		return 3;
	return own->ip.family == 6 && ip_is_link_local(&own->ip) ? 2 : 1;
}

static void choose_sender(struct scanner *scanner, const struct scanner_options *options)
{
	int best = 0;

	for (uint32_t i = 0; i < options->own_count; i++) {
		const struct prober_address *own = &options->own[i];
		int worth;

		if (own->ip.family != scanner->network.family || is_foreign(options, &own->ip))
			continue;
		if (own->ip.family == 6 && ip_is_link_local(&own->ip) && scanner->link.family == 0)
			scanner->link = own->ip;
		worth = worth_of(scanner, own);
		if (worth > best)
			scanner->sender = own->ip;
		best = worth > best ? worth : best;
	}
}

/* --- numbers --- */

struct ip scan_address_at(const struct scanner *scanner, uint32_t place)
{
	struct ip ip = scanner->network;

	if (scanner->hears)
		return ((const struct scan_heard *)table_at(&scanner->heard, place))->ip;
	set_number(&ip, scanner->first + place);
	return ip;
}

static uint32_t place_heard(const struct scanner *scanner, const struct ip *ip)
{
	const struct scan_heard *heard = table_find(&scanner->heard, ip);

	return heard ? heard->number : NO_PLACE;
}

uint32_t scan_place_of(const struct scanner *scanner, const struct ip *ip)
{
	uint32_t place;

	if (ip->family != scanner->network.family)
		return NO_PLACE;
	if (scanner->hears)
		return place_heard(scanner, ip);
	if (!ip_same_network(ip, &scanner->network, scanner->prefix))
		return NO_PLACE;
	place = number_of(ip) - scanner->first;
	return place < scanner->count ? place : NO_PLACE;
}

bool scan_is_own(const struct scanner *scanner, const struct ip *ip)
{
	for (uint32_t i = 0; i < scanner->own_count; i++)
		if (ip_equal(&scanner->own[i].ip, ip))
			return true;
	return false;
}

void scan_note_heard(struct scanner *scanner, const struct ip *ip)
{
	struct scan_heard *heard;
	bool made;

	if (!scanner->hears || ip->family != 6 || ip_is_zero(ip) || ip_is_multicast(ip) || scan_is_own(scanner, ip) ||
	    (!ip_is_link_local(ip) && !ip_same_network(ip, &scanner->network, scanner->prefix)))
		return;
	heard = table_put(&scanner->heard, ip, &made);
	if (!heard || !made)
		return;
	heard->number = scanner->count++;
	scanner->answered[heard->number] = scanner->sender.family == 0 ? ANSWERED_ORDINARY : 0;
}

/* --- life --- */

/* The kernel's own addresses are not asked for: nobody would hear. */
static void settle_own(struct scanner *scanner)
{
	for (uint32_t i = 0; i < scanner->own_count; i++) {
		uint32_t place = scan_place_of(scanner, &scanner->own[i].ip);

		if (place == NO_PLACE || scanner->answered[place] == ANSWERED_BOTH)
			continue;
		scanner->answered[place] = ANSWERED_BOTH;
		scanner->settled++;
	}
}

static int copy_own(struct scanner *scanner, const struct scanner_options *options)
{
	scanner->own = calloc(options->own_count + 1, sizeof *scanner->own);
	if (!scanner->own)
		return ERROR_MEMORY;
	for (; scanner->own_count < options->own_count; scanner->own_count++)
		scanner->own[scanner->own_count] = options->own[scanner->own_count];
	return 0;
}

int scan_targets_init(struct scanner *scanner, const struct scanner_options *options, struct error *error)
{
	int result = check_network(NULL, &options->network, options->prefix, error);

	if (result)
		return result;
	scanner->network = options->network;
	scanner->prefix = options->prefix;
	scanner->hears = scanner_hears(&options->network, options->prefix);
	table_init(&scanner->heard, sizeof(struct ip), sizeof(struct scan_heard), SCANNER_MAX_HEARD, options->seed);
	table_init(&scanner->claims, sizeof(struct scan_claim_key), sizeof(struct scan_claim), MOST_CLAIMS,
		   options->seed);
	table_init(&scanner->macs, sizeof(struct mac), sizeof(struct scan_mac), SCANNER_MAX_HEARD, options->seed);
	choose_sender(scanner, options);
	if (!scanner->hears)
		set_range(scanner);
	scanner->answered = calloc(scanner->hears ? SCANNER_MAX_HEARD : scanner->count, sizeof *scanner->answered);
	if (!scanner->answered || copy_own(scanner, options) < 0)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	if (scanner->sender.family == 0)
		memset(scanner->answered, ANSWERED_ORDINARY, scanner->count);
	settle_own(scanner);
	return 0;
}

void scan_targets_free(struct scanner *scanner)
{
	table_free(&scanner->heard);
	table_free(&scanner->claims);
	table_free(&scanner->macs);
	free(scanner->answered);
	free(scanner->own);
}
