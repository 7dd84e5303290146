// SPDX-License-Identifier: GPL-2.0-or-later
/* The words that may follow the subject of a line. */
#include <stdio.h>
#include <string.h>

#include "topology/own.h"

int own_place(const struct own *own, int result)
{
	return lines_place(&own->lines, result, own->error);
}

static const char *take_word(struct own *own)
{
	return own->next < own->lines.count ? own->lines.words[own->next++] : NULL;
}

/* The value behind a word such as "mac". */
const char *own_take_value(struct own *own)
{
	return own->next < own->lines.count ? own->lines.words[own->next++] : "";
}

int own_take_ip(struct own *own, struct ip *ip)
{
	const char *word = own_take_value(own);

	if (ip_parse(word, ip))
		return 0;
	return lines_fail(&own->lines, own->error, "\"%.100s\" is no address: write 10.1.1.13 or 2001:db8::13", word);
}

int own_take_mac(struct own *own, struct attributes *attributes)
{
	const char *word = own_take_value(own);

	attributes->has_mac = true;
	if (mac_parse(word, &attributes->mac))
		return 0;
	return lines_fail(&own->lines, own->error, "\"%.100s\" is no MAC address: write 00:16:3e:00:00:0d", word);
}

static int take_number(struct own *own, uint32_t least, uint32_t most, uint32_t *number)
{
	const char *name = own->lines.words[own->next - 1];
	const char *word = own_take_value(own);

	if (word_to_number(word, most, number) && *number >= least)
		return 0;
	return lines_fail(&own->lines, own->error, "%s is a number from %u to %u, not \"%.100s\"", name, least, most,
			  word);
}

static int take_fwmark(struct own *own, struct attributes *attributes)
{
	attributes->has_service = true;
	return take_number(own, 1, UINT32_MAX, &attributes->service.fwmark);
}

int own_take_service(struct own *own, struct attributes *attributes)
{
	attributes->has_service = true;
	return own_place(own, service_parse(own_take_value(own), &attributes->service, own->error));
}

static int take_port(struct own *own, struct attributes *attributes)
{
	uint32_t port;
	int result = take_number(own, 0, UINT16_MAX, &port);

	if (result < 0)
		return result;
	attributes->port = (uint16_t)port;
	attributes->has_port = true;
	return 0;
}

static int take_weight(struct own *own, struct attributes *attributes)
{
	attributes->has_weight = true;
	return take_number(own, 0, INT32_MAX, &attributes->weight);
}

static int take_method(struct own *own, struct attributes *attributes)
{
	const char *word = own_take_value(own);

	if (method_parse(word, &attributes->method))
		return 0;
	return lines_fail(&own->lines, own->error, "\"%.100s\" is no method: write dr, tun or nat", word);
}

static int take_vrid(struct own *own, struct attributes *attributes)
{
	attributes->has_vrid = true;
	return take_number(own, 1, UINT8_MAX, &attributes->vrid);
}

static int take_priority(struct own *own, struct attributes *attributes)
{
	return take_number(own, 1, UINT8_MAX, &attributes->priority);
}

static int take_vmac(struct own *own, struct attributes *attributes)
{
	(void)own;
	attributes->vmac = true;
	return 0;
}

static int take_more(struct own *own, struct attributes *attributes)
{
	return take_number(own, 0, UINT32_MAX, &attributes->more);
}

static int take_address(struct own *own, struct attributes *attributes)
{
	struct topology_vrrp *vrrp = attributes->vrrp;
	const uint32_t room = sizeof vrrp->addresses / sizeof vrrp->addresses[0];

	if (vrrp->address_count == room)
		return lines_fail(&own->lines, own->error, "more than %u addresses: write the others as \"more N\"",
				  room);
	return own_take_ip(own, &vrrp->addresses[vrrp->address_count++]);
}

static const struct attribute {
	const char *name;
	unsigned lines; /* enum line_kind: where it may stand */
	int (*take)(struct own *own, struct attributes *attributes);
} attribute_table[] = {
	{ "mac", LINE_DIRECTOR | LINE_REAL_SERVER, own_take_mac },
	{ "vip", LINE_REAL_SERVER, own_take_service },
	{ "fwmark", LINE_VIP | LINE_REAL_SERVER, take_fwmark },
	{ "port", LINE_REAL_SERVER, take_port },
	{ "weight", LINE_REAL_SERVER, take_weight },
	{ "method", LINE_VIP | LINE_REAL_SERVER, take_method },
	{ "vrid", LINE_VRRP, take_vrid },
	{ "priority", LINE_VRRP, take_priority },
	{ "vmac", LINE_VRRP, take_vmac },
	{ "address", LINE_VRRP, take_address },
	{ "more", LINE_VRRP, take_more },
};

static const struct attribute *find_attribute(const char *name, enum line_kind kind)
{
	for (size_t i = 0; i < sizeof attribute_table / sizeof attribute_table[0]; i++) {
		if (strcmp(attribute_table[i].name, name) == 0 && (attribute_table[i].lines & kind) != 0)
			return &attribute_table[i];
	}
	return NULL;
}

static void list_attributes(enum line_kind kind, char *list, size_t size)
{
	size_t length = 0;

	list[0] = '\0';
	for (size_t i = 0; i < sizeof attribute_table / sizeof attribute_table[0]; i++) {
		if ((attribute_table[i].lines & kind) == 0 || length >= size)
			continue;
		length += (size_t)snprintf(list + length, size - length, "%s%s", length > 0 ? ", " : "",
					   attribute_table[i].name);
	}
}

int own_take_attributes(struct own *own, enum line_kind kind, struct attributes *attributes)
{
	const char *word;
	char known[128];
	int result = 0;

	while (result == 0 && (word = take_word(own))) {
		const struct attribute *attribute = find_attribute(word, kind);

		if (attribute) {
			result = attribute->take(own, attributes);
			continue;
		}
		list_attributes(kind, known, sizeof known);
		return lines_fail(&own->lines, own->error, "unknown word \"%.100s\": \"%s\" is followed by %s", word,
				  own->lines.words[0], known[0] ? known : "nothing else");
	}
	return result;
}
