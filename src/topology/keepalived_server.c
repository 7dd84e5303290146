// SPDX-License-Identifier: GPL-2.0-or-later
/* keepalived.conf(5), "Virtual server(s)". Services are added at the end, since a group may stand behind its user. */
#include <string.h>

#include "topology/keepalived.h"
#include "topology/topology_index.h"
#include "topology/words.h"
#include "wire/packet.h"

/* ADDRESS [PORT]; no port and port 0 are any port. */
static int take_endpoint(struct keepalived *keepalived, const struct statement *statement, struct ip *ip,
			 uint16_t *port)
{
	const char *word = statement_word(statement, 1);
	uint32_t number = 0;
	int result = 0;

	if (!ip_parse(word, ip))
		return keepalived_fail_at(keepalived, &statement->place,
					  "%s: \"%.100s\" is no address: write 10.1.1.1 80 or 2001:db8::1 80",
					  statement_word(statement, 0), word);
	if (statement->count > 2)
		result = keepalived_number(keepalived, statement, 2, "a port", 0, UINT16_MAX, &number);
	*port = (uint16_t)number;
	return result;
}

static int take_selector(struct keepalived *keepalived, const struct statement *statement,
			 struct virtual_server *server)
{
	if (strcmp(statement_word(statement, 1), "group") == 0)
		return keepalived_name(keepalived, statement, 2, server->group);
	if (strcmp(statement_word(statement, 1), "fwmark") == 0)
		return keepalived_number(keepalived, statement, 2, "a firewall mark", 1, UINT32_MAX,
					 &server->service.fwmark);
	return take_endpoint(keepalived, statement, &server->service.vip, &server->service.port);
}

int keepalived_begin_server(struct keepalived *keepalived, const struct statement *statement)
{
	uint32_t count = keepalived->server_count;
	struct virtual_server *server;
	int result = list_check(count, TOPOLOGY_MAX_SERVICES, "virtual servers", keepalived->error);

	if (result == 0)
		result = list_reserve(&keepalived->servers, count, &keepalived->server_room, sizeof *server,
				      keepalived->error);
	if (result < 0)
		return keepalived_placed(keepalived, &statement->place, result);
	server = &keepalived->servers[keepalived->server_count++];
	/* keepalived takes UDP where no protocol is named, as the kernel does (check_data.c); its weight is 1. */
	*server = (struct virtual_server){
		.place = statement->place, .protocol = IP_PROTO_UDP, .weight = 1, .first_real = keepalived->real_count
	};
	server->service.origin = ORIGIN_CONFIGURED;
	return take_selector(keepalived, statement, server);
}

int keepalived_begin_real_server(struct keepalived *keepalived, const struct statement *statement)
{
	uint32_t count = keepalived->real_count;
	struct real_server real = { .place = statement->place, .weight = -1 };
	int result = take_endpoint(keepalived, statement, &real.ip, &real.port);

	if (result == 0)
		result = list_check(count, TOPOLOGY_MAX_BACKENDS, "real servers", keepalived->error);
	if (result == 0)
		result =
		    list_reserve(&keepalived->reals, count, &keepalived->real_room, sizeof real, keepalived->error);
	if (result < 0)
		return keepalived_placed(keepalived, &statement->place, result);
	keepalived->reals[keepalived->real_count++] = real;
	keepalived->servers[keepalived->server_count - 1].real_count++;
	return 0;
}

static struct virtual_server *open_server(struct keepalived *keepalived)
{
	return &keepalived->servers[keepalived->server_count - 1];
}

static struct real_server *open_real_server(struct keepalived *keepalived)
{
	return &keepalived->reals[keepalived->real_count - 1];
}

static int take_method(struct keepalived *keepalived, const struct statement *statement, enum method *method)
{
	if (method_parse(statement_word(statement, 1), method))
		return 0;
	return keepalived_fail_at(keepalived, &statement->place, "%s is NAT, DR or TUN, not \"%.100s\"",
				  statement_word(statement, 0), statement_word(statement, 1));
}

static int take_weight(struct keepalived *keepalived, const struct statement *statement, int32_t *weight)
{
	uint32_t number;
	int result = keepalived_number(keepalived, statement, 1, "a weight", 0, INT32_MAX, &number);

	if (result == 0)
		*weight = (int32_t)number;
	return result;
}

int keepalived_server_method(struct keepalived *keepalived, const struct statement *statement)
{
	return take_method(keepalived, statement, &open_server(keepalived)->service.method);
}

int keepalived_server_weight(struct keepalived *keepalived, const struct statement *statement)
{
	return take_weight(keepalived, statement, &open_server(keepalived)->weight);
}

int keepalived_server_protocol(struct keepalived *keepalived, const struct statement *statement)
{
	if (protocol_parse(statement_word(statement, 1), &open_server(keepalived)->protocol))
		return 0;
	return keepalived_fail_at(keepalived, &statement->place, "protocol is TCP, UDP or SCTP, not \"%.100s\"",
				  statement_word(statement, 1));
}

int keepalived_real_server_method(struct keepalived *keepalived, const struct statement *statement)
{
	return take_method(keepalived, statement, &open_real_server(keepalived)->method);
}

int keepalived_real_server_weight(struct keepalived *keepalived, const struct statement *statement)
{
	return take_weight(keepalived, statement, &open_real_server(keepalived)->weight);
}
