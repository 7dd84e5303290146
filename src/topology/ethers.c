// SPDX-License-Identifier: GPL-2.0-or-later
/* ethers(5): a MAC address and a host per line. */
#include <string.h>

#include "topology/words.h"

/* Digits and dots, or anything with a colon: meant as an address, so a mistake in it is reported. */
static bool looks_like_address(const char *host)
{
	return strchr(host, ':') != NULL || host[strspn(host, "0123456789.")] == '\0';
}

static int read_line(struct lines *lines, struct topology *topology, struct error *error)
{
	struct mac mac;
	struct ip ip;

	if (lines->count != 2)
		return lines_fail(lines, error, "a line holds a MAC address and one host, not %zu words", lines->count);
	if (!mac_parse(lines->words[0], &mac))
		return lines_fail(lines, error, "\"%.100s\" is no MAC address: write 00:16:3e:00:00:0d",
				  lines->words[0]);
	if (ip_parse(lines->words[1], &ip))
		return lines_place(lines, topology_add_known_mac(topology, &ip, mac, error), error);
	if (looks_like_address(lines->words[1]))
		return lines_fail(lines, error, "\"%.100s\" is no address: write 10.1.1.13 or 2001:db8::13",
				  lines->words[1]);
	return 0; /* a name: nothing here can resolve it */
}

int topology_read_ethers(struct topology *topology, const char *name, const char *bytes, size_t length,
			 struct error *error)
{
	struct lines lines;
	int result;

	lines_init(&lines, name, bytes, length);
	while ((result = lines_next(&lines, error)) > 0) {
		result = read_line(&lines, topology, error);
		if (result < 0)
			break;
	}
	return result;
}
