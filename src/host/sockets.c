// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sockets that wait for clients. Lines of /proc/net/tcp (proc(5)):
 *
 *   sl  local_address rem_address   st ...
 *    0: 0100007F:0016 00000000:0000 0A ...
 *
 * Addresses are 32-bit words in the host's byte order, hexadecimal; state 0A is LISTEN, and of UDP 07 is unconnected.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "host/readers.h"
#include "wire/packet.h"

enum { STATE_LISTEN = 0x0a, STATE_UNCONNECTED = 0x07 };

/* Java and others bind IPv6 sockets to addresses of IPv4: ::ffff:10.1.1.13. */
static bool parse_local(const char *text, uint8_t family, struct ip *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	size_t words = family == 4 ? 1 : 4;
	uint8_t bytes[16];

	if (strlen(text) != words * 8)
		return false;
	for (size_t i = 0; i < words; i++) {
		uint32_t word;

		if (sscanf(text + i * 8, "%8x", &word) != 1)
			return false;
		memcpy(bytes + i * 4, &word, sizeof word);
	}
	if (family == 6 && memcmp(bytes, mapped, sizeof mapped) == 0)
		*ip = ip_from_bytes(4, bytes + sizeof mapped);
	else
		*ip = ip_from_bytes(family, bytes);
	return true;
}

void sockets_parse(struct host_state *state, const char *text, uint8_t family, uint8_t protocol)
{
	unsigned wanted = protocol == IP_PROTO_TCP ? STATE_LISTEN : STATE_UNCONNECTED;
	char line[FILES_LINE_SIZE];

	while (files_next_line(&text, line)) {
		struct host_socket *made;
		char address[40];
		unsigned port, status;
		struct ip ip;

		if (sscanf(line, " %*u: %39[0-9A-F]:%4x %*[0-9A-F]:%*x %2x", address, &port, &status) != 3 ||
		    status != wanted || !parse_local(address, family, &ip))
			continue;
		made = host_add_socket(state);
		if (made)
			*made = (struct host_socket){ .ip = ip, .port = (uint16_t)port, .protocol = protocol };
	}
}

/* Listening sockets come before the connections (net/ipv4/tcp_ipv4.c: tcp_get_idx), of which there may be many. */
void sockets_read(const struct host_files *files)
{
	static const struct {
		const char *path;
		uint8_t family, protocol;
	} tables[] = {
		{ "proc/net/tcp", 4, IP_PROTO_TCP },
		{ "proc/net/tcp6", 6, IP_PROTO_TCP },
		{ "proc/net/udp", 4, IP_PROTO_UDP },
		{ "proc/net/udp6", 6, IP_PROTO_UDP },
	};
	struct text content = TEXT_INIT;

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		if (files_read_start(files, tables[i].path, "listening sockets", &content) != FILES_READ)
			continue;
		files->state->sockets_seen = true;
		sockets_parse(files->state, text_string(&content), tables[i].family, tables[i].protocol);
	}
	text_free(&content);
	if (!files->state->sockets_seen)
		host_add_unseen(files->state, "listening sockets", false, "/proc/net/tcp is not there");
}
